import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import { returnBody } from '../support/return-body.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const page = z.strictObject({
  returns: z.array(returnBody.omit({ timeline: true, calls: true })),
  nextCursor: z.string().nullable(),
});
const errorShape = { error: { code: expect.any(String), message: expect.any(String) } };

let world: World;
/** 120 of acme's, in the order of their creation. */
let many: string[] = [];
let needsLook = '';

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, 'other-shop': {} } });
  const { loop } = world;
  loop.silence();
  for (let index = 0; index < 120; index += 1)
    many.push(await loop.createReturn({ items: [{ sku: 'TEE-1' }] }));
  loop.resume();
  // In two bursts, so that many are created at the very same moment.
  for (const burst of [many.slice(0, 60), many.slice(60)]) {
    await Promise.all(
      burst.map((id) => {
        const body = phpJson(loop.payloadOf(id, 'return.created'));
        return world.post('/webhooks/loop/acme', body, world.signed(body));
      }),
    );
    await world.untilQuiet();
  }
  world.masonhub.refuseSku('GONE-1');
  needsLook = await loop.createReturn({ items: [{ sku: 'GONE-1' }] });
  await world.untilStatus(needsLook, 'attention');
  const { loop: otherLoop } = world.vendorsOf('other-shop');
  await otherLoop.createReturn({ id: '66000001', items: [{ sku: 'CAP-2' }], orderName: '#777' });
  await world.untilStatus('66000001', 'open', 'other-shop');
  many = [...many];
});
afterAll(async () => {
  await world.stop();
});

const list = async (query: Record<string, string> = {}) => {
  const reply = await world.api(`/api/returns?${new URLSearchParams(query)}`);
  expect(reply.status).toBe(200);
  return page.parse(reply.json);
};
const idsOf = async (query: Record<string, string>) =>
  (await list(query)).returns.map(({ loopReturnId }) => loopReturnId);

describe('the list of returns', () => {
  it('comes in pages of 50, newest first, with every return on exactly one of them', async () => {
    const seen: { id: string; createdAt: string }[] = [];
    const sizes: number[] = [];
    let cursor: string | null = null;
    do {
      const { returns, nextCursor } = await list({
        merchant: 'acme',
        ...(cursor === null ? {} : { cursor }),
      });
      sizes.push(returns.length);
      seen.push(...returns.map(({ loopReturnId, createdAt }) => ({ id: loopReturnId, createdAt })));
      cursor = nextCursor;
    } while (cursor !== null && sizes.length < 10);
    expect(sizes).toEqual([50, 50, 21]);
    expect(seen.map(({ id }) => id).sort()).toEqual([...many, needsLook].sort());
    const moments = seen.map(({ createdAt }) => createdAt);
    expect(moments).toEqual(moments.toSorted().reverse());
  });

  it('ends a filtered list that fills its page exactly', async () => {
    const { returns, nextCursor } = await list({ q: needsLook });
    expect({ count: returns.length, nextCursor }).toEqual({ count: 1, nextCursor: null });
  });

  it('knows every merchant unless asked for one', async () => {
    expect(await idsOf({})).toContain('66000001');
    expect(await idsOf({ merchant: 'other-shop' })).toEqual(['66000001']);
    expect(await idsOf({ merchant: 'nobody' })).toEqual([]);
  });

  it('finds by status', async () => {
    expect(await idsOf({ status: 'attention' })).toEqual([needsLook]);
    expect(await idsOf({ status: 'processed' })).toEqual([]);
    expect(await idsOf({ status: 'open', merchant: 'other-shop' })).toEqual(['66000001']);
    expect(await idsOf({ status: 'inspecting' })).toEqual([]);
  });

  it('finds by return id, by order name with and without its sign, and by tracking number', async () => {
    expect(await idsOf({ q: '66000001' })).toEqual(['66000001']);
    expect(await idsOf({ q: '#777' })).toEqual(['66000001']);
    expect(await idsOf({ q: ' 777 ' })).toEqual(['66000001']);
    const tracking = world.loop.returns.get(needsLook)?.labels[0]?.trackingNumber ?? '';
    expect(await idsOf({ q: tracking, merchant: 'acme' })).toEqual([needsLook]);
    expect(await idsOf({ q: '%' })).toEqual([]);
    expect(await idsOf({ q: "' or 1=1 --" })).toEqual([]);
  });

  it('finds by SKU, in pages, whatever the case of its letters', async () => {
    expect(await idsOf({ q: 'cap-2' })).toEqual(['66000001']);
    expect(await idsOf({ q: 'GONE-1', status: 'attention' })).toEqual([needsLook]);
    expect(await idsOf({ q: 'GONE-1', merchant: 'other-shop' })).toEqual([]);
    const first = await list({ q: 'TEE-1', merchant: 'acme' });
    const second = await list({ q: 'TEE-1', merchant: 'acme', cursor: first.nextCursor ?? '' });
    const third = await list({ q: 'TEE-1', merchant: 'acme', cursor: second.nextCursor ?? '' });
    const seen = [first, second, third].flatMap(({ returns }) => returns.map((one) => one.loopReturnId));
    expect(seen.toSorted()).toEqual(many.toSorted());
    expect(third.nextCursor).toBeNull();
  });

  it('finds a return by what it had before it was changed', async () => {
    const id = await world.open([{ sku: 'OLD-SKU' }], { label: 'late' });
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10199999999' });
    await world.loop.updateReturn(id, { items: [{ sku: 'NEW-SKU' }] });
    for (const q of ['OLD-SKU', '1z999aa10199999999', 'NEW-SKU'])
      await until(
        async () => (await idsOf({ q })).includes(id),
        () => `return ${id} by ${q}`,
      );
  });

  it.each([
    ['status', 'melted'],
    ['cursor', 'not-a-cursor'],
    ['cursor', Buffer.from('["2026-01-01T00:00:00Z"]').toString('base64url')],
    ['q', 'x'.repeat(251)],
  ])('answers 400 to a %s that is none, and names it', async (name, value) => {
    const reply = await world.api(`/api/returns?${new URLSearchParams({ [name]: value })}`);
    expect(reply).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_request', message: expect.stringContaining(name) } },
    });
  });

  it.each([
    ['merchant', '\u0000'],
    ['q', 'a\u0000b'],
    ['cursor', Buffer.from('["2026-01-01T00:00:00Z","a\\u0000","1"]').toString('base64url')],
    ['cursor', Buffer.from('["+275760-09-13T00:00:00Z","a","1"]').toString('base64url')],
  ])('answers below 500 to a hostile %s', async (name, value) => {
    const reply = await world.api(`/api/returns?${new URLSearchParams({ [name]: value })}`);
    expect(reply.status).toBeLessThan(500);
  });
});

