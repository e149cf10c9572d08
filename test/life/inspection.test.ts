import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';
import { waitOf } from '../support/waits.ts';
import { cap, eventsOf, inQc, inspected, nothing, serveInspections, tee, world } from './inspections.ts';

serveInspections();

describe('a return whose units are in quality control', () => {
  it.each(['qc', 'quality-control', 'under-investigation', 'QC'])(
    '(%s) is inspecting, and nothing is sent before the warehouse has decided',
    async (status) => {
      const id = await world.open([tee]);
      await world.masonhub.receive(id, [{ ...tee, status }]);
      await world.untilStatus(id, 'inspecting');
      await world.untilQuiet();
      expect(await world.statusOf(id)).toBe('inspecting');
      expect(world.told(id)).toEqual(nothing);
    },
  );

  it('says in the API what is not decided, since when, and when it will be flagged', async () => {
    const id = await inspected();
    const { reason } = await world.untilStatus(id, 'inspecting');
    const wait = z.object({ since: z.iso.datetime(), atMostMs: z.literal(7 * 86_400_000) });
    const { since, atMostMs } = wait.parse(await waitOf(world, id));
    const end = new Date(Date.parse(since) + atMostMs).toISOString();
    const inWords = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
    for (const word of ['1 × TEE-1', inWords(since), inWords(end)]) expect(reason).toContain(word);
    const list = await world.api(`/api/returns?status=inspecting&q=${id}`);
    expect(list.json).toMatchObject({ returns: [{ loopReturnId: id, status: 'inspecting', reason }] });
    expect(await eventsOf(id)).toEqual(expect.arrayContaining(['receipt', 'waiting.inspection']));
  });

  it('is refunded once a later receipt says that they are good', async () => {
    const id = await inspected();
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(await eventsOf(id)).not.toContain('receipt.changed');
  });

  it('is flagged once a later receipt says that they are damaged', async () => {
    const id = await inspected();
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged', note: 'Has a hole' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: ['Warehouse check: 1 × TEE-1 damaged ("Has a hole").'],
    });
  });

  it('waits for the rest where a later receipt decides on some of them only', async () => {
    const id = await world.open([tee, cap]);
    await world.masonhub.receive(id, [inQc, { ...cap, status: 'qc' }]);
    const first = await world.untilStatus(id, 'inspecting');
    await world.masonhub.receive(id, [tee, { ...cap, status: 'qc' }]);
    await until(
      async () => (await world.returnOf(id))?.reason !== first.reason,
      () => 'the reason of the second receipt',
    );
    expect(await world.returnOf(id)).toMatchObject({
      status: 'inspecting',
      reason: expect.stringMatching(/^(?!.*TEE-1).*1 × CAP-2/),
    });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is waited for since the first receipt, however often it comes again', async () => {
    const id = await inspected();
    const wait = await waitOf(world, id);
    await world.masonhub.receive(id, [inQc], { times: 3 });
    await world.masonhub.receive(id, [{ ...tee, status: 'under-investigation' }]);
    await until(
      async () => (await world.returnOf(id))?.reason?.includes('under investigation'),
      () => 'the later receipt',
    );
    expect(await waitOf(world, id)).toEqual(wait);
  });

  it('is flagged at once where one unit is damaged, and the note has both', async () => {
    const id = await world.open([tee, cap]);
    await world.masonhub.receive(id, [inQc, { ...cap, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({
      processed: 0,
      flagged: 1,
      notes: [expect.stringMatching(/1 × CAP-2 damaged; 1 × TEE-1 held for quality control/)],
    });
  });

  it('is flagged at once where one unit is missing and no other parcel is on its way', async () => {
    const id = await world.open([tee, cap]);
    await world.masonhub.receive(id, [inQc]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([expect.stringMatching(/1 × CAP-2 missing; 1 × TEE-1 held/)]);
  });

  it('needs attention where it is cancelled in Loop meanwhile, and nothing is sent', async () => {
    const id = await inspected();
    await world.loop.cancelReturn(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/cancelled.*TEE-1: 1 qc/);
    await world.masonhub.receive(id);
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });

  it('is processed without a message where Loop has closed it meanwhile', async () => {
    const id = await inspected();
    await world.loop.closeReturn(id);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });
});

describe('the end of the time for quality control', () => {
  it('comes also while MasonHub refuses the key', async () => {
    await using short = await startWorld({ merchants: { acme: { receipts: { waitFor: '2s' } } } });
    const id = await short.open([tee]);
    short.masonhub.revokeKey(true);
    // What is sent to MasonHub meets the refusal, and from then on nothing goes there.
    await short.loop.createReturn({ items: [tee] });
    await until(
      async () => (await short.api('/health/ready')).text.includes('"vendor":"masonhub"'),
      () => 'the connection to pause',
    );
    await short.masonhub.receive(id, [inQc]);
    await short.untilStatus(id, 'inspecting');
    await short.untilStatus(id, 'flagged');
    expect((await short.api('/health/ready')).text).toContain('"vendor":"masonhub"');
  });
});
