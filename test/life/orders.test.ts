import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallbackEnvelope } from '../../src/stand-ins/masonhub/envelopes.ts';
import { startWorld, type World, type WorldOptions } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
/** A merchant to whom nothing is refunded: closing the return is all that Loop has to do with it. */
let holding: World;

async function startQuietly(options: WorldOptions): Promise<World> {
  const started = await startWorld(options);
  await until(
    () => started.log.some(({ msg }) => msg === 'MasonHub was asked for receipts'),
    () => 'the first polls',
  );
  return started;
}

beforeAll(async () => {
  world = await startQuietly({});
  holding = await startQuietly({ merchants: { acme: { refunds: false } } });
});
afterAll(async () => {
  await world.stop();
  await holding.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const kinds = ['created', 'label', 'updated', 'receivingStarted', 'receipt'] as const;
type Kind = (typeof kinds)[number] | 'closed';

/** Every delivery at least once, some of them twice, in any order. */
function ordersOf(every: readonly Kind[]): fc.Arbitrary<Kind[]> {
  return fc.subarray([...every], { maxLength: 3 }).chain((repeats) => {
    const all = [...every, ...repeats];
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  });
}

/** A message about an RMA that MasonHub need not have yet. */
function message(id: string, status: string, lines: readonly object[]): CallbackEnvelope {
  return {
    callback_url: '',
    message_type: 'rmaEvent',
    message_id: `${status}-of-${id}`,
    api_version: '1.0',
    data: [{ customer_identifier: id, status, line_items: lines }],
  };
}

function line(sku: string, disposition: string): object {
  const receiving_details = { [disposition]: [{ quantity: 1, notes: '' }] };
  return {
    customer_sku_id: sku,
    quantity: 1,
    quantity_received: 1,
    not_on_original_rma: false,
    receiving_details,
  };
}

/** A return of which nobody has heard, and everything that will be said of it. */
async function story({ loop, masonhub }: World, disposition: string, end: 'open' | 'closed') {
  loop.silence();
  const id = await loop.createReturn({ items: [tee], label: 'late' });
  const created = loop.payloadOf(id, 'return.created');
  await loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
  const label = loop.payloadOf(id, 'label.created');
  await loop.updateReturn(id, { items: [tee, cap] });
  const updated = loop.payloadOf(id, 'return.updated');
  if (end === 'closed') await loop.closeReturn(id);
  const closed = loop.payloadOf(id, 'return.closed');
  loop.resume();
  const started = message(id, 'receivingStarted', []);
  const receipt = message(id, 'received', [line('TEE-1', disposition), line('CAP-2', 'available')]);
  const deliver: Record<Kind, () => Promise<unknown>> = {
    created: () => loop.deliver(created),
    label: () => loop.deliver(label),
    updated: () => loop.deliver(updated),
    closed: () => loop.deliver(closed),
    receivingStarted: () => masonhub.deliver(started),
    receipt: () => masonhub.deliver(receipt),
  };
  return { id, deliver };
}

describe.each([
  ['available', 'processed', { processed: 1, flagged: 0 }],
  ['damaged', 'flagged', { processed: 0, flagged: 1 }],
] as const)('a return whose unit is found %s', (disposition, status, sent) => {
  it(`is ${status}, once, in whatever order and however often its deliveries come`, async () => {
    await fc.assert(
      fc.asyncProperty(ordersOf(kinds), fc.boolean(), async (order, oneByOne) => {
        const { id, deliver } = await story(world, disposition, 'open');
        for (const kind of order) {
          await deliver[kind]();
          if (oneByOne) await world.untilQuiet();
        }
        await world.untilStatus(id, status);
        await world.untilQuiet();
        expect(await world.statusOf(id)).toBe(status);
        expect(world.told(id)).toMatchObject(sent);
        if (disposition === 'damaged') {
          expect(world.told(id).notes).toEqual([expect.stringContaining('1 × TEE-1 damaged')]);
        }
        const posted = world.masonhub.calls.filter(
          ({ name, records }) =>
            name === 'create' && records?.some((record) => record['customer_identifier'] === id),
        );
        expect(posted).toHaveLength(1);
      }),
      { numRuns: 12, seed: 20261122, endOnFailure: true },
    );
  });
});

describe('a return that the merchant closes by hand', () => {
  it('is processed, and Loop is told nothing, in whatever order and however often its deliveries come', async () => {
    await fc.assert(
      fc.asyncProperty(ordersOf([...kinds, 'closed']), fc.boolean(), async (order, oneByOne) => {
        const { id, deliver } = await story(holding, 'available', 'closed');
        for (const kind of order) {
          await deliver[kind]();
          if (oneByOne) await holding.untilQuiet();
        }
        await holding.untilStatus(id, 'processed');
        await holding.untilQuiet();
        expect(await holding.statusOf(id)).toBe('processed');
        expect(holding.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
      }),
      { numRuns: 12, seed: 20261122, endOnFailure: true },
    );
  });
});
