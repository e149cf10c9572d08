import type { Operations } from '../../operations/operations.ts';

/** What the console shows and does. */
export interface ConsoleParts {
  readonly operations: Operations;
  readonly opsToken: string | null;
  readonly now: () => Date;
}
