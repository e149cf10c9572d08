import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/stand-ins/json.ts';
import type { LoopItemSpec } from '../../src/stand-ins/loop/returns.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: { destinations: [1042, 1043] } } });
  await until(
    () => world.log.some(({ msg }) => msg === 'Loop was asked for what changed'),
    () => 'the first poll of Loop',
  );
});
afterAll(async () => {
  await world.stop();
});

const [ours, elsewhere] = [1042, 7];
const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const rmaOf = (id: string) => world.masonhub.rmas.get(id);
const recordsSentFor = (id: string) =>
  world.masonhub.calls
    .flatMap(({ records }) => records ?? [])
    .filter((record) => record['customer_identifier'] === id);
const detailsAskedFor = (id: string) =>
  world.loop.calls.filter(({ name, returnId }) => name === 'details' && returnId === id).length;

/** A return whose deliveries do not say where it is bound for, whatever Loop knows of it. */
async function unsaid(items: readonly LoopItemSpec[], destinationId?: number) {
  const { loop } = world;
  loop.silence();
  const bound = destinationId === undefined ? {} : { destinationId };
  const id = await loop.createReturn({ items: items.map(({ sku }) => ({ sku })), ...bound });
  const about = loop.returns.get(id);
  const created = without(loop.payloadOf(id, 'return.created'));
  about?.lineItems.forEach((item, index) => {
    const to = items[index]?.destinationId;
    if (to !== undefined) item.destinationId = to;
  });
  loop.resume();
  await loop.deliver(created, { times: 2 });
  return { id, deliverUpdate: () => loop.deliver({ ...created, trigger: 'return.updated', state: 'open' }) };
}

function without(payload: JsonObject): JsonObject {
  return { ...payload, destination: undefined, destination_id: undefined };
}

describe('where only some destinations are MasonHub’s', () => {
  // Loop writes a destination in two ways, which take turns.
  it.each([ours, 1043, ours, 1043])('a return bound for one of them, %s, becomes an RMA', async (to) => {
    const id = await world.open([tee, cap], { destinationId: to });
    expect(rmaOf(id)?.lines).toHaveLength(2);
    expect(detailsAskedFor(id)).toBe(0);
  });

  it.each([1, 2])(
    'a return bound for another is recorded as not ours, and MasonHub is told nothing (%i)',
    async () => {
      const id = await world.loop.createReturn({ items: [tee], destinationId: elsewhere });
      const { reason } = await world.untilStatus(id, 'cancelled');
      expect(reason).toMatch(/Bound for Loop destination 7, which is not one of MasonHub's/);
      await world.untilQuiet();
      expect(recordsSentFor(id)).toEqual([]);
      expect(detailsAskedFor(id)).toBe(0);
    },
  );

  it('only the line items bound for one of them are on the RMA, and decide', async () => {
    const items = [
      { ...tee, destinationId: ours },
      { ...cap, destinationId: elsewhere },
    ];
    const id = await world.open(items, { destinationId: elsewhere });
    expect(rmaOf(id)?.lines).toMatchObject([{ sku: 'TEE-1', quantity: 1 }]);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'processed');
    expect(reason).toContain('1 bound for another destination, which the warehouse did not check');
    await world.untilQuiet();
    const note = 'Warehouse check: all expected items arrived. 1 bound for another destination not checked.';
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [note] });
  });

  it('an item without a SKU that is bound for elsewhere is nobody’s trouble', async () => {
    const items = [
      { ...tee, destinationId: ours },
      { sku: '', destinationId: elsewhere },
    ];
    const id = await world.open(items);
    expect(rmaOf(id)?.lines).toHaveLength(1);
  });

  it('a return whose items are all bound for elsewhere is recorded as not ours', async () => {
    const items = [
      { ...tee, destinationId: elsewhere },
      { ...cap, destinationId: 8 },
    ];
    const id = await world.loop.createReturn({ items });
    const { reason } = await world.untilStatus(id, 'cancelled');
    expect(reason).toMatch(/7, 8/);
    expect(recordsSentFor(id)).toEqual([]);
  });

  it('a return that is sent elsewhere instead has its RMA deleted, and comes back with its destination', async () => {
    const id = await world.open([tee], { destinationId: ours });
    await world.loop.updateReturn(id, { destinationId: elsewhere });
    const { reason } = await world.untilStatus(id, 'cancelled');
    expect(reason).toContain('destination 7');
    expect(rmaOf(id)?.status).toBe('deleted');
    await world.loop.updateReturn(id, { destinationId: ours });
    await world.untilStatus(id, 'open');
    expect(rmaOf(id)?.status).toBe('open');
  });
});

