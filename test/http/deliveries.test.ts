import { createHash, createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callbackDeliveries } from '../../src/vendors/masonhub/delivery.ts';
import {
  callback,
  type Endpoint,
  expectRefusal,
  loopEndpoint,
  masonHubEndpoint,
  postTo,
  serveEndpoints,
  stored,
  webhook,
  world,
} from './at-the-endpoints.ts';

/** Who sent a delivery, and what becomes of one that is authentic. */

serveEndpoints();

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

  it.each<[string, Endpoint, string]>([
    ['no topic', loopEndpoint, without('topic', webhook('5553100'))],
    ['a topic that is no word', loopEndpoint, webhook('5553105', { topic: {} })],
    ['no trigger', loopEndpoint, without('trigger', webhook('5553101'))],
    ['a trigger that is not known', loopEndpoint, webhook('5553106', { trigger: 'return.printed' })],
    ['a state that is not known', loopEndpoint, webhook('5553102', { state: 'melted' })],
    ['a state that is no word', loopEndpoint, webhook('5553107', { state: 17 })],
    ['no line items', loopEndpoint, without('line_items', webhook('5553103'))],
    ['line items that are no list', loopEndpoint, webhook('5553108', { line_items: 17 })],
    [
      'a quantity below nothing',
      loopEndpoint,
      webhook('5553104', { line_items: [{ sku: 'TEE-1', quantity: -1 }] }),
    ],
    ['a count that is a word', masonHubEndpoint, received({ quantity_received: 'one' })],
    ['a count below nothing', masonHubEndpoint, received({ quantity_received: -1 })],
    ['half a unit', masonHubEndpoint, received({ quantity_received: 0.5 })],
    ['details that are no list', masonHubEndpoint, received({ receiving_details: { available: 1 } })],
    ['a SKU that is no text', masonHubEndpoint, received({ customer_sku_id: {} })],
    ['a mark that is neither yes nor no', masonHubEndpoint, received({ not_on_original_rma: 'perhaps' })],
    [
      'a message type that is no word',
      masonHubEndpoint,
      callback({ message_type: {}, data: [{ customer_identifier: '5553001', event_type: 'inTransit' }] }),
    ],
  ])('is taken, and kept as it came, with %s', async (_what, endpoint, body) => {
    expect(await postTo(endpoint, body)).toMatchObject({ status: 200, json: { status: 'accepted' } });
    expect(await stored(endpoint, body)).toMatchObject([
      { source: endpoint.source, result: 'accepted', why: null },
    ]);
    expect(await postTo(endpoint, body)).toMatchObject({ status: 200, json: { status: 'duplicate' } });
  });
});

describe('a delivery of no concern', () => {
  it.each<[string, Endpoint, string]>([
    ['a restock', loopEndpoint, JSON.stringify({ topic: 'restock', trigger: 'restock.requested', id: 1 })],
    ['a gift card', loopEndpoint, JSON.stringify({ topic: 'giftcard', trigger: 'giftcard.requested' })],
    ['a label that is not there', loopEndpoint, JSON.stringify({ topic: 'label', trigger: 'label.created' })],
    [
      'an order event',
      masonHubEndpoint,
      callback({ message_type: 'orderEvent', data: [{ anything: true }] }),
    ],
    ['an event without RMAs', masonHubEndpoint, callback()],
    [
      'a record whose status is no word',
      masonHubEndpoint,
      callback({ data: [{ customer_identifier: '5553001', status: {} }] }),
    ],
    ['no type and no RMAs', masonHubEndpoint, JSON.stringify({ message_id: 'without-type', data: [] })],
  ])('(%s) is ignored, and says so however often it comes', async (_what, endpoint, body) => {
    for (const _time of ['the first time', 'the same again'])
      expect(await postTo(endpoint, body)).toMatchObject({ status: 200, text: '{"status":"ignored"}' });
    expect(await stored(endpoint, body)).toMatchObject([{ result: 'ignored' }]);
  });

  it('(an event about no RMA) is answered 422 instead, which names what is missing, and is kept', async () => {
    const body = callback({ data: {} });
    const { status, json } = await postTo(masonHubEndpoint, body);
    expect(status).toBe(422);
    expect(json).toMatchObject({ error: { issues: [{ path: 'data.0.customer_identifier' }] } });
    expect(await stored(masonHubEndpoint, body)).toMatchObject([{ result: 'rejected' }]);
  });
});

