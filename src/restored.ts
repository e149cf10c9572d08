import { parseArgs } from 'node:util';
import { commandActor } from './command-actor.ts';
import { onDatabase } from './command-database.ts';
import { ConfigurationError } from './config/errors.ts';
import { readMerchants } from './config/merchants.ts';
import { openLog } from './log.ts';
import { markRestoredFor } from './steps/restored.ts';

const usage =
  'Write npm run restored, and nothing behind it, once the database is restored from a backup and before the service starts.';

/** The command line after a restore from a backup, before the service starts: `npm run restored`. */
try {
  if (isHelpWanted()) console.log(usage);
  else await note();
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}

async function note(): Promise<void> {
  await onDatabase(process.env, openLog('warn'), async (db, { merchantsFile }) => {
    const { merchants } = await readMerchants(merchantsFile, process.env);
    const noted = await markRestoredFor(commandActor(), db, [...merchants.keys()], new Date());
    console.log(
      `Noted for ${noted.join(', ')}: this database was restored. For a day, Loop is asked what it knows of a return before it is sent anything.`,
    );
  });
}

/** Somebody who asks for help, or writes what is not understood, has not said that the database was restored. */
function isHelpWanted(): boolean {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
    return values.help === true;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([`${problem}. Nothing was noted. ${usage}`]);
  }
}
