import { afterEach, describe, expect, it } from 'vitest';
import type { ReceiptPolicy } from '../../src/returns/policy.ts';
import { listsEveryLabel, openInTwoBoxes } from '../support/parcels.ts';
import { startWorld, type World, type WorldOptions } from '../support/service.ts';
import { until } from '../support/until.ts';
import { waitOf } from '../support/waits.ts';

/** What dispositions mean is the merchant's to say; each return keeps what was said when its RMA was sent. */

let world: World;

afterEach(async () => {
  await world.stop();
});

async function start(spec: NonNullable<WorldOptions['merchants']>[string] = {}): Promise<World> {
  world = await startWorld({ merchants: { acme: { ...listsEveryLabel.acme, ...spec } } });
  return world;
}

const tee = { sku: 'TEE-1' };
const inQc = { ...tee, status: 'qc' };
const nothing = { processed: 0, flagged: 0, notes: [] };

/** Changes what the merchants file says, while the service runs. */
const sayOfReceipts = (change: Partial<ReceiptPolicy>) =>
  world.changeMerchants((merchants) => {
    const merchant = merchants.get('acme');
    if (merchant === undefined) throw new Error('There is no acme to change');
    merchants.set('acme', { ...merchant, receipts: { ...merchant.receipts, ...change } });
  });

const decidedBy = async (id: string) =>
  (await world.returnOf(id))?.timeline.find(({ event }) => event === 'decided.by')?.detail;

describe('a merchant who says it of their own', () => {
  it('has units refunded in every disposition that they call good, and the reason names them', async () => {
    await start({ receipts: { refund: ['available', ' Refurbishing '] } });
    const id = await world.open([tee, tee]);
    await world.masonhub.receive(id, [tee, { ...tee, status: 'refurbishing' }]);
    const { reason } = await world.untilStatus(id, 'processed');
    expect(reason).toContain('received into available or refurbishing');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('has only those units waited for that they list, and any other flagged', async () => {
    await start({ receipts: { wait: ['quarantine'], waitFor: '12h' } });
    const [waits, flagged] = [await world.open([tee]), await world.open([tee])];
    await world.masonhub.receive(waits, [{ ...tee, status: 'quarantine' }]);
    await world.masonhub.receive(flagged, [inQc]);
    await world.untilStatus(waits, 'inspecting');
    await world.untilStatus(flagged, 'flagged');
    expect(await waitOf(world, waits)).toMatchObject({ atMostMs: 12 * 3_600_000 });
  });

  it('has what is missing flagged at once where they wait for no second parcel', async () => {
    await start({ receipts: { secondParcelFor: '0d' } });
    const { id } = await openInTwoBoxes(world);
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
  });
});

describe('a change in the merchants file', () => {
  it('changes nothing for a return whose RMA is out, and the timeline says which policy decided', async () => {
    await start();
    const [first, second] = [await world.open([tee]), await world.open([tee])];
    await sayOfReceipts({ refund: ['quarantine'], wait: [], waitForMs: 60_000 });
    await world.masonhub.receive(first, [inQc]);
    await world.untilStatus(first, 'inspecting');
    expect(await waitOf(world, first)).toMatchObject({ atMostMs: 7 * 86_400_000 });
    await world.masonhub.receive(first);
    await world.untilStatus(first, 'processed');
    await world.masonhub.receive(second, [{ ...tee, status: 'quarantine' }]);
    await world.untilStatus(second, 'flagged');
    for (const id of [first, second]) {
      expect(await decidedBy(id)).toBe(
        'available is good; qc, quality-control, under-investigation wait; anything else is an exception.',
      );
    }
  });

  it('holds for the RMAs that are sent after it', async () => {
    await start();
    await sayOfReceipts({ refund: ['available', 'quarantine'], wait: [] });
    const [good, bad] = [await world.open([tee]), await world.open([tee])];
    await world.masonhub.receive(good, [{ ...tee, status: 'quarantine' }]);
    await world.masonhub.receive(bad, [inQc]);
    await world.untilStatus(good, 'processed');
    await world.untilStatus(bad, 'flagged');
    expect(await decidedBy(good)).toBe(
      'available, quarantine are good; nothing waits; anything else is an exception.',
    );
  });

  it('holds for a return whose RMA is put on the wire once more', async () => {
    await start();
    const id = await world.open([tee]);
    await sayOfReceipts({ wait: [] });
    await world.loop.updateReturn(id, { items: [tee, tee] });
    await until(
      () => world.masonhub.rmas.get(id)?.version === 2,
      () => 'the RMA with both units',
    );
    await world.untilQuiet();
    await world.masonhub.receive(id, [inQc, tee]);
    await world.untilStatus(id, 'flagged');
    expect(await decidedBy(id)).toContain('nothing waits');
  });

  it('does not settle by a retry what was to be judged by another policy', async () => {
    await start({ masonhubSettings: { receiveInto: 'available' } });
    const id = await world.open([tee]);
    await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
    await world.untilStatus(id, 'attention');
    await sayOfReceipts({ trustRequestedStatus: true });
    await world.retry(id);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('attention');
    expect(world.told(id)).toEqual(nothing);
    const later = await world.open([tee]);
    await world.masonhub.receive(later, 'all-available', { lines: 'asked' });
    await world.untilStatus(later, 'processed');
    expect(await decidedBy(later)).toContain('the status that was asked for is trusted');
  });

  it('does not end or begin a wait that is under way', async () => {
    await start();
    const id = await world.open([tee]);
    await world.masonhub.receive(id, [inQc]);
    const { reason } = await world.untilStatus(id, 'inspecting');
    await sayOfReceipts({ refund: ['available', 'qc'], wait: [] });
    await world.loop.updateReturn(id, { orderName: '#4711' });
    await world.masonhub.receive(id, [inQc]);
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({ status: 'inspecting', reason });
    expect(world.told(id)).toEqual(nothing);
  });
});

describe('a return that was under way before merchants could say it', () => {
  it('is judged as it was then: nothing waits, and only available is good', async () => {
    await start();
    const id = await world.open([tee]);
    const before = {
      refund: ['available'],
      wait: [],
      waitForMs: 604_800_000,
      secondParcelForMs: 0,
      trustRequestedStatus: false,
    };
    await world.query(
      'update returns set sent_policy = $1, confirmed_policy = $1 where loop_return_id = $2',
      [JSON.stringify(before), id],
    );
    await world.masonhub.receive(id, [inQc]);
    await world.untilStatus(id, 'flagged');
    expect(await decidedBy(id)).toBe('available is good; nothing waits; anything else is an exception.');
  });
});
