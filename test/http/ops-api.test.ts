import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import { returnBody, startWorld, type World } from '../support/service.ts';
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

const guarded = [
  ['GET', '/api/returns'],
  ['GET', '/api/returns/acme/1'],
  ['POST', '/api/returns/acme/1/retry'],
  ['GET', '/api/parcels/unannounced'],
] as const;

describe('the door to /api', () => {
  it.each(guarded)('stays closed to %s %s while OPS_TOKEN is not set', async (method, path) => {
    await using tokenless = await startWorld({ opsToken: null });
    for (const authorization of ['Bearer ', 'Bearer null', 'Bearer the-ops-token']) {
      const reply = await tokenless.api(path, { method, headers: { authorization } });
      expect(reply).toMatchObject({ status: 403, json: errorShape });
      expect(reply.text).toContain('OPS_TOKEN');
    }
  });

  it.each(guarded)('answers 401 to %s %s without the right token', async (method, path) => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      'Bearer the-ops-tokeN',
      'Basic the-ops-token',
    ]) {
      const reply = await world.api(path, { method, headers: { authorization } });
      expect(reply).toMatchObject({ status: 401, json: errorShape });
    }
  });

  it('stands in front of nothing else', async () => {
    for (const path of ['/health/live', '/health/ready', '/docs/json'])
      expect(await world.api(path, { headers: { authorization: '' } })).toMatchObject({ status: 200 });
  });
});

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

describe('a retry', () => {
  const retry = (id: string) => world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' });

  it('of a step that failed answers 202, and the step is tried again', async () => {
    const before = world.masonhub.calls.length;
    expect(await retry(needsLook)).toMatchObject({ status: 202, json: { status: 'retrying' } });
    await world.untilQuiet();
    expect(world.masonhub.calls.length).toBeGreaterThan(before);
    const { timeline } = await world.untilStatus(needsLook, 'attention');
    expect(timeline.map(({ event }) => event)).toContain('retry');
  });

  it('takes a body or none', async () => {
    const headers = { authorization: 'Bearer the-ops-token' };
    const path = `/api/returns/acme/${needsLook}/retry`;
    expect(await world.post(path, '{}', headers)).toMatchObject({ status: 202 });
    await world.untilQuiet();
    expect(await world.post(path, '', headers)).toMatchObject({ status: 202 });
    await world.untilQuiet();
  });

  it('where nothing has failed answers 409, and changes nothing', async () => {
    const [id = ''] = many;
    const before = await world.returnOf(id);
    expect(await retry(id)).toMatchObject({ status: 409, json: errorShape });
    expect(await world.returnOf(id)).toEqual(before);
  });

  it('of a return that only a person can settle answers 409: no step has failed', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.progress(id, 'receivingStarted');
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'attention');
    expect(await retry(id)).toMatchObject({ status: 409, json: errorShape });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('attention');
  });

  it('at once from many sides takes effect once', async () => {
    const accept = world.masonhub.refuseSku('GONE-2');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-2' }] });
    await world.untilStatus(id, 'attention');
    accept();
    const replies = await Promise.all(Array.from({ length: 10 }, () => retry(id)));
    for (const { status } of replies) expect([202, 409]).toContain(status);
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    const created = world.masonhub.calls
      .filter(({ name }) => name === 'create')
      .flatMap(({ records, status }) => (status === 201 ? (records ?? []) : []))
      .filter(({ customer_identifier }) => customer_identifier === id);
    expect(created.length).toBeLessThanOrEqual(2);
    expect(world.masonhub.rmas.get(id)?.version).toBe(1);
  });
});

describe('the description of the API', () => {
  const openapi = z.object({
    openapi: z.string(),
    paths: z.record(
      z.string(),
      z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
    ),
  });

  it.each([
    ['post', '/webhooks/loop/{merchant}', ['200', '400', '401', '404', '413', '415', '422', '503']],
    ['post', '/callbacks/masonhub/{merchant}', ['200', '400', '401', '404', '413', '415', '422', '503']],
    ['get', '/health/live', ['200']],
    ['get', '/health/ready', ['200', '503']],
    ['get', '/api/returns', ['200', '400', '401', '403', '503']],
    ['get', '/api/returns/{merchant}/{loopReturnId}', ['200', '401', '403', '404', '503']],
    ['post', '/api/returns/{merchant}/{loopReturnId}/retry', ['202', '401', '403', '404', '409', '503']],
    ['get', '/api/parcels/unannounced', ['200', '401', '403', '503']],
  ])('tells of %s %s and of each of its answers', async (method, path, answers) => {
    const { paths } = openapi.parse((await world.api('/docs/json')).json);
    expect(Object.keys(paths[path]?.[method]?.responses ?? {}).sort()).toEqual(answers);
  });

  it('is a page for people', async () => {
    const reply = await world.api('/docs');
    const shown = reply.status === 200 ? reply : await world.api(reply.headers.get('location') ?? '');
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-type')).toContain('text/html');
  });
});

describe('health', () => {
  it('is live and ready, each check by its name', async () => {
    expect(await world.api('/health/live')).toMatchObject({ status: 200, json: { status: 'live' } });
    expect(await world.api('/health/ready')).toMatchObject({
      status: 200,
      json: { status: 'ready', checks: { database: 'ok', migrations: 'ok', workers: 'ok' } },
    });
  });

  it('is live but not ready while the database is out of reach, and ready again once it is back', async () => {
    await using alone = await startWorld();
    await alone.cutDatabase();
    const reply = await alone.api('/health/ready');
    expect(reply).toMatchObject({
      status: 503,
      json: { error: { message: expect.stringContaining('database') } },
    });
    expect(Number(reply.headers.get('retry-after'))).toBeLessThanOrEqual(1_800);
    expect(await alone.api('/health/live')).toMatchObject({ status: 200 });
    expect(await alone.api('/api/returns')).toMatchObject({
      status: 503,
      json: { error: { code: 'database_away' } },
    });
    await alone.mendDatabase();
    expect(await alone.api('/health/ready')).toMatchObject({ status: 200 });
  });

  it('names a migration that is not applied', async () => {
    await using alone = await startWorld();
    await alone.query('delete from kysely_migration');
    const reply = await alone.api('/health/ready');
    expect(reply).toMatchObject({
      status: 503,
      json: { error: { message: expect.stringContaining('migrations') } },
    });
    expect(reply.text).toContain('0001-returns');
  });
});

describe('every answer', () => {
  it.each(['/health/live', '/api/returns', '/nowhere', '/docs/json', '/api/returns/acme/1'])(
    'carries the headers that keep browsers safe: %s',
    async (path) => {
      const { headers } = await world.api(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBeTruthy();
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('content-security-policy')).toBeTruthy();
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );
});
