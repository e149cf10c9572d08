import { describe, expect, it } from 'vitest';
import type { LoopOptions } from '../../src/stand-ins/loop/stand-in.ts';
import { type PayloadStyle, usualStyles } from '../../src/stand-ins/loop/style.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { createInTwo, first, second, tee } from './boxes.ts';

const rmaOf = (world: World, id: string) => world.masonhub.rmas.get(id);
const lists = (world: World) => world.loop.calls.filter(({ name }) => name === 'list');
const answered = (world: World) => lists(world).filter(({ status }) => status === 200);
const stylesOf = (how: PayloadStyle['labels']) => usualStyles.filter(({ labels }) => labels === how);
const timeOf = (text: string | undefined) => Date.parse(text ?? '');

/** Each test has a world of its own, so they can wait for their pulls side by side. Loop's webhooks are lost. */
async function silentWorld(loop: Partial<LoopOptions> = {}): Promise<World> {
  const world = await startWorld({
    pollIntervalMs: 1000,
    merchants: { acme: { returnReasons: { Fit: 'tooBig' }, loop } },
  });
  world.loop.silence();
  await untilPulled(world, 1);
  return world;
}

/** Waits until both vendors were asked so many times more, to the end. */
async function untilPulled(world: World, more: number): Promise<void> {
  const pulls = (msg: string) => world.log.filter((line) => line.msg === msg).length;
  const messages = ['Loop was asked for what changed', 'MasonHub was asked for receipts'];
  const before = more === 1 ? [0, 0] : messages.map(pulls);
  await until(
    () => messages.every((msg, index) => pulls(msg) >= (before[index] ?? 0) + more),
    () => `${more} pulls`,
  );
}

