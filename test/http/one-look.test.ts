import pg from 'pg';
import { expect, test } from 'vitest';
import { startQuietly } from '../life/worlds.ts';
import { until } from '../support/until.ts';

test('however many ask for readiness while the list of connections hangs, it is looked up once', async () => {
  // The pulls at the start read the same table.
  await using world = await startQuietly();
  await world.untilQuiet();
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('lock table connections in access exclusive mode');
    const asked = Promise.all(Array.from({ length: 5 }, () => world.api('/health/ready')));
    const waiting = `select from pg_stat_activity where datname = current_database()
      and wait_event_type = 'Lock' and query like '%"connections"%'`;
    const count = async () => (await world.query(waiting)).length;
    await until(
      async () => (await count()) === 1,
      () => 'the one look',
    );
    const answers = await asked;
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    for (const { json } of answers) expect(json).not.toHaveProperty('paused');
    expect(await count()).toBe(1);
  } finally {
    await client.query('rollback');
    await client.end();
  }
});
