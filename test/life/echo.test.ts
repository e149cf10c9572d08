import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newNumber, openInTwoBoxes } from '../support/parcels.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/** An RMA that asks for a good disposition, and a receipt that has no details and says just that one. */

let world: World;

beforeAll(async () => {
  world = await startWorld({
    merchants: {
      acme: { masonhubSettings: { receiveInto: 'available' } },
      trusting: {
        masonhubSettings: { receiveInto: 'available' },
        receipts: { trustRequestedStatus: true },
      },
      cautious: {},
    },
  });
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const nothing = { processed: 0, flagged: 0, notes: [] };

/** How often MasonHub was asked for this RMA alone. */
const askedFor = (id: string, slug = 'acme') =>
  world.vendorsOf(slug).masonhub.calls.filter(({ name, query }) => name === 'find' && query['cid'] === id)
    .length;

async function openAt(slug: string): Promise<string> {
  const id = await world.vendorsOf(slug).loop.createReturn({ items: [tee] });
  await world.untilStatus(id, 'open', slug);
  return id;
}

/** A return that needs attention because MasonHub says no more than what the RMA asked for. */
async function echoed(): Promise<string> {
  const id = await world.open([tee]);
  await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
  await world.untilStatus(id, 'attention');
  return id;
}

describe('a receipt that only repeats what the RMA asked for', () => {
  it('has MasonHub asked once more, and then needs attention; nothing is sent', async () => {
    const id = await echoed();
    await world.untilQuiet();
    const found = await world.returnOf(id);
    expect(found).toMatchObject({ status: 'attention' });
    expect(found?.reason).toMatch(/no details and says only available, which is what the RMA asked for/);
    expect(askedFor(id)).toBe(1);
    expect(world.told(id)).toEqual(nothing);
  });

  it('is refunded where MasonHub, asked once more, has the details', async () => {
    const id = await world.open([tee]);
    world.masonhub.silence();
    await world.masonhub.receive(id);
    world.masonhub.resume();
    await world.masonhub.deliver(world.masonhub.receivedEnvelope(id, 'all-available', { lines: 'asked' }));
    const { timeline } = await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(timeline.map(({ event }) => event)).toContain('receipt.pulled');
    expect(askedFor(id)).toBe(1);
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is flagged where the details that MasonHub has show damage', async () => {
    const id = await world.open([tee]);
    world.masonhub.silence();
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    world.masonhub.resume();
    await world.masonhub.deliver(world.masonhub.receivedEnvelope(id, 'all-available', { lines: 'asked' }));
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: ['Warehouse check: 1 × TEE-1 damaged.'],
    });
  });

  it('is asked for again where MasonHub does not answer at first', async () => {
    const id = await world.open([tee]);
    world.masonhub.answerNext('find', { status: 503 }, 'drop');
    await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
    await world.untilStatus(id, 'attention');
    await world.untilQuiet();
    expect(askedFor(id)).toBe(3);
    expect(world.told(id)).toEqual(nothing);
  });

  it('is asked for once more at a retry, which refunds once the details are there', async () => {
    const id = await echoed();
    world.masonhub.silence();
    await world.masonhub.receive(id, 'all-available', { lines: 'details' });
    world.masonhub.resume();
    expect(await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' })).toMatchObject({
      status: 202,
    });
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(askedFor(id)).toBe(2);
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is refunded by a later callback that has the details', async () => {
    const id = await echoed();
    await world.masonhub.receive(id, 'all-available', { lines: 'details' });
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is flagged without asking where it has a unit short', async () => {
    const id = await world.open([tee, tee]);
    await world.masonhub.receive(id, [tee], { lines: 'asked' });
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(askedFor(id)).toBe(0);
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('is of no account where Loop has closed the return', async () => {
    const id = await world.open([tee]);
    await world.loop.closeReturn(id);
    await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(askedFor(id)).toBe(0);
    expect(world.told(id)).toEqual(nothing);
  });

  it('is refunded without asking for a merchant who trusts it', async () => {
    const id = await openAt('trusting');
    const { loop, masonhub } = world.vendorsOf('trusting');
    await masonhub.receive(id, 'all-available', { lines: 'asked' });
    await world.untilStatus(id, 'processed', 'trusting');
    await world.untilQuiet();
    expect(askedFor(id, 'trusting')).toBe(0);
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
  });
});

describe('a box without an RMA, received without details', () => {
  /** By MasonHub's own ids: the box has no number of ours. */
  const askedById = () =>
    world.masonhub.calls.filter(({ name, query }) => name === 'find' && (query['id'] ?? '') !== '');
  const labelOf = (id: string) => world.loop.returns.get(id)?.labels[0]?.trackingNumber ?? '';

  it('has MasonHub asked for the RMA that it made for it, and then needs attention', async () => {
    const id = await world.open([tee]);
    const before = askedById().length;
    await world.masonhub.receiveBlind(labelOf(id), [tee], { lines: 'inspected' });
    await world.untilStatus(id, 'attention');
    await world.untilQuiet();
    expect(askedById().length).toBe(before + 1);
    expect(world.told(id)).toEqual(nothing);
  });

  it('is what MasonHub is asked for, also where the RMA’s own parcel came with details', async () => {
    const { id, second } = await openInTwoBoxes(world);
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'receiving');
    const before = askedById().length;
    await world.masonhub.receiveBlind(second, [{ sku: 'CAP-2' }], { lines: 'inspected' });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(`The receipt of parcel ${second} has no details`);
    await world.untilQuiet();
    expect(askedById().length).toBe(before + 1);
    expect(world.told(id)).toEqual(nothing);
  });

  it('is refunded where MasonHub, asked, has the details', async () => {
    const id = await world.open([tee]);
    world.masonhub.answerNext('find', 'hang');
    await world.masonhub.receiveBlind(labelOf(id), [tee], { lines: 'inspected' });
    world.masonhub.silence();
    await world.masonhub.receiveBlind(labelOf(id), [tee], { later: true, lines: 'details' });
    world.masonhub.resume();
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });
});

