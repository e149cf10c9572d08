import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/** The present month, of returns that went all the way. */

const body = z.object({
  month: z.string(),
  state: z.string(),
  merchants: z.array(
    z.looseObject({
      merchant: z.string(),
      dockToDecision: z
        .object({
          medianSeconds: z.number(),
          p95Seconds: z.number(),
          from: z.record(z.string(), z.number()),
        })
        .nullable(),
      differences: z.array(z.object({ difference: z.string(), count: z.int(), list: z.string() })),
      lists: z.record(z.string(), z.string()),
    }),
  ),
});
const month = new Date().toISOString().slice(0, 7);

let world: World;
beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, zenith: {} } });
  const good = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-2' }]);
  await world.masonhub.receive(good);
  await world.untilStatus(good, 'processed');
  const flagged = await world.open([{ sku: 'TEE-1' }]);
  await world.masonhub.receive(flagged, [{ sku: 'TEE-1', status: 'damaged' }]);
  await world.untilStatus(flagged, 'flagged');
  await world.loop.closeReturn(flagged);
  await world.untilStatus(flagged, 'processed');
  await world.open([{ sku: 'TEE-1' }]);
});
afterAll(() => world.stop());

const report = async (path: string) => {
  const reply = await world.api(path);
  expect(reply.status).toBe(200);
  return body.parse(reply.json);
};

test('the present month is partial, and counts what has happened in it', async () => {
  const { merchants, ...rest } = await report(`/api/reports/${month}`);
  expect(rest).toEqual({ month, state: 'partial' });
  expect(merchants).toEqual([
    expect.objectContaining({
      merchant: 'acme',
      created: 3,
      received: 2,
      refunded: 1,
      flagged: 1,
      held: 0,
      needsAttention: 0,
      units: [
        { disposition: 'available', units: 2 },
        { disposition: 'damaged', units: 1 },
      ],
    }),
    expect.objectContaining({ merchant: 'zenith', created: 0, dockToDecision: null }),
  ]);
  const [acme] = merchants;
  const timed = Object.values(acme?.dockToDecision?.from ?? {}).reduce((sum, one) => sum + one, 0);
  expect(timed).toBe(2);
  expect(acme?.differences.filter(({ count }) => count > 0)).toEqual([
    { difference: 'flag-closed', count: 1, list: expect.any(String) },
  ]);
});

test('what is counted can be listed by the addresses beside it', async () => {
  const { merchants } = await report(`/api/reports/${month}`);
  const [acme] = merchants;
  const sizeOf = async (path: string) =>
    z.object({ returns: z.array(z.unknown()) }).parse((await world.api(path)).json).returns.length;
  const lists = Object.entries(acme?.lists ?? {});
  expect(lists.map(([name]) => name)).toEqual(['created', 'received', 'held', 'needsAttention']);
  for (const [name, path] of lists) expect(await sizeOf(path), path).toBe(acme?.[name]);
  for (const { count, list } of acme?.differences ?? []) expect(await sizeOf(list), list).toBe(count);
});

test('as CSV it has a line for each merchant, and each disposition a column', async () => {
  const reply = await world.api(`/api/reports/${month}.csv`);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="returns-report-${month}.csv"`);
  const lines: Record<string, string>[] = parse(reply.text, { bom: true, columns: true });
  expect(lines).toEqual([
    expect.objectContaining({
      Month: month,
      State: 'partial',
      Merchant: 'acme',
      Created: '3',
      Refunded: '1',
      'Units available': '2',
      'Units damaged': '1',
      'Dock to decision, median hours': '0',
      'Differs: flag-closed': '1',
      'Differs: closed-early': '0',
    }),
    expect.objectContaining({
      Merchant: 'zenith',
      'Units damaged': '0',
      'Dock to decision, median hours': '',
      'Timed from dock': '0',
    }),
  ]);
});

test('a month that is over says so, and one that has not begun, or is none, is refused', async () => {
  expect((await report('/api/reports/2025-01')).state).toBe('over');
  for (const wrong of ['2099-01', '2026-13', '2026-1', 'november', '0000-01']) {
    for (const path of [`/api/reports/${wrong}`, `/api/reports/${wrong}.csv`])
      expect(await world.api(path), path).toMatchObject({
        status: 400,
        json: { error: { code: 'invalid_request', message: expect.stringContaining('month') } },
      });
  }
  expect((await world.api(`/api/reports/${month}`, { headers: { authorization: '' } })).status).toBe(401);
});

test('a return that comes later is in it at once', async () => {
  const id = await world.open([{ sku: 'TEE-9' }]);
  await until(
    async () => (await report(`/api/reports/${month}`)).merchants[0]?.['created'] === 4,
    () => `return ${id} in the report`,
  );
});
