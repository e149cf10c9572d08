import { enableCompileCache } from 'node:module';

/** The command line for setting merchants up: `npm run merchants -- --help`. */

// It has to be on before the rest is read; what an earlier command has compiled need not be compiled again.
enableCompileCache();
const { openOutbound } = await import('./outbound/call.ts');
const { runCommand } = await import('./setup/commands.ts');
const { tellFailure } = await import('./setup/failed.ts');

// Who reads along may stop, such as `head`: what is being done at the vendors is done to its end.
process.stdout.on('error', () => {});

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
