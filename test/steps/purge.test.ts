import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { purge } from '../../src/steps/purge.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const day = 86_400_000;

/** A world whose own purge, at its start, is over. */
async function startQuietWorld(): Promise<World> {
  const world = await startWorld();
  await until(
    () => world.log.some(({ msg }) => msg === 'old deliveries were deleted'),
    () => 'the first purge',
  );
  return world;
}
const log = pino({ level: 'silent' });

test('raw deliveries go once they are older than the retention, and the returns they told of stay', async () => {
  await using world = await startQuietWorld();
  const id = await world.open([{ sku: 'TEE-1' }]);
  const other = await world.open([{ sku: 'TEE-2' }]);
  await world.untilQuiet();
  await world.query(
    `update deliveries set received_at = now() - interval '31 days' where events::text like $1`,
    [`%${id}%`],
  );
  await until(
    async () => (await world.query('select 1 from vendor_calls')).length === 2,
    () => 'both calls to be written down',
  );
  await world.query(`update vendor_calls set at = now() - interval '31 days' where loop_return_id = $1`, [
    id,
  ]);
  const { db, close } = connect(world.databaseUrl, { log });
  const deleted = await purge({ db, log, now: () => new Date() }, 30 * day);
  await close();

  expect(deleted).toBeGreaterThan(0);
  const calls = await world.query('select loop_return_id as id from vendor_calls');
  expect(calls).toEqual([{ id: other }]);
  const left = await world.query('select events::text as told from deliveries');
  expect(left.every((row) => String(row['told']).includes(other))).toBe(true);
  expect(left.length).toBeGreaterThan(0);
  expect(await world.statusOf(id)).toBe('open');
});

test('a delivery that has not been applied yet is kept, however old; what was never understood goes', async () => {
  await using world = await startQuietWorld();
  const insert = (key: string, result: string) =>
    world.query(
      `insert into deliveries (merchant, source, key, body, part, result, received_at)
       values ('acme', 'loop', $1, '{}', 0, $2, now() - interval '400 days')`,
      [key, result],
    );
  await insert('waits', 'accepted');
  await insert('not understood', 'rejected');
  await insert('no concern', 'ignored');
  const { db, close } = connect(world.databaseUrl, { log });
  await purge({ db, log, now: () => new Date() }, 30 * day);
  await close();

  expect(await world.query('select key from deliveries')).toEqual([{ key: 'waits' }]);
});

test('more deliveries than fit into one batch are all deleted', async () => {
  await using world = await startQuietWorld();
  await world.query(
    `insert into deliveries (merchant, source, key, body, part, result, received_at, applied_at)
     select 'acme', 'loop', 'old ' || n, '{}', 0, 'accepted', now() - interval '40 days', now()
     from generate_series(1, 1234) as n`,
  );
  const { db, close } = connect(world.databaseUrl, { log });
  expect(await purge({ db, log, now: () => new Date() }, 30 * day)).toBe(1234);
  await close();
});

test('the deliveries of every merchant go, also of one who has left the merchants file', async () => {
  await using world = await startQuietWorld();
  await world.query(
    `insert into deliveries (merchant, source, key, body, part, result, received_at, applied_at)
     select merchant, 'loop', 'old', '{}', 0, 'accepted', now() - interval '40 days', now()
     from unnest(array['acme', 'gone', 'zenith']) as merchant`,
  );
  const { db, close } = connect(world.databaseUrl, { log });
  expect(await purge({ db, log, now: () => new Date() }, 30 * day)).toBe(3);
  await close();
});

test('a bulk retry that ended longer ago goes with all its answers, and one that runs stays', async () => {
  await using world = await startQuietWorld();
  const insert = async (id: string, ended: string | null) => {
    await world.query(
      `insert into bulk_retries (id, who, by, address, asked, created_at, total, ended_at)
       values ($1, 'anna', 'password', '192.0.2.7', '{}', now() - interval '40 days', 1002, $2::timestamptz)`,
      [id, ended],
    );
    await world.query(
      `insert into bulk_retry_items (merchant, bulk_retry, loop_return_id, created_at, state, settled_at)
       select merchant, $1, n, now(), 'retried', now()
       from unnest(array['acme', 'gone']) as merchant, generate_series(1, 501) as n`,
      [id],
    );
  };
  const daysAgo = (days: number) => new Date(Date.now() - days * day).toISOString();
  await insert('old', daysAgo(31));
  await insert('young', daysAgo(29));
  await insert('running', null);
  const { db, close } = connect(world.databaseUrl, { log });
  await purge({ db, log, now: () => new Date() }, 30 * day);
  await close();

  const left = [{ id: 'running' }, { id: 'young' }];
  expect(await world.query('select id from bulk_retries order by id')).toEqual(left);
  expect(
    await world.query('select bulk_retry as id from bulk_retry_items group by bulk_retry order by id'),
  ).toEqual(left);
});
