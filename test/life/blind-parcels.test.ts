import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listsEveryLabel, newNumber, receiveFirstBox } from '../support/parcels.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

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

/** Whether a parcel without an RMA is kept as one of which no return is known. */
async function isUnannounced(packageId: string): Promise<boolean> {
  const rows = await world.query('select loop_return_id from blind_parcels where package_id = $1', [
    packageId,
  ]);
  expect(rows, packageId).toHaveLength(1);
  return rows[0]?.['loop_return_id'] === null;
}

describe('a parcel without an RMA', () => {
  it('that came before its label was known counts once the label is', async () => {
    const id = await world.open([tee, cap]);
    const second = newNumber();
    await world.masonhub.receiveBlind(second, [cap]);
    await world.untilQuiet();
    expect(await isUnannounced(second)).toBe(true);
    expect(await world.statusOf(id)).toBe('open');
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: second, items: [1] });
    await world.untilStatus(id, 'receiving');
    expect(await isUnannounced(second)).toBe(false);
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(refunded);
  });

  it('whose return is told late opens its RMA, is held against it, and ends as any other', async () => {
    world.loop.silence();
    const number = newNumber();
    const id = await world.loop.createReturn({
      items: [tee],
      labels: [{ carrier: 'UPS', trackingNumber: number }],
    });
    const other = newNumber();
    const bad = await world.loop.createReturn({
      items: [tee],
      labels: [{ carrier: 'UPS', trackingNumber: other }],
    });
    world.loop.resume();
    await world.masonhub.receiveBlind(number, [tee]);
    await world.masonhub.receiveBlind(other, [{ ...tee, status: 'damaged' }]);
    await world.untilQuiet();
    expect(await world.returnOf(id)).toBeNull();
    for (const one of [id, bad]) await world.loop.deliver(world.loop.payloadOf(one, 'return.created'));
    await world.untilStatus(id, 'processed');
    await world.untilStatus(bad, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(refunded);
    expect(world.told(bad)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it.each(['before', 'after'])(
    'that came %s the label, when the label came before the return, counts once the return is told',
    async (when) => {
      world.loop.silence();
      const number = newNumber();
      const labels = [{ carrier: 'UPS', trackingNumber: number }];
      const id = await world.loop.createReturn({ items: [tee], labels });
      world.loop.resume();
      const come = () => world.masonhub.receiveBlind(number, [tee]);
      if (when === 'before') await come();
      await world.loop.deliver(world.loop.payloadOf(id, 'label.created'));
      if (when === 'after') await come();
      await world.untilQuiet();
      await world.loop.deliver(world.loop.payloadOf(id, 'return.created'));
      await world.untilStatus(id, 'processed');
      expect(world.told(id)).toEqual(refunded);
    },
  );

  it('that matches no return is kept, and moves nothing', async () => {
    const id = await world.open([tee]);
    const number = newNumber();
    const [answer] = await world.masonhub.receiveBlind(number, [tee, { ...cap, status: 'damaged' }]);
    expect(answer).toMatchObject({ status: 200, attempts: [{ body: '{"status":"accepted"}' }] });
    await world.untilQuiet();
    expect(await isUnannounced(number)).toBe(true);
    expect(await world.statusOf(id)).toBe('open');
    expect(world.told(id)).toEqual(nothing);
  });

  it('that matches two returns is given to neither, and kept for a person', async () => {
    const number = newNumber();
    const labels = [{ carrier: 'UPS', trackingNumber: number }];
    const ids = [await world.open([tee], { labels }), await world.open([tee], { labels })];
    await world.masonhub.receiveBlind(number, [tee]);
    await world.untilQuiet();
    expect(await isUnannounced(number)).toBe(true);
    for (const id of ids) {
      expect(await world.statusOf(id)).toBe('open');
      expect(world.told(id)).toEqual(nothing);
    }
  });

  it('is known by the number of its bag as well', async () => {
    const id = await world.loop.createReturn({ items: [tee], method: 'happyReturns' });
    await world.untilStatus(id, 'open');
    const bag = `HR${randomInt(1e9)}`;
    await world.loop.givePackageReference(id, bag);
    await until(
      async () => world.masonhub.rmas.get(id)?.record['package_id'] === bag,
      () => 'the number of the bag',
    );
    await world.masonhub.receiveBlind(bag, [tee]);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(refunded);
  });

  it('with everything in it, of a return whose RMA was not used, refunds it', async () => {
    const number = newNumber();
    const id = await world.open([tee, cap], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    await world.masonhub.receiveBlind(number, [tee, cap]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(refunded);
  });

  it('of a return that was cancelled needs attention', async () => {
    const number = newNumber();
    const id = await world.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    await world.masonhub.receiveBlind(number, [tee]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/cancelled.*received the parcel: TEE-1: 1 available/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });

  it('that is told again and again writes no more than that it is the same', async () => {
    const { id, second } = await receiveFirstBox(world);
    await world.masonhub.receiveBlind(second, [cap], { times: 3 });
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(refunded);
    expect((await eventsOf(id)).filter((event) => event === 'receipt')).toHaveLength(2);
  });
});

describe('parcels without an RMA whose callbacks never came', () => {
  const pulls = (silent: World) =>
    silent.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts').length;

  const twoMorePulls = (silent: World, before: number) =>
    until(
      () => pulls(silent) >= before + 2,
      () => 'two more pulls',
    );

  it('are found by asking MasonHub, and written down once however often they are shown', async () => {
    await using silent = await startWorld({ merchants: listsEveryLabel, pollIntervalMs: 1000 });
    const [first, second] = [newNumber(), newNumber()];
    const labels = [
      { carrier: 'UPS', trackingNumber: first, items: [0] },
      { carrier: 'UPS', trackingNumber: second, items: [1] },
    ];
    const id = await silent.open([tee, cap], { labels });
    silent.masonhub.silence();
    await silent.masonhub.receive(id, [tee]);
    await silent.untilStatus(id, 'receiving');
    await silent.masonhub.receiveBlind(second, [{ ...cap, status: 'qc' }]);
    const { timeline } = await silent.untilStatus(id, 'inspecting');
    const before = pulls(silent);
    const moved = () => silent.log.filter(({ msg }) => msg === 'a return moved on').length;
    const movedBefore = moved();
    await twoMorePulls(silent, before);
    expect((await silent.returnOf(id))?.timeline).toEqual(timeline);
    expect(moved()).toBe(movedBefore);
  });

  it('are found although no return waits for anything', async () => {
    await using silent = await startWorld({ merchants: listsEveryLabel, pollIntervalMs: 1000 });
    silent.masonhub.silence();
    const number = newNumber();
    await silent.masonhub.receiveBlind(number, [cap]);
    const rows = await until(
      async () => {
        const kept = await silent.query('select package_id from blind_parcels');
        return kept.length > 0 && kept;
      },
      () => 'the parcel that nobody announced',
    );
    expect(rows).toEqual([{ package_id: number }]);
  });

  it('are brought together with labels that came at the same time', async () => {
    await using silent = await startWorld({ merchants: listsEveryLabel, pollIntervalMs: 1000 });
    const number = newNumber();
    await silent.masonhub.receiveBlind(number, [tee]);
    await silent.untilQuiet();
    // A pull that had begun before it was stored would store it once more.
    await twoMorePulls(silent, pulls(silent));
    // Neither saw the other: the parcel is there as one whose label was not known.
    await silent.query('update blind_parcels set term = null');
    const id = await silent.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    await silent.untilQuiet();
    expect(await silent.statusOf(id)).toBe('open');
    await silent.query('update blind_parcels set term = lower(package_id)');
    await silent.untilStatus(id, 'processed');
  });

  it('are found on whichever page they are, also where a page has nothing else', async () => {
    await using silent = await startWorld({ merchants: listsEveryLabel, pollIntervalMs: 1000 });
    const number = newNumber();
    const id = await silent.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    silent.masonhub.silence();
    const strangers = Array.from({ length: 100 }, () => silent.masonhub.receiveBlind(newNumber(), [cap]));
    await Promise.all([...strangers, silent.masonhub.receiveBlind(number, [tee])]);
    await silent.untilStatus(id, 'processed');
  });
});
