import pg from 'pg';
import { withClient } from '../database.ts';
import { median } from '../rounds.ts';

/** What the database itself can do: rows of 2 kB, each in a commit of its own. */
export interface Commits {
  readonly medianMs: number;
  /** On one connection, in a second. */
  readonly alone: number;
  /** On twenty connections, in a second. */
  readonly together: number;
}

const insert = { name: 'insert', text: 'insert into commits (body) values ($1)' };
const body = Buffer.alloc(2_000, 'x');
const manyConnections = 20;

export async function measureCommits(databaseUrl: string): Promise<Commits> {
  return withClient(databaseUrl, async (client) => {
    await client.query('create table if not exists commits (id bigserial primary key, body bytea not null)');
    const times: number[] = [];
    const aloneFrom = performance.now();
    while (performance.now() - aloneFrom < 500) {
      const from = performance.now();
      await client.query({ ...insert, values: [body] });
      times.push(performance.now() - from);
    }
    const alone = (times.length * 1000) / (performance.now() - aloneFrom);
    return { medianMs: median(times), alone, together: await onMany(databaseUrl) };
  });
}

async function onMany(databaseUrl: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: manyConnections });
  const clients = await Promise.all(Array.from({ length: manyConnections }, () => pool.connect()));
  let commits = 0;
  const from = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - from < 1_000) {
        await client.query({ ...insert, values: [body] });
        commits += 1;
      }
      client.release();
    }),
  );
  const seconds = (performance.now() - from) / 1000;
  await pool.end();
  return commits / seconds;
}
