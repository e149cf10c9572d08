import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { everyReturn, type Seen, seenOf } from './seen.ts';

/** Looks into the service's database while a run goes on; it changes nothing. */
export interface Observer {
  /** How many returns have an end, as far as the database can be asked; null where it cannot. */
  ended(): Promise<number | null>;
  /** How many returns have each status. */
  endings(): Promise<ReadonlyMap<string, number>>;
  /** What the service knows of a return; null where it knows nothing, or the database cannot be asked. */
  seen(merchant: string, id: string): Promise<Seen | null>;
  /** Whether nothing is left to do: no delivery unapplied, no job waiting or under way beside the recurring ones. */
  isQuiet(): Promise<boolean>;
  /** How many refunds and flags there are, sent or not; null where the database cannot be asked. */
  outcomes(): Promise<number | null>;
  /** The parcels that are known to no return, as merchant and package id. */
  unannounced(): Promise<readonly string[]>;
  /** The outcomes whose message Loop has neither taken nor refused; null where the database cannot be asked. */
  undecided(): Promise<readonly Undecided[] | null>;
  /** The jobs that workers have in their hands, each with the time at which it was taken. */
  jobsUnderWay(): Promise<ReadonlyMap<string, string>>;
  /** How long it takes until none of them is in the same hands any more. */
  untilTakenOver(jobs: ReadonlyMap<string, string>): Promise<number>;
  close(): Promise<void>;
}

export interface Undecided {
  readonly id: string;
  /** Whether it was put on the wire and has no answer yet. */
  readonly isClaimed: boolean;
}

const everyMs = 250;
/** A query to a database that is stopped just then can be without an answer for ever. */
const longestQueryMs = 5_000;
const longestTakeoverMs = 120_000;

export function openObserver(databaseUrl: string): Observer {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: longestQueryMs,
    query_timeout: longestQueryMs,
  });
  // The database is stopped on purpose now and then.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const query = async (statement: string): Promise<Record<string, unknown>[] | null> => {
    try {
      return (await pool.query<Record<string, unknown>>(statement)).rows;
    } catch {
      return null;
    }
  };
  const count = async (statement: string) => {
    const rows = await query(statement);
    return rows === null ? null : counted.parse(rows)[0].count;
  };
  const underWay = async () => {
    const rows = await query(
      `select id, started_on::text as since from pgboss.job where state = 'active' and name not like 'polls/%'`,
    );
    return rows === null ? null : new Map(taken.parse(rows).map(({ id, since }) => [id, since]));
  };
  const look = shared(async () => seenOf((await query(everyReturn)) ?? []));
  return {
    ended: () => count(`select count(*)::int from returns where status in (${ends})`),
    endings: async () => {
      const rows = await query('select status, count(*)::int as count from returns group by 1 order by 1');
      return new Map(statusCounts.parse(rows ?? []).map(({ status, count: returns }) => [status, returns]));
    },
    seen: async (merchant, id) => (await look()).get(`${merchant}/${id}`) ?? null,
    isQuiet: async () => (await count(openWork)) === 0,
    outcomes: () => count('select count(message)::int from outcomes'),
    unannounced: async () => {
      const rows = await query(
        `select merchant || '/' || package_id as name from blind_parcels where loop_return_id is null`,
      );
      return names.parse(rows ?? []).map(({ name }) => name);
    },
    undecided: async () => {
      const rows = await query(undecidedOutcomes);
      return rows === null ? null : undecidedRows.parse(rows);
    },
    jobsUnderWay: async () => (await underWay()) ?? new Map(),
    untilTakenOver: async (jobs) => {
      const start = performance.now();
      for (;;) {
        const now = await underWay();
        const same = now === null || [...jobs].some(([id, since]) => now.get(id) === since);
        const ms = performance.now() - start;
        if (!same || ms > longestTakeoverMs) return ms;
        await wait(everyMs);
      }
    },
    close: () => pool.end(),
  };
}

/** Many returns wait at once: all who ask within a moment share one look, which begins after they asked. */
function shared<Sight>(look: () => Promise<Sight>): () => Promise<Sight> {
  let next: Promise<Sight> | null = null;
  const lookSoon = async () => {
    await wait(everyMs);
    next = null;
    return look();
  };
  return () => {
    next ??= lookSoon();
    return next;
  };
}

const counted = z.tuple([z.object({ count: z.number() })]);
const names = z.array(z.object({ name: z.string() }));
const statusCounts = z.array(z.object({ status: z.string(), count: z.number() }));
const taken = z.array(z.object({ id: z.string(), since: z.string() }));
const undecidedRows = z.array(z.object({ id: z.string(), isClaimed: z.boolean() }));
const ends = `'processed', 'flagged', 'held', 'cancelled', 'attention'`;
const undecidedOutcomes = `select o.merchant || '/' || o.loop_return_id as id,
    o.message_claimed_at is not null as "isClaimed"
  from outcomes o join returns r using (merchant, loop_return_id)
  where o.message = 'due' and r.status not in (${ends})`;
const openWork = `select (
    (select count(*) from pgboss.job where state in ('created', 'retry', 'active')
      and name not like 'polls/%' and name <> 'purge'
      -- What ends a wait of days is not work that is left.
      and start_after < now() + interval '1 hour')
    + (select count(*) from deliveries where result = 'accepted' and applied_at is null)
  )::int as count`;
