import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newNumber } from '../support/parcels.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { openByHand } from './by-hand.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, partial: { partialRmas: true } } });
});
afterAll(async () => {
  await world.stop();
});

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('a record that MasonHub refuses', () => {
  it('with one 400 for the whole batch does not hold back the others in it', async () => {
    world.masonhub.wholeBatchErrors = true;
    world.masonhub.refuseSku('GONE-1');
    const skus = times(9, (index) => (index === 4 ? 'GONE-1' : 'TEE-1'));
    const ids = await Promise.all(skus.map((sku) => world.loop.createReturn({ items: [{ sku }] })));
    for (const [index, id] of ids.entries())
      await world.untilStatus(id, skus[index] === 'GONE-1' ? 'attention' : 'open');
    world.masonhub.wholeBatchErrors = false;
    const refused = world.masonhub.calls.filter(({ name, status }) => name === 'create' && status === 400);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('because its SKU is not in the catalogue needs attention, who learns the SKU and retries', async () => {
    const accept = world.masonhub.refuseSku('NEW-77');
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }, { sku: 'NEW-77' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/NEW-77.*retry/s);
    accept();
    await world.retry(id);
    await world.untilStatus(id, 'open');
  });

  it('because of an item that was added does not hold back the flag of what came damaged', async () => {
    const accept = world.masonhub.refuseSku('GHOST-1');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.loop.updateReturn(id, { items: [{ sku: 'TEE-1' }, { sku: 'GHOST-1' }] });
    await world.untilStatus(id, 'attention');
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
    accept();
  });

  it('because of an item that was added does not hold back the flag of a box without an RMA, though Loop is away', async () => {
    const accept = world.masonhub.refuseSku('GHOST-3');
    const both = [{ sku: 'TEE-1' }, { sku: 'CAP-2' }];
    const numbers = [newNumber(), newNumber()];
    const labels = numbers.map((trackingNumber, at) => ({ carrier: 'UPS', trackingNumber, items: [at] }));
    const id = await world.open(both, { labels });
    await world.loop.updateReturn(id, { items: [...both, { sku: 'GHOST-3' }] });
    await world.untilStatus(id, 'attention');
    const isFirst = world.masonhub.rmas.get(id)?.record['package_id'] === numbers[0];
    const other = isFirst ? 1 : 0;
    world.loop.answerNext('flag', { status: 503 });
    await world.masonhub.receiveBlind(numbers[other] ?? '', [
      { sku: both[other]?.sku ?? '', status: 'damaged' },
    ]);
    await until(
      () => world.told(id).notes.length > 0,
      () => 'the flag and its note',
    );
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
    accept();
  });

  it('because of an item that was added has what came well flagged, as that item is missing', async () => {
    const accept = world.masonhub.refuseSku('GHOST-2');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.loop.updateReturn(id, { items: [{ sku: 'TEE-1' }, { sku: 'GHOST-2' }] });
    await world.untilStatus(id, 'attention');
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'available' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.stringContaining('GHOST-2')] });
    accept();
  });

  it('because its number is taken by an RMA with the same units is adopted', async () => {
    const id = '77100001';
    await openByHand(world, id, 'TEE-1');
    await world.loop.createReturn({ id, items: [{ sku: 'TEE-1' }], label: 'late' });
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'TEE-1', quantity: 1 }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
  });

  it('because its number is taken by an RMA with the same units gets the tracking number all the same', async () => {
    const id = '77100002';
    await openByHand(world, id, 'TEE-1');
    await world.loop.createReturn({ id, items: [{ sku: 'TEE-1' }], label: 'now' });
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    const [label] = world.loop.returns.get(id)?.labels ?? [];
    expect(world.masonhub.rmas.get(id)?.record).toMatchObject({ package_id: label?.trackingNumber });
  });

  it("because its number is taken by another's RMA needs attention, and changes nothing there", async () => {
    const id = '77100003';
    await openByHand(world, id, 'MUG-9');
    await world.loop.createReturn({ id, items: [{ sku: 'TEE-1' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(new RegExp(`${id}.*Compare`));
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)).toMatchObject({
      version: 1,
      status: 'open',
      lines: [{ sku: 'MUG-9' }],
    });
  });
});

describe('a return that cannot become an RMA', () => {
  it.each([
    ['an empty SKU', '', /has no SKU in Loop.*Give the product variant a SKU.*taken up by itself/],
    ['a SKU that is too short', 'X', /has the SKU "X".*2 to 100 characters.*taken up by itself/],
    ['a SKU that is too long', 'L'.repeat(101), /2 to 100 characters.*taken up by itself/],
  ])('because of %s needs attention, who learns what to do', async (_what, sku, says) => {
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }, { sku }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(says);
    expect(reason).toContain(world.loop.returns.get(id)?.lineItems[1]?.lineItemId);
    expect(world.masonhub.rmas.has(id)).toBe(false);
  });

  it('because it has no items needs attention, and opens its RMA once it has one', async () => {
    const id = await world.loop.createReturn({ items: [] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/no items.*Check it in Loop/);
    await world.loop.updateReturn(id, { items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open');
  });

  it('opens its RMA once the SKU is there', async () => {
    const id = await world.loop.createReturn({ items: [{ sku: '' }] });
    await world.untilStatus(id, 'attention');
    await world.loop.updateReturn(id, { items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open');
    expect(world.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'TEE-1' }]);
  });
});

describe('where partial RMAs are allowed', () => {
  const start = async (skus: readonly string[]) =>
    world.vendorsOf('partial').loop.createReturn({ items: skus.map((sku) => ({ sku })) });

  it('the others go ahead, and the note beside the refund names those that nobody checked', async () => {
    const { loop, masonhub } = world.vendorsOf('partial');
    const id = await start(['', 'TEE-1', 'X']);
    const { timeline } = await world.untilStatus(id, 'open', 'partial');
    expect(JSON.stringify(timeline)).toMatch(/2 of them without a usable SKU/);
    expect(masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'TEE-1', quantity: 1 }]);
    await masonhub.receive(id);
    await world.untilStatus(id, 'processed', 'partial');
    await world.untilQuiet();
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
    expect(loop.returns.get(id)?.notes).toMatchObject([
      { content: expect.stringMatching(/2 .*not checked/) },
    ]);
  });

  it('a unit among the others that is damaged is flagged', async () => {
    const { loop, masonhub } = world.vendorsOf('partial');
    const id = await start(['', 'TEE-1']);
    await world.untilStatus(id, 'open', 'partial');
    await masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'flagged', 'partial');
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 0, flaggedTimes: 1 });
  });

  it('a return with nothing but such items still needs attention', async () => {
    const id = await start(['', '']);
    await world.untilStatus(id, 'attention', 'partial');
    expect(world.vendorsOf('partial').masonhub.rmas.has(id)).toBe(false);
  });
});
