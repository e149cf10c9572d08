import { expect, it } from 'vitest';
import { startWorld } from '../support/service.ts';
import { auditOf, begin, stuckReturns, untilEnded } from './asking.ts';

it('a refund that Loop accepted and put into review is sent again by a retry of its own, and by no bulk retry', async () => {
  // A shop that lets a return in review be processed: whatever is sent counts.
  await using world = await startWorld({ merchants: { acme: { loop: { processFlagged: true } } } });
  const reviewed = await world.open([{ sku: 'TEE-1' }]);
  world.loop.whenProcessed(reviewed, 'goesToReview');
  await world.masonhub.receive(reviewed);
  await world.untilStatus(reviewed, 'attention');
  const { ids, teach } = await stuckReturns(world, 'GONE-1', 1);
  const [stuck = ''] = ids;
  teach();
  const processed = () => [
    world.loop.returns.get(reviewed)?.processedTimes,
    world.loop.calls.filter(({ name, returnId }) => name === 'process' && returnId === reviewed).length,
  ];
  expect(processed()).toEqual([1, 1]);

  const { items, counts } = await untilEnded(world, await begin(world, { merchant: 'acme' }));
  await world.untilStatus(stuck, 'open');
  await world.untilQuiet();
  expect(processed()).toEqual([1, 1]);
  expect(Object.fromEntries(items.map(({ loopReturnId, state }) => [loopReturnId, state]))).toEqual({
    [reviewed]: 'needs-a-look',
    [stuck]: 'retried',
  });
  expect(counts).toMatchObject({ retried: 1, 'needs-a-look': 1, waiting: 0 });
  expect(await world.statusOf(reviewed)).toBe('attention');
  const entries = await auditOf(world, 'retry');
  expect(entries.filter(({ subject }) => subject === reviewed).map(({ result }) => result)).toEqual([
    'needs a look',
  ]);
  const { text: metrics } = await world.api('/metrics');
  expect(metrics).toMatch(/^masonhub_loop_bulk_retried_total\{result="needs_a_look"\} 1$/m);

  const single = await world.api(`/api/returns/acme/${reviewed}/retry`, { method: 'POST' });
  expect(single.status).toBe(202);
  await world.untilStatus(reviewed, 'processed');
  expect(processed()).toEqual([2, 2]);
});

it('the work list offers no retry of all where the return that waits longest needs a look', async () => {
  await using world = await startWorld();
  for (const id of [await world.open([{ sku: 'TEE-1' }]), await world.open([{ sku: 'TEE-1' }])]) {
    world.loop.whenProcessed(id, 'goesToReview');
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'attention');
  }
  const { json } = await world.api('/api/work');
  expect(json).toMatchObject({
    causes: [{ count: 2, canRetry: false, advice: expect.stringContaining('retry this one by itself') }],
  });
  const page = await world.api('/console/work');
  expect(page.text).toContain('2 returns');
  expect(page.text).not.toContain('Retry all');
});
