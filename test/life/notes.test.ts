import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const longSkus = Array.from(
  { length: 40 },
  (_, index) => `A-RATHER-LONG-SKU-${String(index).padStart(4, '0')}-É`,
);

describe('a flag', () => {
  it('comes with one note, which says which SKU, how many and why', async () => {
    const id = await world.open([tee, tee, { sku: 'CAP-2' }]);
    await world.masonhub.receive(
      id,
      [
        { ...tee, status: 'damaged', note: 'Has a hole' },
        { ...tee, status: 'damaged', note: 'Has a hole' },
      ],
      { times: 3 },
    );
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.any(String)] });
    expect(world.told(id).notes[0]).toBe(
      'Warehouse check: 2 × TEE-1 damaged ("Has a hole"); 1 × CAP-2 missing.',
    );
  });

  it('lists what is fine after what is not, so that the merchant can refund a part', async () => {
    const id = await world.open([{ sku: 'TEE-RED-M' }, { sku: 'TEE-RED-M' }, { sku: 'HAT-WOOL' }]);
    await world.masonhub.receive(id, [
      { sku: 'TEE-RED-M', quantity: 2 },
      { sku: 'HAT-WOOL', status: 'damaged' },
    ]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual(['Warehouse check: 1 × HAT-WOOL damaged; 2 × TEE-RED-M fine.']);
  });

  it('leaves out what is fine before what is not, where not everything fits', async () => {
    const bad = longSkus.slice(0, 4);
    const id = await world.open(longSkus.map((sku) => ({ sku })));
    await world.masonhub.receive(
      id,
      longSkus.map((sku) => ({ sku, ...(bad.includes(sku) ? { status: 'damaged' } : {}) })),
    );
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const [note = ''] = world.told(id).notes;
    expect(note.length).toBeLessThan(255);
    for (const sku of bad) expect(note).toContain(`1 × ${sku} damaged`);
    expect(note).toMatch(/fine; and \d+ more\.$/);
  });

  it('has its note under 255 characters however many SKUs there are, and counts those left out', async () => {
    const id = await world.open(longSkus.map((sku) => ({ sku })));
    await world.masonhub.receive(
      id,
      longSkus.map((sku) => ({ sku, status: 'damaged', note: 'x'.repeat(300) })),
    );
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const [note = ''] = world.told(id).notes;
    expect(note.length).toBeLessThan(255);
    const named = longSkus.filter((sku) => note.includes(sku)).length;
    expect(named).toBeGreaterThan(0);
    expect(note).toContain(`and ${longSkus.length - named} more`);
  });
});

describe('a flag of a return that is in review already', () => {
  it('brings its note, where Loop takes no flag for it', async () => {
    const id = await world.open([tee]);
    await world.loop.putInState(id, 'review');
    await world.untilQuiet();
    const message = 'Return is review and therefore cannot be processed.';
    world.loop.answerNext('flag', { body: { errors: { message, code: 'UNPROCESSABLE_RETURN' } } });
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([expect.stringContaining('1 × TEE-1 damaged')]);
  });
});

describe('a refund', () => {
  it('has no note where there is nothing to say', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('has one note for the extra items, under 255 characters', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id, [tee, ...longSkus.map((sku) => ({ sku, quantity: 2 }))]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    const [note = '', ...others] = world.told(id).notes;
    expect(others).toEqual([]);
    expect(note.length).toBeLessThan(255);
    expect(note).toContain(`2 × ${longSkus[0]}`);
    expect(note).toMatch(/also came/i);
  });

  it('has one note that names the one extra item', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id, [tee, { sku: 'MUG-9', status: 'damaged', note: 'Broken' }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([expect.stringMatching(/1 × MUG-9 damaged \("Broken"\)/)]);
  });
});

describe('a receipt that comes again', () => {
  it('and is the same changes nothing', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.masonhub.receive(id);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('and shows damage after the refund needs attention, and sends nothing more', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }], { times: 2 });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/two receipts that differ.*TEE-1: 1 damaged/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' })).not.toMatchObject({
      status: 202,
    });
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('and shows everything available after the flag needs attention, and sends nothing more', async () => {
    const id = await world.open([tee]);
    await world.masonhub.receive(id, []);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/two receipts that differ.*TEE-1: 1 available/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.any(String)] });
  });
});
