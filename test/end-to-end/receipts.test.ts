import { describe, expect, it } from 'vitest';
import { deliverChanged, firstLine, linesOf, serveAcme, world } from './acme.ts';

/** What a receipt of the warehouse makes of a return in Loop. */

serveAcme();

describe('a receipt with every unit available', () => {
  it.each(['1.0', '2.0'] as const)('in version %s processes the return exactly once', async (apiVersion) => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    const [answer] = await world.masonhub.receive(id, 'all-available', { apiVersion });
    expect(answer).toMatchObject({ status: 200, attempts: { length: 1 } });
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('leaves the return processing until Loop says that it is closed', async () => {
    world.loop.closeProcessedAfter(null);
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processing');
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('processing');
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    world.loop.closeProcessedAfter(1);
    expect(world.told(id).processed).toBe(1);
  });

  it.each([true, 'true'])('takes %j for Loop’s yes', async (yes) => {
    world.loop.answerNext('process', { body: yes, work: true });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(1);
    expect((await world.returnOf(id))?.timeline.map(({ event }) => event)).toContain('process.accepted');
  });

  it('and an extra item processes the return, and a note names the item', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'MUG-9', quantity: 2 }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [expect.stringContaining('MUG-9')] });
    expect(world.told(id).notes[0]).toContain('2');
  });

  it('and one more unit than asked for processes the return, and a note names it', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', quantity: 2 }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [expect.stringContaining('TEE-1')] });
  });

  it('with a damaged extra item processes the return all the same', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'TEE-1', status: 'damaged', extra: true }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [expect.stringContaining('damaged')] });
  });

  it('of a return that Loop had closed before is processed without a message', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.loop.closeReturn(id);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe('a receipt with a unit that the warehouse has not decided on', () => {
  it.each(['qc', 'quality-control', 'under-investigation'])(
    'in %s makes the return inspecting, and moves no money',
    async (status) => {
      const id = await world.open([{ sku: 'TEE-1' }]);
      await world.masonhub.receive(id, [{ sku: 'TEE-1', status }]);
      const { reason } = await world.untilStatus(id, 'inspecting');
      expect(reason).toContain('1 × TEE-1');
      await world.untilQuiet();
      expect(await world.statusOf(id)).toBe('inspecting');
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    },
  );
});

describe('a receipt with anything else', () => {
  const otherStatuses = [
    'damaged',
    'quarantine',
    'refurbishing',
    'disposed',
    'short',
    'a-status-of-next-year',
  ];

  /** One flag and one note under 255 characters that holds all of the words, and never a refund. */
  async function expectFlag(id: string, ...words: string[]) {
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { processed, flagged, notes } = world.told(id);
    expect({ processed, flagged, notes: notes.length }).toEqual({ processed: 0, flagged: 1, notes: 1 });
    for (const word of words) expect(notes[0]).toContain(word);
    expect(notes[0]?.length).toBeLessThan(255);
    const messages = world.loop.calls.filter((call) => call.returnId === id);
    expect(messages.filter(({ name }) => name === 'process')).toEqual([]);
    expect(messages.filter(({ name }) => name === 'flag')).toHaveLength(1);
    const { reason } = await world.untilStatus(id, 'flagged');
    for (const word of words) expect(reason).toContain(word);
  }

  it('flags a damaged unit once, with a note that says which, how many and why', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    await world.masonhub.receive(id, [
      { sku: 'TEE-1' },
      { sku: 'CAP-2', status: 'damaged', note: 'Has a hole' },
    ]);
    await expectFlag(id, '1 × CAP-2', 'damaged', 'Has a hole');
  });

  it.each(otherStatuses)('flags a unit that was received into %s', async (status) => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status }]);
    await expectFlag(id, '1 × TEE-1');
  });

  it('flags a quantity that is short by one', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }, { sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', quantity: 2 }]);
    await expectFlag(id, '1 × TEE-1', 'missing');
  });

  it('flags an item of which nothing came', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }]);
    await expectFlag(id, '1 × CAP-2', 'missing');
  });

  it.each(['1.0', '2.0'] as const)('flags a line that is absent in version %s', async (apiVersion) => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    const envelope = world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion });
    await deliverChanged(envelope, (rma) => ({ ...rma, line_items: linesOf(rma).slice(0, 1) }));
    await expectFlag(id, '1 × CAP-2', 'missing');
  });

  it.each([
    ['an empty list of lines', []],
    ['no list of lines', undefined],
    ['null for its lines', null],
  ])('flags a receipt with %s', async (_what, line_items) => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    await deliverChanged(envelope, (rma) => ({ ...rma, line_items }));
    await expectFlag(id, '2 × TEE-1', 'missing');
  });

  it('flags a unit too many on the line when it is not available', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'TEE-1', status: 'damaged' }]);
    await expectFlag(id, '1 × TEE-1', 'damaged');
  });

  it('does not count an item that was not on the RMA for one that was', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', extra: true }]);
    await expectFlag(id, '1 × TEE-1', 'missing');
  });

  it('does not count one SKU for another', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'TEE-10' }]);
    await expectFlag(id, '1 × TEE-1 missing', 'TEE-10');
  });

  it('decides by what was asked for, not by what the callback says was asked for', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    const envelope = world.masonhub.receivedEnvelope(id, [{ sku: 'TEE-1' }]);
    await deliverChanged(envelope, (rma) => ({
      ...rma,
      line_items: linesOf(rma)
        .slice(0, 1)
        .map((line) => ({ ...line, quantity: 1 })),
    }));
    await expectFlag(id, '1 × TEE-1', '1 × CAP-2', 'missing');
  });

  it('believes the details where a line claims to be available', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await deliverChanged(envelope, firstLine({ return_inventory_status: 'available' }));
    await expectFlag(id, '1 × TEE-1', 'damaged');
  });

  it('does not refund what the details show but the warehouse did not count', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    await deliverChanged(envelope, firstLine({ quantity_received: 0 }));
    await expectFlag(id, '1 × TEE-1', 'missing');
  });

  it('keeps the note under 255 characters however much there is to say', async () => {
    const skus = Array.from({ length: 30 }, (_, index) => `A-RATHER-LONG-SKU-NUMBER-${index}`);
    const id = await world.open(skus.map((sku) => ({ sku })));
    const note = 'The dock has a lot to tell about this one, '.repeat(5);
    await world.masonhub.receive(
      id,
      skus.map((sku) => ({ sku, status: 'damaged', note })),
    );
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { flagged, notes } = world.told(id);
    expect({ flagged, notes: notes.length }).toEqual({ flagged: 1, notes: 1 });
    expect(notes[0]).toMatch(/and \d+ more/);
    expect(notes[0]?.length).toBeLessThan(255);
  });

  it('waits while the event says received but the RMA is still being received', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    await deliverChanged(envelope, (rma) => ({ ...rma, status: 'in-receiving' }));
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('receiving');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
  });
});
