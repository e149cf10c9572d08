import { setTimeout as delay } from 'node:timers/promises';
import type { ControlledTransaction, Transaction } from 'kysely';
import { codeOf, isDatabaseAway } from './away.ts';
import type { Database } from './connect.ts';
import { actOnCommit } from './once-committed.ts';
import type { Tables } from './tables.ts';

/**
 * What to do where the connection broke after COMMIT was sent and before it was answered, so that nobody can
 * say whether the transaction has happened: `repeat` where a second time changes nothing that matters, which
 * the caller has to say why; `throw` leaves it to who called, and to the queue.
 */
export type LostCommit = 'repeat' | 'throw';

/** How long a transaction is worth repeating. */
export interface RetryBounds {
  readonly mostTries: number;
  /** No try starts later than this after the first one did, but one that begins anew. */
  readonly withinMs: number;
}

/**
 * Thrown by work that finds, too late to lock it in order, something that others have committed meanwhile. The
 * transaction is rolled back and repeated, and then sees it from the start.
 */
export class BeginAnew extends Error {
  override readonly name = 'BeginAnew';
}

/** Enough for a failover that takes a second or two; what takes longer is an outage, and its caller's to tell. */
const usualBounds: RetryBounds = { mostTries: 6, withinMs: 3_000 };
/** For who has another way to go on. */
export const once: RetryBounds = { mostTries: 1, withinMs: 0 };
const firstPauseMs = 50;

type Phase = 'begin' | 'work' | 'commit';

/** What an error of a transaction says: it did not happen and may well a moment later; nobody knows; or neither. */
type Repeatable = 'retry' | 'unknown' | 'lasting';

/**
 * The server says that it has undone the transaction, or never began it, for the sake of others: a conflict
 * (40001, which distributed engines give freely), a deadlock (40P01), a server that is read-only since a
 * failover (25006) or is still starting (57P03).
 */
const undone: readonly string[] = ['40001', '40P01', '25006', '57P03'];
/** The connection is gone: the server was stopped or crashed, or nothing comes through. */
const lost: readonly string[] = ['57P01', '57P02', '08003', '08006', 'ECONNRESET', 'EPIPE'];
/** The same in the driver's words, which have no code. */
const lostInWords = /^(?:Connection terminated|Client has encountered a connection error)/;

/**
 * Runs a transaction, and repeats it whole where PostgreSQL, or an engine of several machines, could not carry
 * it out at this moment: a few times, within a few seconds, with pauses of random length, so that those that
 * were in each other's way do not meet again. The one place that decides what is worth another try.
 * @param work may run several times, so it changes nothing outside of the transaction. It uses no other
 * connection either: that may be the one that another transaction waits for
 * @throws the last error
 */
export async function inTransaction<Result>(
  db: Database,
  lostCommit: LostCommit,
  work: (trx: Transaction<Tables>) => Promise<Result>,
  { mostTries, withinMs }: RetryBounds = usualBounds,
): Promise<Result> {
  const lastStart = performance.now() + withinMs;
  for (let tries = 1; ; tries += 1) {
    const tried = await tryOnce(db, work);
    if ('result' in tried) {
      actOnCommit(tried.trx);
      return tried.result;
    }
    const { error, phase } = tried;
    const verdict = verdictOn(error, phase, tries > 1);
    const isWorthIt = verdict === 'retry' || (verdict === 'unknown' && lostCommit === 'repeat');
    const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random());
    // However long it has waited for others: it knows now what they have committed.
    const isInTime = error instanceof BeginAnew || performance.now() + pauseMs <= lastStart;
    if (!isWorthIt || tries === mostTries || !isInTime) throw error;
    await delay(pauseMs);
  }
}

/** Commits and rolls back by itself: left to Kysely, a failed rollback's error would hide why it was needed. */
async function tryOnce<Result>(
  db: Database,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<{ result: Result; trx: Transaction<Tables> } | { error: unknown; phase: Phase }> {
  let phase: Phase = 'begin';
  let trx: ControlledTransaction<Tables> | undefined;
  try {
    trx = await db.startTransaction().execute();
    phase = 'work';
    const result = await work(trx);
    phase = 'commit';
    await trx.commit().execute();
    return { result, trx };
  } catch (error) {
    // Where even that fails, the connection is closed, and the server rolls back by itself.
    await trx
      ?.rollback()
      .execute()
      .catch(() => undefined);
    return { error, phase };
  }
}

/** @param hasBegun whether this is a repetition: the server that has just gone may be away for a moment */
function verdictOn(error: unknown, phase: Phase, hasBegun: boolean): Repeatable {
  const code = codeOf(error);
  if (undone.includes(code) || error instanceof BeginAnew) return 'retry';
  const isLost = lost.includes(code) || (error instanceof Error && lostInWords.test(error.message));
  if (isLost) return phase === 'commit' ? 'unknown' : 'retry';
  return phase === 'begin' && hasBegun && isDatabaseAway(error) ? 'retry' : 'lasting';
}
