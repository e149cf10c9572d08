import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    merchants: { acme: {}, kept: { masonhub: { deletedStayTaken: true } } },
    pace: { tries: 10, retryDelaySeconds: 1, longestRetryDelaySeconds: 1 },
  });
  await until(
    () => world.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts').length === 2,
    () => 'the first polls',
  );
});
afterAll(async () => {
  await world.stop();
});

const items = [{ sku: 'TEE-1' }];
const nothing = { processed: 0, flagged: 0, notes: [] };
const rmaOf = (id: string) => world.masonhub.rmas.get(id);
const isLeftOpen = (id: string) => rmaOf(id) !== undefined && rmaOf(id)?.status !== 'deleted';

describe.each([
  ['cancelled', 'cancelReturn'],
  ['expired', 'expireReturn'],
] as const)('a return that is %s in Loop', (state, end) => {
  it('has its RMA deleted', async () => {
    const id = await world.open(items);
    await world.loop[end](id);
    const { reason } = await world.untilStatus(id, 'cancelled');
    expect(reason).toContain(state);
    expect(rmaOf(id)?.status).toBe('deleted');
    expect(world.told(id)).toEqual(nothing);
  });

  it.each(['onDock', 'receivingStarted'] as const)(
    'needs attention once the parcel is %s, and nothing is sent',
    async (event) => {
      const id = await world.open(items);
      await world.masonhub.progress(id, event);
      await world.untilStatus(id, 'receiving');
      await world.loop[end](id);
      const { reason } = await world.untilStatus(id, 'attention');
      expect(reason).toMatch(new RegExp(`${state}.*warehouse has the parcel`));
      await world.masonhub.receive(id);
      await world.untilQuiet();
      const received = await world.returnOf(id);
      expect(received).toMatchObject({ status: 'attention' });
      expect(received?.reason).toMatch(/warehouse received the parcel: TEE-1: 1 available/);
      expect(rmaOf(id)?.status).toBe('received');
      expect(world.told(id)).toEqual(nothing);
    },
  );

  it('needs attention where MasonHub will not delete the RMA because receiving had begun', async () => {
    const id = await world.open(items);
    world.masonhub.silence();
    await world.masonhub.progress(id, 'receivingStarted');
    world.masonhub.resume();
    await world.loop[end](id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(state);
    await world.untilQuiet();
    expect(rmaOf(id)?.status).toBe('in-receiving');
  });

  it('before it was ever heard of leaves no RMA, though its creation is told afterwards', async () => {
    world.loop.silence();
    const id = await world.loop.createReturn({ items });
    const created = world.loop.payloadOf(id, 'return.created');
    await world.loop[end](id);
    world.loop.resume();
    await world.loop.deliver(world.loop.payloadOf(id, 'return.updated'));
    await world.untilStatus(id, 'cancelled');
    await world.loop.deliver(created);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('cancelled');
    expect(rmaOf(id)).toBeUndefined();
  });
});

describe('a return that is cancelled', () => {
  it.each([
    ['is down', { status: 503 }],
    ['breaks the connection', 'drop'],
    ['does the work and breaks the connection', 'work-then-drop'],
  ] as const)('while MasonHub %s leaves no RMA open', async (_what, answer) => {
    world.masonhub.answerNext('create', answer);
    const callsBefore = world.masonhub.calls.length;
    const id = await world.loop.createReturn({ items });
    await until(
      () => world.masonhub.calls.length > callsBefore,
      () => 'the first request',
    );
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    await world.untilQuiet();
    expect(isLeftOpen(id)).toBe(false);
    expect(await world.statusOf(id)).toBe('cancelled');
  });
});

describe('a deletion that MasonHub does not answer', () => {
  it.each([{ status: 500 }, 'work-then-drop'] as const)(
    '(%j) is tried again until the RMA is gone',
    async (answer) => {
      const id = await world.open(items);
      world.masonhub.answerNext('delete', answer);
      await world.loop.cancelReturn(id);
      await world.untilStatus(id, 'cancelled');
      expect(isLeftOpen(id)).toBe(false);
    },
  );
});

describe.each([
  ['is free again', 'acme'],
  ['stays taken', 'kept'],
])('where the number of a deleted RMA %s', (_how, slug) => {
  it('a cancelled return that opens again opens its RMA again, and is refunded', async () => {
    const { loop, masonhub } = world.vendorsOf(slug);
    const id = await loop.createReturn({ items });
    await world.untilStatus(id, 'open', slug);
    await loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled', slug);
    await loop.reopenReturn(id);
    await world.untilStatus(id, 'open', slug);
    expect(masonhub.rmas.get(id)).toMatchObject({ status: 'open', lines: [{ sku: 'TEE-1', quantity: 1 }] });
    await masonhub.receive(id);
    await world.untilStatus(id, 'processed', slug);
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
  });

  it('one that opens again while the deletion has no answer opens its RMA again', async () => {
    const { loop, masonhub } = world.vendorsOf(slug);
    const id = await loop.createReturn({ items });
    await world.untilStatus(id, 'open', slug);
    masonhub.answerNext('delete', 'work-then-drop');
    await loop.cancelReturn(id);
    await until(
      () => masonhub.rmas.get(id)?.status === 'deleted',
      () => 'the deletion',
    );
    await loop.reopenReturn(id);
    await until(
      () => masonhub.rmas.get(id)?.status === 'open',
      () => `an open RMA; it is ${JSON.stringify(masonhub.rmas.get(id))}`,
    );
    await world.untilStatus(id, 'open', slug);
  });
});

describe('a return that Loop closed before the warehouse has it', () => {
  it('keeps its RMA, and at a good receipt nothing is sent', async () => {
    const id = await world.open(items);
    await world.loop.closeReturn(id);
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({
      status: 'open',
      reason: expect.stringContaining('closed'),
    });
    expect(rmaOf(id)?.status).toBe('open');
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'processed');
    expect(reason).toContain('nothing was sent');
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });

  it.each([
    ['damaged', [{ sku: 'TEE-1', status: 'damaged' }]],
    ['missing', []],
  ])('needs attention where the unit is %s, and nothing is sent', async (what, units) => {
    const id = await world.open(items);
    await world.loop.closeReturn(id);
    await world.masonhub.receive(id, units);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(`1 × TEE-1 ${what}`);
    await world.untilQuiet();
    expect(world.told(id)).toEqual(nothing);
  });

  it('opens its RMA although it was closed when it was first heard of', async () => {
    world.loop.silence();
    const id = await world.loop.createReturn({ items });
    await world.loop.closeReturn(id);
    world.loop.resume();
    await world.loop.deliver(world.loop.payloadOf(id, 'return.closed'));
    await world.untilStatus(id, 'open');
    expect(rmaOf(id)?.status).toBe('open');
  });
});
