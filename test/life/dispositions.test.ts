import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, recordsOf } from '../../src/stand-ins/json.ts';
import type { PayloadStyle } from '../../src/stand-ins/loop/style.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
/** Every delivery shows which items a label is for. */
const listing: PayloadStyle = {
  numbers: 'number',
  dates: 'iso',
  exchangeVariant: 'blank',
  labels: 'list',
  absent: 'null',
};

beforeAll(async () => {
  world = await startWorld({
    merchants: {
      acme: { dispositions: true },
      quiet: { dispositions: false },
      held: { dispositions: true, refunds: false },
      lenient: { dispositions: true, keptItems: 'leaveOff', loop: { styles: [listing] } },
    },
  });
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const outcomesOf = (id: string, slug = 'acme') =>
  world
    .vendorsOf(slug)
    .loop.returns.get(id)
    ?.lineItems.map(({ sku, dispositionOutcome }) => [sku, dispositionOutcome]);
const untilEvent = (id: string, event: string) =>
  until(
    async () => (await world.returnOf(id))?.timeline.find((entry) => entry.event === event),
    async () => `${event} in ${JSON.stringify(await world.returnOf(id))}`,
  );

/** How many items each report about a return held. */
function reportsOf(id: string): number[] {
  const ids = new Set(world.loop.returns.get(id)?.lineItems.map((item) => item.lineItemId));
  return world.loop.calls
    .filter(({ name }) => name === 'assess')
    .map(({ body }) => recordsOf(isObject(body) ? body['items'] : []) ?? [])
    .filter((items) => items.some((item) => ids.has(String(item['line_item_id']))))
    .map((items) => items.length);
}

describe('where Loop is told what became of each unit', () => {
  it('every unit that is available goes back to stock', async () => {
    const id = await world.open([tee, cap, tee]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await untilEvent(id, 'dispositions.reported');
    expect(outcomesOf(id)).toEqual([
      ['TEE-1', 'back_to_stock'],
      ['CAP-2', 'back_to_stock'],
      ['TEE-1', 'back_to_stock'],
    ]);
    expect(reportsOf(id)).toEqual([3]);
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('each line item has one unit of its SKU, and what did not come is missing', async () => {
    const id = await world.open([tee, cap, tee, tee]);
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }, tee, { ...cap, status: 'qc' }]);
    await world.untilStatus(id, 'flagged');
    await untilEvent(id, 'dispositions.reported');
    expect(outcomesOf(id)).toEqual([
      ['TEE-1', 'back_to_stock'],
      ['CAP-2', 'resale_hold'],
      ['TEE-1', 'resale_hold'],
      ['TEE-1', 'missing'],
    ]);
  });

  it('an extra unit stands for none of the line items', async () => {
    const id = await world.open([tee, cap]);
    await world.masonhub.receive(id, [cap, { ...tee, extra: true }]);
    await world.untilStatus(id, 'flagged');
    await untilEvent(id, 'dispositions.reported');
    expect(outcomesOf(id)).toEqual([
      ['TEE-1', 'missing'],
      ['CAP-2', 'back_to_stock'],
    ]);
  });

  it('no report holds more than 30 items, and each item is reported once', async () => {
    const id = await world.open(Array.from({ length: 65 }, () => tee));
    await world.masonhub.receive(id, [{ ...tee, quantity: 64 }], { times: 2 });
    await world.untilStatus(id, 'flagged');
    await untilEvent(id, 'dispositions.reported');
    await world.untilQuiet();
    expect(reportsOf(id)).toEqual([30, 30, 5]);
    const outcomes = outcomesOf(id)?.map(([, outcome]) => outcome);
    expect(outcomes?.filter((outcome) => outcome === 'back_to_stock')).toHaveLength(64);
    expect(outcomes?.filter((outcome) => outcome === 'missing')).toHaveLength(1);
  });

  it('nothing is said of an item that is left off the RMA because it is on no label', async () => {
    const { loop, masonhub } = world.vendorsOf('lenient');
    const label = { carrier: 'UPS', trackingNumber: '1Z999AA10123456784', items: [1] };
    const id = await loop.createReturn({ items: [tee, tee], labels: [label] });
    await world.untilStatus(id, 'open', 'lenient');
    await masonhub.receive(id);
    await world.untilStatus(id, 'processed', 'lenient');
    await world.untilQuiet();
    expect(outcomesOf(id, 'lenient')).toEqual([
      ['TEE-1', null],
      ['TEE-1', 'back_to_stock'],
    ]);
  });

  it('also a return that is held has its units reported', async () => {
    const { loop, masonhub } = world.vendorsOf('held');
    const id = await loop.createReturn({ items: [tee] });
    await world.untilStatus(id, 'open', 'held');
    await masonhub.receive(id);
    await world.untilStatus(id, 'held', 'held');
    await world.untilQuiet();
    expect(outcomesOf(id, 'held')).toEqual([['TEE-1', 'back_to_stock']]);
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 0, flaggedTimes: 0 });
  });
});

const down = { status: 500, body: { message: 'Server Error' } };
const no = { status: 422, body: { message: 'The items are invalid.', errors: { items: ['No.'] } } };

describe.each([
  ['fails', [down, down, down]],
  ['is refused', [no]],
])('a report that %s', (_how, answers) => {
  it('does not hold back the refund', async () => {
    world.loop.answerNext('assess', ...answers);
    const id = await world.open([tee]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect((await untilEvent(id, 'dispositions.failed')).detail).toBeTruthy();
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({ status: 'processed' });
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('does not hold back the flag', async () => {
    world.loop.answerNext('assess', ...answers);
    const id = await world.open([tee]);
    await world.masonhub.receive(id, []);
    await world.untilStatus(id, 'flagged');
    await untilEvent(id, 'dispositions.failed');
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1, notes: { length: 1 } });
  });
});

describe('where Loop is not told', () => {
  it('nothing is reported', async () => {
    const { loop, masonhub } = world.vendorsOf('quiet');
    const id = await loop.createReturn({ items: [tee] });
    await world.untilStatus(id, 'open', 'quiet');
    await masonhub.receive(id, []);
    await world.untilStatus(id, 'flagged', 'quiet');
    await world.untilQuiet();
    expect(loop.calls.map(({ name }) => name)).not.toContain('assess');
    expect(outcomesOf(id, 'quiet')).toEqual([['TEE-1', null]]);
  });
});
