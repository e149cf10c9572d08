import { createHash, createHmac, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customer } from '../../src/stand-ins/personal-data.ts';
import { type Reply, startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: { webhookSecrets: ['the-new-secret', 'the-old-secret'] } } });
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

type Bytes = string | Uint8Array<ArrayBuffer>;
const doors = [
  { door: "Loop's door", path: '/webhooks/loop/', source: 'loop' },
  { door: "MasonHub's door", path: '/callbacks/masonhub/', source: 'masonhub' },
] as const;
type Door = (typeof doors)[number];

const proofOf = (door: Door, body: Bytes) => (door.source === 'loop' ? world.signed(body) : world.proven());
const postTo = (door: Door, body: Bytes, headers: Record<string, string> = {}) =>
  world.post(`${door.path}acme`, body, { ...proofOf(door, body), ...headers });

const webhook = (id: string, more: object = {}) =>
  JSON.stringify({
    topic: 'return',
    trigger: 'return.created',
    id,
    state: 'open',
    line_items: [{ line_item_id: '1', sku: 'TEE-1' }],
    ...more,
  });
const callback = (more: object = {}) =>
  JSON.stringify({
    message_type: 'rmaEvent',
    message_id: randomUUID(),
    api_version: '2.0',
    data: [],
    ...more,
  });
const goodBody = (door: Door) =>
  door.source === 'loop'
    ? webhook('5550001', { nonce: randomUUID() })
    : callback({ data: [{ customer_identifier: '5550002', event_type: 'inTransit' }] });

/** The request is refused in the one shape of errors, changes no row, and leaves one line in the log. */
async function expectRefusal(status: number, request: () => Promise<Reply>): Promise<Reply> {
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

const stored = (door: Door, body: Bytes) =>
  world.query('select merchant, source, result, why from deliveries where body = $1 and source = $2', [
    Buffer.from(body),
    door.source,
  ]);

describe.each(doors)('$door', (door) => {
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
    const reply = await expectRefusal(400, () => postTo(door, body));
    expect(reply.json).toMatchObject({ error: { code: 'not_json' } });
  });

  it.each(['ACME', 'nobody', '__proto__', 'constructor', '%00', 'acme%2F..', 'a'.repeat(90)])(
    'answers 404 to the merchant %j, whom nobody knows',
    async (slug) => {
      const body = goodBody(door);
      await expectRefusal(404, () => world.post(door.path + slug, body, proofOf(door, body)));
    },
  );

  it('takes a body of 1 MiB, and answers 413 to one byte more', async () => {
    const body = goodBody(door);
    const padded = (size: number) => body + ' '.repeat(size - body.length);
    expect(await postTo(door, padded(1_048_576))).toMatchObject({ status: 200 });
    await expectRefusal(413, () => postTo(door, padded(1_048_577)));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/json', 'nonsense'])(
    'answers 415 to the content type %s',
    async (type) => {
      await expectRefusal(415, () => postTo(door, goodBody(door), { 'content-type': type }));
    },
  );

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.api+json'])(
    'takes the content type %s',
    async (type) => {
      expect(await postTo(door, goodBody(door), { 'content-type': type })).toMatchObject({ status: 200 });
    },
  );

  it('answers 404 to another method, and to what lies behind it', async () => {
    expect(await world.api(`${door.path}acme`)).toMatchObject({ status: 404 });
    expect(await world.post(`${door.path}acme/more`, '{}')).toMatchObject({ status: 404 });
  });

  it('has the delivery on record when it answers 200', async () => {
    const body = goodBody(door);
    const reply = await postTo(door, body);
    expect(reply).toMatchObject({ status: 200, json: { status: 'accepted' } });
    expect(await stored(door, body)).toMatchObject([
      { merchant: 'acme', source: door.source, result: 'accepted' },
    ]);
  });

  it('does not answer before the delivery is on record', async () => {
    await world.untilQuiet();
    const body = goodBody(door);
    await using lock = await lockDeliveries();
    let answered = false;
    const posting = postTo(door, body).finally(() => {
      answered = true;
    });
    await until(lock.isWaitedFor, () => 'a delivery that waits to be stored');
    expect(answered).toBe(false);
    await lock.release();
    expect(await posting).toMatchObject({ status: 200, json: { status: 'accepted' } });
    expect(await stored(door, body)).toHaveLength(1);
  });
});

