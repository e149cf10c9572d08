import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

const items = [{ sku: 'TEE-1' }];
const callsFor = (world: World, id: string) =>
  world.loop.calls.filter(({ returnId }) => returnId === id).map(({ name }) => name);

describe('a process request that Loop has only queued', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ pace: { askClosedAfterSeconds: 1, closeWithinMs: 1 } });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('is done when the details say closed, should the webhook that says so be lost', async () => {
    const id = await world.open(items);
    world.loop.silence();
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    world.loop.resume();
    await world.untilQuiet();
    expect(callsFor(world, id)).toEqual(['process', 'details']);
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('needs attention where Loop has cancelled the return since', async () => {
    const id = await world.open(items);
    world.loop.closeProcessedAfter(null);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processing');
    world.loop.silence();
    await world.loop.cancelReturn(id);
    world.loop.resume();
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/cancelled.*accepted/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('needs attention where Loop never closes the return, until Loop does', async () => {
    const id = await world.open(items);
    world.loop.closeProcessedAfter(null);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/has not closed it since .* it still says open/);
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(1);
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    expect(callsFor(world, id).filter((name) => name === 'process')).toHaveLength(1);
  });

  it('is asked for again, not sent again, when a person retries', async () => {
    const id = await world.open(items);
    world.loop.closeProcessedAfter(null);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'attention');
    world.loop.silence();
    await world.loop.closeReturn(id);
    world.loop.resume();
    await world.retry(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
  });
});

describe('Loop says by itself', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ merchants: { acme: { loop: { closeAfterMs: null } } } });
  });
  afterAll(async () => {
    await world.stop();
  });

  it.each(['The card has expired.', null])(
    'that processing has failed (%j): a person has to look, and the retry processes again',
    async (message) => {
      const id = await world.open(items);
      await world.masonhub.receive(id);
      await world.untilStatus(id, 'processing');
      await world.loop.failProcessing(id, message);
      const { reason } = await world.untilStatus(id, 'attention');
      expect(reason).toContain(message ?? 'Loop gave no reason');
      await world.untilQuiet();
      expect(world.told(id).processed).toBe(1);
      await world.retry(id);
      await world.untilStatus(id, 'processing');
      await world.untilQuiet();
      expect(world.told(id)).toEqual({ processed: 2, flagged: 0, notes: [] });
      await world.loop.closeReturn(id);
      await world.untilStatus(id, 'processed');
    },
  );

  it('that the failed return is closed after all: nobody has to look any more', async () => {
    const id = await world.open(items);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processing');
    await world.loop.failProcessing(id, 'Try later.');
    await world.untilStatus(id, 'attention');
    await world.loop.closeReturn(id);
    expect(await world.untilStatus(id, 'processed')).toMatchObject({ status: 'processed' });
    expect(world.told(id).processed).toBe(1);
  });
});
