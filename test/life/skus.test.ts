import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, recordsOf } from '../../src/stand-ins/json.ts';
import type { UnitsInHand } from '../../src/stand-ins/masonhub/receiving.ts';
import { newNumber } from '../support/parcels.ts';
import { startWorld, type World } from '../support/service.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const refunded = { processed: 1, flagged: 0, notes: [] };

/** The receipt as a warehouse sends it that writes SKUs in its own way; it can leave lines out, with null. */
async function receiveWritten(
  id: string,
  units: readonly UnitsInHand[] | 'all-available',
  write: (line: JsonObject) => JsonObject | null,
): Promise<void> {
  const envelope = world.masonhub.receivedEnvelope(id, units, { apiVersion: '1.0' });
  const data = envelope.data.map((rma) => ({
    ...rma,
    line_items: (recordsOf(rma['line_items']) ?? []).flatMap((line) => write(line) ?? []),
  }));
  const [answer] = await world.masonhub.deliver({ ...envelope, data });
  expect(answer).toMatchObject({ status: 200 });
}

const as = (sku: string) => (line: JsonObject) => ({ ...line, customer_sku_id: sku });
const timelineOf = async (id: string) => JSON.stringify((await world.returnOf(id))?.timeline);

describe("a SKU that the warehouse writes otherwise than the RMA's", () => {
  it.each(['tee-1', 'Tee-1', '  TEE-1 ', ' tee-1'])(
    '(%j) is the same item, and the return is refunded',
    async (written) => {
      const id = await world.open([tee]);
      await receiveWritten(id, 'all-available', as(written));
      await world.untilStatus(id, 'processed');
      await world.untilQuiet();
      expect(world.told(id)).toEqual(refunded);
    },
  );

  it('in another letter case has the timeline say which SKU it counts as', async () => {
    const id = await world.open([tee]);
    await receiveWritten(id, 'all-available', as('tee-1'));
    await world.untilStatus(id, 'processed');
    expect(await timelineOf(id)).toContain('tee-1 counts as TEE-1.');
  });

  it('and says was not on the RMA stays beside it, so that the item is missing', async () => {
    const id = await world.open([tee]);
    await receiveWritten(id, [{ ...tee, extra: true }], (line) =>
      line['not_on_original_rma'] === true ? as('tee-1')(line) : null,
    );
    await world.untilStatus(id, 'flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('in a parcel without an RMA is the same item', async () => {
    const number = newNumber();
    const id = await world.open([tee], { labels: [{ carrier: 'UPS', trackingNumber: number }] });
    await world.masonhub.receiveBlind(number, [{ sku: 'tee-1' }]);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(refunded);
  });

  it('is flagged where it is damaged, under the SKU that the merchant knows', async () => {
    const id = await world.open([tee]);
    await receiveWritten(id, [{ ...tee, status: 'damaged' }], as('tee-1'));
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual(['Warehouse check: 1 × TEE-1 damaged.']);
  });

  it('and once more in the usual way after the flag says nothing new', async () => {
    const id = await world.open([tee]);
    await receiveWritten(id, [{ ...tee, status: 'damaged' }], as('tee-1'));
    await world.untilStatus(id, 'flagged');
    await receiveWritten(id, [{ ...tee, status: 'damaged' }], as('TEE-1'));
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1, notes: { length: 1 } });
  });

  it('is another item where the receipt has a line with the very SKU of the RMA', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id, [{ sku: 'tee-1' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([expect.stringMatching(/1 × TEE-1 missing.*1 × tee-1/)]);
  });

  it('is another item where more than letter case and outer spaces is different', async () => {
    const id = await world.open([tee]);
    await receiveWritten(id, 'all-available', as('TEE 1'));
    await world.untilStatus(id, 'flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });
});

describe('two SKUs of a return that differ only in letter case', () => {
  const both = [{ sku: 'TEE-1' }, { sku: 'tee-1' }];

  it('are two items: each has to come', async () => {
    const [whole, twice] = [await world.open(both), await world.open(both)];
    await world.masonhub.receive(whole);
    await world.masonhub.receive(twice, [tee, tee]);
    await world.untilStatus(whole, 'processed');
    await world.untilStatus(twice, 'flagged');
    await world.untilQuiet();
    expect(world.told(whole)).toEqual(refunded);
    expect(world.told(twice).notes).toEqual([expect.stringContaining('1 × tee-1 missing')]);
  });

  it('are neither of them what is written in a third way', async () => {
    const id = await world.open(both);
    await receiveWritten(id, 'all-available', as('Tee-1'));
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([
      expect.stringMatching(/1 × TEE-1 missing; 1 × tee-1 missing.*2 × Tee-1/),
    ]);
  });
});
