import { aDayMs } from '../../config/duration.ts';
import type { UnitsInHand } from '../masonhub/receiving.ts';
import { Stage } from './stage.ts';
import type { MerchantSlug, World } from './world.ts';

/** What a desk finds on a usual day: returns that have ended over the month, and some that wait for one cause. */

export const finishedCount = 24;
export const stuckCount = 12;
/** MasonHub does not know it when its returns are created, and does later. */
export const unknownSku = 'SCARF-GREEN';

const finishedDaysAgo = [27, 24, 21, 18, 15, 12, 9, 6];
const stuckDaysAgo = [3, 2, 1];
const firstReturnId = 99_904_301;

interface FinishedReturn {
  readonly merchant: MerchantSlug;
  readonly sku: string;
  readonly units: readonly UnitsInHand[];
  readonly status: 'processed' | 'flagged' | 'held';
}

/** Those of one day: one refunded, one flagged, and one held, as its merchant has refund messages off. */
const ofOneDay: readonly FinishedReturn[] = [
  { merchant: 'acme', sku: 'TEE-RED-M', units: [{ sku: 'TEE-RED-M' }], status: 'processed' },
  { merchant: 'acme', sku: 'HAT-WOOL', units: [{ sku: 'HAT-WOOL', status: 'damaged' }], status: 'flagged' },
  { merchant: 'borealis', sku: 'MUG-RED', units: [{ sku: 'MUG-RED' }], status: 'held' },
];

/**
 * Plays the month before, day by day, in the service's own time: afterwards that is the present.
 * @throws where a return does not come to where it should
 */
export async function playMonth(world: World, stop: AbortSignal): Promise<void> {
  let nextId = firstReturnId;
  const create = async (merchant: MerchantSlug, sku: string, daysAgo: number) => {
    const stage = new Stage(world, merchant, String(nextId++), stop);
    const createdAt = new Date(Date.now() - daysAgo * aDayMs);
    await stage.loop.createReturn({ id: stage.id, items: [{ sku }], createdAt });
    return stage;
  };
  for (const daysAgo of finishedDaysAgo) {
    world.goBack(daysAgo * aDayMs);
    await Promise.all(
      ofOneDay.map(async ({ merchant, sku, units, status }) => {
        const stage = await create(merchant, sku, daysAgo);
        await stage.untilStatus('open');
        await stage.hub.receive(stage.id, units);
        await stage.untilStatus(status);
      }),
    );
  }
  const teach = world.vendors.acme.hub.refuseSku(unknownSku);
  for (const daysAgo of stuckDaysAgo) {
    world.goBack(daysAgo * aDayMs);
    await Promise.all(
      Array.from({ length: stuckCount / stuckDaysAgo.length }, async () => {
        const stage = await create('acme', unknownSku, daysAgo);
        await stage.untilStatus('attention');
      }),
    );
  }
  teach();
  world.goBack(0);
}
