import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/service.ts';

const errorShape = { error: { code: expect.any(String), message: expect.any(String) } };

let world: World;
/** Returns of which nothing has failed. */
let many: string[] = [];
let needsLook = '';

beforeAll(async () => {
  world = await startWorld();
  many = [await world.open([{ sku: 'TEE-1' }])];
  world.masonhub.refuseSku('GONE-1');
  needsLook = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
  await world.untilStatus(needsLook, 'attention');
});
afterAll(async () => {
  await world.stop();
});

const guarded = [
  ['GET', '/api/returns'],
  ['GET', '/api/returns/acme/1'],
  ['POST', '/api/returns/acme/1/retry'],
  ['POST', '/api/returns/retry?merchant=acme'],
  ['GET', '/api/retries'],
  ['GET', '/api/retries/1'],
  ['POST', '/api/retries/1/stop'],
  ['GET', '/api/parcels/unannounced'],
  ['GET', '/api'],
  ['GET', '/api/no-such-route'],
  ['DELETE', '/api/returns'],
] as const;

describe('the endpoint to /api', () => {
  it.each(guarded)('stays closed to %s %s while OPS_TOKEN is not set', async (method, path) => {
    await using tokenless = await startWorld({ opsToken: null });
    for (const authorization of ['Bearer ', 'Bearer null', 'Bearer the-ops-token-of-a-test']) {
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
      'Basic the-ops-token-of-a-test',
    ]) {
      const reply = await world.api(path, { method, headers: { authorization } });
      expect(reply).toMatchObject({ status: 401, json: errorShape });
    }
  });

  it.each([
    ['GET', '/api/no-such-route'],
    ['DELETE', '/api/returns'],
  ])('answers 404 to %s %s with it, as there is no such route', async (method, path) => {
    expect(await world.api(path, { method })).toMatchObject({ status: 404, json: errorShape });
  });

  it('stands in front of nothing else', async () => {
    for (const path of ['/health/live', '/health/ready', '/docs/json'])
      expect(await world.api(path, { headers: { authorization: '' } })).toMatchObject({ status: 200 });
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
    const headers = { authorization: 'Bearer the-ops-token-of-a-test' };
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
    ['get', '/health/live', ['200', '400']],
    ['get', '/health/ready', ['200', '400', '503']],
    ['get', '/api/returns', ['200', '400', '401', '403', '503']],
    ['get', '/api/returns/{merchant}/{loopReturnId}', ['200', '401', '403', '404', '503']],
    ['post', '/api/returns/{merchant}/{loopReturnId}/retry', ['202', '401', '403', '404', '409', '503']],
    ['post', '/api/returns/retry', ['202', '400', '401', '403', '404', '503']],
    ['get', '/api/retries', ['200', '401', '403', '503']],
    ['get', '/api/retries/{id}', ['200', '400', '401', '403', '404', '503']],
    ['post', '/api/retries/{id}/stop', ['200', '401', '403', '404', '409', '503']],
    ['get', '/api/parcels/unannounced', ['200', '401', '403', '503']],
    ['get', '/api/returns.csv', ['200', '400', '401', '403', '503']],
    ['get', '/api/work', ['200', '401', '403', '503']],
    ['get', '/api/reports/{month}', ['200', '400', '401', '403', '503']],
    ['get', '/api/reports/{month}.csv', ['200', '400', '401', '403', '503']],
    ['get', '/api/audit', ['200', '400', '401', '403', '503']],
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