describe.concurrent('a return whose webhooks never came', () => {
  it('is found by the pull, its items by its details, and goes the same way to its end', async () => {
    await using world = await silentWorld();
    const id = await world.loop.createReturn({ items: [{ ...tee, reason: 'Too big' }, tee] });
    await world.untilStatus(id, 'open');
    expect(rmaOf(world, id)?.lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(2);
    const [label] = world.loop.returns.get(id)?.labels ?? [];
    expect(rmaOf(world, id)?.record).toMatchObject({ package_id: label?.trackingNumber });
    expect(world.loop.calls.map(({ name }) => name)).toContain('details');
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is taken as the list shows it where that has its line items', async () => {
    await using world = await silentWorld();
    const id = await world.loop.createReturn({ items: [tee] });
    const row = world.loop.payloadOf(id, 'return.updated');
    const before = world.loop.calls.length;
    world.loop.answerNext('list', { body: [row] });
    await world.untilStatus(id, 'open');
    await untilPulled(world, 2);
    const asked = world.loop.calls.slice(before).map(({ name }) => name);
    expect(new Set(asked)).toEqual(new Set(['list']));
    expect(rmaOf(world, id)?.lines).toMatchObject([{ sku: 'TEE-1', quantity: 1 }]);
  });

  it('has all its parcels known, of which the list shows the newest label alone', async () => {
    await using world = await silentWorld({ styles: stylesOf('list') });
    const id = await createInTwo(world, '88270006');
    await world.untilStatus(id, 'open');
    const isFirst = rmaOf(world, id)?.record['package_id'] === first;
    const [own, other] = isFirst ? [tee, { sku: 'CAP-2' }] : [{ sku: 'CAP-2' }, tee];
    await world.masonhub.receiveBlind(isFirst ? second : first, [other]);
    await world.masonhub.receive(id, [own]);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is found although Loop fails to show another one, which is asked for again by itself', async () => {
    await using world = await silentWorld();
    const [failing, found] = ['88270011', '88270012'];
    world.loop.answerNext('details', { status: 500 }, { status: 500 });
    await world.loop.createReturn({ id: failing, items: [tee] });
    await world.loop.createReturn({ id: found, items: [tee] });
    for (const id of [failing, found]) await world.untilStatus(id, 'open');
  });

  it('is opened once, however often it is pulled', async () => {
    await using world = await silentWorld();
    const id = await world.loop.createReturn({ items: [tee] });
    const { timeline } = await world.untilStatus(id, 'open');
    await untilPulled(world, 2);
    expect((await world.returnOf(id))?.timeline).toEqual(timeline);
    expect(rmaOf(world, id)?.version).toBe(1);
  });

  it('has its label, its changes and its end found in the same way', async () => {
    await using world = await silentWorld();
    const id = await world.loop.createReturn({ items: [tee], label: 'late' });
    await world.untilStatus(id, 'open');
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
    await world.loop.updateReturn(id, { items: [tee, { sku: 'CAP-2' }] });
    await until(
      () =>
        rmaOf(world, id)?.record['package_id'] === '1Z999AA10123456784' &&
        rmaOf(world, id)?.lines.length === 2,
      () => JSON.stringify(rmaOf(world, id)),
    );
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    expect(rmaOf(world, id)?.status).toBe('deleted');
  });
});

describe.concurrent('a pull that shows less of a return than its webhook did', () => {
  it('and nothing that is new leaves it as it is', async () => {
    await using world = await silentWorld();
    world.loop.resume();
    const id = await world.open([tee]);
    const before = await world.returnOf(id);
    await untilPulled(world, 2);
    expect(await world.returnOf(id)).toEqual(before);
  });

  it.each([
    ['list', 'with its date, so that the newer one stands for the parcel', '794600000092'],
    ['top-level', 'the newest alone, so that the elder one has no date', '794600000091'],
  ] as const)('keeps the reasons and labels that were told (%s: each %s)', async (labelsAs, _how, used) => {
    await using world = await silentWorld({ styles: stylesOf(labelsAs) });
    const { loop } = world;
    const item = { ...tee, reason: 'Too long', parentReason: 'Fit' };
    // Made a while ago: Loop dates an edit by whole seconds, and one of the second of the creation is none to a pull.
    const createdAt = new Date(Date.now() - 60_000);
    const id = await loop.createReturn({ items: [item], label: 'late', createdAt });
    await loop.addLabel(id, { carrier: 'UPS', trackingNumber: '794600000091' });
    await loop.addLabel(id, { carrier: 'UPS', trackingNumber: '794600000092' });
    const labels = loop.returns.get(id)?.labels.map((label) => ({ tracking_number: label.trackingNumber }));
    await loop.deliver({ ...loop.payloadOf(id, 'return.created'), labels });
    await world.untilStatus(id, 'open');
    await loop.updateReturn(id, { orderName: '#777' });
    await until(
      async () => (await world.returnOf(id))?.orderName === '#777',
      () => 'the pull of the change',
    );
    await world.untilQuiet();
    expect(rmaOf(world, id)).toMatchObject({
      record: { package_id: used },
      lines: [{ sku: 'TEE-1', reasonCode: 'tooBig' }],
    });
    const known = await world.query(
      `select jsonb_path_query_array(loop, '$.labels[*].trackingNumber') as numbers from returns
        where loop_return_id = $1`,
      [id],
    );
    expect(known).toEqual([{ numbers: expect.arrayContaining(['794600000091', '794600000092']) }]);
  });
});

describe.concurrent('a pull that fails', () => {
  it.each<[string, 'list' | 'asn', { status: number } | 'drop']>([
    ['with a 500', 'list', { status: 500 }],
    ['with a broken connection', 'list', 'drop'],
    ['half way through', 'asn', { status: 503 }],
  ])('(%s) is tried again, and skips nothing', async (_how, call, answer) => {
    await using world = await silentWorld();
    const known = answered(world).at(-1);
    world.loop.answerNext(call, answer);
    const id = await world.loop.createReturn({ items: [tee] });
    await world.untilStatus(id, 'open');
    const next = answered(world).at(-1);
    expect(timeOf(next?.query['from'])).toBeLessThanOrEqual(timeOf(known?.query['to']));
    expect(rmaOf(world, id)?.version).toBe(1);
  });

  it('on its second page keeps the first, and takes the second over at the next try', async () => {
    await using world = await silentWorld();
    const [first, second] = [
      await world.loop.createReturn({ items: [tee], id: '88100001' }),
      await world.loop.createReturn({ items: [tee], id: '88100002' }),
    ];
    const row = world.loop.payloadOf(first, 'return.updated');
    const nextPageUrl = `${world.loop.url}/warehouse/return/list?cursor=abc`;
    world.loop.answerNext('list', { body: { returns: [row], nextPageUrl } }, { status: 500 });
    await world.untilStatus(first, 'open');
    await world.untilStatus(second, 'open');
    expect(lists(world).filter(({ query }) => query['cursor'] === 'abc')).toHaveLength(1);
    expect(rmaOf(world, first)?.version).toBe(1);
  });

  it('of MasonHub is tried again as well', async () => {
    await using world = await silentWorld();
    const id = await world.loop.createReturn({ items: [tee] });
    await world.untilStatus(id, 'open');
    world.masonhub.silence();
    world.masonhub.answerNext('find', { status: 500 }, 'drop');
    await world.masonhub.receive(id);
    world.masonhub.resume();
    await world.untilStatus(id, 'processed');
  });
});

describe.concurrent('how far a pull has come', () => {
  it('is kept in the database, for each vendor, and the next one begins a little before it', async () => {
    await using world = await silentWorld();
    const rows = await world.query('select merchant, source, watermark from polls order by source');
    expect(rows).toMatchObject([
      { merchant: 'acme', source: 'loop', watermark: expect.any(Date) },
      { merchant: 'acme', source: 'masonhub', watermark: expect.any(Date) },
    ]);
    const watermark = new Date(String(rows[0]?.['watermark'])).getTime();
    await untilPulled(world, 2);
    const since = lists(world).filter(({ query }) => timeOf(query['to']) > watermark + 1000);
    expect(timeOf(since[0]?.query['from'])).toBeLessThan(watermark);
    expect(since[0]?.query).toMatchObject({ filter: 'updated_at', paginate: 'true' });
  });
});

describe.concurrent('receipts whose callbacks never came', () => {
  it('stop a refund that has not left where they take back what was good', async () => {
    await using world = await startWorld({ pollIntervalMs: 1000 });
    const id = await world.open([tee]);
    world.loop.revokeKey(true);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'received');
    world.masonhub.silence();
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('The warehouse sent two receipts that differ');
    world.loop.revokeKey(false);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it.each<[string, (world: World, id: string) => Promise<unknown>]>([
    [
      'that an edit holds back',
      async ({ loop }, id) => {
        await loop.updateReturn(id, { items: [tee, { sku: 'CAP-2' }] });
      },
    ],
    [
      'that a cancellation holds back',
      async ({ loop }, id) => {
        await loop.cancelReturn(id);
      },
    ],
  ])('stop a refund %s, and that would leave once it is taken back', async (_what, hold) => {
    await using world = await startWorld({ pollIntervalMs: 1000 });
    const id = await world.open([tee]);
    world.loop.revokeKey(true);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'received');
    await hold(world, id);
    await world.untilStatus(id, 'attention');
    world.masonhub.silence();
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    await until(
      async () => (await world.returnOf(id))?.timeline.some(({ event }) => event === 'receipt.changed'),
      () => 'the correction',
    );
    await world.loop.updateReturn(id, { items: [tee] });
    await world.loop.reopenReturn(id);
    world.loop.revokeKey(false);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    expect(await world.statusOf(id)).toBe('attention');
  });

  it('are found by asking MasonHub, and decided once', async () => {
    await using world = await silentWorld();
    const good = await world.loop.createReturn({ items: [tee] });
    const bad = await world.loop.createReturn({ items: [tee] });
    await world.untilStatus(good, 'open');
    await world.untilStatus(bad, 'open');
    world.masonhub.silence();
    await world.masonhub.receive(good);
    await world.masonhub.receive(bad, [{ ...tee, status: 'damaged' }]);
    world.masonhub.resume();
    await world.untilStatus(good, 'processed');
    await world.untilStatus(bad, 'flagged');
    await world.untilQuiet();
    expect(world.told(good)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(world.told(bad)).toMatchObject({ processed: 0, flagged: 1, notes: { length: 1 } });
    const found = world.masonhub.calls.filter(({ name, query }) => name === 'find' && query['status']);
    expect(found.every(({ query }) => query['status'] === 'received')).toBe(true);
  });
});
