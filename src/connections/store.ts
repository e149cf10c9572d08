import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import { insertRows, overwrite } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import { type Vendor, vendors } from '../vendor-terms/vendors.ts';
import { type Connection, idle, type Pause, pause } from './connection.ts';

/** Names a connection. */
export interface ConnectionKey {
  readonly merchant: string;
  readonly vendor: Vendor;
}

const stored = z.object({ next_at: z.date(), spacing_ms: z.number(), pause: pause.nullable() });
const clock = sql<Date>`clock_timestamp()`;

/** How a connection stands, and the database's time; `exists` is false for one that was never used. */
export async function readConnection(
  db: Database,
  { merchant, vendor }: ConnectionKey,
): Promise<{ connection: Connection; now: number; exists: boolean }> {
  const row = await db
    .selectFrom('connections')
    .select(['next_at', 'spacing_ms', 'pause', clock.as('now')])
    .where('merchant', '=', merchant)
    .where('vendor', '=', vendor)
    .executeTakeFirst();
  if (row === undefined) return { connection: idle, now: 0, exists: false };
  return { connection: fromRow(row), now: row.now.getTime(), exists: true };
}

/**
 * Changes a connection under its row's lock, so that no two replicas take the same turn. Where the commit's
 * answer is lost it is repeated, and the worst of that is a turn taken twice or a refusal counted twice: the
 * connection is slower for a moment. To give up instead would lose a vendor's answer that this is the last step of.
 * A pause that the first try began is no new one to the second, so it is told once.
 * @param change may be called several times; gets the connection and the database's time (milliseconds)
 * @param alongside what else belongs into the same transaction
 */
export async function changeConnection<Result>(
  db: Database,
  key: ConnectionKey,
  change: (connection: Connection, now: number) => { after: Connection; result: Result },
  alongside: (trx: Transaction<Tables>, result: Result) => Promise<void> = async () => {},
): Promise<Result> {
  return inTransaction(db, 'repeat', async (trx) => {
    const { connection, now } = await lock(trx, key);
    const { after, result } = change(connection, now);
    if (after !== connection) await save(trx, key, after);
    await alongside(trx, result);
    return result;
  });
}

async function lock(
  trx: Transaction<Tables>,
  key: ConnectionKey,
): Promise<{ connection: Connection; now: number }> {
  const row = await lockRow(trx, key);
  if (row !== undefined) return { connection: fromRow(row), now: row.now.getTime() };
  await trx
    .insertInto('connections')
    .values({ ...key, next_at: new Date(0), spacing_ms: 0, pause: null })
    .onConflict((conflict) => conflict.columns(['merchant', 'vendor']).doNothing())
    .execute();
  const made = await lockRow(trx, key);
  if (made === undefined) throw new Error(`The connection of ${key.merchant} to ${key.vendor} has no row.`);
  return { connection: fromRow(made), now: made.now.getTime() };
}

function lockRow(trx: Transaction<Tables>, { merchant, vendor }: ConnectionKey) {
  return trx
    .selectFrom('connections')
    .select(['next_at', 'spacing_ms', 'pause', clock.as('now')])
    .where('merchant', '=', merchant)
    .where('vendor', '=', vendor)
    .forUpdate()
    .executeTakeFirst();
}

async function save(
  trx: Transaction<Tables>,
  { merchant, vendor }: ConnectionKey,
  after: Connection,
): Promise<void> {
  const row = {
    merchant,
    vendor,
    next_at: new Date(after.nextAt),
    spacing_ms: after.spacingMs,
    pause: after.pause,
  };
  // An insert, so that an alert of a pause is committed together with it; see `insertRows`.
  const update = sql`on conflict (merchant, vendor) do update set ${overwrite('next_at', 'spacing_ms', 'pause')}`;
  await insertRows(trx, 'connections', [row], columns, update);
}

const columns = {
  merchant: 'text',
  vendor: 'text',
  next_at: 'timestamptz',
  spacing_ms: 'integer',
  pause: 'jsonb',
};

function fromRow(row: { next_at: Date; spacing_ms: number; pause: unknown }): Connection {
  const { next_at, spacing_ms, pause } = stored.parse(row);
  return { nextAt: next_at.getTime(), spacingMs: spacing_ms, pause };
}

/** How a merchant's connection to a vendor stands, for people. */
export interface ConnectionState extends ConnectionKey {
  readonly state: 'working' | 'limited' | 'refused';
  readonly why: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  /** How long the next request waits for its turn within the vendor's limit. */
  readonly nextTurnInMs: number;
}

/** Every connection that has been used so far; one that has not is as good as working. */
export async function listConnections(db: Database): Promise<ConnectionState[]> {
  const rows = await readAll(db);
  return rows.map(({ pause, ...rest }) => {
    if (pause === null) return { ...rest, state: 'working', why: null, since: null, until: null };
    const { kind: state, why, since, until } = pause;
    return { ...rest, state, why, since: new Date(since), until: new Date(until) };
  });
}

async function readAll(
  db: Database,
): Promise<(ConnectionKey & { pause: Pause | null; nextTurnInMs: number })[]> {
  const rows = await db
    .selectFrom('connections')
    .select(['merchant', 'vendor', 'pause', 'next_at', clock.as('now')])
    .orderBy('merchant')
    .orderBy('vendor')
    .execute();
  return rows.map((row) => ({
    merchant: row.merchant,
    vendor: z.enum(vendors).parse(row.vendor),
    pause: pause.nullable().parse(row.pause),
    nextTurnInMs: Math.max(0, row.next_at.getTime() - row.now.getTime()),
  }));
}
