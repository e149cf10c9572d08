import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { customer } from '../../src/stand-ins/personal-data.ts';
import { until } from '../support/until.ts';
import {
  callback,
  type Endpoint,
  endpoints,
  expectRefusal,
  goodBody,
  lockDeliveries,
  loopEndpoint,
  masonHubEndpoint,
  postTo,
  proofOf,
  serveEndpoints,
  stored,
  webhook,
  world,
} from './at-the-endpoints.ts';

serveEndpoints();

describe.each(endpoints)('$endpoint', (endpoint) => {
  it.each([
    ['that ends too soon', '{"topic":"return",'],
    ['of plain words', 'Hello'],
    ['that is not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['with a byte order mark of another encoding', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
    ['of nothing', ''],
    ['of spaces', '   '],
    ['of 500,000 opening brackets', '['.repeat(500_000)],
    ['of NaN', '{"id": NaN}'],
  ])('answers 400 to a body %s', async (_what, body) => {
    const reply = await expectRefusal(400, () => postTo(endpoint, body));
    expect(reply.json).toMatchObject({ error: { code: 'not_json' } });
  });

  it.each(['ACME', 'nobody', '__proto__', 'constructor', '%00', 'acme%2F..', 'a'.repeat(90)])(
    'answers 404 to the merchant %j, whom nobody knows',
    async (slug) => {
      const body = goodBody(endpoint);
      await expectRefusal(404, () => world.post(endpoint.path + slug, body, proofOf(endpoint, body)));
    },
  );

  it('takes a body of 1 MiB, and answers 413 to one byte more', async () => {
    const body = goodBody(endpoint);
    const padded = (size: number) => body + ' '.repeat(size - body.length);
    expect(await postTo(endpoint, padded(1_048_576))).toMatchObject({ status: 200 });
    await expectRefusal(413, () => postTo(endpoint, padded(1_048_577)));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/json', 'nonsense'])(
    'answers 415 to the content type %s',
    async (type) => {
      await expectRefusal(415, () => postTo(endpoint, goodBody(endpoint), { 'content-type': type }));
    },
  );

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.api+json'])(
    'takes the content type %s',
    async (type) => {
      expect(await postTo(endpoint, goodBody(endpoint), { 'content-type': type })).toMatchObject({
        status: 200,
      });
    },
  );

  it('answers 404 to another method, and to what lies behind it', async () => {
    expect(await world.api(`${endpoint.path}acme`)).toMatchObject({ status: 404 });
    expect(await world.post(`${endpoint.path}acme/more`, '{}')).toMatchObject({ status: 404 });
  });

  it('has the delivery on record when it answers 200', async () => {
    const body = goodBody(endpoint);
    const reply = await postTo(endpoint, body);
    expect(reply).toMatchObject({ status: 200, json: { status: 'accepted' } });
    expect(await stored(endpoint, body)).toMatchObject([
      { merchant: 'acme', source: endpoint.source, result: 'accepted' },
    ]);
  });

  it('does not answer before the delivery is on record', async () => {
    await world.untilQuiet();
    const body = goodBody(endpoint);
    await using lock = await lockDeliveries();
    let answered = false;
    const posting = postTo(endpoint, body).finally(() => {
      answered = true;
    });
    await until(lock.isWaitedFor, () => 'a delivery that waits to be stored');
    expect(answered).toBe(false);
    await lock.release();
    expect(await posting).toMatchObject({ status: 200, json: { status: 'accepted' } });
    expect(await stored(endpoint, body)).toHaveLength(1);
  });
});

describe('an authentic delivery that does not say what it is about', () => {
  const label = { topic: 'label', trigger: 'label.created', tracking_number: '1Z999AA10123456784' };
  const failure = { topic: 'return.processing', trigger: 'return.processing.failed' };
  it.each<[string, Endpoint, string]>([
    ['id', loopEndpoint, webhook('', { id: null })],
    ['id', loopEndpoint, webhook('', { id: { email: customer.email } })],
    ['id', loopEndpoint, webhook('', { id: 1.5 })],
    ['id', loopEndpoint, webhook('')],
    ['id', loopEndpoint, JSON.stringify(label)],
    ['return_id', loopEndpoint, JSON.stringify(failure)],
    ['body', loopEndpoint, '[]'],
    ['body', loopEndpoint, '42'],
    ['body', loopEndpoint, 'null'],
    ['data', masonHubEndpoint, callback({ data: undefined })],
    ['data', masonHubEndpoint, callback({ data: 17 })],
    ['data.0', masonHubEndpoint, callback({ data: [null] })],
    ['data.0.customer_identifier', masonHubEndpoint, callback({ data: [{ customer_identifier: {} }] })],
    ['body', masonHubEndpoint, '42'],
  ])('answers 422 that names %s, and is kept as it came', async (field, endpoint, body) => {
    await world.untilQuiet();
    const [rows, lines] = [await world.rowCounts(), world.log.length];
    for (const _time of ['the first time', 'the same again']) {
      const reply = await postTo(endpoint, body);
      expect(reply).toMatchObject({
        status: 422,
        json: {
          error: {
            code: 'not_understood',
            message: expect.stringContaining(field),
            issues: [{ path: expect.stringContaining(field) }],
          },
        },
      });
      expect(await stored(endpoint, body)).toMatchObject([
        {
          merchant: 'acme',
          source: endpoint.source,
          result: 'rejected',
          why: expect.stringContaining(field),
        },
      ]);
    }
    await world.untilQuiet();
    expect(await world.rowCounts()).toEqual({ ...rows, deliveries: (rows['deliveries'] ?? 0) + 1 });
    const warnings = world.log.slice(lines).filter(({ level }) => level >= 40);
    expect(warnings).toMatchObject([{ status: 422 }, { status: 422 }]);
    expect(warnings.map(({ msg }) => msg).join()).toContain(field);
  });

  it('does not hold back the messages beside it', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    const body = JSON.stringify([{ message_id: randomUUID(), data: 17 }, null, envelope]);
    expect(await postTo(masonHubEndpoint, body)).toMatchObject({
      status: 200,
      json: { status: 'accepted' },
    });
    expect(await postTo(masonHubEndpoint, body)).toMatchObject({
      status: 200,
      json: { status: 'duplicate' },
    });
    await world.untilStatus(id, 'processed');
  });
});

