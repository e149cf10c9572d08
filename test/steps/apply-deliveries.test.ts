import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseMerchants } from '../../src/config/merchants.ts';
import { connect, type OpenDatabase } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { applyDeliveries } from '../../src/steps/apply-deliveries.ts';
import { noTracing } from '../../src/tracing/tracing.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { testPace } from '../support/service.ts';

const log = pino({ level: 'silent' });
let database: FreshDatabase;
let connection: OpenDatabase;

beforeEach(async () => {
  database = await freshDatabase();
  connection = connect(database.url, { log });
  await migrate(connection.db, log);
  await connection.pool.query(`insert into deliveries
      (merchant, source, key, body, part, result, events, received_at)
    select merchant, 'loop', n::text, '', 0, 'accepted', '[]', now()
    from unnest(array['acme', 'zenith']) as merchant, generate_series(1, 5) as n`);
});
afterEach(async () => {
  await connection.close();
  await database.drop();
});

const keys = ['acme', 'zenith'].flatMap((merchant) =>
  ['1', '2', '3', '4', '5'].map((key) => ({ merchant, source: 'loop' as const, key })),
);

function apply(): Promise<void> {
  const entry = (slug: string) =>
    `  ${slug}: { loop: { apiKey: a, webhookSecret: b }, masonhub: { account: c, apiToken: d, callbackToken: e }, refunds: false }`;
  const merchants = parseMerchants(
    `merchants:\n${entry('acme')}\n${entry('zenith')}\n`,
    {},
    'merchants.yaml',
  );
  const context = {
    db: connection.db,
    enqueueSteps: async () => {},
    enqueueAlerts: async () => {},
    connections: {
      callAs: () => () => Promise.reject(new Error('Nothing is sent')),
      untilOpen: async () => true,
    },
    now: () => new Date(),
    log,
    pace: testPace,
    observer: { step: () => {}, advanced: () => {} },
    tracing: noTracing,
  };
  return applyDeliveries(context, merchants, keys);
}

/** Counts how often it is tried; what a sequence has counted is not undone. */
async function refuse(condition: string, code: string): Promise<void> {
  await connection.pool.query(`create sequence tries;
    create function refuse() returns trigger language plpgsql as $$
      begin
        perform nextval('tries');
        raise exception 'refused' using errcode = '${code}';
      end $$;
    create trigger broken before update on deliveries
      for each row when (${condition}) execute function refuse()`);
}

async function applied(): Promise<string[]> {
  const { rows } = await connection.pool.query<{ name: string }>(
    `select merchant || ' ' || key as name from deliveries where applied_at is not null order by 1`,
  );
  return rows.map(({ name }) => name);
}
const allOf = (merchant: string) =>
  keys.filter((one) => one.merchant === merchant).map(({ key }) => `${merchant} ${key}`);

test('where one merchant is out of reach the others are applied, and none of that merchant is tried by itself', async () => {
  await refuse(`new.merchant = 'zenith'`, '08006');
  await expect(apply()).rejects.toThrow('refused');
  expect(await applied()).toEqual(allOf('acme'));
  const { rows } = await connection.pool.query('select last_value::int as tries from tries');
  // Once together with the others, and then as often as a transaction is repeated.
  expect(rows[0]?.tries).toBeLessThanOrEqual(7);
});

test('one that cannot be applied holds back no other, of its own merchant or of another', async () => {
  await refuse(`new.merchant = 'zenith' and new.key = '3'`, 'P0001');
  await expect(apply()).rejects.toThrow('refused');
  expect(await applied()).toEqual([
    ...allOf('acme'),
    ...allOf('zenith').filter((name) => name !== 'zenith 3'),
  ]);
});