/** Holds the table of deliveries, so that nothing can be stored until it is released. */
async function lockDeliveries() {
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

describe("Loop's signature", () => {
  const body = webhook('5551001');
  const good = createHmac('sha256', 'the-new-secret').update(body).digest('base64');
  const unauthorized = {
    error: { code: 'unauthorized', message: 'The signature or token is missing or wrong.' },
  };

  it.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty header', { 'x-loop-signature': '' }],
    [
      'the signature of another secret',
      { 'x-loop-signature': createHmac('sha256', 'x').update(body).digest('base64') },
    ],
    [
      'the signature of another body',
      { 'x-loop-signature': createHmac('sha256', 'the-new-secret').update('{}').digest('base64') },
    ],
    ['what is not base64', { 'x-loop-signature': '!!! not base64 !!!' }],
    ['half of it', { 'x-loop-signature': good.slice(0, 20) }],
    ['hex', { 'x-loop-signature': createHmac('sha256', 'the-new-secret').update(body).digest('hex') }],
    ['it under another name', { authorization: `Bearer ${good}` }],
  ])('is asked for: %s answers 401 and says nothing else', async (_what, headers) => {
    const reply = await expectRefusal(401, () => world.post('/webhooks/loop/acme', body, headers));
    expect(reply.json).toEqual(unauthorized);
  });

  it('is asked for before anything is said about the body', async () => {
    for (const strange of ['not JSON', '{"topic":1}', '[]']) {
      const reply = await expectRefusal(401, () =>
        world.post('/webhooks/loop/acme', strange, { 'x-loop-signature': good }),
      );
      expect(reply.json).toEqual(unauthorized);
    }
  });

  it('is over the raw bytes: escaped slashes are signed as they are written', async () => {
    const escaped = String.raw`{"topic":"return","trigger":"return.created","id":5551002,"line_items":[{"sku":"A\/B"}],"url":"https:\/\/example.com\/x"}`;
    const plain = JSON.stringify(JSON.parse(escaped));
    await expectRefusal(401, () => world.post('/webhooks/loop/acme', escaped, world.signed(plain)));
    expect(await world.post('/webhooks/loop/acme', escaped, world.signed(escaped))).toMatchObject({
      status: 200,
    });
    await world.untilStatus('5551002', 'open');
    expect(world.masonhub.rmas.get('5551002')?.lines).toMatchObject([{ sku: 'A/B' }]);
  });

  it.each(['the-new-secret', 'the-old-secret'])(
    'may be made with each secret in the list: %s',
    async (secret) => {
      const own = webhook('5551003', { secret: secret.length });
      expect(await world.post('/webhooks/loop/acme', own, world.signed(own, secret))).toMatchObject({
        status: 200,
      });
    },
  );
});

describe("MasonHub's token", () => {
  const unauthorized = {
    error: { code: 'unauthorized', message: 'The signature or token is missing or wrong.' },
  };
  const token = 'callback-token-of-acme';
  const body = callback({ data: [{ customer_identifier: '5552001', event_type: 'inTransit' }] });
  const hmac = (key: string) => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

  it.each<[string, string, Record<string, string>]>([
    ['no header', body, {}],
    ['another token', body, { authorization: 'Bearer another' }],
    ['a longer token', body, { authorization: `Bearer ${token}x` }],
    ['another scheme', body, { authorization: `Basic ${token}` }],
    ['no scheme', body, { authorization: token }],
    ['a signature with another key', body, { 'x-masonhub-signature': hmac('another') }],
    ['a signature that is not hex', body, { 'x-masonhub-signature': 'sha256=zz' }],
    ['another token in the body', callback({ token: 'another' }), {}],
    ['a token in the body that is no text', callback({ token: [token] }), {}],
    ['a token in one of two messages', `[${callback({ token })},${callback()}]`, {}],
    ['an empty array', '[]', {}],
    ['a body that is not JSON', token, {}],
  ])('is asked for: %s answers 401 and says nothing else', async (_what, sent, headers) => {
    const reply = await expectRefusal(401, () => world.post('/callbacks/masonhub/acme', sent, headers));
    expect(reply.json).toEqual(unauthorized);
  });

  it.each<[string, string, Record<string, string>]>([
    ['as a bearer', body, { authorization: `bearer ${token}` }],
    ['as the key of a signature', body, { 'x-masonhub-signature': hmac(token) }],
    ['in the body', callback({ token }), {}],
    ['in every message of an array', `[${callback({ token })},${callback({ token })}]`, {}],
  ])('may come %s', async (_what, sent, headers) => {
    expect(await world.post('/callbacks/masonhub/acme', sent, headers)).toMatchObject({ status: 200 });
  });
});

