import { describe, expect, it } from 'vitest';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

const ended = `select id from pgboss.job where name = $1 and state = 'completed' and data ->> 'key' = 'loop'`;
const aDay = 86_400_000;
const timeOf = (text: string | undefined) => Date.parse(text ?? '');

describe('the first pull', () => {
  it('reaches back as far as the merchant says, in windows that Loop takes', async () => {
    await using world = await startWorld({
      merchants: { usual: {}, short: { backfill: '36h' }, long: { backfill: '300d' } },
    });
    const windowsOf = async (slug: string) => {
      await until(
        async () => (await world.query(ended, [`polls/${slug}`])).length > 0,
        () => `the end of the first poll of ${slug}`,
      );
      const lists = world.vendorsOf(slug).loop.calls.filter(({ name }) => name === 'list');
      expect(lists.every(({ status }) => status === 200)).toBe(true);
      return (state: string | undefined) =>
        lists
          .filter(({ query }) => query['state'] === state)
          .map(({ query }) => ({ from: timeOf(query['from']), to: timeOf(query['to']) }));
    };
    const [usual, short, long] = [
      await windowsOf('usual'),
      await windowsOf('short'),
      await windowsOf('long'),
    ];
    const lengths = (windows: { from: number; to: number }[]) =>
      windows.map(({ from, to }) => (to - from) / aDay);
    // Without a state Loop lists those that are open, closed and expired.
    for (const state of [undefined, 'cancelled', 'review']) {
      expect(lengths(usual(state))).toEqual([14]);
      expect(lengths(short(state))).toEqual([1.5]);
      expect(lengths(long(state)).reduce((sum, length) => sum + length, 0)).toBe(300);
      for (const [index, { from }] of long(state).entries())
        expect(from).toBe(index === 0 ? from : long(state)[index - 1]?.to);
    }
  });

  it('of 500 missed returns takes fewer than 300 requests to Loop, and opens them 30 at a time', async () => {
    await using world = await startWorld({
      pollIntervalMs: 1000,
      merchants: { acme: { loop: { requestsPerMinute: 300 } } },
    });
    world.loop.silence();
    const ids = new Set<string>();
    for (let index = 0; index < 500; index += 1)
      ids.add(await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] }));
    await until(
      () => world.masonhub.rmas.size === 500,
      () => `500 RMAs; there are ${world.masonhub.rmas.size}`,
    );
    await world.untilQuiet();
    expect(new Set(world.masonhub.rmas.keys())).toEqual(ids);
    expect(await world.query('select status, count(*)::int from returns group by 1')).toEqual([
      { status: 'open', count: 500 },
    ]);
    expect(world.loop.calls.length).toBeLessThan(300);
    expect(world.loop.calls.every(({ status }) => status === 200)).toBe(true);
    expect(world.loop.calls.some(({ query }) => query['cursor'] !== undefined)).toBe(true);
    const batches = world.masonhub.calls
      .filter(({ name }) => name === 'create')
      .map(({ records }) => records?.length ?? 0);
    expect(Math.max(...batches)).toBeLessThanOrEqual(30);
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(500);
    expect(batches.length).toBeLessThan(100);
  });
});
