import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../src/stand-ins/desk.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/**
 * A request without an answer is sent again once Loop has had its time. Where Loop turns that second one away, the
 * first is still without an answer: Loop is asked about it before anything is sent a third time.
 */

const tee = { sku: 'TEE-1' };
const turnedAway: ScriptedAnswer = { status: 429, body: {}, headers: { 'retry-after': '1' } };

const calls = (world: World, id: string) =>
  world.loop.calls.filter(({ returnId }) => returnId === id).map(({ name }) => name);

const untilCalls = (world: World, id: string, name: string, count: number) =>
  until(
    () => calls(world, id).filter((one) => one === name).length >= count,
    () => `${name}, ${count} times: ${calls(world, id).join(' ')}`,
  );

describe.concurrent('a message whose second request was turned away', () => {
  it('is sent a third time only after Loop was asked', async () => {
    await using world = await startWorld({ pace: { tries: 100 } });
    const id = await world.open([tee]);
    world.loop.answerNext('process', 'drop', turnedAway);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    const first = calls(world, id).filter((name) => name === 'process' || name === 'details');
    expect(first.slice(0, 2)).toEqual(['process', 'details']);
    const second = first.indexOf('process', 1);
    expect(first[second + 1]).toBe('details');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('and that Loop put into review meanwhile is for a person', async () => {
    const shop = { acme: { loop: { processFlagged: true } } };
    await using world = await startWorld({ merchants: shop, pace: { tries: 100 } });
    const id = await world.open([tee]);
    world.loop.answerNext('process', 'drop', turnedAway);
    await world.masonhub.receive(id);
    await untilCalls(world, id, 'process', 2);
    world.loop.silence();
    await world.loop.putInState(id, 'review');
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('Needs Review since');
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(0);
  });

  it('does not stand there twice where it is a note that Loop has by then', async () => {
    await using world = await startWorld({ pace: { tries: 100 } });
    const id = await world.open([tee]);
    world.loop.answerNext('note', 'drop', turnedAway);
    await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
    await untilCalls(world, id, 'note', 2);
    const content = 'Warehouse check: 1 × TEE-1 damaged.';
    world.loop.returns.get(id)?.notes.push({ id: 1, content, createdAt: new Date() });
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([content]);
  });
});
