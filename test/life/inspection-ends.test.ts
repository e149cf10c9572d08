import { describe, expect, it } from 'vitest';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';
import { endTimeOf } from '../support/waits.ts';
import { cap, eventsOf, inQc, inspected, serveInspections, tee, world } from './inspections.ts';

/** How a wait for quality control ends where no callback ends it, and what comes after. */

serveInspections();

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

  it('and takes back what the flag was for needs a person, who is told both', async () => {
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
