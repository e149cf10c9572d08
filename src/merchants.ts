import { openOutbound } from './outbound/call.ts';
import { runCommand } from './setup/commands.ts';
import { tellFailure } from './setup/failed.ts';

/** The command line for setting merchants up: `npm run merchants -- --help`. */
const outbound = openOutbound();
try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    env: process.env,
    input: process.stdin,
    output: process.stdout,
    call: outbound.call,
    now: () => new Date(),
  });
} catch (error) {
  process.exitCode = tellFailure(error);
} finally {
  await outbound.close();
}
