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
      return world
        .vendorsOf(slug)
        .loop.calls.filter(({ name, query }) => name === 'list' && query['state'] === undefined)
        .map(({ query, status }) => ({ from: timeOf(query['from']), to: timeOf(query['to']), status }));
    };
    const lengthsOf = async (slug: string) =>
      (await windowsOf(slug)).map(({ from, to }) => (to - from) / aDay);
    expect(await lengthsOf('usual')).toEqual([14]);
    expect(await lengthsOf('short')).toEqual([1.5]);
    const windows = await windowsOf('long');
    expect(windows.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(300 * aDay);
    expect(windows.every(({ status }) => status === 200)).toBe(true);
    for (const [index, { from }] of windows.entries())
      expect(from).toBe(index === 0 ? from : windows[index - 1]?.to);
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
