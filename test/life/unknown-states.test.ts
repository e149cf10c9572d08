import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly } from './worlds.ts';

let world: World;
/** Where Loop is asked again each second or so for what it has not told. */
let asking: World;

beforeAll(async () => {
  world = await startQuietly();
  asking = await startQuietly({ pace: { askClosedAfterSeconds: 1 } });
});
afterAll(async () => {
  await world.stop();
  await asking.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const late = '1Z999AA10123456784';
const rmaOf = (id: string) => world.masonhub.rmas.get(id);
const timelineOf = async (id: string) => JSON.stringify((await world.returnOf(id))?.timeline);
const callsFor = ({ loop }: World, id: string) =>
  loop.calls.filter(({ returnId }) => returnId === id).map(({ name }) => name);
/** What Loop was answered to each of its webhooks about a return. */
const answersTo = (id: string) =>
  world.loop.deliveries.filter(({ body }) => body.includes(id)).map(({ status }) => status);

describe.each(['partial', 'processing', 'processed', 'awaiting_pickup'])(
  'a return whose state is %s',
  (word) => {
    it('gets its RMA, and its timeline names the word', async () => {
      const id = await world.open([tee], { state: word });
      expect(rmaOf(id)?.lines).toMatchObject([{ sku: 'TEE-1', quantity: 1 }]);
      expect(await timelineOf(id)).toContain(word);
      expect(answersTo(id)).toEqual([200]);
    });

    it('has its RMA kept up', async () => {
      const id = await world.open([tee], { label: 'late' });
      await world.loop.putInState(id, word);
      await world.loop.updateReturn(id, { items: [tee, cap] });
      await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: late });
      await world.untilQuiet();
      expect(rmaOf(id)).toMatchObject({
        record: { package_id: late },
        lines: [{ sku: 'TEE-1' }, { sku: 'CAP-2' }],
      });
      expect(await world.statusOf(id)).toBe('open');
      expect(new Set(answersTo(id))).toEqual(new Set([200]));
    });

    it('is not refunded before Loop says a word that is known', async () => {
      const id = await world.open([tee], { state: word });
      await world.masonhub.receive(id);
      await until(
        () => callsFor(world, id).includes('details'),
        () => 'the question for its details',
      );
      await world.untilQuiet();
      expect(callsFor(world, id)).toEqual(['details']);
      expect(await world.statusOf(id)).toBe('received');
      await world.loop.reopenReturn(id);
      await world.untilStatus(id, 'processed');
      expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    });

    it('is not refunded where the next word that is known is cancelled', async () => {
      const id = await world.open([tee], { state: word });
      await world.masonhub.receive(id);
      await world.untilStatus(id, 'received');
      await world.loop.cancelReturn(id);
      const { reason } = await world.untilStatus(id, 'attention');
      expect(reason).toContain('cancelled');
      await world.untilQuiet();
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    });

    it('has a damaged unit flagged at once, as that moves no money', async () => {
      const id = await world.open([tee], { state: word });
      world.loop.answerNext('flag', { body: true });
      await world.masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
      await world.untilStatus(id, 'flagged');
      await world.untilQuiet();
      expect(callsFor(world, id)).toEqual(['flag', 'note']);
      expect(world.told(id).notes).toEqual([expect.stringContaining('TEE-1 damaged')]);
    });
  },
);

describe('a word that is not known', () => {
  it('is asked about until Loop says one that is, also where no webhook tells', async () => {
    const { loop, masonhub } = asking;
    const id = await asking.open([tee], { state: 'partial' });
    await masonhub.receive(id);
    await until(
      () => callsFor(asking, id).includes('details'),
      () => 'the question for its details',
    );
    expect(await asking.statusOf(id)).toBe('received');
    loop.silence();
    await loop.reopenReturn(id);
    loop.resume();
    await asking.untilStatus(id, 'processed');
    expect(asking.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('after an accepted process request is no trouble: the return ends once it is closed', async () => {
    world.loop.closeProcessedAfter(null);
    const id = await world.open([tee]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processing');
    await world.loop.putInState(id, 'processing');
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('processing');
    expect(await timelineOf(id)).not.toContain('attention');
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(new Set(answersTo(id))).toEqual(new Set([200]));
    world.loop.closeProcessedAfter(50);
  });

  it('under which Loop refuses the flag is for a person, who reads it', async () => {
    const id = await world.open([tee], { state: 'partial' });
    await world.masonhub.receive(id, []);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('Return is partial');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe('another spelling of a word that is known', () => {
  it('canceled deletes the RMA', async () => {
    const id = await world.open([tee]);
    await world.loop.putInState(id, 'canceled');
    await world.untilStatus(id, 'cancelled');
    expect(rmaOf(id)?.status).toBe('deleted');
  });

  it.each(['in_review', 'Needs Review', 'In Review'])('%s keeps the RMA', async (word) => {
    const id = await world.open([tee]);
    await world.loop.putInState(id, word);
    await world.untilQuiet();
    expect(await timelineOf(id)).not.toContain('not known here');
    expect(await world.statusOf(id)).toBe('open');
    expect(answersTo(id)).toEqual([200, 200]);
  });
});
