import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { headersWithoutRoute } from '../../src/http/headers.ts';
import type { Reply } from '../support/reply.ts';
import { startWorld, type World } from '../support/service.ts';

let world: World;
/** Every route of the description with every one of its methods, the path's parameters filled in. */
let described: [method: string, path: string][];

beforeAll(async () => {
  world = await startWorld();
  await world.open([{ sku: 'TEE-1' }], { label: 'none' });
  const openapi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
  const { paths } = openapi.parse((await world.api('/docs/json')).json);
  described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [
      method.toUpperCase(),
      path.replace('{merchant}', 'acme').replace('{loopReturnId}', '1'),
    ]),
  );
});
afterAll(async () => {
  await world.stop();
});

const withoutCsp = Object.entries(headersWithoutRoute).filter(([name]) => name !== 'content-security-policy');

function expectHeaders({ headers }: Reply): void {
  const seen = Object.fromEntries(headers);
  expect(seen).toMatchObject(Object.fromEntries(withoutCsp));
  expect(seen['content-security-policy']).toMatch(/default-src '(none|self)'/);
  expect(seen['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(seen['content-security-policy']).not.toContain('unsafe');
  expect(Object.keys(seen)).not.toContain('server');
  expect(Object.keys(seen)).not.toContain('x-powered-by');
  expect(Object.keys(seen)).not.toContain('access-control-allow-origin');
}

describe('the headers that keep browsers and caches safe', () => {
  it('are on every route of the description, whether the caller is known or not', async () => {
    expect(described.length).toBeGreaterThanOrEqual(7);
    for (const [method, path] of described)
      for (const headers of [{}, { authorization: '' }, { authorization: 'Bearer wrong' }])
        expectHeaders(await world.api(path, { method, headers }));
  });

  it.each([
    '/docs',
    '/docs/',
    '/docs/json',
    '/docs/yaml',
    '/docs/static/index.html',
    '/docs/static/nothing',
    '/',
    '/nowhere',
    '/api',
    '/api/returns?status=melted',
    '/api/returns/acme/%zz',
    `/api/returns/acme/${'9'.repeat(400)}`,
    '/webhooks/loop/nobody',
    '/.env',
  ])('are on %s', async (path) => {
    expectHeaders(await world.api(path));
  });

  it.each([
    ['accepted', 200, '{"topic":"return","trigger":"return.created","id":"5559001","line_items":[]}'],
    ['not JSON', 400, '{'],
    ['too large', 413, ' '.repeat(1_048_577)],
    ['not understood', 422, '{"topic":"return"}'],
  ])('are on the answer to a delivery that is %s', async (_what, status, body) => {
    const reply = await world.post('/webhooks/loop/acme', body, world.signed(body));
    expect(reply.status).toBe(status);
    expectHeaders(reply);
  });

  it('are the same on an answer that is given before there is a route', async () => {
    const [lost, found] = [await world.api('/api/%zz'), await world.api('/nowhere')];
    expect(lost.status).toBe(400);
    for (const [name, value] of Object.entries(headersWithoutRoute)) {
      expect(lost.headers.get(name)).toBe(value);
      expect(found.headers.get(name)).toBe(value);
    }
  });

  it('let only the pages of the description be kept, which hold nothing of anybody', async () => {
    const { headers } = await world.api('/docs/static/swagger-ui.css');
    expect(headers.get('cache-control')).toContain('public');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
