import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { endTimeOf, waitOf } from '../support/waits.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const nothing = { processed: 0, flagged: 0, notes: [] };
const inQc = { ...tee, status: 'qc' };
const eventsOf = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

/** A return whose only unit is in quality control. */
async function inspected(): Promise<string> {
  const id = await world.open([tee]);
  await world.masonhub.receive(id, [inQc]);
  await world.untilStatus(id, 'inspecting');
  return id;
}

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

describe('a return on which the warehouse never decides', () => {
  it('is flagged after its time, and the note says what is still in inspection and since when', async () => {
    const id = await world.open([tee, cap]);
    await world.masonhub.receive(id, [tee, { ...cap, status: 'quality-control' }]);
    await world.untilStatus(id, 'inspecting');
    await endTimeOf(world, id, 'inspection');
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: ['Warehouse check: 1 × CAP-2 held for quality control (since 2020-01-01); 1 × TEE-1 fine.'],
    });
    expect(await eventsOf(id)).toContain('waited.inspection');
  });

  it('goes on waiting where its job comes before its time is over', async () => {
    const id = await inspected();
    const jobs = `select id from pgboss.job where data ->> 'loopReturnId' = '${id}'
      and data ->> 'step' = 'inspection' and state = 'created'`;
    const [before] = await world.query(jobs);
    await world.query('update pgboss.job set start_after = now() where id = $1', [before?.['id']]);
    await until(
      async () => {
        const [now] = await world.query(jobs);
        return now !== undefined && now['id'] !== before?.['id'];
      },
      () => 'another job for the rest of the time',
    );
    expect(await world.statusOf(id)).toBe('inspecting');
    await endTimeOf(world, id, 'inspection');
    await world.untilStatus(id, 'flagged');
  });
});

describe('a receipt that comes after the flag', () => {
  /** Flagged for the damaged cap while the shirt was still in quality control. */
  async function flaggedBesideQc(): Promise<string> {
    const id = await world.open([tee, cap]);
    await world.masonhub.receive(id, [inQc, { ...cap, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    return id;
  }

  it.each(['available', 'damaged'])(
    'and decides on what was in quality control (%s) is progress: the flag stands, and nothing more is sent',
    async (status) => {
      const id = await flaggedBesideQc();
      const { notes } = world.told(id);
      await world.masonhub.receive(id, [
        { ...tee, status },
        { ...cap, status: 'damaged' },
      ]);
      await world.untilQuiet();
      const found = await world.returnOf(id);
      expect(found?.status).toBe('flagged');
      expect(found?.timeline.at(-1)).toMatchObject({
        event: 'receipt',
        detail: expect.stringContaining(`TEE-1: 1 ${status}`),
      });
      expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes });
    },
  );

  it('and takes back what the flag was for needs attention, who is told both', async () => {
    const id = await flaggedBesideQc();
    await world.masonhub.receive(id, [inQc, cap]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/CAP-2: 1 damaged.*CAP-2: 1 available/);
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('that its time was over for is progress as well, good or bad', async () => {
    const id = await inspected();
    await endTimeOf(world, id, 'inspection');
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    await world.masonhub.receive(id);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });
});

describe('a result that only GET /rmas shows', () => {
  it.each([
    ['refunds', 'available', 'processed'],
    ['flags', 'damaged', 'flagged'],
  ] as const)('%s a return in inspection (%s)', async (_what, status, end) => {
    await using silent = await startWorld({ pollIntervalMs: 1000 });
    const id = await silent.open([tee]);
    await silent.masonhub.receive(id, [inQc]);
    await silent.untilStatus(id, 'inspecting');
    silent.masonhub.silence();
    await silent.masonhub.receive(id, [{ ...tee, status }]);
    const { timeline } = await silent.untilStatus(id, end);
    expect(timeline.map(({ event }) => event)).toContain('receipt.pulled');
    // The pulls of before had nothing new to say.
    expect(timeline.filter(({ event }) => event === 'receipt.pulled')).toHaveLength(1);
    await silent.untilQuiet();
    expect(silent.told(id)).toMatchObject({
      processed: status === 'available' ? 1 : 0,
      flagged: status === 'damaged' ? 1 : 0,
    });
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
