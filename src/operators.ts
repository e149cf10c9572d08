import { hashPassword } from './operators/password.ts';
import { tellFailure } from './setup/failed.ts';
import { runOperators } from './setup/operators.ts';

/** The command line for who may sign in by name: `npm run operators -- --help`. */
try {
  process.exitCode = await runOperators(process.argv.slice(2), {
    env: process.env,
    input: process.stdin,
    output: process.stdout,
    hash: hashPassword,
  });
} catch (error) {
  process.exitCode = tellFailure(error);
}
