import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/stand-ins/json.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    merchants: { acme: {}, split: { destinations: [1042] } },
    pace: { tries: 10, retryDelaySeconds: 1, longestRetryDelaySeconds: 1 },
  });
  await until(
    () => world.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts').length === 2,
    () => 'the first polls',
  );
});
afterAll(async () => {
  await world.stop();
});

const number = '794611112222';
const recordOf = (id: string, slug = 'acme') => world.vendorsOf(slug).masonhub.rmas.get(id)?.record;
const timelineOf = async (id: string, slug = 'acme') =>
  JSON.stringify((await world.returnOf(id, slug))?.timeline);
const untilPackage = (id: string, packageId: string, slug = 'acme') =>
  until(
    () => recordOf(id, slug)?.['package_id'] === packageId,
    () => `package ${packageId} in ${JSON.stringify(recordOf(id, slug))}`,
  );

/** A return of which no webhook has told yet. */
async function unheard(label: 'now' | 'late' | 'none' = 'late', slug = 'acme'): Promise<string> {
  const { loop } = world.vendorsOf(slug);
  loop.silence();
  const id = await loop.createReturn({
    items: [{ sku: 'TEE-1', destinationId: 1042 }, { sku: 'CAP-2' }],
    label,
  });
  loop.resume();
  return id;
}

/** Loop's label comes to be, and no webhook tells of it. */
async function labelUnheard(id: string, trackingNumber: string): Promise<void> {
  world.loop.silence();
  await world.loop.addLabel(id, { carrier: 'FedEx', trackingNumber });
  world.loop.resume();
}

describe('a return without a label', () => {
  it.each(['late', 'none'] as const)(
    'opens its RMA at once, its own id as the package id (label: %s)',
    async (label) => {
      const id = await world.open([{ sku: 'TEE-1' }], { label });
      expect(recordOf(id)).toMatchObject({ customer_identifier: id, package_id: id });
      expect(await world.returnOf(id)).toMatchObject({ trackingNumber: null });
    },
  );

  it.each(['label.created', 'label.updated', 'return.updated'] as const)(
    'has its whole RMA replaced when %s brings the tracking number',
    async (trigger) => {
      const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }], { label: 'late' });
      const before = recordOf(id);
      await labelUnheard(id, number);
      await world.loop.deliver(world.loop.payloadOf(id, trigger), { times: 2 });
      await untilPackage(id, number);
      await world.untilQuiet();
      expect(recordOf(id)).toEqual({ ...before, package_id: number });
      expect(world.masonhub.rmas.get(id)?.version).toBe(2);
      expect(await world.returnOf(id)).toMatchObject({ status: 'open', trackingNumber: number });
    },
  );

  it.each(['N/A', 'n/a', '', 'pending', null])(
    'takes %j for no tracking number, wherever it stands',
    async (trackingNumber) => {
      const id = await world.open([{ sku: 'TEE-1' }], { label: 'late' });
      const { loop } = world;
      const none = { tracking_number: trackingNumber };
      await loop.deliver({ ...loop.payloadOf(id, 'label.created'), ...none });
      const bare: JsonObject = { ...loop.payloadOf(id, 'return.updated') };
      await loop.deliver({ ...bare, labels: [{ ...none, line_items: [] }], ...none, note: 'list' });
      await loop.deliver({ ...bare, labels: undefined, ...none, note: 'top' });
      await world.untilQuiet();
      expect(world.masonhub.rmas.get(id)).toMatchObject({ version: 1, record: { package_id: id } });
      expect(await world.returnOf(id)).toMatchObject({ status: 'open', trackingNumber: null });
    },
  );
});

describe('a label that comes at another time than expected', () => {
  it('is not lost where it arrives before its return', async () => {
    const id = await unheard();
    const created = world.loop.payloadOf(id, 'return.created');
    await labelUnheard(id, number);
    await world.loop.deliver(world.loop.payloadOf(id, 'label.created'));
    await world.untilQuiet();
    expect(recordOf(id)).toBeUndefined();
    await world.loop.deliver(created);
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    expect(recordOf(id)).toMatchObject({ customer_identifier: id, package_id: number });
  });

  it.each([
    ['is down', { status: 503 }],
    ['does the work and breaks the connection', 'work-then-drop'],
  ] as const)('is not lost while the RMA is on its way and MasonHub %s', async (_what, answer) => {
    const id = await unheard();
    const created = world.loop.payloadOf(id, 'return.created');
    await labelUnheard(id, number);
    world.masonhub.answerNext('create', answer);
    const callsBefore = world.masonhub.calls.length;
    await world.loop.deliver(created);
    await until(
      () => world.masonhub.calls.length > callsBefore,
      () => 'the first request',
    );
    await world.loop.deliver(world.loop.payloadOf(id, 'label.created'));
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    expect(recordOf(id)).toMatchObject({ customer_identifier: id, package_id: number });
  });
});

describe('a return with several labels', () => {
  const [first, second] = ['794600000091', '794600000092'];

  it('is known by the first, and its timeline names the others', async () => {
    const id = await unheard();
    const created: JsonObject = { ...world.loop.payloadOf(id, 'return.created') };
    const labels = [
      { tracking_number: 'N/A', line_items: [] },
      { tracking_number: first, line_items: [] },
      { tracking_number: second, line_items: [] },
    ];
    await world.loop.deliver({ ...created, labels });
    await world.untilStatus(id, 'open');
    expect(recordOf(id)).toMatchObject({ package_id: first });
    expect(await timelineOf(id)).toContain(second);
  });

  it('keeps its package id when one more label comes, and the timeline names that one', async () => {
    const id = await world.open([{ sku: 'TEE-1' }], { label: 'now' });
    const { loop } = world;
    const kept = recordOf(id)?.['package_id'];
    await labelUnheard(id, second);
    await loop.deliver(loop.payloadOf(id, 'label.created'));
    const labels = [kept, second].map((number) => ({ tracking_number: number, line_items: [] }));
    await loop.deliver({ ...loop.payloadOf(id, 'return.updated'), labels });
    await world.untilQuiet();
    expect(recordOf(id)).toMatchObject({ package_id: kept });
    expect(await timelineOf(id)).toContain(second);
  });

  it.each(['ids', 'whole items'])(
    'is known by the first that covers an item of ours (labels name %s)',
    async (how) => {
      const { loop } = world.vendorsOf('split');
      const id = await unheard('late', 'split');
      const [ours, other] = loop.returns.get(id)?.lineItems ?? [];
      const shown = (item: typeof ours) =>
        how === 'ids' ? item?.lineItemId : { line_item_id: item?.lineItemId, sku: item?.sku };
      const labels = [
        { tracking_number: first, line_items: [shown(other)] },
        { tracking_number: second, line_items: [shown(other), shown(ours)] },
      ];
      await loop.deliver({ ...loop.payloadOf(id, 'return.created'), labels, destination_id: 7 });
      await world.untilStatus(id, 'open', 'split');
      expect(recordOf(id, 'split')).toMatchObject({
        package_id: second,
        line_items: [{ customer_sku_id: 'TEE-1' }],
      });
      expect(await world.returnOf(id, 'split')).toMatchObject({ trackingNumber: second });
      expect(await timelineOf(id, 'split')).toContain(first);
    },
  );
});
