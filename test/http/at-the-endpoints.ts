import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Reply } from '../support/reply.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

export let world: World;

/** Starts the service whose endpoints the tests of a file call, and looks after each test that it still lives. */
export function serveEndpoints(): void {
  beforeAll(async () => {
    world = await startWorld({
      merchants: { acme: { webhookSecrets: ['the-new-secret', 'the-old-secret'] } },
    });
    // What a start does by itself is in the log as well, and not between a request and its line.
    const own = [
      'old deliveries were deleted',
      'Loop was asked for what changed',
      'MasonHub was asked for receipts',
    ];
    await until(
      () => own.every((text) => world.log.some(({ msg }) => msg === text)),
      () => `the end of the start: ${JSON.stringify(world.log)}`,
    );
  });
  afterAll(async () => {
    await world.stop();
  });
  afterEach(async () => {
    expect((await world.api('/health/live')).status).toBe(200);
  });
}

export type Bytes = string | Uint8Array<ArrayBuffer>;

export const endpoints = [
  { endpoint: "Loop's endpoint", path: '/webhooks/loop/', source: 'loop' },
  { endpoint: "MasonHub's endpoint", path: '/callbacks/masonhub/', source: 'masonhub' },
] as const;

export type Endpoint = (typeof endpoints)[number];

export const proofOf = (endpoint: Endpoint, body: Bytes) =>
  endpoint.source === 'loop' ? world.signed(body) : world.proven();

export const postTo = (endpoint: Endpoint, body: Bytes, headers: Record<string, string> = {}) =>
  world.post(`${endpoint.path}acme`, body, { ...proofOf(endpoint, body), ...headers });

export const webhook = (id: string, more: object = {}) =>
  JSON.stringify({
    topic: 'return',
    trigger: 'return.created',
    id,
    state: 'open',
    line_items: [{ line_item_id: '1', sku: 'TEE-1' }],
    ...more,
  });

export const callback = (more: object = {}) =>
  JSON.stringify({
    message_type: 'rmaEvent',
    message_id: randomUUID(),
    api_version: '2.0',
    data: [],
    ...more,
  });

export const goodBody = (endpoint: Endpoint) =>
  endpoint.source === 'loop'
    ? webhook('5550001', { nonce: randomUUID() })
    : callback({ data: [{ customer_identifier: '5550002', event_type: 'inTransit' }] });

/** The request is refused in the one shape of errors, changes no row, and leaves one line in the log. */
export async function expectRefusal(status: number, request: () => Promise<Reply>): Promise<Reply> {
  await world.untilQuiet();
  const [rows, lines] = [await world.rowCounts(), world.log.length];
  const reply = await request();
  expect(reply.status).toBe(status);
  expect(reply.json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  await world.untilQuiet();
  expect(await world.rowCounts()).toEqual(rows);
  const written = world.log.slice(lines);
  expect(written).toMatchObject([{ level: 40, status, route: expect.any(String), msg: expect.any(String) }]);
  return reply;
}

export const stored = (endpoint: Endpoint, body: Bytes) =>
  world.query('select merchant, source, result, why from deliveries where body = $1 and source = $2', [
    Buffer.from(body),
    endpoint.source,
  ]);

export const [loopEndpoint, masonHubEndpoint] = endpoints;

/** Holds the table of deliveries, so that nothing can be stored until it is released. */
export async function lockDeliveries() {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('lock table deliveries in access exclusive mode');
  return {
    isWaitedFor: async () => (await client.query('select 1 from pg_locks where not granted')).rowCount !== 0,
    release: () => client.query('commit'),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
