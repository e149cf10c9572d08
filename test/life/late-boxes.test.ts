import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listsEveryLabel, newNumber } from '../support/parcels.ts';
import type { World } from '../support/service.ts';
import { box, labelled, tee } from './boxes.ts';
import { startQuietly } from './worlds.ts';

let world: World;

beforeAll(async () => {
  world = await startQuietly({ merchants: listsEveryLabel });
});
afterAll(async () => {
  await world.stop();
});

const eventsOf = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

describe('the first callback about a box without an RMA, which failed and comes again after the second', () => {
  it('changes nothing while its label is not known: the newer one decides once it is', async () => {
    const id = await world.open([tee]);
    const { number, tell } = box(world);
    await tell(11, 'damaged');
    await tell(10, 'available');
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: number, items: [0] });
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
    expect((await eventsOf(id)).filter((event) => event === 'receipt')).toHaveLength(1);
  });

  it('changes nothing where its return is known, whose timeline says that it came late', async () => {
    const { number, tell } = box(world);
    const id = await world.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    await tell(11, 'damaged');
    await world.untilStatus(id, 'flagged');
    await tell(10, 'available');
    expect(await world.statusOf(id)).toBe('flagged');
    expect((await world.returnOf(id))?.timeline.at(-1)).toMatchObject({
      event: 'receipt',
      detail: expect.stringMatching(/older receipt/),
    });
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });
});

describe('a box without an RMA whose number MasonHub corrects', () => {
  const cap = { sku: 'CAP-1' };

  it('leaves the return that it counted to, which is not refunded for it, and counts to the other one', async () => {
    const { number, tell } = box(world);
    const right = newNumber();
    const one = await world.open([cap, tee], labelled(number));
    const other = await world.open([cap, tee], labelled(right));
    await tell(10, 'available');
    expect(await eventsOf(one)).toContain('receipt');
    await tell(11, 'available', right);
    expect((await eventsOf(one)).at(-1)).toBe('receipt.left');
    expect(await eventsOf(other)).toContain('receipt');
    await world.masonhub.receive(other, [cap]);
    await world.untilStatus(other, 'processed');
    await world.masonhub.receive(one, [cap]);
    await world.untilStatus(one, 'receiving');
    await world.untilQuiet();
    expect(world.told(one).processed).toBe(0);
  });

  it('to one that no return has is kept, and listed', async () => {
    const { number, tell } = box(world);
    const nobody = newNumber();
    const one = await world.open([cap, tee], labelled(number));
    await tell(10, 'available');
    await tell(11, 'available', nobody);
    expect((await eventsOf(one)).at(-1)).toBe('receipt.left');
    expect((await world.api('/api/parcels/unannounced')).text).toContain(nobody);
  });
});

describe('a box without an RMA that nobody can read, of which MasonHub shows what it told before', () => {
  it('is asked for so many times, and then a person has to look', async () => {
    const { number, shown, tell } = box(world);
    const id = await world.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    const ofBefore = { ...shown(number, 'available'), updated_at: '2026-11-01T10:00:00Z' };
    const page = { body: { data: [ofBefore], limit: 100, offset: 0 } };
    world.masonhub.answerNext('find', page, page, page);
    await tell(11, 'damaged', number, { notes: 'Torn' });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('shows a receipt of before');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it('is not of the return by what has come to be the RMA of another number', async () => {
    const { number, shown, tell } = box(world);
    const id = await world.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    const ofAnother = { ...shown(number, 'available'), customer_identifier: '5550009' };
    const page = { body: { data: [ofAnother], limit: 100, offset: 0 } };
    world.masonhub.answerNext('find', page, page, page);
    await tell(11, 'damaged', number, { notes: 'Torn' });
    await world.untilStatus(id, 'attention');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});
