import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../src/stand-ins/desk.ts';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

// Each test has a world of its own, so they can wait for their retries side by side.

describe.concurrent('a refund whose answer is lost', () => {
  it('after the work is not asked for again', async () => {
    await using world = await startWorld({ pace: { tries: 100, processWithinMs: 600_000 } });
    world.loop.answerNext('process', 'work-then-drop');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
    expect(world.loop.calls.filter(({ name }) => name === 'process')).toHaveLength(1);
  });

  it('after the work, while Loop takes its time, is not asked for again', async () => {
    await using world = await startWorld({
      pace: { tries: 100, processWithinMs: 600_000 },
      merchants: { acme: { loop: { closeAfterMs: 1_500 } } },
    });
    world.loop.answerNext('process', 'work-then-drop');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
    expect(world.loop.calls.map(({ name }) => name)).toContain('details');
  });

  it('before the work is asked for again, once Loop has had its time', async () => {
    await using world = await startWorld();
    world.loop.answerNext('process', 'drop');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  });
});

describe.concurrent('a refund that was asked for twice, as the first request had no answer', () => {
  it('is not asked for a third time while Loop may be at it, whatever a late webhook has a person retry', async () => {
    await using world = await startWorld({
      pace: { tries: 100, processWithinMs: 600_000 },
      merchants: { acme: { loop: { closeAfterMs: null } } },
    });
    const { loop } = world;
    const callsOf = (call: string) => loop.calls.filter(({ name }) => name === call).length;
    const id = await world.open([{ sku: 'TEE-1' }]);
    loop.silence();
    await loop.putInState(id, 'review');
    const late = loop.payloadOf(id, 'return.updated');
    await loop.reopenReturn(id);
    loop.resume();
    loop.answerNext('process', 'drop');
    await world.masonhub.receive(id);
    await until(
      () => callsOf('details') > 0,
      () => 'Loop to be asked for the first request',
    );
    // Loop has had its time, so the request goes out again.
    await world.query(`update outcomes set message_claimed_at = message_claimed_at - interval '1 hour'`);
    await world.untilStatus(id, 'processing');
    await loop.deliver(late);
    await world.untilStatus(id, 'attention');
    const asked = callsOf('details');
    await world.retry(id);
    await until(
      () => callsOf('details') > asked + 1,
      () => 'Loop to be asked for the second request, and once more',
    );
    expect(callsOf('process')).toBe(2);
    await loop.processReturn(id);
    await world.untilStatus(id, 'processed');
    expect(callsOf('process')).toBe(2);
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  });
});

describe.concurrent('a refund whose answer is lost, of a shop that lets flagged returns be processed', () => {
  const shop = { acme: { loop: { processFlagged: true } } };

  it('and that Loop put into review since is not asked for again: a person has to look', async () => {
    await using world = await startWorld({ merchants: shop });
    world.loop.answerNext('process', 'work-then-drop');
    const id = await world.open([{ sku: 'TEE-1' }], { processing: 'goesToReview' });
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/did not answer the request to process.*Needs Review since.*retry here/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    await world.retry(id);
    await world.untilStatus(id, 'processed');
  });

  it('and that was in review before is asked for again', async () => {
    await using world = await startWorld({ merchants: shop });
    world.loop.answerNext('process', 'drop');
    const id = await world.open([{ sku: 'TEE-1' }], { state: 'review' });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });
});

describe.concurrent('a flag or a note whose answer is lost', () => {
  it.each(['flag', 'note'] as const)('(%s) after the work is not repeated', async (name) => {
    await using world = await startWorld();
    world.loop.answerNext(name, 'work-then-drop');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, []);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1, notes: { length: 1 } });
  });

  it.each(['flag', 'note'] as const)('(%s) before the work is made up for', async (name) => {
    await using world = await startWorld();
    world.loop.answerNext(name, 'drop');
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, []);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1, notes: { length: 1 } });
  });
});

describe.concurrent('an answer of Loop that is not its yes', () => {
  it.each<[string, ScriptedAnswer]>([
    ['false', { body: false }],
    ['an empty object', { body: {} }],
    ['another text', { body: 'TRUE' }],
    ['the number 1', { body: 1 }],
    ['an object that says true', { body: { success: true } }],
    ['a page', { html: '<h1>OK</h1>' }],
    ['nothing', {}],
    ['a 500', { status: 500, body: { message: 'Server Error' } }],
    ['a yes with status 500', { status: 500, body: true }],
    ['a 429', { status: 429, body: { message: 'Too Many Attempts.' } }],
  ])('(%s) is not success: the return is processed once all the same', async (_what, answer) => {
    await using world = await startWorld();
    world.loop.answerNext('process', answer);
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(1);
  });

  it.each([
    [{ errors: { message: 'The refund account is empty.', code: 'UNPROCESSABLE_RETURN' } }],
    [{ errors: 'The refund account is empty.' }],
    [{ errors: [{ message: 'The refund account is empty.' }] }],
    [{ message: 'The refund account is empty.' }],
    [{ error: { code: '409', http_code: 'GEN-CONFLICT', message: 'The refund account is empty.' } }],
  ])('but status 200 with %j needs attention, and the reason says why', async (body) => {
    await using world = await startWorld();
    world.loop.answerNext('process', { body });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('The refund account is empty.');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it('but a refusal is answered by a retry at once, however much time Loop is given to process', async () => {
    await using world = await startWorld({ pace: { processWithinMs: 600_000, answerWithinMs: 600_000 } });
    world.loop.answerNext('process', { body: { errors: { message: 'The refund account is empty.' } } });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'attention');
    await world.untilQuiet();
    await world.retry(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
  });

  it('and processing that Loop reports as failed needs attention, whose retry processes it', async () => {
    await using world = await startWorld({
      pace: { processWithinMs: 600_000 },
      merchants: { acme: { loop: { closeAfterMs: null } } },
    });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processing');
    await world.loop.failProcessing(id, 'The card has expired.');
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('The card has expired.');
    world.loop.closeProcessedAfter(1);
    await world.retry(id);
    await world.untilStatus(id, 'processed');
  });
});
