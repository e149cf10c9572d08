import type { Logger } from 'pino';
import type { Settings } from './config/environment.ts';
import { changesBetween, type FollowedFile, followFile, type ReadFile } from './config/follow-file.ts';
import type { SignInParts } from './http/console/parts.ts';
import { callbackPath } from './http/console/single-sign-on-routes.ts';
import type { Operators } from './operators/operator.ts';
import { openSingleSignOn } from './operators/single-sign-on.ts';

/** The operators of a users file, and how to read it again. */
export interface UsersFile {
  readonly operators: Operators;
  /** @throws {ConfigurationError} where the file cannot be used */
  readonly read: () => Promise<ReadFile<Operators>>;
}

/** What people sign in with, and the users file that is followed from now on; null where there is none. */
export function startOperators(
  { oidc = null, publicUrl = null }: Partial<Pick<Settings, 'oidc' | 'publicUrl'>>,
  usersFile: UsersFile | null,
  log: Logger,
): { signIn: SignInParts; file: FollowedFile | null } {
  // The settings have the one only with the other.
  const singleSignOn =
    oidc === null || publicUrl === null ? null : openSingleSignOn(oidc, publicUrl + callbackPath);
  if (usersFile === null) return { signIn: { operators: null, singleSignOn }, file: null };
  let operators = usersFile.operators;
  const use = async (next: Operators) => {
    const changes = changesBetween(operators, next);
    operators = next;
    return changes;
  };
  const file = followFile({ names: 'operators', read: usersFile.read, use, log });
  return { signIn: { operators: () => operators, singleSignOn }, file };
}
