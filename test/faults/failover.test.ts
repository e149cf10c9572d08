import pg from 'pg';
import { expect, test } from 'vitest';
import { startPair } from '../replicas/pair.ts';
import { deadlineIn, holds } from './deadline.ts';
import { keptFolder } from './folder.ts';
import { startWorld } from './world.ts';

/** A small run of `npm run faults -- --failover`, in which nothing else goes wrong. */
const returns = 12;
const boundMs = 150_000;

test('a primary that is killed while returns are under way loses none, and none is refunded twice', async () => {
  await using folder = await keptFolder('failover');
  folder.isKept = false;
  await using closing = new AsyncDisposableStack();
  const pace = { pollingSeconds: 0.5, longestRetryDelaySeconds: 2, askClosedAfterSeconds: 2 };
  const settings = { pollIntervalMs: 3_000, retentionMs: 86_400_000, pace } as const;
  const world = await startWorld(folder.path, settings, closing, undefined, startPair);
  await Promise.all(world.replicas.map((replica) => replica.untilReady()));
  const { loop, masonhub } = world.vendorsOf('acme');
  const deadline = deadlineIn(boundMs);

  const goThrough = async () => {
    const id = await loop.createReturn({ items: [{ sku: 'TEE-RED-M' }] });
    if (!(await holds(() => masonhub.rmas.has(id), deadline))) return id;
    await masonhub.receive(id);
    await holds(() => loop.returns.get(id)?.state === 'closed', deadline);
    return id;
  };
  const before = Array.from({ length: returns / 2 }, goThrough);
  expect(await holds(() => masonhub.rmas.size > 0, deadline)).toBe(true);
  const outage = world.postgres.outage('immediate', 500);
  const after = Array.from({ length: returns / 2 }, goThrough);
  const ids = await Promise.all([...before, ...after]);
  await outage;

  const statusOf = async (id: string) => {
    const known = await world.ask('acme', id);
    return known === null || known === 'unreachable' ? known : known.status;
  };
  for (const id of ids) {
    expect(await holds(async () => (await statusOf(id)) === 'processed', deadline), id).toBe(true);
    expect(loop.returns.get(id)?.processedTimes).toBe(1);
  }
  expect(masonhub.rmas.size).toBe(returns);
  expect(await serverOf(world.postgres.url)).toEqual({ timeline: '00000002', standby: 'sync' });
}, 300_000);

/** Which server leads: each promotion begins a new timeline. */
async function serverOf(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline, sync_state as standby
        from pg_stat_replication`,
    );
    return rows[0];
  } finally {
    await client.end();
  }
}
