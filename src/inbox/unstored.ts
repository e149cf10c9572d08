import { randomUUID } from 'node:crypto';
import type { ApartCommit } from '../database/apart.ts';
import { codeOf } from '../database/away.ts';
import type { Database } from '../database/connect.ts';

/** A merchant of whom nothing can be stored at the moment. */
export interface Unstored {
  readonly merchant: string;
  /** Without the database's own words, which can name machines. */
  readonly why: string;
  readonly since: Date;
}

/** The service's own connection failed, or the server takes no writes at all: that says nothing of one merchant. */
const ofEverybody = /^(?:E[A-Z]|25006|55000|57P)/;
/** However often it is asked. */
const tryAgainEveryMs = 5_000;

/**
 * Names the merchants of whom nothing could be stored and, as often as it is asked, tries whether it can be again:
 * of one to whom nothing comes nobody would know otherwise.
 */
export function lookingAfter(
  db: Database,
  commits: Pick<ApartCommit<unknown, unknown>, 'failing' | 'recovered'>,
): () => readonly Unstored[] {
  let triedAt = Number.NEGATIVE_INFINITY;
  let isTrying = false;
  const tryAgain = async () => {
    if (isTrying || performance.now() - triedAt < tryAgainEveryMs) return;
    isTrying = true;
    // One at a time, so that a machine that hangs takes one connection from the others at most.
    for (const merchant of commits.failing().keys()) {
      if (await canStore(db, merchant)) commits.recovered(merchant);
    }
    isTrying = false;
    triedAt = performance.now();
  };
  return () => {
    void tryAgain();
    return [...commits.failing()].flatMap(([merchant, { error, since }]) => {
      const code = codeOf(error);
      if (ofEverybody.test(code)) return [];
      return { merchant, why: `a write failed${code === '' ? '' : ` (${code})`}`, since };
    });
  };
}

/** Writes a delivery as any other and takes it back, so that it is never there for anybody else. */
async function canStore(db: Database, merchant: string): Promise<boolean> {
  try {
    const trx = await db.startTransaction().execute();
    try {
      await trx
        .insertInto('deliveries')
        .values({
          merchant,
          source: 'loop',
          key: `none ${randomUUID()}`,
          body: Buffer.alloc(0),
          part: 0,
          result: 'ignored',
          received_at: new Date(),
        })
        .execute();
      return true;
    } finally {
      await trx.rollback().execute();
    }
  } catch {
    return false;
  }
}
