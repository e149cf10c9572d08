import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { cap, tee } from './boxes.ts';
import { openByHand } from './by-hand.ts';
import { startQuietly } from './worlds.ts';

/** Whose RMA it is that a receipt is of, MasonHub has not said: it did not answer when this service opened one. */

let world: World;

// The next try would come long after these tests.
beforeAll(async () => {
  world = await startQuietly({ pollIntervalMs: 3_600_000, pace: { retryDelaySeconds: 3_600 } });
});
afterAll(async () => {
  await world.stop();
});

async function createUnanswered(id: string, items = [tee]): Promise<void> {
  const asked = () => world.masonhub.calls.filter(({ name }) => name === 'create').length;
  const before = asked();
  await world.loop.createReturn({ id, items });
  await until(
    () => asked() > before,
    () => `the creation of RMA ${id}`,
  );
  await until(
    async () => (await world.returnOf(id))?.timeline.some(({ event }) => event === 'rma.sent'),
    () => `return ${id} as sent`,
  );
}

/** Somebody has opened the number by hand, long before the return. */
async function openedBefore(id: string, sku: string): Promise<void> {
  await openByHand(world, id, sku, 'available');
  const createdAt = new Date(Date.now() - 30 * 86_400_000);
  Object.assign(world.masonhub.rmas.get(id) ?? {}, { createdAt });
}

const noteOf = (id: string) =>
  until(
    () => world.told(id).notes[0],
    () => `the note about return ${id}`,
  );

const events = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

describe('a receipt that comes while a creation has no answer', () => {
  it('is decided at once where MasonHub, asked, shows that the RMA was opened', async () => {
    const id = '88320001';
    world.masonhub.answerNext('create', 'work-then-drop');
    await createUnanswered(id);
    await world.masonhub.receive(id, 'all-available', { lines: 'inspected' });
    await world.untilStatus(id, 'processed');
    const told = await events(id);
    expect(told.indexOf('decided.process')).toBeGreaterThan(told.indexOf('rma.adopted'));
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  });

  it('is flagged where a unit is damaged, also where the return can have no RMA any more', async () => {
    const id = '88320006';
    world.masonhub.answerNext('create', 'work-then-drop');
    await createUnanswered(id);
    await world.loop.updateReturn(id, { items: [{ sku: '' }] });
    await world.untilStatus(id, 'attention');
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    expect(await noteOf(id)).toContain('TEE-1 damaged');
  });

  it('is flagged where MasonHub, asked, shows only the lines that came', async () => {
    const id = '88320005';
    world.masonhub.answerNext('create', 'work-then-drop');
    await createUnanswered(id, [tee, cap]);
    const came = {
      id: `hub-${id}`,
      customer_identifier: id,
      status: 'received',
      created_at: new Date().toISOString(),
      line_items: [
        {
          customer_sku_id: tee.sku,
          quantity: 1,
          quantity_received: 1,
          receiving_details: { available: [{ quantity: 1 }] },
        },
      ],
    };
    world.masonhub.answerNext('find', { body: { data: [came], limit: 30, offset: 0 } });
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
    expect(await noteOf(id)).toContain('CAP-2 missing');
  });

  it('is not refunded for a bare echo of what somebody else asked for', async () => {
    const id = '88320002';
    await openedBefore(id, tee.sku);
    world.masonhub.answerNext('create', { status: 503, body: {} });
    await createUnanswered(id);
    await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('may be what the RMA asked for: MasonHub had it before');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it('is for a person where the RMA is of other items', async () => {
    const id = '88320003';
    await openedBefore(id, 'CAP-2');
    world.masonhub.answerNext('create', { status: 503, body: {} });
    await createUnanswered(id);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('it is not what this return asks for');
    expect(reason).toContain('neither changes nor deletes it any more');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe('a receipt of an RMA that was never opened, where the return can have none any more', () => {
  const creations = () => world.masonhub.calls.filter(({ name }) => name === 'create').length;

  async function cannotHaveAny(id: string, sku: string): Promise<void> {
    await openedBefore(id, sku);
    world.masonhub.answerNext('create', { status: 503, body: {} });
    await createUnanswered(id);
    await world.loop.updateReturn(id, { items: [{ sku: '' }] });
    await world.untilStatus(id, 'attention');
  }

  it('opens none, where MasonHub shows none', async () => {
    const id = '88320007';
    await cannotHaveAny(id, tee.sku);
    const before = creations();
    world.masonhub.answerNext('find', { body: { data: [], limit: 30, offset: 0 } });
    await world.masonhub.receive(id);
    await until(
      async () => (await events(id)).includes('rma.gone'),
      () => `RMA ${id} as gone`,
    );
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('SKU');
    expect(creations()).toBe(before);
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it("is for a person, where it is somebody else's", async () => {
    const id = '88320008';
    await cannotHaveAny(id, 'CAP-2');
    const before = creations();
    await world.masonhub.receive(id);
    await until(
      async () => (await world.returnOf(id))?.reason?.includes('it is not what this return asks for. Its'),
      () => `return ${id} as somebody else's`,
    );
    expect(creations()).toBe(before);
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe("a creation that MasonHub refused, as its number is somebody else's", () => {
  it('deletes nothing once Loop cancels the return', async () => {
    const id = '88320004';
    await openByHand(world, id, 'CAP-2');
    await world.loop.createReturn({ id, items: [tee] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('it is not what this return asks for');
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    await world.untilQuiet();
    expect(world.masonhub.calls.filter(({ name }) => name === 'delete')).toEqual([]);
    expect(world.masonhub.rmas.get(id)).toMatchObject({ status: 'open' });
  });
});
