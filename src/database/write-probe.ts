import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { codeOf, isDatabaseAway } from './away.ts';
import { connect } from './connect.ts';

/** Whether the database takes what the service has to write. */
export interface WriteProbe {
  /** Null where a write can be committed within two seconds; else why not, in words. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}

export interface WriteProbeOptions {
  readonly databaseUrl: string;
  readonly log: Logger;
}

const commitWithinMs = 2_000;
/** However often it is asked: in between, it only looks whether the database still answers and takes writes. */
const writeEveryMs = 5_000;
const explainWithinMs = 500;
/** Long enough for whoever asks to see what it waits for. */
const longestQueryMs = 5 * commitWithinMs;
const probeName = 'masonhub-loop readiness';

/**
 * One row, written anew: replicas that write it at the same moment wait for each other, and nothing has to be
 * cleaned up.
 */
const write = `insert into readiness (id, written_at) values (1, now())
  on conflict (id) do update set written_at = excluded.written_at`;
/**
 * That row finds its place also on a full disk, where a delivery does not. So a megabyte that is more than may
 * stay in memory is put aside for the time of the query, on the same disk.
 */
const room = `select set_config('work_mem', '64kB', true);
  with lines as materialized (select repeat('x', 1024) from generate_series(1, 1000)) select count(*) from lines`;

/** Opens connections of its own, so that it tells of the database and not of how busy the service is. */
export function openWriteProbe({ databaseUrl, log }: WriteProbeOptions): WriteProbe {
  const { pool, close } = connect(databaseUrl, { max: 2, name: probeName, longestQueryMs, log });
  const statement = `${room}; ${write}`;
  const busy = new Set<pg.PoolClient>();
  let writtenAt = Number.NEGATIVE_INFINITY;
  let underWay: { readonly since: number; readonly result: Promise<string | null> } | null = null;

  async function run<Row extends pg.QueryResultRow>(text: string): Promise<pg.QueryResult<Row>> {
    const client = await pool.connect();
    busy.add(client);
    try {
      return await client.query<Row>(text);
    } finally {
      if (busy.delete(client)) client.release();
    }
  }

  async function writeNow(): Promise<string | null> {
    try {
      await run(statement);
      writtenAt = performance.now();
      return null;
    } catch (error) {
      return await explain(error);
    } finally {
      underWay = null;
    }
  }

  async function look(): Promise<string | null> {
    try {
      const { rows } = await run<{ setting: string }>(
        `select current_setting('transaction_read_only') as setting`,
      );
      if (rows[0]?.setting !== 'on') return null;
      writtenAt = Number.NEGATIVE_INFINITY;
      return readOnly;
    } catch (error) {
      writtenAt = Number.NEGATIVE_INFINITY;
      return await explain(error);
    }
  }

  async function explain(error: unknown): Promise<string> {
    const code = codeOf(error);
    if (waitedInVain.includes(code)) return await whyItHangs();
    const known = words[code];
    if (known !== undefined) return known;
    return isDatabaseAway(error) ? 'not reachable' : `a write failed (${code === '' ? 'no code' : code})`;
  }

  /** PostgreSQL shows what its connections wait for; another replica's write may be the one in the way. */
  async function whyItHangs(): Promise<string> {
    const looked = run<{ wait: string }>(
      `select concat(wait_event_type, '/', wait_event) as wait from pg_stat_activity
        where application_name = '${probeName}' and pid <> pg_backend_pid()`,
    );
    const unknown: string[] = [];
    const waits = looked.then(
      ({ rows }) => rows.map(({ wait }) => wait),
      () => unknown,
    );
    const seen = await Promise.race([waits, delay(explainWithinMs, unknown, { ref: false })]);
    if (seen.includes('IPC/SyncRep')) return noStandby;
    if (seen.some((wait) => wait.startsWith('Lock/'))) return locked;
    return `no write was committed within ${commitWithinMs / 1000} s`;
  }

  return {
    check: async () => {
      const now = performance.now();
      if (underWay === null && now - writtenAt < writeEveryMs) return look();
      // One that hangs is waited for by everybody: another one would only hang as well.
      underWay ??= { since: now, result: writeNow() };
      const { since, result } = underWay;
      const late = delay(Math.max(0, since + commitWithinMs - now), 'late' as const, { ref: false });
      const first = await Promise.race([result, late]);
      return first === 'late' ? whyItHangs() : first;
    },
    close: async () => {
      // A commit that hangs holds up no stop.
      for (const client of busy) client.release(true);
      busy.clear();
      await close();
    },
  };
}

const readOnly =
  'read-only: a standby that was not promoted, or default_transaction_read_only is on; see that the address leads to the primary';
const noStandby =
  'commits wait for a synchronous standby that does not answer; see synchronous_standby_names';
const locked = `a write waits for a lock for more than ${commitWithinMs / 1000} s`;
/** A query that took too long, or a lock that was not to be had. */
const waitedInVain: readonly string[] = ['57014', '55P03'];
const words: Readonly<Record<string, string>> = {
  '25006': readOnly,
  '28000': 'the user or the password is refused',
  '28P01': 'the user or the password is refused',
  '42501': 'the user may not write',
  '53100': 'the disk is full',
  '53300': 'no connection is left; see max_connections',
  '57P03': 'starting or shutting down',
};
