import { describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Whether refunds are enabled counts when the message leaves, as it did when the receipt was decided. */

const tee = { sku: 'TEE-1' };

const enableRefunds = (world: World, refunds: boolean) =>
  world.changeMerchants((merchants) => {
    const acme = merchants.get('acme');
    if (acme !== undefined) merchants.set('acme', { ...acme, refunds });
  });

const calls = (world: World, id: string) =>
  world.loop.calls.filter(({ returnId }) => returnId === id).map(({ name }) => name);

describe.concurrent('once a merchant has refunds no longer enabled', () => {
  it('a refund message that still waits for Loop is not sent, until they are again and a person retries', async () => {
    await using world = await startWorld();
    const id = await world.open([tee]);
    const damaged = await world.open([tee]);
    world.loop.revokeKey(true);
    await world.masonhub.receive(id);
    await world.masonhub.receive(damaged, [{ ...tee, status: 'damaged' }]);
    await world.untilStatus(id, 'received');
    await world.untilStatus(damaged, 'received');
    await until(
      () => world.log.some(({ msg }) => msg === 'a connection is paused'),
      () => 'the pause',
    );
    await enableRefunds(world, false);
    world.loop.revokeKey(false);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/refunds: false.*not sent.*retry once refunds are enabled/);
    await world.untilStatus(damaged, 'flagged');

    await world.retry(id);
    const isAsked = ({ event }: { event: string }) => event === 'message.failed';
    await until(
      async () => (await world.returnOf(id))?.timeline.filter(isAsked).length === 2,
      async () => `the retry to come to nothing: ${JSON.stringify(await world.returnOf(id))}`,
    );
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });

    await enableRefunds(world, true);
    await world.retry(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
  });

  it('one that was to find out whether a refused key works lets another find out', async () => {
    await using world = await startWorld();
    const id = await world.open([tee]);
    world.loop.revokeKey(true);
    await world.masonhub.receive(id);
    await until(
      () => world.log.some(({ msg }) => msg === 'a connection is paused'),
      () => 'the pause',
    );
    await enableRefunds(world, false);
    await world.untilStatus(id, 'attention');
    expect(calls(world, id)).not.toContain('flag');
    await until(
      async () => {
        const paused = await world.query(
          `select pause->>'probing' as probing from connections where vendor = 'loop'`,
        );
        return paused.every(({ probing }) => probing === 'false');
      },
      () => 'nobody to have the turn of the request that was not sent',
    );
  });

  it('one that was sent and never answered is not sent again, and Loop is asked for it before it ever is', async () => {
    await using world = await startWorld({ pace: { tries: 100, processWithinMs: 2_000 } });
    const id = await world.open([tee]);
    world.loop.answerNext('process', 'drop');
    await world.masonhub.receive(id);
    await until(
      () => calls(world, id).includes('process'),
      () => 'the request that gets no answer',
    );
    await enableRefunds(world, false);
    await world.untilStatus(id, 'attention');
    expect(calls(world, id).filter((name) => name === 'process')).toHaveLength(1);

    const asked = () => calls(world, id).filter((name) => name === 'details').length;
    const before = asked();
    await enableRefunds(world, true);
    await world.retry(id);
    await world.untilStatus(id, 'processed');
    expect(asked()).toBeGreaterThan(before);
    expect(world.told(id).processed).toBe(1);
  });
});
