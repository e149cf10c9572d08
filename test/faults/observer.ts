import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';

/** Looks into the service's database while a run goes on; it changes nothing. */
export interface Observer {
  /** How many returns have an end, as far as the database can be asked; null where it cannot. */
  ended(): Promise<number | null>;
  /** How many returns have each status. */
  endings(): Promise<ReadonlyMap<string, number>>;
  /** When Loop had changed a return as the service knows it; null where it does not. */
  changedAt(merchant: string, id: string): Promise<Date | null>;
  /** Whether nothing is left to do: no delivery unapplied, no job waiting or under way beside the recurring ones. */
  isQuiet(): Promise<boolean>;
  /** The jobs that workers have in their hands, each with the time at which it was taken. */
  jobsUnderWay(): Promise<ReadonlyMap<string, string>>;
  /** How long it takes until none of them is in the same hands any more. */
  untilTakenOver(jobs: ReadonlyMap<string, string>): Promise<number>;
  close(): Promise<void>;
}

const everyMs = 250;
const longestTakeoverMs = 120_000;

export function openObserver(databaseUrl: string): Observer {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 2_000 });
  // The database is stopped on purpose now and then.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const query = async (
    statement: string,
    values: readonly string[] = [],
  ): Promise<Record<string, unknown>[] | null> => {
    try {
      return (await pool.query<Record<string, unknown>>(statement, [...values])).rows;
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
  return {
    ended: () =>
      count(
        `select count(*)::int from returns where status in ('processed', 'flagged', 'held', 'cancelled', 'attention')`,
      ),
    endings: async () => {
      const rows = await query('select status, count(*)::int as count from returns group by 1 order by 1');
      return new Map(statusCounts.parse(rows ?? []).map(({ status, count: returns }) => [status, returns]));
    },
    changedAt: async (merchant, id) => {
      const statement = `select loop ->> 'changedAt' as at from returns where merchant = $1 and loop_return_id = $2`;
      const [row] = changes.parse((await query(statement, [merchant, id])) ?? []);
      return row?.at ?? null;
    },
    isQuiet: async () => (await count(openWork)) === 0,
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

const counted = z.tuple([z.object({ count: z.number() })]);
const statusCounts = z.array(z.object({ status: z.string(), count: z.number() }));
const changes = z.array(z.object({ at: z.coerce.date().nullable() }));
const taken = z.array(z.object({ id: z.string(), since: z.string() }));
const openWork = `select (
    (select count(*) from pgboss.job where state in ('created', 'retry', 'active')
      and name not like 'polls/%' and name <> 'purge')
    + (select count(*) from deliveries where result = 'accepted' and applied_at is null)
  )::int as count`;