const [loopDoor, masonHubDoor] = doors;

describe('an authentic delivery that does not say what it is about', () => {
  const label = { topic: 'label', trigger: 'label.created', tracking_number: '1Z999AA10123456784' };
  const failure = { topic: 'return.processing', trigger: 'return.processing.failed' };
  it.each<[string, Door, string]>([
    ['id', loopDoor, webhook('', { id: null })],
    ['id', loopDoor, webhook('', { id: { email: customer.email } })],
    ['id', loopDoor, webhook('', { id: 1.5 })],
    ['id', loopDoor, webhook('')],
    ['id', loopDoor, JSON.stringify(label)],
    ['return_id', loopDoor, JSON.stringify(failure)],
    ['body', loopDoor, '[]'],
    ['body', loopDoor, '42'],
    ['body', loopDoor, 'null'],
    ['data', masonHubDoor, callback({ data: undefined })],
    ['data', masonHubDoor, callback({ data: 17 })],
    ['data.0', masonHubDoor, callback({ data: [null] })],
    ['data.0.customer_identifier', masonHubDoor, callback({ data: [{ customer_identifier: {} }] })],
    ['body', masonHubDoor, '42'],
  ])('answers 422 that names %s, and is kept as it came', async (field, door, body) => {
    await world.untilQuiet();
    const [rows, lines] = [await world.rowCounts(), world.log.length];
    for (const _time of ['the first time', 'the same again']) {
      const reply = await postTo(door, body);
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
      expect(await stored(door, body)).toMatchObject([
        { merchant: 'acme', source: door.source, result: 'rejected', why: expect.stringContaining(field) },
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
    const body = JSON.stringify([{ message_id: randomUUID(), data: 17 }, envelope]);
    expect(await postTo(masonHubDoor, body)).toMatchObject({ status: 422 });
    await world.untilStatus(id, 'processed');
  });
});

describe('an authentic delivery that says what it is about', () => {
  const without = (field: string, body: string) =>
    JSON.stringify({ ...JSON.parse(body), [field]: undefined, nonce: field });
  const received = (item: object) =>
    callback({
      data: [
        {
          customer_identifier: '5553001',
          status: 'received',
          details: {
            status: 'received',
            line_items: [{ customer_sku_id: 'TEE-1', quantity_received: 1, ...item }],
          },
        },
      ],
    });

  it.each<[string, Door, string]>([
    ['no topic', loopDoor, without('topic', webhook('5553100'))],
    ['a topic that is no word', loopDoor, webhook('5553105', { topic: {} })],
    ['no trigger', loopDoor, without('trigger', webhook('5553101'))],
    ['a trigger that is not known', loopDoor, webhook('5553106', { trigger: 'return.printed' })],
    ['a state that is not known', loopDoor, webhook('5553102', { state: 'melted' })],
    ['a state that is no word', loopDoor, webhook('5553107', { state: 17 })],
    ['no line items', loopDoor, without('line_items', webhook('5553103'))],
    ['line items that are no list', loopDoor, webhook('5553108', { line_items: 17 })],
    [
      'a quantity below nothing',
      loopDoor,
      webhook('5553104', { line_items: [{ sku: 'TEE-1', quantity: -1 }] }),
    ],
    ['a count that is a word', masonHubDoor, received({ quantity_received: 'one' })],
    ['a count below nothing', masonHubDoor, received({ quantity_received: -1 })],
    ['half a unit', masonHubDoor, received({ quantity_received: 0.5 })],
    ['details that are no list', masonHubDoor, received({ receiving_details: { available: 1 } })],
    ['a SKU that is no text', masonHubDoor, received({ customer_sku_id: {} })],
    ['a mark that is neither yes nor no', masonHubDoor, received({ not_on_original_rma: 'perhaps' })],
    [
      'a message type that is no word',
      masonHubDoor,
      callback({ message_type: {}, data: [{ customer_identifier: '5553001', event_type: 'inTransit' }] }),
    ],
  ])('is taken, and kept as it came, with %s', async (_what, door, body) => {
    expect(await postTo(door, body)).toMatchObject({ status: 200, json: { status: 'accepted' } });
    expect(await stored(door, body)).toMatchObject([{ source: door.source, result: 'accepted', why: null }]);
    expect(await postTo(door, body)).toMatchObject({ status: 200, json: { status: 'duplicate' } });
  });
});

describe('a delivery of no concern', () => {
  it.each<[string, Door, string]>([
    ['a restock', loopDoor, JSON.stringify({ topic: 'restock', trigger: 'restock.requested', id: 1 })],
    ['a gift card', loopDoor, JSON.stringify({ topic: 'giftcard', trigger: 'giftcard.requested' })],
    ['a label that is not there', loopDoor, JSON.stringify({ topic: 'label', trigger: 'label.created' })],
    ['an order event', masonHubDoor, callback({ message_type: 'orderEvent', data: [{ anything: true }] })],
    ['an event without RMAs', masonHubDoor, callback()],
    ['an event about no RMA', masonHubDoor, callback({ data: {} })],
    [
      'a record whose status is no word',
      masonHubDoor,
      callback({ data: [{ customer_identifier: '5553001', status: {} }] }),
    ],
    ['no type and no RMAs', masonHubDoor, JSON.stringify({ message_id: 'without-type', data: [] })],
  ])('(%s) is ignored, and says so however often it comes', async (_what, door, body) => {
    for (const _time of ['the first time', 'the same again'])
      expect(await postTo(door, body)).toMatchObject({ status: 200, text: '{"status":"ignored"}' });
    expect(await stored(door, body)).toMatchObject([{ result: 'ignored' }]);
  });
});

describe('a delivery that an older version did not take up', () => {
  const progress = (more: object = {}) =>
    callback({ data: [{ customer_identifier: '5556002', event_type: 'inTransit' }], ...more });
  const storeAs = (result: string, door: Door, key: string, body: string) =>
    world.query(
      `insert into deliveries (merchant, source, key, body, part, result, why, received_at)
        values ('acme', $1, $2, $3, 0, $4, 'of an older version', now())`,
      [door.source, key, Buffer.from(body), result],
    );
  const sha256 = (body: string) => createHash('sha256').update(body).digest('hex');

  it.each(['ignored', 'rejected'])(
    'as %s is accepted when it comes again, once, and opens its RMA',
    async (result) => {
      const id = result === 'ignored' ? '5556001' : '5556003';
      const body = webhook(id);
      await storeAs(result, loopDoor, sha256(body), body);
      const replies = await Promise.all([1, 2, 3].map(() => postTo(loopDoor, body)));
      expect(replies.map(({ text }) => text).toSorted()).toEqual([
        '{"status":"accepted"}',
        '{"status":"duplicate"}',
        '{"status":"duplicate"}',
      ]);
      const { timeline } = await world.untilStatus(id, 'open');
      expect(timeline.filter(({ event }) => event === 'return.created')).toHaveLength(1);
      expect(await postTo(loopDoor, body)).toMatchObject({ json: { status: 'duplicate' } });
      expect(await stored(loopDoor, body)).toMatchObject([{ result: 'accepted', why: null }]);
    },
  );

  it("is known again by MasonHub's message id, and kept as it came the last time", async () => {
    const messageId = randomUUID();
    const body = progress({ message_id: messageId });
    await storeAs('ignored', masonHubDoor, messageId, callback({ message_id: messageId }));
    for (const status of ['accepted', 'duplicate'])
      expect(await postTo(masonHubDoor, body)).toMatchObject({ status: 200, json: { status } });
    await world.untilQuiet();
    const rows = await world.query('select result, body, applied_at from deliveries where key = $1', [
      messageId,
    ]);
    expect(rows).toEqual([{ result: 'accepted', body: Buffer.from(body), applied_at: expect.any(Date) }]);
  });

  it('gives way; one that was accepted does not, whatever comes under its id', async () => {
    const id = randomUUID();
    await postTo(masonHubDoor, progress({ message_id: id }));
    await postTo(masonHubDoor, callback({ message_id: id }));
    expect((await postTo(masonHubDoor, callback({ message_id: id, data: 17 }))).status).toBe(422);
    expect(await world.query('select result from deliveries where key = $1', [id])).toEqual([
      { result: 'accepted' },
    ]);
  });

  it('does not hide one of the same id in the same request that is understood', async () => {
    const id = randomUUID();
    const body = `[${callback({ message_id: id })},${progress({ message_id: id })}]`;
    expect(await postTo(masonHubDoor, body)).toMatchObject({ json: { status: 'accepted' } });
    expect(await stored(masonHubDoor, body)).toMatchObject([{ result: 'accepted' }]);
  });
});

describe.each(doors)('a hostile body at $door', (door) => {
  const nest = (depth: number, inner = '1') => '['.repeat(depth) + inner + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const fields = (more: string) =>
    door.source === 'loop'
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
    const reply = await postTo(door, body);
    expect(reply.status).toBeLessThan(500);
    expect(await postTo(door, goodBody(door))).toMatchObject({ status: 200, json: { status: 'accepted' } });
    await world.untilQuiet();
    expect(await world.api('/health/ready')).toMatchObject({ status: 200 });
  });

  it('that shares a moment with good ones holds back none of them', async () => {
    const bad = String.raw`{"topic":"x","trigger":"a\u0000${door.source}","message_type":"a\u0000b","message_id":"\u0000c"}`;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => postTo(door, index % 5 === 2 ? bad : goodBody(door))),
    );
    const good = replies.filter((_, index) => index % 5 !== 2);
    expect(good.map(({ status }) => status)).toEqual(good.map(() => 200));
  });
});

