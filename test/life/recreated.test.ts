import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly, startSilently } from './worlds.ts';

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };

describe('an RMA whose number was deleted once, and created again', () => {
  let world: World;
  beforeAll(async () => {
    world = await startQuietly({
      merchants: { acme: { masonhub: { changeAnswers: 'description' } } },
      pace: { tries: 10, retryDelaySeconds: 1, longestRetryDelaySeconds: 1 },
    });
  });
  afterAll(async () => {
    await world.stop();
  });

  /** MasonHub lists the deleted RMA before the one that has its number now. */
  async function reopened(): Promise<string> {
    const id = await world.open([tee]);
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    await world.loop.reopenReturn(id);
    await world.untilStatus(id, 'open');
    return id;
  }

  it('is the one that is looked at where MasonHub does not say why it takes no change', async () => {
    const id = await reopened();
    world.masonhub.silence();
    await world.masonhub.progress(id, 'receivingStarted');
    world.masonhub.resume();
    await world.loop.updateReturn(id, { items: [tee, cap] });
    await world.untilStatus(id, 'receiving');
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)).toMatchObject({ status: 'in-receiving', version: 1 });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('is the one that is looked at where MasonHub does not say why it cannot be deleted', async () => {
    const id = await reopened();
    world.masonhub.silence();
    await world.masonhub.progress(id, 'inTransit');
    world.masonhub.resume();
    await world.loop.cancelReturn(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/cancelled.*on its way/);
    expect(world.masonhub.rmas.get(id)?.status).toBe('inTransit');
  });

  it('is created once where the answer to that is lost', async () => {
    const id = await world.open([tee]);
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    world.masonhub.answerNext('create', 'work-then-drop');
    await world.loop.reopenReturn(id);
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)).toMatchObject({ status: 'open', version: 1 });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
  });
});

describe('where MasonHub is asked for many', () => {
  let world: World;
  beforeAll(async () => {
    world = await startSilently({
      // Between two pulls there is time for all of them.
      pollIntervalMs: 1000,
      pace: { retryDelaySeconds: 3, longestRetryDelaySeconds: 3 },
    });
  });
  afterAll(async () => {
    await world.stop();
  });
  const create = (count: number) =>
    Promise.all(Array.from({ length: count }, () => world.loop.createReturn({ items: [tee] })));

  it('it shows as many as it may in one answer, of which none is lost', async () => {
    const ids = await create(45);
    for (const id of ids) await world.untilStatus(id, 'open');
    world.masonhub.silence();
    for (const id of ids) await world.masonhub.receive(id);
    world.masonhub.resume();
    for (const id of ids) await world.untilStatus(id, 'processed');
    const pages = world.masonhub.calls.filter(
      ({ name, query }) => name === 'find' && query['status'] === 'received',
    );
    expect(new Set(pages.map(({ query }) => query['limit']))).toEqual(new Set(['100']));
    expect(pages.every(({ status }) => status === 200)).toBe(true);
    expect(pages.some(({ query }) => query['offset'] === '45')).toBe(true);
    expect(pages.some(({ query }) => query['offset'] === '30')).toBe(false);
  });

  it('each is found though it takes one number at a time, and has its RMA as Loop has it by now', async () => {
    world.masonhub.answerNext('create', 'work-then-drop');
    const before = world.masonhub.calls.length;
    const ids = await create(3);
    await until(
      () => world.masonhub.calls.slice(before).some(({ name }) => name === 'create'),
      () => 'the request whose answer is lost',
    );
    world.loop.resume();
    for (const id of ids) await world.loop.updateReturn(id, { items: [tee, cap] });
    world.loop.silence();
    for (const id of ids) {
      await world.untilStatus(id, 'open');
      await until(
        () => world.masonhub.rmas.get(id)?.lines.length === 2,
        () => JSON.stringify(world.masonhub.rmas.get(id)),
      );
      expect(world.masonhub.rmas.get(id)).toMatchObject({ version: 2, status: 'open' });
    }
    const created = world.masonhub.calls.slice(before).filter(({ name }) => name === 'create');
    expect(created.map(({ records }) => records?.length)).toEqual([3]);
  });
});