describe('a delivery that an older version did not take up', () => {
  const progress = (more: object = {}) =>
    callback({ data: [{ customer_identifier: '5556002', event_type: 'inTransit' }], ...more });
  const storeAs = (result: string, endpoint: Endpoint, key: string, body: string) =>
    world.query(
      `insert into deliveries (merchant, source, key, body, part, result, why, received_at)
        values ('acme', $1, $2, $3, 0, $4, 'of an older version', now())`,
      [endpoint.source, key, Buffer.from(body), result],
    );
  const keyOf = (body: string) =>
    callbackDeliveries('acme', Buffer.from(body), JSON.parse(body))[0]?.key ?? '';
  const sha256 = (body: string) => createHash('sha256').update(body).digest('hex');

  it.each(['ignored', 'rejected'])(
    'as %s is accepted when it comes again, once, and opens its RMA',
    async (result) => {
      const id = result === 'ignored' ? '5556001' : '5556003';
      const body = webhook(id);
      await storeAs(result, loopEndpoint, sha256(body), body);
      const replies = await Promise.all([1, 2, 3].map(() => postTo(loopEndpoint, body)));
      expect(replies.map(({ text }) => text).toSorted()).toEqual([
        '{"status":"accepted"}',
        '{"status":"duplicate"}',
        '{"status":"duplicate"}',
      ]);
      const { timeline } = await world.untilStatus(id, 'open');
      expect(timeline.filter(({ event }) => event === 'return.created')).toHaveLength(1);
      expect(await postTo(loopEndpoint, body)).toMatchObject({ json: { status: 'duplicate' } });
      expect(await stored(loopEndpoint, body)).toMatchObject([{ result: 'accepted', why: null }]);
    },
  );

  it("is known again by MasonHub's message id, and kept as it came the last time", async () => {
    const messageId = randomUUID();
    const body = progress({ message_id: messageId });
    const key = keyOf(body);
    await storeAs('ignored', masonHubEndpoint, key, callback({ message_id: messageId }));
    for (const status of ['accepted', 'duplicate'])
      expect(await postTo(masonHubEndpoint, body)).toMatchObject({ status: 200, json: { status } });
    await world.untilQuiet();
    const rows = await world.query('select result, body, applied_at from deliveries where key = $1', [key]);
    expect(rows).toEqual([{ result: 'accepted', body: Buffer.from(body), applied_at: expect.any(Date) }]);
  });

  it('gives way; one that was accepted does not, whatever comes under its id', async () => {
    const id = randomUUID();
    await postTo(masonHubEndpoint, progress({ message_id: id }));
    await postTo(masonHubEndpoint, callback({ message_id: id }));
    expect((await postTo(masonHubEndpoint, callback({ message_id: id, data: 17 }))).status).toBe(422);
    const rows = await world.query('select result from deliveries where key = $1', [
      keyOf(progress({ message_id: id })),
    ]);
    expect(rows).toEqual([{ result: 'accepted' }]);
  });

  it('does not hide one of the same id in the same request that is understood', async () => {
    const id = randomUUID();
    const body = `[${callback({ message_id: id })},${progress({ message_id: id })}]`;
    expect(await postTo(masonHubEndpoint, body)).toMatchObject({ json: { status: 'accepted' } });
    const results = (await stored(masonHubEndpoint, body)).map(({ result }) => result);
    expect(results.toSorted()).toEqual(['accepted', 'ignored']);
  });
});