describe.each(endpoints)('a hostile body at $endpoint', (endpoint) => {
  const nest = (depth: number, inner = '1') => '['.repeat(depth) + inner + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const fields = (more: string) =>
    endpoint.source === 'loop'
      ? `{"topic":"return","trigger":"return.created","id":"5554001","line_items":[],${more}}`
      : `{"message_type":"rmaEvent","message_id":"${randomUUID()}","data":[],${more}}`;

  it.each([
    ['arrays 250,000 deep', nest(250_000)],
    ['arrays 250,000 deep in a field', fields(`"deep":${nest(250_000)}`)],
    ['objects 100,000 deep in a field', fields(`"deep":${objects(100_000)}`)],
    ['objects 100,000 deep', objects(100_000)],
    ['arrays deep in the items', fields(`"line_items":${nest(100_000)},"data":${nest(100_000)}`)],
    ['1 MiB of spaces and a number', `${' '.repeat(1_000_000)}1`],
    ['a number', '1'],
    ['a text', '"text"'],
    ['true', 'true'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['numbers beyond all bounds', fields('"id":1e400,"edited_at":-1e400,"total":1e-400')],
    [
      'a million nulls for items',
      fields(`"line_items":[${Array(200_000).fill('null')}],"data":[${Array(1000).fill('null')}]`),
    ],
    ['a prototype', fields('"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}')],
    ['a prototype for a return', '{"__proto__":{"topic":"return","trigger":"return.created","id":"1"}}'],
    [
      'NUL in its texts',
      String.raw`{"topic":"ret\u0000urn","trigger":"return.created","id":"5554\u0000002","order_name":"\u0000","line_items":[{"sku":"T\u0000EE-1","return_reason":"\u0000"}],"message_type":"rmaEvent","data":[{"customer_identifier":"5554\u0000003","status":"received","details":{"notes":"\u0000","line_items":[{"customer_sku_id":"\u0000TEE-1","receiving_details":{"dam\u0000aged":[{"quantity":1,"notes":"\u0000"}]}}]}}]}`,
    ],
    [
      'NUL in what names it',
      String.raw`{"topic":"x","trigger":"a\u0000b","message_type":"a\u0000b","message_id":"\u0000"}`,
    ],
    [
      'NUL in its id',
      String.raw`{"topic":"x","trigger":"y","message_type":"rmaEvent","message_id":"a\u0000b","data":[{"customer_identifier":"5554004","event_type":"inTransit"}]}`,
    ],
    [
      'NUL in the name of a field that is wrong',
      String.raw`{"topic":"return","trigger":"return.created","id":"5554005","line_items":"\u0000","message_type":"rmaEvent","message_id":"nul-in-field","data":[{"customer_identifier":"5554006","status":"received","details":{"line_items":[{"customer_sku_id":"TEE-1","receiving_details":{"a\u0000b":7}}]}}]}`,
    ],
    [
      'half surrogates',
      String.raw`{"topic":"return","trigger":"return.created","id":"5554007","order_name":"\ud800","line_items":[{"sku":"TEE\udc00"}],"message_type":"rmaEvent","message_id":"halves","data":[{"customer_identifier":"555400\ud800","status":"received","details":{"line_items":[{"customer_sku_id":"\udfff1","quantity":1,"receiving_details":{"\ud800":[{"quantity":1,"notes":"\ud800"}]}}]}}]}`,
    ],
    [
      'half surrogates in what names it',
      String.raw`{"topic":"x","trigger":"\ud800","message_type":"\ud800","message_id":"\udc00"}`,
    ],
  ])('(%s) gets an answer below 500, and the next good one is accepted', async (_what, body) => {
    const reply = await postTo(endpoint, body);
    expect(reply.status).toBeLessThan(500);
    expect(await postTo(endpoint, goodBody(endpoint))).toMatchObject({
      status: 200,
      json: { status: 'accepted' },
    });
    await world.untilQuiet();
    expect(await world.api('/health/ready')).toMatchObject({ status: 200 });
  });

  it('that shares a moment with good ones holds back none of them', async () => {
    const bad = String.raw`{"topic":"x","trigger":"a\u0000${endpoint.source}","message_type":"a\u0000b","message_id":"\u0000c"}`;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => postTo(endpoint, index % 5 === 2 ? bad : goodBody(endpoint))),
    );
    const good = replies.filter((_, index) => index % 5 !== 2);
    expect(good.map(({ status }) => status)).toEqual(good.map(() => 200));
  });
});
