import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

/** Every word that MasonHub publishes for the status to receive into. */
const words = [
  'available',
  'qc',
  'quality-control',
  'damaged',
  'quarantine',
  'refurbishing',
  'under-investigation',
];
let world: World;

beforeAll(async () => {
  const merchants = words.map((word) => [word, { masonhubSettings: { receiveInto: word } }] as const);
  world = await startWorld({ merchants: Object.fromEntries(merchants) });
});
afterAll(async () => {
  await world.stop();
});

it.each(words)(
  'a merchant whose units are received into %s has that asked for as it is written',
  async (word) => {
    const { loop, masonhub } = world.vendorsOf(word);
    const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }, { sku: 'CAP-2' }] });
    await world.untilStatus(id, 'open', word);
    expect(masonhub.rmas.get(id)?.record).toMatchObject({
      line_items: [{ return_inventory_status: word }, { return_inventory_status: word }],
    });
  },
);