describe('one return', () => {
  it('has exactly the promised keys, its timeline oldest first', async () => {
    const reply = await world.api(`/api/returns/other-shop/66000001`);
    expect(reply.status).toBe(200);
    const {
      timeline,
      calls: _calls,
      createdAt: _created,
      updatedAt: _updated,
      statusSince: _since,
      ...rest
    } = returnBody.parse(reply.json);
    expect(rest).toEqual({
      merchant: 'other-shop',
      loopReturnId: '66000001',
      rmaNumber: '66000001',
      status: 'open',
      reason: null,
      orderName: '#777',
      trackingNumber: expect.any(String),
      cause: null,
      decision: null,
      expected: 1,
      came: null,
    });
    expect(timeline.map(({ event }) => event)).toEqual(['return.created', 'rma.sent', 'rma.created']);
    const moments = timeline.map(({ at }) => at);
    expect(moments).toEqual(moments.toSorted());
  });

  it('is found by the longest id that MasonHub takes for an RMA', async () => {
    const id = '7'.repeat(250);
    await world.loop.createReturn({ id, items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open');
  });

  it.each([
    '/api/returns/acme/1',
    '/api/returns/acme/66000001',
    '/api/returns/nobody/66000001',
    '/api/returns/acme/%00',
    '/api/returns/%00/1',
    '/api/returns/__proto__/constructor',
    `/api/returns/acme/${"'".repeat(50)}`,
  ])('that nobody knows is 404: %s', async (path) => {
    expect(await world.api(path)).toMatchObject({ status: 404, json: errorShape });
    expect(await world.api(`${path}/retry`, { method: 'POST' })).toMatchObject({
      status: 404,
      json: errorShape,
    });
  });

  it.each([
    ['a broken escape', '/api/returns/acme/%zz'],
    ['an endless id', `/api/returns/acme/${'9'.repeat(3_000)}`],
    ['a route that is not there', '/nowhere'],
    ['half a route', '/api'],
  ])('and a path that is none have errors of the same shape: %s', async (_what, path) => {
    const reply = await world.api(path);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.json).toEqual(errorShape);
  });
});