describe('a delivery that does not say where its return is bound for', () => {
  it('has the details asked exactly once, and becomes an RMA where they name one of ours', async () => {
    const { id, deliverUpdate } = await unsaid([tee, cap], ours);
    await world.untilStatus(id, 'open');
    expect(rmaOf(id)?.lines).toHaveLength(2);
    await deliverUpdate();
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
    expect(detailsAskedFor(id)).toBe(1);
  });

  it('has the details asked exactly once, and is not ours where they name another', async () => {
    const { id, deliverUpdate } = await unsaid([tee], elsewhere);
    const { reason } = await world.untilStatus(id, 'cancelled');
    expect(reason).toContain('destination 7');
    await deliverUpdate();
    await world.untilQuiet();
    expect(detailsAskedFor(id)).toBe(1);
    expect(recordsSentFor(id)).toEqual([]);
  });

  it('has the details asked exactly once, which may name one for each line item', async () => {
    const { id } = await unsaid([
      { ...tee, destinationId: elsewhere },
      { ...cap, destinationId: ours },
    ]);
    await world.untilStatus(id, 'open');
    expect(rmaOf(id)?.lines).toMatchObject([{ sku: 'CAP-2', quantity: 1 }]);
    expect(detailsAskedFor(id)).toBe(1);
  });

  it('needs attention where the details do not say either, and is not asked for again by itself', async () => {
    const { id, deliverUpdate } = await unsaid([tee]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/does not say which destination.*retry/);
    await deliverUpdate();
    await world.untilQuiet();
    expect(detailsAskedFor(id)).toBe(1);
    expect(recordsSentFor(id)).toEqual([]);
    const about = world.loop.returns.get(id);
    if (about !== undefined) about.destinationId = ours;
    expect(await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' })).toMatchObject({
      status: 202,
    });
    await world.untilStatus(id, 'open');
    expect(rmaOf(id)?.lines).toHaveLength(1);
  });
});

describe('a return with items for two entries of one shop', () => {
  const openShop = async (): Promise<World> => {
    const shop = await startWorld({
      merchants: { one: { destinations: [ours] }, two: { destinations: [elsewhere] } },
    });
    await shop.changeMerchants((merchants) => {
      const [one, two] = [merchants.get('one'), merchants.get('two')];
      if (one === undefined || two === undefined) throw new Error('Both are merchants of this world');
      const { apiKey, apiUrl } = one.loop;
      merchants.set('two', { ...two, loop: { ...two.loop, apiKey, apiUrl } });
    });
    return shop;
  };
  const itemsFor = (other: number) => [
    { ...tee, destinationId: ours },
    { ...cap, destinationId: other },
  ];

  it('is refunded for neither, as each would ask for the refund of the whole', async () => {
    await using shop = await openShop();
    const id = await shop.open(itemsFor(elsewhere));
    await shop.masonhub.receive(id);
    const { reason } = await shop.untilStatus(id, 'attention');
    expect(reason).toContain('items for two of the merchants file');
    await shop.untilQuiet();
    expect(shop.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it('is refunded where all items are for one, also while another entry takes what is for nobody else', async () => {
    await using shop = await openShop();
    await shop.changeMerchants((merchants) => {
      const two = merchants.get('two');
      if (two !== undefined) merchants.set('two', { ...two, loop: { ...two.loop, destinations: null } });
    });
    const id = await shop.open(itemsFor(ours));
    await shop.masonhub.receive(id);
    await shop.untilStatus(id, 'processed');
    expect(shop.told(id).processed).toBe(1);
  });

  it('is refunded where the other items are for none of them', async () => {
    await using shop = await openShop();
    const id = await shop.open(itemsFor(99));
    await shop.masonhub.receive(id);
    await shop.untilStatus(id, 'processed');
    expect(shop.told(id).processed).toBe(1);
  });
});
