import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly, startSilently } from './worlds.ts';

let world: World;
/** Every webhook is lost, and only pulls tell. */
let pulled: World;
/** Loop is asked after a second whether it has closed a return. */
let asking: World;

beforeAll(async () => {
  world = await startQuietly({ merchants: { acme: {}, lenient: { loop: { processFlagged: true } } } });
  pulled = await startSilently();
  asking = await startQuietly({ pace: { askClosedAfterSeconds: 1 } });
});
afterAll(async () => {
  await world.stop();
  await pulled.stop();
  await asking.stop();
});

const items = [{ sku: 'TEE-1' }];
const whatToDo = /Needs Review.*out of stock.*solve it there.*process it there or retry here/;
const timelineOf = async (id: string, slug = 'acme') =>
  JSON.stringify((await world.returnOf(id, slug))?.timeline);
const processedOnce = { processed: 1, flagged: 0, notes: [] };

/** Loop accepts to process the return, and then puts it into review instead. */
async function reviewed(there: World, id: string): Promise<void> {
  there.loop.whenProcessed(id, 'goesToReview');
  await there.masonhub.receive(id);
  const { reason } = await there.untilStatus(id, 'attention');
  expect(reason).toMatch(whatToDo);
  expect(there.told(id)).toEqual(processedOnce);
}

describe('a return that Loop puts into review after it has accepted to process it', () => {
  it('needs attention at once, who learns what to do', async () => {
    const id = await world.open(items);
    await reviewed(world, id);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('attention');
    expect(world.told(id)).toEqual(processedOnce);
  });

  it.each(['processReturn', 'closeReturn'] as const)(
    'ends as processed once it is closed after all (%s)',
    async (end) => {
      const id = await world.open(items);
      await reviewed(world, id);
      await world.loop[end](id);
      await world.untilStatus(id, 'processed');
      expect(world.told(id)).toEqual(processedOnce);
    },
  );

  it('is processed again when a person has solved it and retries', async () => {
    const id = await world.open(items);
    await reviewed(world, id);
    await world.loop.reopenReturn(id);
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(1);
    expect(await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' })).toMatchObject({
      status: 202,
    });
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ ...processedOnce, processed: 2 });
  });

  it('needs attention also where the webhook comes before the answer to our own request', async () => {
    const answer = Promise.withResolvers<void>();
    world.loop.answerNext('process', { body: true, work: true, after: answer.promise });
    const id = await world.open(items);
    world.loop.whenProcessed(id, 'goesToReview');
    await world.masonhub.receive(id);
    await until(
      async () => (await timelineOf(id)).includes('"detail":"review'),
      async () => `the review in ${await timelineOf(id)}`,
    );
    expect(await world.statusOf(id)).toBe('received');
    answer.resolve();
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(whatToDo);
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(processedOnce);
  });

  it('needs attention also where the answer to our own request is lost', async () => {
    world.loop.answerNext('process', 'work-then-drop');
    const id = await world.open(items);
    world.loop.whenProcessed(id, 'goesToReview');
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/review/i);
    await world.untilQuiet();
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(processedOnce);
  });

  it('does not, where it was in review before and Loop processes it all the same', async () => {
    const { loop, masonhub } = world.vendorsOf('lenient');
    const id = await loop.createReturn({ items, state: 'review' });
    await world.untilStatus(id, 'open', 'lenient');
    await masonhub.receive(id);
    await world.untilStatus(id, 'processed', 'lenient');
    expect(await timelineOf(id, 'lenient')).not.toContain('attention');
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
  });
});

describe('where the webhook of the review is lost', () => {
  it('a pull tells it, and one more that the return is closed after all', async () => {
    const id = await pulled.open(items);
    await reviewed(pulled, id);
    await pulled.loop.processReturn(id);
    await pulled.untilStatus(id, 'processed');
    expect(pulled.told(id)).toEqual(processedOnce);
  });

  it('the question whether Loop has closed it tells it', async () => {
    const id = await asking.open(items);
    asking.loop.silence();
    await reviewed(asking, id);
    asking.loop.resume();
    await asking.loop.processReturn(id);
    await asking.untilStatus(id, 'processed');
    expect(asking.told(id)).toEqual(processedOnce);
  });
});
