import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopItemSpec } from '../../src/stand-ins/loop/returns.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    merchants: { acme: { returnReasons: { 'Too big': 'tooBig' } } },
    pace: { tries: 10, retryDelaySeconds: 1, longestRetryDelaySeconds: 1 },
  });
  await until(
    () => world.log.some(({ msg }) => msg === 'MasonHub was asked for receipts'),
    () => 'the first polls',
  );
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const rmaOf = (id: string) => world.masonhub.rmas.get(id);
const timelineOf = async (id: string) => (await world.returnOf(id))?.timeline ?? [];

describe('a return that changes while its RMA is open', () => {
  it.each<[string, LoopItemSpec[], object[]]>([
    ['one item more', [tee, cap], [{ sku: 'TEE-1', quantity: 1 }, { sku: 'CAP-2' }]],
    ['a second unit', [tee, tee], [{ sku: 'TEE-1', quantity: 2 }]],
    ['another item', [cap], [{ sku: 'CAP-2', quantity: 1 }]],
    ['another reason', [{ ...tee, reason: 'Too big' }], [{ sku: 'TEE-1', reasonCode: 'tooBig' }]],
  ])('(%s) has its RMA replaced', async (_what, items, lines) => {
    const id = await world.open([tee]);
    await world.loop.updateReturn(id, { items });
    await world.untilQuiet();
    expect(rmaOf(id)).toMatchObject({ version: 2, status: 'open', lines });
    expect(rmaOf(id)?.lines).toHaveLength(lines.length);
    expect(await world.statusOf(id)).toBe('open');
  });

  it('in nothing that MasonHub is told leaves the RMA as it is', async () => {
    const id = await world.open([tee]);
    await world.loop.updateReturn(id, { orderName: '#777' });
    await world.untilQuiet();
    expect(rmaOf(id)?.version).toBe(1);
    expect(await world.returnOf(id)).toMatchObject({ orderName: '#777' });
  });

  it('is judged by what it became', async () => {
    const id = await world.open([tee]);
    await world.loop.updateReturn(id, { items: [tee, cap] });
    await world.untilQuiet();
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.stringContaining('CAP-2')] });
  });

  it('is not changed back by an older update that comes late', async () => {
    const id = await world.open([tee]);
    world.loop.silence();
    await world.loop.updateReturn(id, { items: [cap, cap, cap] });
    const older = world.loop.payloadOf(id, 'return.updated');
    world.loop.resume();
    await world.loop.updateReturn(id, { items: [tee, cap] });
    await world.untilQuiet();
    await world.loop.deliver(older);
    await world.untilQuiet();
    expect(rmaOf(id)).toMatchObject({ version: 2, lines: [{ sku: 'TEE-1' }, { sku: 'CAP-2', quantity: 1 }] });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
  });

  it.each([
    ['is down', { status: 503 }],
    ['does the work and breaks the connection', 'work-then-drop'],
  ] as const)(
    'while the RMA is on its way and MasonHub %s has its RMA as it is now',
    async (_how, answer) => {
      world.masonhub.answerNext('create', answer);
      const callsBefore = world.masonhub.calls.length;
      const id = await world.loop.createReturn({ items: [tee] });
      await until(
        () => world.masonhub.calls.length > callsBefore,
        () => 'the first request',
      );
      await world.loop.updateReturn(id, { items: [tee, cap] });
      await world.untilStatus(id, 'open');
      await world.untilQuiet();
      expect(rmaOf(id)?.lines).toMatchObject([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
      await world.masonhub.receive(id, [tee]);
      await world.untilStatus(id, 'flagged');
    },
  );
});

describe.each(['onDock', 'receivingStarted'] as const)('a return that changes once it is %s', (event) => {
  const changed = async (items: readonly LoopItemSpec[], to: readonly LoopItemSpec[]) => {
    const id = await world.open(items);
    await world.masonhub.progress(id, event);
    await world.untilStatus(id, 'receiving');
    await world.loop.updateReturn(id, { items: to });
    await world.untilQuiet();
    expect(rmaOf(id)?.version).toBe(1);
    return id;
  };

  it('has the difference in its timeline, and is flagged where the receipt does not fit Loop', async () => {
    const id = await changed([tee], [tee, cap]);
    const difference = (await timelineOf(id)).find((entry) => entry.event === 'return.changed');
    expect(difference?.detail).toMatch(/1 × TEE-1.*Loop now has.*1 × CAP-2/);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'flagged');
    expect(reason).toContain('CAP-2');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.stringContaining('CAP-2')] });
  });

  it.each<[string, LoopItemSpec[], LoopItemSpec[]]>([
    ['fewer items', [tee, cap], [tee]],
    ['another reason', [tee], [{ ...tee, reason: 'Too big' }]],
  ])('(%s) is refunded where the receipt still fits', async (_what, items, to) => {
    const id = await changed(items, to);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  });
});

describe('MasonHub refuses a change because receiving had begun, of which nothing was heard', () => {
  it.each(['in-receiving', 'received'] as const)(
    '(%s) and the receipt is decided all the same',
    async (stage) => {
      const { loop, masonhub } = world;
      const id = await world.open([tee]);
      masonhub.silence();
      await masonhub.progress(id, 'receivingStarted');
      if (stage === 'received') await masonhub.receive(id);
      const accept = masonhub.refuse(id, `An RMA in status '${stage}' cannot be updated.`);
      masonhub.resume();
      await loop.updateReturn(id, { items: [{ ...tee, reason: 'Too big' }] });
      await world.untilStatus(id, 'receiving');
      await world.untilQuiet();
      accept();
      await masonhub.receive(id);
      await world.untilStatus(id, 'processed');
      expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    },
  );

  it('and a receipt that does not fit what Loop has now is flagged', async () => {
    const { loop, masonhub } = world;
    const id = await world.open([tee]);
    masonhub.silence();
    await masonhub.receive(id);
    masonhub.resume();
    await loop.updateReturn(id, { items: [tee, cap] });
    await world.untilStatus(id, 'receiving');
    await masonhub.receive(id);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.stringContaining('CAP-2')] });
  });
});