describe("MasonHub's messages in one request", () => {
  const [, door] = doors;

  it('are applied whatever their ids are made of', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const body = JSON.stringify(
      world.masonhub.receivedEnvelope(id, 'all-available', { messageId: '\ud800' }),
    );
    expect(await postTo(door, body)).toMatchObject({ status: 200, json: { status: 'accepted' } });
    await world.untilStatus(id, 'processed');
  });

  it.each([
    ['thousands of them', 3_000],
    ['1 MiB of them', 209_000],
  ])('are 30 at most: %s are refused as one delivery, kept once', async (_what, count) => {
    await using alone = await startWorld();
    const body = `[${Array(count).fill('null')}]`;
    const reply = await alone.post('/callbacks/masonhub/acme', body, alone.proven());
    expect(reply).toMatchObject({ status: 422 });
    expect(await alone.rowCounts()).toMatchObject({ deliveries: 1, returns: 0 });
  });
});

describe('while the database is out of reach', () => {
  it.each(doors)(
    '$door answers 503 with Retry-After, and takes the same delivery afterwards',
    async (door) => {
      await using alone = await startWorld();
      const body = goodBody(door);
      const proof = door.source === 'loop' ? alone.signed(body) : alone.proven();
      const post = () => alone.post(`${door.path}acme`, body, proof);
      await alone.cutDatabase();
      const reply = await post();
      expect(reply).toMatchObject({ status: 503, json: { error: { code: 'not_durable' } } });
      const seconds = Number(reply.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(1_800);
      const lines = alone.log.filter(({ status }) => status === 503);
      expect(lines).toMatchObject([{ level: 50, code: 'not_durable', err: { message: expect.any(String) } }]);

      await alone.mendDatabase();
      expect(await post()).toMatchObject({ status: 200, json: { status: 'accepted' } });
      const key = createHash('sha256').update(body).digest('hex');
      if (door.source === 'loop')
        expect(await alone.query('select 1 from deliveries where key = $1', [key])).toHaveLength(1);
    },
  );

  it('returns wait, and are opened once it is back', async () => {
    await using alone = await startWorld({ merchants: { acme: { loop: { retryDelayMs: 100 } } } });
    await alone.cutDatabase();
    const creating = alone.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await until(
      () => alone.log.some(({ status }) => status === 503),
      () => 'a delivery that could not be stored',
    );
    await alone.mendDatabase();
    const id = await creating;
    await alone.untilStatus(id, 'open');
    await alone.masonhub.receive(id);
    await alone.untilStatus(id, 'processed');
    expect(alone.told(id).processed).toBe(1);
  });
});
