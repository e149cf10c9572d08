import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { askFor, auditOf, begin, causeOf, look, stuckReturns, untilEnded } from './asking.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const machine = { who: 'ops token', by: 'token', address: '127.0.0.1', merchant: 'acme' };

describe('twelve returns that are stuck on one SKU', () => {
  it('all go on once MasonHub knows it, each with its answer, and who asked is written down', async () => {
    const other = await stuckReturns(world, 'OTHER-1', 1);
    const { ids, teach } = await stuckReturns(world, 'GONE-12', 12);
    teach();
    const chosen = { merchant: 'acme', cause: await causeOf(world, 'GONE-12') };
    const id = await begin(world, chosen);
    const ended = await untilEnded(world, id);
    for (const one of ids) await world.untilStatus(one, 'open');
    expect(ended).toMatchObject({
      state: 'done',
      who: 'ops token',
      asked: chosen,
      total: 12,
      counts: { waiting: 0, retried: 12, 'nothing-failed': 0, stopped: 0 },
      secondsLeft: null,
      nextCursor: null,
    });
    const { items } = await look(world, id);
    expect(items.map(({ loopReturnId }) => loopReturnId).sort()).toEqual(ids.toSorted());
    for (const item of items) {
      expect(item).toMatchObject({ merchant: 'acme', state: 'retried', status: 'open' });
      expect(item.settledAt).not.toBeNull();
    }
    expect(await world.statusOf(other.ids[0] ?? '')).toBe('attention');

    const subject = `merchant acme, cause ${chosen.cause}`;
    const others = { 'needs-a-look': 0, 'nothing-failed': 0, unknown: 0, 'no-merchant': 0 };
    const answers = { retried: 12, ...others, failed: 0, stopped: 0 };
    expect(await auditOf(world, 'bulk-retry')).toEqual([
      { ...machine, subject, result: 'begun', details: { bulkRetry: id, total: 12 } },
      { ...machine, subject, result: 'done', details: { bulkRetry: id, ...answers } },
    ]);
    const single = await auditOf(world, 'retry');
    expect(single.map((entry) => entry['subject']).sort()).toEqual(ids.toSorted());
    for (const entry of single)
      expect(entry).toMatchObject({ ...machine, result: 'retried', details: { bulkRetry: id } });
  });
});

describe('returns that need no attention', () => {
  it('are left out, and nothing is written down of them', async () => {
    const { ids, teach } = await stuckReturns(world, 'HALF-1', 2);
    teach();
    const [well = '', stuck = ''] = ids;
    await world.retry(well);
    await world.untilStatus(well, 'open');
    const before = await world.returnOf(well);
    const { items, total } = await untilEnded(world, await begin(world, { q: 'half-1' }));
    expect(total).toBe(1);
    const answers = Object.fromEntries(items.map(({ loopReturnId, state }) => [loopReturnId, state]));
    expect(answers).toEqual({ [stuck]: 'retried' });
    await world.untilStatus(stuck, 'open');
    expect(await world.returnOf(well)).toEqual(before);
    const entries = await auditOf(world, 'retry');
    expect(entries.filter(({ subject }) => subject === well).map(({ result }) => result)).toEqual([
      'retried',
    ]);
    const none = await askFor(world, { q: 'half-1', status: 'open' });
    expect(none).toMatchObject({ status: 404, json: { error: { code: 'no_such_return' } } });
  });
});

