import pg from 'pg';
import { z } from 'zod';
import { types } from '../../src/database/connect.ts';

/** A connection to the real server, in a process of the server's own. */
export interface Backend {
  readonly client: pg.Client;
  readonly pid: number;
  /** How many statements it was asked. */
  asked: number;
  query(text: string, values: unknown[]): Promise<pg.QueryResult>;
  /** Its process does nothing until it is to go on. */
  pause(): void;
  resume(): void;
}

export const tables = [
  'blind_parcels',
  'connections',
  'polls',
  'deliveries',
  'returns',
  'outcomes',
  'return_events',
  'return_terms',
  'vendor_calls',
];
const pidRow = z.tuple([z.object({ pid: z.number() })]);
const pidRows = z.array(z.object({ pid: z.number() }));

/** Deleting is quicker than truncating, and leaves a little behind each time. */
const truncateEvery = 40;

/** The real connections of a simulation, used again by one seed after the other. */
export class Backends {
  readonly #url: string;
  readonly #onOpen: (pid: number) => void;
  readonly #plain: Backend[] = [];
  readonly #begun: Backend[] = [];
  readonly #all: Backend[] = [];
  readonly #paused = new Set<Backend>();
  #eye: Backend | null = null;
  #emptied = 0;

  /** @param onOpen hears of each process of the server that works for this simulation */
  constructor(url: string, onOpen: (pid: number) => void) {
    this.#url = url;
    this.#onOpen = onOpen;
    // A process that stands still would not hear that its server stops.
    process.once('exit', () => {
      for (const backend of this.#paused) backend.resume();
    });
  }

  /** One that is in no transaction. */
  async take(): Promise<Backend> {
    return this.#plain.pop() ?? this.#open();
  }

  /** One that is in a transaction in which nothing has happened yet. */
  async takeBegun(): Promise<Backend> {
    const known = this.#begun.pop();
    if (known !== undefined) return known;
    const made = await this.#open();
    await made.client.query('begin');
    return made;
  }

  giveBack(backend: Backend, as: 'plain' | 'begun'): void {
    (as === 'plain' ? this.#plain : this.#begun).push(backend);
  }

  /** A connection that only looks. */
  async eye(): Promise<Backend> {
    this.#eye ??= await this.#open();
    return this.#eye;
  }

  async blockersOf({ pid }: Backend): Promise<readonly number[]> {
    const { rows } = await (await this.eye()).query('select unnest(pg_blocking_pids($1)) as pid', [pid]);
    return pidRows.parse(rows).map((row) => row.pid);
  }

  /** Those that wait for nobody. */
  async unblockedOf(pids: readonly number[]): Promise<readonly number[]> {
    const { rows } = await (await this.eye()).query(
      'select pid from unnest($1::int[]) pid where cardinality(pg_blocking_pids(pid)) = 0',
      [pids],
    );
    return pidRows.parse(rows).map((row) => row.pid);
  }

  async cancel({ pid }: Backend): Promise<void> {
    await (await this.eye()).query('select pg_cancel_backend($1)', [pid]);
  }

  /** All but the one that only looks: what they were asked so far, and the server's processes for it. */
  ofTheService(): { readonly statements: number; readonly pids: readonly number[] } {
    const all = this.#all.filter((backend) => backend !== this.#eye);
    return {
      statements: all.reduce((sum, { asked }) => sum + asked, 0),
      pids: all.map(({ pid }) => pid),
    };
  }

  /** Takes everything out of the tables. */
  async empty(): Promise<void> {
    const eye = await this.eye();
    this.#emptied += 1;
    if (this.#emptied % truncateEvery === 1) await eye.client.query(`truncate ${tables.join(', ')}`);
    else await eye.client.query(tables.map((table) => `delete from ${table}`).join('; '));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ client }) => client.end()));
  }

  async #open(): Promise<Backend> {
    const client = new pg.Client({ connectionString: this.#url, types });
    await client.connect();
    // Whoever waits for whom is found out here. And one plan is as good as another for so few rows.
    await client.query(`set deadlock_timeout = '1h'; set plan_cache_mode = force_generic_plan`);
    const [{ pid }] = pidRow.parse((await client.query('select pg_backend_pid() as pid')).rows);
    this.#onOpen(pid);
    const names = new Map<string, string>();
    const query = (text: string, values: unknown[]) => {
      const name = names.get(text) ?? `s${names.size}`;
      names.set(text, name);
      return client.query({ name, text, values });
    };
    const backend: Backend = {
      client,
      pid,
      asked: 0,
      query: (text, values) => {
        backend.asked += 1;
        return query(text, values);
      },
      pause: () => {
        process.kill(pid, 'SIGSTOP');
        this.#paused.add(backend);
      },
      resume: () => {
        if (this.#paused.delete(backend)) process.kill(pid, 'SIGCONT');
      },
    };
    this.#all.push(backend);
    return backend;
  }
}
