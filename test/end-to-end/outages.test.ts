import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../src/stand-ins/desk.ts';
import { type StandInMasonHub, startStandInMasonHub } from '../../src/stand-ins/masonhub/stand-in.ts';
import { freePort } from '../support/free-port.ts';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

// Each test has a world of its own, so they can wait for their retries side by side.
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));
const down = { status: 503, html: '<h1>Service Unavailable</h1>' } satisfies ScriptedAnswer;
const batchesOf = (masonhub: StandInMasonHub) =>
  masonhub.calls.filter(({ name }) => name === 'create').map(({ records }) => records?.length ?? 0);

describe.concurrent('while MasonHub is down', () => {
  it('returns wait, and are then opened in requests of 30 records at most', async () => {
    const port = await freePort();
    await using world = await startWorld({
      merchants: { acme: { masonhub: { port } } },
      pace: { tries: 100, retryDelaySeconds: 1, longestRetryDelaySeconds: 1 },
    });
    const { slug: account, apiToken, callbackToken } = world.vendors;
    await world.masonhub.close();
    const ids = await Promise.all(times(65, () => world.loop.createReturn({ items: [{ sku: 'TEE-1' }] })));
    for (const id of ids) await world.untilStatus(id, 'pending');

    const back = await startStandInMasonHub({ account, apiToken, callbackToken, callbackUrl: null, port });
    try {
      for (const id of ids) await world.untilStatus(id, 'open');
      expect([...back.rmas.keys()].sort()).toEqual([...ids].sort());
      expect(Math.max(...batchesOf(back))).toBeLessThanOrEqual(30);
      expect(batchesOf(back).reduce((sum, size) => sum + size, 0)).toBe(65);
      expect(batchesOf(back).length).toBeLessThan(65);
    } finally {
      await back.close();
    }
  });

  it.each<[string, ScriptedAnswer]>([
    ['a 500', { status: 500, body: { message: 'Internal error.' } }],
    ['a 503 with a page', down],
    ['a 429', { status: 429, body: { message: 'Too many requests.' }, headers: { 'retry-after': '1' } }],
    ['a page with status 200', { html: '<h1>Maintenance</h1>' }],
    ['an empty answer', { status: 200 }],
    ['a broken connection', 'drop'],
    ['a broken connection after the work', 'work-then-drop'],
  ])('%s is not the end: the return is opened once', async (_what, answer) => {
    await using world = await startWorld();
    world.masonhub.answerNext('create', answer);
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
    expect(world.masonhub.rmas.size).toBe(1);
    expect(world.masonhub.rmas.get(id)?.version).toBe(1);
  });

  it('until the last try, a person has to look, and the retry takes it up', async () => {
    await using world = await startWorld();
    world.masonhub.answerNext('create', down, down, down);
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('MasonHub');
    expect(reason).toContain('503');
    await world.untilQuiet();
    await world.retry(id);
    await world.untilStatus(id, 'open');
    expect(world.masonhub.rmas.has(id)).toBe(true);
  });

  it('a receipt of an RMA whose answer was lost is decided once MasonHub shows that RMA', async () => {
    await using world = await startWorld({ pace: { tries: 100 } });
    world.masonhub.answerNext('create', 'work-then-drop');
    world.masonhub.answerNext('find', down, down);
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'pending');
    await until(
      () => world.masonhub.rmas.has(id),
      () => `the RMA ${id}`,
    );
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(world.masonhub.rmas.size).toBe(1);
  });
});

describe.concurrent('a record that MasonHub does not take', () => {
  it('needs attention, and the reason names the SKU; after the fix the retry opens it', async () => {
    await using world = await startWorld();
    const accept = world.masonhub.refuseSku('GONE-1');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('SKU not found');
    expect(reason).toContain('GONE-1');
    accept();
    await world.retry(id);
    await world.untilStatus(id, 'open');
    expect(await world.returnOf(id)).toMatchObject({ reason: null });
  });

  it.each([false, true])('holds back no other; one 400 for the whole batch: %s', async (wholeBatchErrors) => {
    await using world = await startWorld();
    world.masonhub.wholeBatchErrors = wholeBatchErrors;
    world.masonhub.refuseSku('GONE-1');
    const skus = times(12, (index) => (index === 5 ? 'GONE-1' : 'TEE-1'));
    const ids = await Promise.all(skus.map((sku) => world.loop.createReturn({ items: [{ sku }] })));
    for (const [index, id] of ids.entries())
      await world.untilStatus(id, skus[index] === 'GONE-1' ? 'attention' : 'open');
    expect(world.masonhub.rmas.size).toBe(11);
  });

  it('because its number is taken by another RMA needs attention, and changes nothing there', async () => {
    await using world = await startWorld();
    const id = '77000001';
    const record = {
      customer_identifier: id,
      generate_return_label: false,
      package_id: '12345',
      return_type: 'rma_submitted_by_customer',
      line_items: [
        { customer_sku_id: 'MUG-9', quantity: 1, return_reason_code: 'other', return_inventory_status: 'qc' },
      ],
    };
    await fetch(`${world.masonhub.url}/rmas`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.vendors.apiToken}` },
      body: JSON.stringify([record]),
    });
    await world.loop.createReturn({ id, items: [{ sku: 'TEE-1' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(id);
    expect(world.masonhub.rmas.get(id)).toMatchObject({ version: 1, lines: [{ sku: 'MUG-9' }] });
  });
});

describe.concurrent('while Loop is down', () => {
  it('until the last try, a person has to look, and the retry takes it up', async () => {
    await using world = await startWorld();
    world.loop.answerNext('process', down, down, down);
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('Loop');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.retry(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
  });
});