describe('a bulk retry', () => {
  it('that does not say which returns it means is refused, and so is one that means none', async () => {
    const refused = await askFor(world, {});
    expect(refused).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
    expect(refused.text).toContain('merchant, status, q, cause, decision, overdue, differs, from, to');
    expect(await askFor(world, { dated: 'created' })).toMatchObject({ status: 400 });
    expect(await askFor(world, { sort: 'newest' })).toMatchObject({ status: 400 });
    for (const q of ['#', ' # ', '\u0000']) expect(await askFor(world, { q })).toMatchObject({ status: 400 });
    expect(await askFor(world, { stauts: 'attention' })).toMatchObject({ status: 400 });
    const none = await askFor(world, { q: 'nowhere' });
    expect(none).toMatchObject({ status: 404, json: { error: { code: 'no_such_return' } } });
  });

  it('that is not there is answered with 404', async () => {
    const error = { status: 404, json: { error: { code: 'no_such_retry' } } };
    expect(await world.api('/api/retries/none')).toMatchObject(error);
    expect(await world.api('/api/retries/none/stop', { method: 'POST' })).toMatchObject(error);
  });

  it('is among the latest, the newest first', async () => {
    await stuckReturns(world, 'EARLIER-1', 1);
    await stuckReturns(world, 'LATEST-1', 1);
    const first = await begin(world, { q: 'EARLIER-1' });
    const second = await begin(world, { q: 'LATEST-1' });
    await untilEnded(world, second);
    const { json } = await world.api('/api/retries');
    expect(json).toMatchObject({
      retries: expect.arrayContaining([
        expect.objectContaining({ id: second, total: 1, asked: { q: 'LATEST-1' } }),
      ]),
    });
    expect(JSON.stringify(json).indexOf(second)).toBeLessThan(JSON.stringify(json).indexOf(first));
  });

  it('begins and ends with a line in the log, and each return has the line of its retry', async () => {
    const { ids, teach } = await stuckReturns(world, 'LOGGED-1', 2);
    teach();
    const id = await begin(world, { q: 'LOGGED-1' });
    await untilEnded(world, id);
    const of = (msg: string) => world.log.filter((line) => line.msg === msg && line['bulkRetry'] === id);
    expect(of('a bulk retry began')).toEqual([expect.objectContaining({ who: 'ops token', total: 2 })]);
    expect(of('a bulk retry ended')).toEqual([expect.objectContaining({ retried: 2, stopped: 0 })]);
    for (const loopReturnId of ids) {
      expect(world.log).toContainEqual(
        expect.objectContaining({ msg: 'a return moved on', return: loopReturnId, event: 'retryRequested' }),
      );
    }
  });

  it('counts what comes of each return in the metrics', async () => {
    const { text } = await world.api('/metrics');
    expect(text).toMatch(/^masonhub_loop_bulk_retried_total\{result="retried"\} [1-9]\d*$/m);
    expect(text).toMatch(/^masonhub_loop_bulk_retried_total\{result="failed"\} 0$/m);
  });
});

describe('at a slow pace', () => {
  it('is shown in pages, can be stopped, and leaves the rest as it is', async () => {
    await using slow = await startWorld({ pace: { bulkRetriesPerSecond: 1 } });
    const { ids, teach } = await stuckReturns(slow, 'SLOW-1', 101);
    teach();
    const id = await begin(slow, { merchant: 'acme' });
    await until(
      async () => (await look(slow, id)).counts.retried > 0,
      () => 'the first return to be retried',
    );
    const running = await look(slow, id);
    expect(running).toMatchObject({ state: 'running', endedAt: null, items: { length: 100 } });
    expect(running.secondsLeft).toBeGreaterThan(50);
    const rest = await look(slow, id, running.nextCursor ?? '');
    expect(rest).toMatchObject({ items: { length: 1 }, nextCursor: null });
    expect([...running.items, ...rest.items].map(({ loopReturnId }) => loopReturnId).sort()).toEqual(
      ids.toSorted(),
    );

    const stop = () => slow.api(`/api/retries/${id}/stop`, { method: 'POST' });
    expect(await stop()).toMatchObject({ status: 200, json: { status: 'stopped' } });
    const stopped = await untilEnded(slow, id);
    expect(stopped).toMatchObject({ state: 'stopped', stoppedBy: 'ops token', counts: { waiting: 0 } });
    expect(stopped.counts.stopped).toBeGreaterThan(50);
    expect(stopped.counts.stopped + stopped.counts.retried).toBe(101);
    expect(await stop()).toMatchObject({ status: 409, json: { error: { code: 'retry_is_over' } } });
    await slow.untilQuiet();
    const [row] = await slow.query(`select count(*)::int as left from returns where status = 'attention'`);
    expect(row).toEqual({ left: stopped.counts.stopped });
    expect((await auditOf(slow, 'bulk-retry')).map(({ result }) => result)).toEqual([
      'begun',
      'stopped',
      'done',
    ]);
  });
});
