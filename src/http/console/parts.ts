import type { Operations } from '../../operations/operations.ts';
import type { Operators } from '../../operators/operator.ts';
import type { SingleSignOn } from '../../operators/single-sign-on.ts';

/** What people sign in with, beside the ops token. */
export interface SignInParts {
  /** As the users file has them now; null where there is no such file. */
  readonly operators: (() => Operators) | null;
  readonly singleSignOn: SingleSignOn | null;
}

/** What the console shows and does. */
export interface ConsoleParts {
  readonly operations: Operations;
  readonly opsToken: string | null;
  /** Left out where there is nothing but the token. */
  readonly signIn?: SignInParts;
  readonly now: () => Date;
}
