import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StandInState } from '../../src/stand-ins/loop/returns.ts';
import { startWorld, type World } from '../support/service.ts';

const items = [{ sku: 'TEE-1' }];
const callsFor = (world: World, id: string) =>
  world.loop.calls.filter(({ returnId }) => returnId === id).map(({ name }) => name);

const envelopes: [string, (message: string, code: string) => unknown][] = [
  ['errors with a code', (message, code) => ({ errors: { message, code } })],
  ['errors as a text', (message) => ({ errors: message })],
  ['a list of errors', (message) => ({ errors: [{ message }] })],
  ['a message alone', (message) => ({ message })],
  ['error with its own codes', (message) => ({ error: { code: '422', http_code: 'GEN', message } })],
];
const codeOf = (state: StandInState) =>
  state === 'review' ? 'UNPROCESSABLE_FLAGGED_RETURN' : 'UNPROCESSABLE_RETURN';
const words = (state: StandInState) => `Return is ${state} and therefore cannot be processed.`;

describe('an answer with status 200', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ pace: { processWithinMs: 0 } });
  });
  afterAll(async () => {
    await world.stop();
  });

  describe.each(envelopes)('that refuses (%s)', (_what, write) => {
    it.each<[StandInState, string]>([
      ['closed', 'processed'],
      ['cancelled', 'attention'],
      ['expired', 'attention'],
      ['review', 'attention'],
    ])('because the return is %s makes it %s, and is not asked for again', async (state, status) => {
      const message = words(state);
      world.loop.answerNext('process', { body: write(message, codeOf(state)) });
      const id = await world.open(items);
      await world.masonhub.receive(id);
      const found = await world.untilStatus(id, status === 'processed' ? 'processed' : 'attention');
      if (status === 'attention') expect(found.reason).toContain(message);
      await world.untilQuiet();
      expect(await world.statusOf(id)).toBe(status);
      expect(callsFor(world, id)).toEqual(['process']);
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    });
  });

  it.each([{ errors: [] }, { errors: { refund: ['is empty'] } }, { result: 'true' }, null])(
    'that is none of the known ones (%j) is never success',
    async (body) => {
      world.loop.answerNext('process', { body }, { body }, { body });
      const id = await world.open(items);
      await world.masonhub.receive(id);
      const { reason, timeline } = await world.untilStatus(id, 'attention');
      expect(reason).toContain('none of its known answers');
      expect(timeline.map(({ event }) => event)).not.toContain('process.accepted');
      await world.untilQuiet();
      expect(world.told(id).processed).toBe(0);
    },
  );

  it('that refuses the flag because the return is closed needs attention', async () => {
    world.loop.silence();
    const id = await world.loop.createReturn({ items });
    await world.loop.deliver(world.loop.payloadOf(id, 'return.created'));
    await world.untilStatus(id, 'open');
    await world.loop.closeReturn(id);
    world.loop.resume();
    await world.masonhub.receive(id, []);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('Return is closed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it('that refuses the refund because Loop has closed the return makes it processed, by Loop itself', async () => {
    const id = await world.open(items);
    world.loop.silence();
    await world.loop.closeReturn(id);
    world.loop.resume();
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});
