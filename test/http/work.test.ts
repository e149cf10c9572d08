import { expect, test } from 'vitest';
import { z } from 'zod';
import { defaultAgeingLimits } from '../../src/config/ageing.ts';
import { untilScrape } from '../metrics/scrape.ts';
import { startWorld, type World } from '../support/service.ts';
import { storeReturns } from '../support/stored-returns.ts';

const body = z.strictObject({
  causes: z.array(
    z.strictObject({
      merchant: z.string(),
      cause: z.string(),
      count: z.int(),
      since: z.iso.datetime(),
      longest: z.string(),
      advice: z.string().nullable(),
      canRetry: z.boolean(),
    }),
  ),
  overdue: z.array(
    z.strictObject({
      merchant: z.string(),
      stage: z.string(),
      count: z.int(),
      since: z.iso.datetime(),
      limit: z.string(),
    }),
  ),
});
const work = async (world: World) => {
  const reply = await world.api('/api/work');
  expect(reply.status).toBe(200);
  return body.parse(reply.json);
};

test('the work list groups returns by what they need attention for, and says what to do', async () => {
  await using world = await startWorld({ merchants: { acme: {}, zenith: {} } });
  expect(await work(world)).toEqual({ causes: [], overdue: [] });
  const refused: string[] = [];
  for (const slug of ['acme', 'acme', 'zenith']) {
    const { loop, masonhub } = world.vendorsOf(slug);
    masonhub.refuseSku('GONE-1');
    const id = await loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    refused.push(id);
    await world.untilStatus(id, 'attention', slug);
  }
  const [first = ''] = refused;
  const { cause } = (await world.returnOf(first)) ?? {};
  // Closed in Loop before the parcel came, and then something is wrong with it: for a person to decide.
  const early = await world.open([{ sku: 'TEE-1' }]);
  await world.loop.closeReturn(early);
  await world.masonhub.receive(early, [{ sku: 'TEE-1', status: 'damaged' }]);
  await world.untilStatus(early, 'attention');
  const { causes } = await work(world);
  expect(causes).toEqual([
    expect.objectContaining({ merchant: 'acme', cause, count: 2, longest: first, canRetry: true }),
    expect.objectContaining({ merchant: 'zenith', cause, count: 1, longest: refused[2], canRetry: true }),
    expect.objectContaining({
      merchant: 'acme',
      count: 1,
      longest: early,
      canRetry: false,
      advice: expect.stringContaining('for a person to decide'),
    }),
  ]);
  expect(causes[0]?.advice).toContain('retry');
  const listed = await world.api(
    `/api/returns?${new URLSearchParams({ cause: cause ?? '', merchant: 'acme' })}`,
  );
  expect(listed.text.match(/"loopReturnId"/g)).toHaveLength(2);
});

test('what stands still for too long is counted in the work list and in the metrics, by merchant and stage', async () => {
  const ageing = { ...defaultAgeingLimits, dock: 86_400_000 };
  await using world = await startWorld({ merchants: { acme: {}, zenith: {} }, ageing });
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const standing = (id: string, ageing_stage: string, ageing_since: Date, merchant = 'acme') => ({
    loop_return_id: id,
    merchant,
    ageing_stage,
    ageing_since,
  });
  await storeReturns(world, [
    standing('1', 'dock', hoursAgo(25)),
    standing('2', 'dock', hoursAgo(30)),
    standing('3', 'dock', hoursAgo(23)),
    standing('4', 'processing', hoursAgo(2), 'zenith'),
    standing('5', 'label', hoursAgo(100)),
    standing('6', 'label', hoursAgo(29 * 24)),
    standing('7', 'flagged', hoursAgo(8 * 24), 'gone'),
  ]);
  const { overdue } = await work(world);
  expect(overdue.map(({ merchant, stage, count, limit }) => [merchant, stage, count, limit])).toEqual([
    ['acme', 'label', 1, '28d'],
    ['acme', 'dock', 2, '1d'],
    ['zenith', 'processing', 1, '1h'],
    ['gone', 'flagged', 1, '7d'],
  ]);
  const name = 'masonhub_loop_waiting_too_long';
  const now = await untilScrape((one) => one.value(name, { merchant: 'acme', stage: 'dock' }) === 2, world);
  expect(now.value(name, { merchant: 'acme' })).toBe(3);
  expect(now.value(name, { merchant: 'zenith' })).toBe(1);
  expect(now.value(name, { merchant: 'acme', stage: 'flagged' })).toBe(0);
  expect(now.value(name, { merchant: 'gone' })).toBeNull();
});
