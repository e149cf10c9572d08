import type { JoinBuilder, Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../database/connect.ts';
import type { OutcomesTable, ReturnsTable, Tables } from '../database/tables.ts';
import type { Return } from '../returns/return.ts';
import { readFacts } from './read-facts.ts';
import { type StoredReturn, storedReturn } from './stored-return.ts';

/** A return that has been decided, as it is at the moment: it is not locked. */
export interface DecidedReturn extends Pick<StoredReturn, 'facts' | 'claims'> {
  /** When its merchant's returns were last restored from a backup; null where they never were. */
  readonly restoredAt: Date | null;
}

/** Beside the vendors' names in `polls`: up to when this database may have forgotten what was sent. */
export const restoredSource = 'restored';

/** One return beside its outcome, in one statement; null where nothing is known of it, or nothing is decided. */
export async function readDecided(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<DecidedReturn | null> {
  const row = await decidedReturn(db, merchant, loopReturnId)
    .leftJoin('polls as p', (join) =>
      join.onRef('p.merchant', '=', 'r.merchant').on('p.source', '=', restoredSource),
    )
    .select('p.watermark')
    .executeTakeFirst();
  return row === undefined ? null : { ...besideOutcome(row), restoredAt: row.watermark };
}

/** The same, locked for the rest of the transaction: the return and then its outcome, as everybody does. */
export async function lockDecided(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
): Promise<StoredReturn | null> {
  // With both of them locked, both are as they are once the wait is over. Of one that is only joined, this would show
  // what it was before the wait.
  const row = await decidedReturn(trx, merchant, loopReturnId).forUpdate(['r', 'o']).executeTakeFirst();
  return row === undefined ? null : besideOutcome(row);
}

/** A return as it is stored, decided or not, only to look at. Null where nothing is known of it. */
export async function readReturn(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<Return | null> {
  const row = await db
    .selectFrom('returns as r')
    .leftJoin('outcomes as o', ofTheReturn)
    .selectAll('r')
    .select(outcomeColumns)
    .where('r.merchant', '=', merchant)
    .where('r.loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { kind, why, message_requests, outcome_decided_at } = row;
  const isDecided = kind !== null && why !== null && message_requests !== null && outcome_decided_at !== null;
  if (!isDecided) return readFacts(row, undefined);
  return besideOutcome({ ...row, kind, why, message_requests, outcome_decided_at }).facts;
}

type Joining = JoinBuilder<Tables & { r: ReturnsTable; o: OutcomesTable }, 'r' | 'o'>;

function ofTheReturn(join: Joining): Joining {
  return join.onRef('o.merchant', '=', 'r.merchant').onRef('o.loop_return_id', '=', 'r.loop_return_id');
}

const outcomeColumns = [
  'o.kind',
  'o.why',
  'o.note',
  'o.message',
  'o.note_state',
  'o.message_claimed_at',
  'o.message_claimed_state',
  'o.message_requests',
  'o.note_claimed_at',
  'o.decided_at as outcome_decided_at',
] as const;

function decidedReturn(db: Kysely<Tables>, merchant: string, loopReturnId: string) {
  return db
    .selectFrom('returns as r')
    .innerJoin('outcomes as o', ofTheReturn)
    .selectAll('r')
    .select(outcomeColumns)
    .where('r.merchant', '=', merchant)
    .where('r.loop_return_id', '=', loopReturnId);
}

type Row = Selectable<ReturnsTable> &
  Omit<Selectable<OutcomesTable>, 'decided_at'> & { readonly outcome_decided_at: Date };

function besideOutcome(row: Row): StoredReturn {
  return storedReturn(row, { ...row, decided_at: row.outcome_decided_at });
}
