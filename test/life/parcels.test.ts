import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listsEveryLabel, newNumber, openInTwoBoxes, receiveFirstBox } from '../support/parcels.ts';
import { startWorld, type World } from '../support/service.ts';
import { endTimeOf, waitOf } from '../support/waits.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ merchants: listsEveryLabel });
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const nothing = { processed: 0, flagged: 0, notes: [] };
const refunded = { processed: 1, flagged: 0, notes: [] };
const eventsOf = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

describe('a return in two boxes', () => {
  it('waits as receiving for the second one, and the reason names it and what is missing', async () => {
    const { id, second } = await receiveFirstBox(world);
    await world.untilQuiet();
    const found = await world.returnOf(id);
    expect(found).toMatchObject({ status: 'receiving', reason: expect.stringContaining(second) });
    expect(found?.reason).toContain('1 × CAP-2 missing');
    expect(found?.timeline.at(-1)).toMatchObject({ event: 'waiting.parcel', detail: found?.reason });
    expect(await waitOf(world, id)).toMatchObject({ for: 'parcel', atMostMs: 14 * 86_400_000 });
    expect(world.told(id)).toEqual(nothing);
  });

  it('is refunded once the second one has come without an RMA, and nothing is wrong in either', async () => {
    const { id, second } = await receiveFirstBox(world);
    await world.masonhub.receiveBlind(second, [cap]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(refunded);
    expect(JSON.stringify((await world.returnOf(id))?.timeline)).toContain(
      `Parcel ${second}, which came without an RMA: CAP-2: 1 available.`,
    );
  });

  it.each(['rma_created_by_distribution_center', 'unidentified_return'] as const)(
    'is refunded where the second one comes first (%s)',
    async (returnType) => {
      const { id, first, second } = await openInTwoBoxes(world);
      await world.masonhub.receiveBlind(second, [cap], { returnType });
      const { reason } = await world.untilStatus(id, 'receiving');
      expect(reason).toContain(first);
      expect(reason).toContain('1 × TEE-1 missing');
      await world.masonhub.receive(id, [tee]);
      await world.untilStatus(id, 'processed');
      await world.untilQuiet();
      expect(world.told(id)).toEqual(refunded);
    },
  );

  it('is known by the number on the second one in whatever letter case the dock writes it', async () => {
    const { id, second } = await receiveFirstBox(world);
    await world.masonhub.receiveBlind(second.toLowerCase(), [cap]);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(refunded);
  });

  it('is flagged where something in the second one is damaged', async () => {
    const { id, second } = await receiveFirstBox(world);
    await world.masonhub.receiveBlind(second, [{ ...cap, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: ['Warehouse check: 1 × CAP-2 damaged; 1 × TEE-1 fine.'],
    });
  });

  it('is inspecting where something in the second one is in quality control, and goes on from there', async () => {
    const { id, second } = await receiveFirstBox(world);
    await world.masonhub.receiveBlind(second, [{ ...cap, status: 'qc' }]);
    await world.untilStatus(id, 'inspecting');
    await world.masonhub.receiveBlind(second, [cap], { later: true });
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(refunded);
  });

  it('is flagged at once where damage is in the first one, whatever the second one may hold', async () => {
    const { id } = await openInTwoBoxes(world);
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual(['Warehouse check: 1 × TEE-1 damaged; 1 × CAP-2 missing.']);
  });

  it('is flagged once the second one has not come in its time', async () => {
    const { id } = await receiveFirstBox(world);
    await endTimeOf(world, id, 'parcel');
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: ['Warehouse check: 1 × CAP-2 missing; 1 × TEE-1 fine.'],
    });
    expect(await eventsOf(id)).toContain('waited.parcel');
  });

  it.each(['cancelled', 'expired'] as const)(
    'is flagged at once where the label of the second one is %s',
    async (status) => {
      const { id, second } = await receiveFirstBox(world);
      await world.loop.changeLabel(id, status, second);
      await world.untilStatus(id, 'flagged');
      await world.untilQuiet();
      expect(world.told(id).notes).toEqual([expect.stringMatching(/1 × CAP-2 missing.*1 × TEE-1 fine/)]);
    },
  );

  it('does not wait for a box whose label covers nothing that is missing', async () => {
    const [first, second] = [newNumber(), newNumber()];
    const id = await world.open([tee, cap, cap], {
      labels: [
        { carrier: 'UPS', trackingNumber: first, items: [1, 2] },
        { carrier: 'UPS', trackingNumber: second, items: [0] },
      ],
    });
    await world.masonhub.receive(id, [tee, cap]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([expect.stringContaining('1 × CAP-2 missing')]);
  });
});

describe('a box that comes after the flag', () => {
  it('needs attention, who is told what came', async () => {
    const { id, second } = await receiveFirstBox(world);
    await endTimeOf(world, id, 'parcel');
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { notes } = world.told(id);
    await world.masonhub.receiveBlind(second, [cap]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(`Parcel ${second}, which came without an RMA: CAP-2: 1 available`);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes });
  });

  it('is only written down where the merchant has decided and Loop has closed the return', async () => {
    const { id, second } = await receiveFirstBox(world);
    await endTimeOf(world, id, 'parcel');
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    await world.masonhub.receiveBlind(second, [cap]);
    await world.untilQuiet();
    const found = await world.returnOf(id);
    expect(found?.status).toBe('processed');
    expect(found?.timeline.at(-1)).toMatchObject({
      event: 'receipt',
      detail: expect.stringContaining(second),
    });
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });
});

describe('one box that is received twice, under its RMA and without', () => {
  it.each(['RMA first', 'blind first'])('needs attention (%s), and nothing is sent', async (order) => {
    const { id, first } = await openInTwoBoxes(world);
    const named = () => world.masonhub.receive(id, [tee]);
    const blind = () => world.masonhub.receiveBlind(first, [tee]);
    const [one, other] = order === 'RMA first' ? [named, blind] : [blind, named];
    await one();
    await world.untilStatus(id, 'receiving');
    await other();
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(`received parcel ${first} twice`);
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });

  it('needs attention also where the dock writes its number in another letter case', async () => {
    const { id, first } = await receiveFirstBox(world);
    await world.masonhub.receiveBlind(first.toLowerCase(), [tee, cap]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/twice/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });

  it('needs attention after the refund only where the second receipt says otherwise', async () => {
    const number = newNumber();
    const labels = [{ carrier: 'UPS', trackingNumber: number }];
    const id = await world.open([tee], { labels });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.masonhub.receiveBlind(number, [{ ...tee, status: 'damaged' }]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('1 damaged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(refunded);
  });
});
