import { ConfigurationError } from '../config/errors.ts';
import { Cancelled } from './ask.ts';
import { UsageError } from './commands.ts';

/** Says why a command has failed, in words where it is for a person to mend, and gives its exit status. */
export function tellFailure(error: unknown): number {
  const isForPeople =
    error instanceof ConfigurationError || error instanceof UsageError || error instanceof Cancelled;
  console.error(isForPeople ? error.message : error);
  if (error instanceof UsageError) return 2;
  return error instanceof Cancelled ? 130 : 1;
}
