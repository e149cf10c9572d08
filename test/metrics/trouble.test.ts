import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { scrape, untilScrape } from './scrape.ts';

/** What the metrics show of returns that wait, and of a service in trouble. */

const own = 'masonhub_loop_';

describe.concurrent('a return that waits at the warehouse', () => {
  const accepted = `${own}message_accepted_duration_seconds`;
  /** Lets a week go by since all that a return has seen so far; what is due by then is taken up. */
  const letAWeekGoBy = async (here: World, id: string) => {
    await here.untilQuiet();
    const back = "interval '7 days'";
    await here.query(`update return_events set at = at - ${back} where loop_return_id = $1`, [id]);
    await here.query(`update deliveries set received_at = received_at - ${back}`);
    await here.query(
      `update returns set wait = jsonb_set(wait, '{since}', to_jsonb(
        to_char((wait ->> 'since')::timestamptz at time zone 'UTC' - ${back}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))`,
    );
    await here.query(`update pgboss.job set start_after = now() where data ->> 'loopReturnId' = $1`, [id]);
  };

  it('is counted as inspecting, and its refund is timed from the receipt that decides', async () => {
    await using here = await startWorld({ merchants: { acme: { receipts: { waitFor: '30d' } } } });
    const id = await here.open([{ sku: 'TEE-1' }]);
    await here.masonhub.receive(id, [{ sku: 'TEE-1', status: 'qc' }]);
    await untilScrape((one) => one.value(`${own}returns`, { status: 'inspecting' }) === 1, here);
    await letAWeekGoBy(here, id);
    await here.masonhub.receive(id);
    await here.untilStatus(id, 'processed');
    const now = await untilScrape((one) => one.value(`${accepted}_count`) === 1, here);
    expect(now.value(`${accepted}_bucket`, { message: 'process', le: '86400' })).toBe(1);
  });

  it('has its flag timed from the end of the time that it was given', async () => {
    await using here = await startWorld();
    const id = await here.open([{ sku: 'TEE-1' }]);
    await here.masonhub.receive(id, [{ sku: 'TEE-1', status: 'qc' }]);
    await here.untilStatus(id, 'inspecting');
    await letAWeekGoBy(here, id);
    await here.untilStatus(id, 'flagged');
    const now = await untilScrape((one) => one.value(`${accepted}_count`) === 1, here);
    expect(now.value(`${accepted}_bucket`, { message: 'flag', le: '86400' })).toBe(1);
  });
});

describe.concurrent('the numbers of a service in trouble', () => {
  it('show a connection that is paused, and steps that wait for it', async () => {
    await using here = await startWorld();
    await here.untilQuiet();
    here.masonhub.revokeKey(true);
    await here.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const labels = { merchant: 'acme', vendor: 'masonhub', state: 'refused' };
    await untilScrape((one) => one.value(`${own}connection_paused`, labels) === 1, here);
    await untilScrape(
      (one) => (one.value(`${own}steps_total`, { step: 'rma', result: 'paused' }) ?? 0) > 0,
      here,
    );
    here.masonhub.revokeKey(false);
    await untilScrape((one) => one.value(`${own}connection_paused`, labels) === 0, here);
  });

  it('come also while the database is away, and say so', async () => {
    await using here = await startWorld();
    await untilScrape((one) => one.value(`${own}ready`, { check: 'database' }) === 1, here);
    await here.cutDatabase();
    // What was looked up in the moment before is still told for some seconds.
    await untilScrape(
      (one) => one.value(`${own}ready`, { check: 'database' }) === 0 && one.value(`${own}returns`) === null,
      here,
    );
    await here.mendDatabase();
    await untilScrape((one) => one.value(`${own}ready`, { check: 'database' }) === 1, here);
  });

  it('come also while it cannot be measured how long returns took', async () => {
    await using here = await startWorld();
    await here.open([{ sku: 'TEE-1' }]);
    await here.untilQuiet();
    const client = new pg.Client({ connectionString: here.databaseUrl });
    await client.connect();
    try {
      await client.query('begin; lock table return_events in access exclusive mode');
      const told = await scrape(here);
      expect(told.value(`${own}deliveries_total`, { result: 'accepted' })).toBeGreaterThan(0);
      // It was answered without what is still waited for.
      const waiting = await client.query(`select from pg_stat_activity where wait_event_type = 'Lock'
        and datname = current_database() and query like '%return_events%'`);
      expect(waiting.rowCount).toBe(1);
    } finally {
      await client.end();
    }
    await untilScrape((one) => one.value(`${own}rma_open_duration_seconds_count`) === 1, here);
  });

  it('are those of one service: another in the same process has its own', async () => {
    await using here = await startWorld();
    await until(
      async () => ((await scrape(here)).value(`${own}polls_total`, { result: 'done' }) ?? 0) === 2,
      () => 'both polls',
    );
    expect((await scrape(here)).value(`${own}deliveries_total`)).toBe(0);
  });
});
