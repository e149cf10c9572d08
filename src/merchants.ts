import { ConfigurationError } from './config/errors.ts';
import { openOutbound } from './outbound/call.ts';
import { Cancelled } from './setup/ask.ts';
import { runCommand, UsageError } from './setup/commands.ts';

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
  const isForPeople =
    error instanceof ConfigurationError || error instanceof UsageError || error instanceof Cancelled;
  console.error(isForPeople ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : error instanceof Cancelled ? 130 : 1;
} finally {
  await outbound.close();
}
