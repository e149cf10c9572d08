import { type LocalActor, recordAction } from '../audit/audit.ts';
import type { Merchants } from '../config/merchants.ts';
import { sharingShop } from '../config/shared-shops.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import { restoredSource as source } from '../returns-store/with-outcome.ts';
import type { StepContext } from './context.ts';

/**
 * Notes that the database was restored from a backup: what was sent to Loop since that backup is not known in it.
 * @param inFile the merchants of the file. Whoever has returns here and is not in it can come back to it.
 * @param at when: everything up to then may have been sent already
 * @returns the merchants for whom it is noted
 */
export async function markRestored(
  db: Database,
  inFile: readonly string[],
  at: Date,
): Promise<readonly string[]> {
  const stored = await db.selectFrom('returns').select('merchant').distinct().execute();
  const merchants = [...new Set([...inFile, ...stored.map(({ merchant }) => merchant)])].sort();
  for (const merchant of merchants) await mark(db, merchant, at);
  return merchants;
}

async function mark(db: Database, merchant: string, at: Date): Promise<void> {
  await db
    .insertInto('polls')
    .values({ merchant, source, watermark: at })
    .onConflict((conflict) => conflict.columns(['merchant', 'source']).doUpdateSet({ watermark: at }))
    .execute();
}

/**
 * A merchant who is new in the file as another one leaves it, with the same shop in Loop, is that one by another name.
 * What was sent to Loop under the old one is not known under the new one.
 * @param before the merchants until now
 * @param next those who are to be
 */
export async function markRenamed(
  { db, log, now }: Pick<StepContext, 'db' | 'log' | 'now'>,
  before: Merchants,
  next: Merchants,
): Promise<void> {
  const left = [...before.values()].filter(({ slug }) => !next.has(slug));
  for (const merchant of next.values()) {
    const [was] = before.has(merchant.slug) ? [] : sharingShop(merchant, left);
    if (was === undefined) continue;
    await mark(db, merchant.slug, now());
    log.warn(
      { merchant: merchant.slug, was },
      'a merchant has another name: Loop is asked what it knows of a return before it is sent anything',
    );
  }
}

/** The same because somebody says so, which goes into the audit list with it. */
export async function markRestoredFor(
  actor: LocalActor,
  db: Database,
  inFile: readonly string[],
  at: Date,
): Promise<readonly string[]> {
  const action = { action: 'restored', merchant: null, subject: null, result: 'done' } as const;
  return inTransaction(db, 'repeat', async (trx) => {
    const merchants = await markRestored(trx, inFile, at);
    await recordAction(trx, at, actor, { ...action, details: { merchants: merchants.length } });
    return merchants;
  });
}

/** Beside POLL_INTERVAL: how long no poll of any vendor may have come to an end while a service works. */
const longestSilenceMs = 3_600_000;

/**
 * Before a service works on its database, sees whether that is of a while ago: it was restored from a backup, or
 * nothing has run on it. The two cannot be told from each other. To ask Loop first costs a request for each message, and
 * a person's look at a refund whose return is in review.
 */
export async function markIfOld(
  { db, log, now }: Pick<StepContext, 'db' | 'log' | 'now'>,
  inFile: readonly string[],
  pollIntervalMs: number,
): Promise<void> {
  const { newest } = await db
    .selectFrom('polls')
    .select((eb) => eb.fn.max('watermark').as('newest'))
    .where('source', '<>', source)
    .executeTakeFirstOrThrow();
  const at = now();
  if (newest === null || at.getTime() - newest.getTime() <= longestSilenceMs + pollIntervalMs) return;
  await markRestored(db, inFile, at);
  log.warn(
    { since: newest },
    'the database has seen no poll for long: Loop is asked what it knows of a return before it is sent anything',
  );
}
