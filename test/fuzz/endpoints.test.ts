import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import {
  anyBytes,
  aReceipt,
  bytesOf,
  expectError,
  filled,
  inReceipt,
  inReturn,
  isJson,
  mutated,
  mutations,
  withNewIds,
} from './hostile.ts';
import { type Endpoint, endpoints, type Payloads, realPayloads } from './payloads.ts';

let world: World;
const escaped: unknown[] = [];
const note = (error: unknown) => void escaped.push(error);
/** What Loop and MasonHub really send, by endpoint. */
let payloads: Payloads;

beforeAll(async () => {
  process.on('unhandledRejection', note).on('uncaughtException', note);
  world = await startWorld();
  payloads = await realPayloads(world);
});

afterAll(async () => {
  await world.stop();
  process.off('unhandledRejection', note).off('uncaughtException', note);
});

const proof = (endpoint: Endpoint, body: Uint8Array) =>
  endpoint.source === 'loop' ? world.signed(body) : world.proven();
async function rowsOf(endpoint: Endpoint, body: Uint8Array): Promise<number> {
  const rows = await world.query('select 1 from deliveries where source = $1 and body = $2', [
    endpoint.source,
    Buffer.from(body),
  ]);
  return rows.length;
}

/** What holds for every body, whatever is in it. */
async function expectOrder(endpoint: Endpoint, given: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const body = bytesOf(given);
  const before = await rowsOf(endpoint, body);
  expect(await world.post(endpoint.path, body)).toMatchObject({ status: 401 });
  expect(await rowsOf(endpoint, body)).toBe(before);

  const reply = await world.post(endpoint.path, body, proof(endpoint, body));
  const rows = await rowsOf(endpoint, body);
  if (!isJson(body)) {
    expect(reply).toMatchObject({ status: 400 });
    expect(rows).toBe(0);
    return;
  }
  expect([200, 422]).toContain(reply.status);
  if (reply.status !== 200) expectError(reply);
  expect(rows).toBeGreaterThan(0);
  const again = await world.post(endpoint.path, body, proof(endpoint, body));
  expect(again.status).toBe(reply.status);
  expect(await rowsOf(endpoint, body)).toBe(rows);
}

describe.each(endpoints)('$name', (endpoint) => {
  it('has an answer for whatever a real payload may turn into', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), mutations, async (which, changes) => {
        const samples = payloads[endpoint.source];
        await expectOrder(endpoint, withNewIds(mutated(samples[which % samples.length], changes)));
      }),
      { numRuns: 60 },
    );
  });

  it('has an answer for bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => expectOrder(endpoint, bytes)),
      { numRuns: 40 },
    );
  });

  it('does not inflate what is compressed: a body is the bytes that came', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const body = Uint8Array.from(bomb);
    const headers = { 'content-encoding': 'gzip' };
    expect(await world.post(endpoint.path, body, headers)).toMatchObject({ status: 401 });
    const reply = await world.post(endpoint.path, body, { ...headers, ...proof(endpoint, body) });
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'not_json' } } });
    expect(await rowsOf(endpoint, body)).toBe(0);
  });
});

describe('a body of 1 MiB', () => {
  it.each<[string, Endpoint, () => string]>([
    ['line items that are none', endpoints[0], () => inReturn('"line_items":[', () => '1')],
    ['empty line items', endpoints[0], () => inReturn('"line_items":[', () => '{}')],
    [
      'line items of as many SKUs',
      endpoints[0],
      () => inReturn('"line_items":[', (index) => `{"sku":"S-${index}"}`),
    ],
    ['labels', endpoints[0], () => inReturn('"line_items":[],"labels":[', () => '{}')],
    [
      'fractions and one long number',
      endpoints[0],
      () => inReturn('"line_items":[],"x":[12345678901234567890,', () => '1.5'),
    ],
    [
      'returns',
      endpoints[1],
      () => inReceipt('', (index) => `{"customer_identifier":"${index}","event_type":"inTransit"}`, ''),
    ],
    [
      'lines',
      endpoints[1],
      () => inReceipt(aReceipt, (index) => `{"customer_sku_id":"S-${index}","quantity_received":1}`, ']}}'),
    ],
    ['messages', endpoints[1], () => filled('[', () => '{"message_type":"rmaEvent","data":[]}', ']')],
  ])('of nothing but %s is kept as not understood, or taken', async (_what, endpoint, body) => {
    await expectOrder(endpoint, body());
  });

  it.each<[string, Endpoint, () => string]>([
    ['long numbers', endpoints[1], () => filled('[', () => '12345678901234567', ']')],
    ['fractions and a long number', endpoints[1], () => filled('[12345678901234567,', () => '1.5', ']')],
  ])('of %s costs nobody much before its sender is proven', async (_what, endpoint, body) => {
    const [reply, live] = await Promise.all([world.post(endpoint.path, body()), world.api('/health/live')]);
    expect([reply.status, live.status]).toEqual([401, 200]);
  });
});

