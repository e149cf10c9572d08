import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type MasonHubOptions,
  type StandInMasonHub,
  startStandInMasonHub,
} from '../../src/stand-ins/masonhub.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let receiver: Receiver;
let hub: StandInMasonHub;

const restart = async (options: Partial<MasonHubOptions>) => {
  await hub?.close();
  const usual = { account: 'acme', apiToken: 'api', callbackToken: 'token', callbackUrl: receiver.url };
  hub = await startStandInMasonHub({ ...usual, retryMinuteMs: 0.1, ...options });
};

beforeEach(async () => {
  receiver = await startReceiver();
  await restart({});
});
afterEach(async () => {
  await hub.close();
  await receiver.close();
});

const call = async (method: string, path: string, body?: unknown, token = 'api') => {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(hub.url + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...init,
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
};
const line = (sku: string, quantity = 1) => ({
  customer_sku_id: sku,
  quantity,
  return_reason_code: 'other',
  return_inventory_status: 'qc',
});
const rma = (customer_identifier: string, ...line_items: unknown[]) => ({
  customer_identifier,
  generate_return_label: false,
  package_id: '794600000001',
  return_type: 'rma_submitted_by_customer',
  line_items,
});
const batch = ({ body }: Awaited<ReturnType<typeof call>>) => (Array.isArray(body) ? body[0] : body);
const create = (...records: unknown[]) => call('POST', '/rmas', records);
const lastMessage = () => JSON.parse(receiver.received.at(-1)?.body ?? '');

describe('the API', () => {
  it('wants its Bearer token, and arrays of 30 records at most', async () => {
    expect(await call('GET', '/rmas', undefined, 'another')).toMatchObject({ status: 401 });
    expect((await call('POST', '/rmas', rma('10001', line('SKU')))).status).toBe(400);
    expect((await create(...Array(31).fill(rma('10001', line('SKU'))))).status).toBe(400);
    expect(hub.rmas.size).toBe(0);
  });

  it('answers for each record, in shapes that change from answer to answer', async () => {
    const answers = [];
    for (const id of ['10001', '10002', '10003', '10004', '10005'])
      answers.push(await create(rma(id, line('SKU')), rma(id, line('SKU'))));
    expect(answers.map(({ body }) => Array.isArray(body))).toEqual([false, true, false, true, false]);
    const failures = answers.map((answer) => batch(answer).results[1]);
    const taken = (id: string) => `301: '${id}' is already taken and 'customer_identifier' must be unique`;
    expect(failures).toMatchObject([
      { status: 'failure', messages: [{ field_name: 'customer_identifier', errors: [taken('10001')] }] },
      { status: 'Failure', messages: [{ customer_identifier: [taken('10002')] }] },
      { status: 'Failure', reason: expect.stringContaining(taken('10003')) },
      { status: 'failure', messages: [{ field_name: 'customer_identifier', errors: [taken('10004')] }] },
      { status: 'failure', messages: [{ customer_identifier: [taken('10005')] }] },
    ]);
    expect(hub.rmas.size).toBe(5);
  });

  it.each([
    ['a short identifier', { customer_identifier: '1234' }],
    ['no package and no label', { package_id: undefined }],
    ['a label without an address', { generate_return_label: undefined }],
    ['a long manifest', { manifest_id: 'x'.repeat(21) }],
    ['no lines', { line_items: [] }],
    ['a quantity of 0', { line_items: [line('SKU', 0)] }],
    ['a SKU outside the catalogue', { line_items: [line('OTHER')] }],
    ['a reason of its own', { line_items: [{ ...line('SKU'), return_reason_code: 'ugly' }] }],
    ['a note of one character', { line_items: [{ ...line('SKU'), return_notes: 'x' }] }],
    ['no status to receive into', { line_items: [{ ...line('SKU'), return_inventory_status: undefined }] }],
  ])('refuses an RMA with %s, and takes the one beside it', async (_what, change) => {
    await restart({ catalogue: ['SKU'] });
    const answer = await create({ ...rma('10001', line('SKU')), ...change }, rma('10002', line('SKU')));
    expect(batch(answer)).toMatchObject({ records_failed: 1, records_succeeded: 1 });
    expect([...hub.rmas.keys()]).toEqual(['10002']);
  });

  it('fails the whole batch when told to, and refuses what it is told to until it is not', async () => {
    hub.wholeBatchErrors = true;
    const accept = hub.refuseSku('BAD');
    const answer = await create(rma('10001', line('SKU')), rma('10002', line('BAD')));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
    expect(hub.rmas.size).toBe(0);
    accept();
    hub.wholeBatchErrors = false;
    hub.refuse('10001', 'No such order');
    expect(batch(await create(rma('10001', line('SKU')), rma('10002', line('BAD'))))).toMatchObject({
      records_failed: 1,
    });
  });

  it('replaces an RMA with a new version, and deletes it only while open', async () => {
    await create(rma('10001', line('SKU')));
    await call('PUT', '/rmas', [rma('10001', line('SKU'), line('MORE'))]);
    expect(hub.rmas.get('10001')).toMatchObject({ version: 2, lines: [{ sku: 'SKU' }, { sku: 'MORE' }] });
    await hub.progress('10001', 'receivingStarted');
    const remove = () => call('DELETE', '/rmas', [{ customer_identifier: '10001' }]);
    expect(batch(await remove())).toMatchObject({ records_failed: 1 });
    expect(hub.rmas.get('10001')?.status).toBe('in-receiving');
  });

  it('finds RMAs by identifiers, status and page', async () => {
    await create(rma('10001', line('SKU')), rma('10002', line('SKU')), rma('10003', line('SKU')));
    await hub.receive('10002');
    const ids = async (query: string) =>
      (await call('GET', `/rmas?${query}`)).body.data.map(
        ({ customer_identifier }: { customer_identifier: string }) => customer_identifier,
      );
    expect(await ids('cid=10001,10003')).toEqual(['10001', '10003']);
    expect(await ids('status=received')).toEqual(['10002']);
    expect(await ids('limit=2&offset=1')).toEqual(['10002', '10003']);
    expect(await ids('edt=2020-01-01T00:00:00Z')).toEqual([]);
    expect((await call('GET', '/rmas?limit=101')).status).toBe(400);
    expect((await call('GET', '/rmas?list_type=summary')).body.data[0]).not.toHaveProperty('line_items');
  });

  it('registers callbacks at https addresses only', async () => {
    const wanted = {
      url: 'https://example.com/hub',
      message_type: 'rmaEvent',
      api_version: '2.0',
      token: 't',
    };
    const { body } = await call('POST', '/callbacks', [wanted, { ...wanted, url: 'http://example.com' }]);
    expect(body).toMatchObject([{ status: 'Success' }, { status: 'Failure' }]);
    expect(hub.callbacks.get(body[0].id)).toMatchObject(wanted);
    expect((await call('GET', '/callbacks')).body[0]).not.toHaveProperty('token');
    await call('DELETE', '/callbacks', [body[0].id]);
    expect((await call('GET', '/callbacks')).body).toEqual([]);
  });

  it('breaks off after the work when told to, and limits requests', async () => {
    hub.answerNext('create', 'work-then-drop');
    await expect(create(rma('10001', line('SKU')))).rejects.toThrow();
    expect(hub.rmas.has('10001')).toBe(true);
    expect(hub.calls).toMatchObject([
      { name: 'create', status: null, records: [{ customer_identifier: '10001' }] },
    ]);
    await restart({ requestsPerMinute: 0 });
    expect((await call('GET', '/rmas')).status).toBe(429);
  });
});

describe('callbacks', () => {
  it('go where they are registered, with the version and the token from there, once that is followed', async () => {
    hub.followCallbacks((url) => url.replace('https://example.com/', receiver.url));
    await create(rma('10001', line('SKU')));
    await hub.progress('10001', 'onDock');
    expect(receiver.received).toEqual([]);
    const wanted = { url: 'https://example.com/hub', message_type: 'rmaEvent', api_version: '1.0' };
    await call('POST', '/callbacks', [
      { ...wanted, message_type: 'orderEvent', token: 'another' },
      { ...wanted, token: 'registered' },
    ]);
    await hub.progress('10001', 'onDock');
    expect(receiver.received).toMatchObject([{ headers: { authorization: 'Bearer registered' } }]);
    expect(lastMessage()).toMatchObject({ api_version: '1.0', callback_url: `${receiver.url}hub` });
  });

  it('have the first version in the shape of the RMA itself', async () => {
    await create(rma('10001', line('SKU', 2), line('GONE')));
    const units = [{ sku: 'SKU' }, { sku: 'SKU', status: 'damaged', note: 'Has a hole' }, { sku: 'EXTRA' }];
    await hub.receive('10001', units, { apiVersion: '1.0' });
    const { data, ...envelope } = lastMessage();
    expect(envelope).toMatchObject({
      message_type: 'rmaEvent',
      api_version: '1.0',
      callback_url: receiver.url,
    });
    expect(data).toMatchObject([{ customer_identifier: '10001', status: 'received' }]);
    const hole = [{ quantity: 1, notes: 'Has a hole' }];
    expect(data[0].line_items).toMatchObject([
      {
        customer_sku_id: 'SKU',
        quantity_received: 2,
        receiving_details: { available: [{ quantity: 1 }], damaged: hole },
      },
      { customer_sku_id: 'GONE', quantity: 1, quantity_received: 0, receiving_details: {} },
      {
        customer_sku_id: 'EXTRA',
        not_on_original_rma: true,
        quantity_received: 0,
        receiving_details: { available: [{ quantity: 1 }] },
      },
    ]);
  });

  it('have the second version with details, texts for numbers, and an identifier of their own inside', async () => {
    await create(rma('10001', line('SKU')));
    hub.silence();
    await hub.progress('10001', 'onDock');
    hub.resume();
    await hub.progress('10001', 'inTransit');
    expect(lastMessage().data[0]).toMatchObject({ customer_identifier: '10001', event_type: 'inTransit' });
    expect(lastMessage().data[0]).not.toHaveProperty('details');
    await hub.progress('10001', 'tendered');
    await hub.receive('10001');
    const [item] = lastMessage().data;
    expect(item).toMatchObject({
      customer_identifier: '10001',
      status: 'received',
      details: { version: '1' },
    });
    expect(item.details.customer_identifier).not.toBe('10001');
    expect(item.details.line_items[0]).toMatchObject({ quantity: '1', not_on_original_rma: 'false' });
    expect(receiver.received).toHaveLength(3);
  });

  it('are retried after a 5xx with the same message_id, and never after a 4xx', async () => {
    await create(rma('10001', line('SKU')));
    receiver.answerNext({ status: 500 }, { status: 503 });
    const [answer] = await hub.receive('10001');
    expect(answer).toMatchObject({ status: 200, attempts: { length: 3 } });
    expect(new Set(receiver.received.map(({ body }) => JSON.parse(body).message_id)).size).toBe(1);
    receiver.answerNext({ status: 422 });
    expect(await hub.progress('10001', 'delivered')).toMatchObject({ status: 422, attempts: { length: 1 } });
  });

  it('carry their token in each of the published ways', async () => {
    await create(rma('10001', line('SKU')));
    const envelope = hub.receivedEnvelope('10001');
    expect(hub.rmas.get('10001')?.status).toBe('open');
    for (const auth of ['bearer', 'body', 'signature', 'wrong', 'none'] as const)
      await hub.deliver(envelope, { auth, as: 'array' });
    const [bearer, inBody, signed, wrong, none] = receiver.received;
    expect(bearer?.headers.authorization).toBe('Bearer token');
    expect(JSON.parse(inBody?.body ?? '')).toMatchObject([{ token: 'token' }]);
    const hash = createHmac('sha256', 'token')
      .update(signed?.body ?? '')
      .digest('hex');
    expect(signed?.headers['x-masonhub-signature']).toBe(`sha256=${hash}`);
    expect(wrong?.headers.authorization).not.toBe('Bearer token');
    expect(none?.headers.authorization).toBeUndefined();
  });

  it('come from the sandbox, with its chance in our hands', async () => {
    await restart({ random: () => 0.5 });
    await create(rma('10001', line('SKU', 3)), rma('10002', line('SKU')));
    const events = [
      { customer_identifier: '10001', event: 'receivePartial', randomize_inventory_statuses: true },
      { customer_identifier: '10002', event: 'receiveUnexpected' },
      { customer_identifier: 'nobody' },
    ];
    expect(batch(await call('POST', '/data_factory/rmaEvent', events))).toMatchObject({ records_failed: 1 });
    await vi.waitFor(() => expect(hub.answers).toHaveLength(2));
    expect(hub.rmas.get('10001')?.received).toMatchObject([
      { quantityReceived: 2, details: { damaged: [{ quantity: 2 }] } },
    ]);
    expect(hub.rmas.get('10002')?.received).toMatchObject([{ sku: 'SKU' }, { notOnOriginalRma: true }]);
  });
});
