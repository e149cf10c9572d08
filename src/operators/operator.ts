/** What an operator may do: look at everything, or also act (retry, replay). */
export const roles = ['view', 'act'] as const;
export type Role = (typeof roles)[number];

/** Somebody who may sign in by name. */
export interface Operator {
  readonly name: string;
  readonly role: Role;
  /** Of the password; see `hashPassword`. A secret. */
  readonly hash: string;
}

/** What whoever acts with the ops token is called. Nobody else is: it has a space, which no name in the users file has. */
export const opsTokenName = 'ops token';

/** By name. */
export type Operators = ReadonlyMap<string, Operator>;

/** Small letters only, so that a phone's capital at the beginning does not make another name. */
export const operatorName = /^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$/;
export const nameRule = "1 to 64 of a-z, 0-9, '.', '_', '@' and '-', with a letter or digit at either end";