describe('thousands of returns', () => {
  const returns = 5_000;

  it('in messages of 1,000 are all applied', async () => {
    const event = (index: number) => ({
      customer_identifier: `88${String(index).padStart(6, '0')}`,
      event_type: 'delivered',
    });
    const envelopes = Array.from({ length: returns / 1_000 }, (_, part) => ({
      message_type: 'rmaEvent',
      message_id: randomUUID(),
      data: Array.from({ length: 1_000 }, (_none, index) => event(part * 1_000 + index)),
    }));
    const body = JSON.stringify(envelopes);
    expect(await world.post(endpoints[1].path, body, world.proven())).toMatchObject({ status: 200 });
    await world.untilQuiet();
    const [row] = await world.query(
      "select count(*)::int as applied from returns where loop_return_id like '88%'",
    );
    expect(row).toEqual({ applied: returns });
  });

  it('and thousands of events of one return as well', async () => {
    const data = Array.from({ length: 1_000 }, () => ({
      customer_identifier: '89000001',
      event_type: 'delivered',
    }));
    const messages = Array.from({ length: 14 }, () => ({
      message_type: 'rmaEvent',
      message_id: randomUUID(),
      data,
    }));
    expect(await world.post(endpoints[1].path, JSON.stringify(messages), world.proven())).toMatchObject({
      status: 200,
    });
    await world.untilQuiet();
    const [row] = await world.query(
      "select count(*)::int as told from return_events where loop_return_id = '89000001'",
    );
    expect(row).toEqual({ told: 14_000 });
  });
});

describe('a return that is strange, and yet one', () => {
  it('with ids and names as long as they come is carried as any other', async () => {
    const id = '7'.repeat(100);
    const body = JSON.stringify({
      topic: 'return',
      trigger: 'return.created',
      id,
      order_name: '#'.repeat(100_000),
      tracking_number: '1Z'.repeat(50_000),
      line_items: [
        { line_item_id: 'constructor', sku: 'TEE-1' },
        { line_item_id: '__proto__', sku: 'TEE-1' },
      ],
    });
    expect(await world.post(endpoints[0].path, body, world.signed(body))).toMatchObject({ status: 200 });
    const { orderName } = await world.untilStatus(id, 'open');
    expect(orderName?.length).toBe(250);
  });

  it('keeps none of the units that a status of a strange name holds to itself', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const body = JSON.stringify(world.masonhub.receivedEnvelope(id)).replace(
      /"receiving_details":\{/,
      '"receiving_details":{"__proto__":[{"quantity":1}],',
    );
    expect(body).toContain('__proto__');
    expect(await world.post(endpoints[1].path, body, world.proven())).toMatchObject({ status: 200 });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('attention');
    expect(world.told(id).processed).toBe(0);
  });
});

it('signatures of every length and make but the right one answer 401', async () => {
  const body = JSON.stringify({ topic: 'return', trigger: 'return.created', id: '77000009', line_items: [] });
  const right = createHmac('sha256', world.vendors.webhookSecrets[0]).update(body).digest();
  const printable = fc.stringMatching(/^[\x21-\x7e]{0,200}$/);
  const almost = fc
    .tuple(fc.nat(31), fc.integer({ min: 1, max: 255 }))
    .map(([at, by]) =>
      Buffer.from(right.map((byte, index) => (index === at ? byte ^ by : byte))).toString('base64'),
    );
  const lengths = fc.nat(31).map((length) => right.subarray(0, length).toString('base64'));
  await fc.assert(
    fc.asyncProperty(fc.oneof(printable, almost, lengths), async (signature) => {
      const hex = Buffer.from(signature, 'base64').toString('hex');
      const replies = [
        await world.post(endpoints[0].path, body, { 'x-loop-signature': signature }),
        await world.post(endpoints[1].path, body, { authorization: `Bearer ${signature}` }),
        await world.post(endpoints[1].path, body, { 'x-masonhub-signature': `sha256=${hex}` }),
        await world.api('/api/returns', { headers: { authorization: `Bearer ${signature}` } }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    }),
    { numRuns: 40 },
  );
  expect(await world.query("select 1 from returns where loop_return_id = '77000009'")).toEqual([]);
});

it('and after all that nothing has escaped, nothing has failed, and a return goes through end to end', async () => {
  const id = await world.open([{ sku: 'TEE-1' }]);
  await world.masonhub.receive(id);
  await world.untilStatus(id, 'processed');
  expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  await world.untilQuiet();
  expect(escaped).toEqual([]);
  expect(world.log.filter(({ level }) => level >= 50)).toEqual([]);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
