import { recordAction } from './audit/audit.ts';
import type { Settings } from './config/environment.ts';
import {
  type Changes,
  changesBetween,
  type FollowedFile,
  followFile,
  type ReadFile,
} from './config/follow-file.ts';
import type { SignInParts } from './http/console/parts.ts';
import { callbackPath } from './http/console/single-sign-on-routes.ts';
import type { Operators } from './operators/operator.ts';
import { openSingleSignOn } from './operators/single-sign-on.ts';
import type { StepContext } from './steps/context.ts';

/** The operators of a users file, and how to read it again. */
export interface UsersFile {
  readonly operators: Operators;
  /** @throws {ConfigurationError} where the file cannot be used */
  readonly read: () => Promise<ReadFile<Operators>>;
}

/**
 * What people sign in with, and the users file that is followed from now on; null where there is none. What changes
 * in the file goes into the audit list.
 */
export function startOperators(
  { oidc = null, publicUrl = null }: Partial<Pick<Settings, 'oidc' | 'publicUrl'>>,
  usersFile: UsersFile | null,
  context: Pick<StepContext, 'db' | 'log' | 'now'>,
): { signIn: SignInParts; file: FollowedFile | null } {
  // The settings have the one only with the other.
  const singleSignOn =
    oidc === null || publicUrl === null ? null : openSingleSignOn(oidc, publicUrl + callbackPath);
  if (usersFile === null) return { signIn: { operators: null, singleSignOn }, file: null };
  let operators = usersFile.operators;
  const record = recordChanges(context, operators);
  const use = async (next: Operators) => {
    const changes = changesBetween(operators, next);
    // Who may no longer sign in is kept out at once, whether or not the database answers.
    operators = next;
    await record(next);
    return changes;
  };
  const file = followFile({ names: 'operators', read: usersFile.read, use, log: context.log });
  return { signIn: { operators: () => operators, singleSignOn }, file };
}

/** Writes down what a users file says otherwise; what could not be written down goes with the next change. */
function recordChanges({ db, log, now }: Pick<StepContext, 'db' | 'log' | 'now'>, first: Operators) {
  let recorded = first;
  return async (next: Operators): Promise<void> => {
    const details = namesIn(changesBetween(recorded, next));
    if (Object.keys(details).length === 0) return;
    try {
      const actor = { name: null, by: 'file', address: null } as const;
      const action = { action: 'operators', merchant: null, subject: null, result: 'taken up' } as const;
      await recordAction(db, now(), actor, { ...action, details });
      recorded = next;
    } catch (err) {
      log.warn({ err, ...details }, 'a change of the users file could not be written into the audit list');
    }
  };
}

/** Each kind of change that there is, with the names. */
function namesIn(changes: Changes): Record<string, string> {
  const some = Object.entries(changes).filter(([, names]) => names.length > 0);
  return Object.fromEntries(some.map(([kind, names]) => [kind, names.join(' ')]));
}