describe('a box without an RMA, whose number MasonHub has corrected once it is asked for details', () => {
  it('is not the return’s any more, which is not refunded for it', async () => {
    const id = await world.open([tee]);
    const shown = (number: string, hour: number, more: object = {}) => ({
      id: `box-of-${id}`,
      customer_identifier: null,
      package_id: number,
      status: 'received',
      updated_at: `2026-11-01T${hour}:00:00Z`,
      line_items: [
        {
          customer_sku_id: tee.sku,
          quantity_received: 1,
          return_inventory_status: 'available',
          ...more,
        },
      ],
    });
    const inDetail = { receiving_details: { available: [{ quantity: 1 }] } };
    world.masonhub.answerNext('find', { body: { data: [shown(newNumber(), 11, inDetail)] } });
    const label = world.loop.returns.get(id)?.labels[0]?.trackingNumber ?? '';
    const data = [shown(label, 10)];
    const message = { message_type: 'rmaEvent', message_id: randomUUID(), api_version: '1.0', data };
    await world.post('/callbacks/masonhub/acme', JSON.stringify(message), world.proven());
    await until(
      async () => (await world.returnOf(id))?.timeline.at(-1)?.event === 'receipt.left',
      () => 'the box to leave',
    );
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
    expect(world.told(id)).toEqual(nothing);
  });
});

describe('a receipt without details', () => {
  it('that says another status than the RMA asked for is no echo', async () => {
    const id = await openAt('cautious');
    const { loop, masonhub } = world.vendorsOf('cautious');
    await masonhub.receive(id, 'all-available', { lines: 'inspected' });
    await world.untilStatus(id, 'processed', 'cautious');
    await world.untilQuiet();
    expect(askedFor(id, 'cautious')).toBe(0);
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
  });

  it('that repeats a status in which units wait is inspecting, as with details', async () => {
    const id = await openAt('cautious');
    const { loop, masonhub } = world.vendorsOf('cautious');
    await masonhub.receive(id, 'all-available', { lines: 'asked' });
    await world.untilStatus(id, 'inspecting', 'cautious');
    await world.untilQuiet();
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 0, flaggedTimes: 0 });
  });
});

describe('an echo whose details only a later pull shows', () => {
  it('is refunded by it, though a person had been called', async () => {
    await using silent = await startWorld({
      pollIntervalMs: 1000,
      merchants: { acme: { masonhubSettings: { receiveInto: 'available' } } },
    });
    const id = await silent.open([tee]);
    await silent.masonhub.receive(id, 'all-available', { lines: 'asked' });
    const { timeline } = await silent.untilStatus(id, 'attention');
    silent.masonhub.silence();
    await silent.masonhub.receive(id, 'all-available', { lines: 'details' });
    const end = await silent.untilStatus(id, 'processed');
    expect(silent.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(end.timeline.slice(0, timeline.length)).toEqual(timeline);
  });
});
