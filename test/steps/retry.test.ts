import pg from 'pg';
import { expect, test } from 'vitest';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

test('a retry of a return that gets well at that moment is answered and written down as what it was', async () => {
  await using world = await startWorld();
  world.masonhub.refuseSku('SCARF');
  const id = await world.loop.createReturn({ items: [{ sku: 'SCARF' }] });
  await world.untilStatus(id, 'attention');
  await world.untilQuiet();
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`update returns set problem = null, status = 'pending'`);
    const retry = world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' });
    const waiting = `select from pg_stat_activity where datname = current_database()
      and wait_event_type = 'Lock' and query like '%"returns"%for update%'`;
    await until(
      async () => (await world.query(waiting)).length === 1,
      () => 'the retry to wait for the return',
    );
    await client.query('commit');
    expect(await retry).toMatchObject({ status: 409, json: { error: { code: 'nothing_to_retry' } } });
    expect(await world.query('select action, result from audit')).toEqual([
      { action: 'retry', result: 'nothing failed' },
    ]);
  } finally {
    await client.end();
  }
});
