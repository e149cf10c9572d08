import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listsEveryLabel, newNumber } from '../support/parcels.ts';
import type { World } from '../support/service.ts';
import { box, labelled, pulledBy, tee } from './boxes.ts';
import { startQuietly } from './worlds.ts';

/** What MasonHub shows of boxes without an RMA, asked for what it has received, beside what its callbacks told. */

let world: World;

beforeAll(async () => {
  world = await startQuietly({ merchants: listsEveryLabel, pollIntervalMs: 300, pace: { tries: 3 } });
});
afterAll(async () => {
  await world.stop();
});

const cap = { sku: 'CAP-1' };
const eventsOf = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];
const pulled = (record: object, times?: number) => pulledBy(world, record, times);

describe('a box without an RMA whose number a callback without a date corrects', () => {
  it('stays where it is, and leaves once MasonHub, asked, shows the number', async () => {
    const { id, number, shown, tell } = box(world);
    const right = newNumber();
    const one = await world.open([cap, tee], labelled(number));
    const other = await world.open([cap, tee], labelled(right));
    await tell(null, 'available');
    await tell(null, 'available', right);
    expect(await eventsOf(one)).not.toContain('receipt.left');
    expect(await eventsOf(other)).not.toContain('receipt');
    await pulled(shown(right, 'available'));
    expect(await eventsOf(one)).toContain('receipt.left');
    expect(await eventsOf(other)).toContain('receipt.pulled');
    await world.masonhub.receive(one, [cap]);
    await world.untilStatus(one, 'receiving');
    await world.untilQuiet();
    expect(world.told(one).processed).toBe(0);
    const rows = await world.query('select package_id, loop_return_id from blind_parcels where parcel = $1', [
      id,
    ]);
    expect(rows).toEqual([{ package_id: right, loop_return_id: other }]);
  });
});

describe('a box without an RMA in which units have no quantity', () => {
  const noQuantity = { notes: 'Torn' };

  it('needs attention with its return, is the same at every pull, and decides once MasonHub tells what is in it', async () => {
    const { id, number, shown, tell } = box(world);
    const loopReturnId = await world.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    await tell(10, 'damaged', number, noQuantity);
    const { reason } = await world.untilStatus(loopReturnId, 'attention');
    expect(reason).toMatch(/receipt that could not be understood; asked, it shows no such RMA/);
    const page = await world.api(`/console/returns/acme/${loopReturnId}`);
    expect(page.text).toContain(`What was in parcel ${number} could not be understood`);
    expect(await world.query('select loop_return_id from blind_parcels where parcel = $1', [id])).toEqual([
      { loop_return_id: loopReturnId },
    ]);
    const before = await eventsOf(loopReturnId);
    await pulled({ ...shown(number, 'damaged', noQuantity), updated_at: '2026-11-01T10:00:00Z' }, 3);
    expect(await eventsOf(loopReturnId)).toEqual(before);
    expect(world.told(loopReturnId)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await tell(11, 'damaged');
    await world.untilStatus(loopReturnId, 'flagged');
  });

  it('takes back what was good in it: its return is not refunded once the other box has come', async () => {
    const { number, tell } = box(world);
    const id = await world.open([cap, tee], {
      labels: [
        { carrier: 'UPS', trackingNumber: newNumber(), items: [0] },
        { carrier: 'UPS', trackingNumber: number, items: [1] },
      ],
    });
    await tell(10, 'available');
    expect(await eventsOf(id)).toContain('receipt');
    await tell(11, 'damaged', number, noQuantity);
    await world.masonhub.receive(id, [cap]);
    await world.untilStatus(id, 'attention');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
  });

  it('is found by a pull and listed where no return is known of it, without a word of the warehouse', async () => {
    const { number, shown } = box(world);
    await pulled({ ...shown(number, 'damaged', noQuantity), updated_at: '2026-11-01T10:00:00Z' });
    const { json, text } = await world.api('/api/parcels/unannounced');
    expect(json).toMatchObject({
      parcels: [
        { packageId: number, lines: [], unread: expect.stringMatching(/line_items\.0\.receiving_details/) },
      ],
    });
    expect(text).not.toContain('Torn');
    const listed = await world.api('/console/parcels');
    expect(listed.text).toContain('What was received could not be understood');
  });
});
