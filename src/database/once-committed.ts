import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

const promised = new WeakMap<Transaction<Tables>, (() => void)[]>();

/**
 * Has something done once a transaction is committed, and never where it is rolled back or nobody knows. For what
 * may be left undone, as the process can die in between.
 * @param trx one of `inTransaction`
 */
export function onceCommitted(trx: Transaction<Tables>, act: () => void): void {
  promised.set(trx, [...(promised.get(trx) ?? []), act]);
}

/** Does what was promised of a transaction that is committed. */
export function actOnCommit(trx: Transaction<Tables>): void {
  for (const act of promised.get(trx) ?? []) act();
  promised.delete(trx);
}
