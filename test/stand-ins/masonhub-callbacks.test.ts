import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { batch, line, openAccount, rma } from './masonhub-account.ts';

describe('callbacks', () => {
  it('go where they are registered, with the version and the token from there, once that is followed', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    hub.followCallbacks((url) => url.replace('https://example.com/', receiver.url));
    await account.create(rma('10001'));
    await hub.progress('10001', 'onDock');
    expect(receiver.received).toEqual([]);
    const wanted = { url: 'https://example.com/hub', message_type: 'rmaEvent', api_version: '1.0' };
    await account.call('POST', '/callbacks', [
      { ...wanted, message_type: 'orderEvent', token: 'another' },
      { ...wanted, token: 'registered' },
    ]);
    await hub.progress('10001', 'onDock');
    expect(receiver.received).toMatchObject([{ headers: { authorization: 'Bearer registered' } }]);
    expect(account.lastMessage()).toMatchObject({
      api_version: '1.0',
      callback_url: `${receiver.url}hub`,
    });
  });

  it('have the first version in the shape of the RMA itself', async () => {
    await using account = await openAccount();
    await account.create(rma('10001', line('SKU', 2), line('GONE')));
    const units = [{ sku: 'SKU' }, { sku: 'SKU', status: 'damaged', note: 'Has a hole' }, { sku: 'EXTRA' }];
    await account.hub.receive('10001', units, { apiVersion: '1.0' });
    const { data, ...envelope } = account.lastMessage();
    expect(envelope).toMatchObject({
      message_type: 'rmaEvent',
      api_version: '1.0',
      callback_url: account.receiver.url,
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
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
    hub.silence();
    await hub.progress('10001', 'onDock');
    hub.resume();
    await hub.progress('10001', 'inTransit');
    const [carrier] = account.lastMessage().data;
    expect(carrier).toMatchObject({ customer_identifier: '10001', event_type: 'inTransit' });
    expect(carrier).not.toHaveProperty('details');
    await hub.progress('10001', 'tendered');
    await hub.receive('10001');
    const [item] = account.lastMessage().data;
    expect(item).toMatchObject({
      customer_identifier: '10001',
      status: 'received',
      details: { id: hub.rmas.get('10001')?.id, version: '1' },
    });
    expect(item.details.customer_identifier).not.toBe('10001');
    expect(item.details.line_items[0]).toMatchObject({ quantity: '1', not_on_original_rma: 'false' });
    expect(receiver.received).toHaveLength(3);
  });

  it('say in their headers what they are, with an id for each delivery that its retries share', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
    receiver.answerNext({ status: 503 });
    await hub.receive('10001', 'all-available', { times: 2 });
    const ids = receiver.received.map(({ headers }) => headers['x-masonhub-delivery']);
    expect(receiver.received).toHaveLength(3);
    expect(receiver.received[0]?.headers).toMatchObject({ 'x-masonhub-event': 'rmaEvent' });
    expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('are retried after a 5xx with the same message_id, and never after a 4xx', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
    receiver.answerNext({ status: 500 }, { status: 503 });
    const [answer] = await hub.receive('10001');
    expect(answer).toMatchObject({ status: 200, attempts: { length: 3 } });
    expect(new Set(receiver.received.map(({ body }) => JSON.parse(body).message_id)).size).toBe(1);
    receiver.answerNext({ status: 422 });
    expect(await hub.progress('10001', 'delivered')).toMatchObject({ status: 422, attempts: { length: 1 } });
  });

  it('are retried where no answer comes in time, four times', async () => {
    await using account = await openAccount({ timeoutMs: 20 });
    await account.create(rma('10001'));
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port');
    account.hub.sendCallbacksTo(`http://127.0.0.1:${address.port}/`);
    expect(await account.hub.progress('10001', 'delivered')).toMatchObject({
      status: null,
      attempts: { length: 5 },
    });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('carry their token in each of the published ways', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
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
    await using account = await openAccount({ random: () => 0.5 });
    const { hub } = account;
    await account.create(rma('10001', line('SKU', 3)), rma('10002'));
    const events = [
      { customer_identifier: '10001', event: 'receivePartial', randomize_inventory_statuses: true },
      { customer_identifier: '10002', event: 'receiveUnexpected' },
      { customer_identifier: 'nobody' },
    ];
    const answer = await account.call('POST', '/data_factory/rmaEvent', events);
    expect(batch(answer)).toMatchObject({ records_failed: 1 });
    await vi.waitFor(() => expect(hub.answers).toHaveLength(2));
    expect(hub.rmas.get('10001')?.received).toMatchObject([
      { quantityReceived: 2, details: { damaged: [{ quantity: 2 }] } },
    ]);
    expect(hub.rmas.get('10002')?.received).toMatchObject([{ sku: 'SKU' }, { notOnOriginalRma: true }]);
  });
});

describe('receipts', () => {
  it.each([
    ['number', 1, '"quantity_received":1,', 1],
    ['text', 1, '"quantity_received":"1",', '1'],
    ['decimal', 1, '"quantity_received":1.0,', 1],
    ['decimal-text', 1, '"quantity_received":"1.0",', '1.0'],
    ['text', 0.5, '"quantity_received":"0.5",', '0.5'],
    ['decimal', 0.5, '"quantity_received":0.5,', 0.5],
  ] as const)('write quantities as %s: %d', async (quantities, quantity, written, read) => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
    for (const apiVersion of ['1.0', '2.0'] as const) {
      await hub.receive('10001', [{ sku: 'SKU', quantity }], { quantities, apiVersion });
      expect(receiver.received.at(-1)?.body).toContain(written);
    }
    const { data } = (await account.call('GET', '/rmas?cid=10001')).body;
    expect(data[0].line_items).toMatchObject([
      { quantity_received: read, receiving_details: { available: [{ quantity: read }] } },
    ]);
  });

  it('without receiving_details say where units went after inspection, in a line for each status', async () => {
    await using account = await openAccount();
    await account.create(rma('10001', line('SKU', 3), line('GONE')));
    const units = [{ sku: 'SKU' }, { sku: 'SKU', status: 'quality-control' }, { sku: 'EXTRA', extra: true }];
    await account.hub.receive('10001', units, { lines: 'inspected', apiVersion: '1.0' });
    const [{ line_items }] = account.lastMessage().data;
    const shown = (sku: string, quantity: number, quantity_received: number, status: string) => ({
      customer_sku_id: sku,
      quantity,
      quantity_received,
      return_inventory_status: status,
    });
    expect(line_items).toMatchObject([
      shown('SKU', 2, 1, 'available'),
      shown('SKU', 1, 1, 'quality-control'),
      shown('GONE', 1, 0, 'qc'),
      { ...shown('EXTRA', 0, 1, 'available'), not_on_original_rma: true },
    ]);
    for (const one of line_items) expect(one).not.toHaveProperty('receiving_details');
  });

  it('without receiving_details can leave the status as the RMA asked for it', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    await account.hub.receive('10001', 'all-available', { lines: 'asked' });
    const [{ details }] = account.lastMessage().data;
    expect(details.line_items).toMatchObject([{ quantity_received: 1, return_inventory_status: 'qc' }]);
    expect(details.line_items[0]).not.toHaveProperty('receiving_details');
  });

  it('can be several for one RMA: in quality control first, decided later', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
    await hub.receive('10001', [{ sku: 'SKU', status: 'quality-control' }]);
    await hub.receive('10001');
    const messages = receiver.received.map(({ body }) => JSON.parse(body));
    expect(messages.map(({ data }) => Object.keys(data[0].details.line_items[0].receiving_details))).toEqual([
      ['quality-control'],
      ['available'],
    ]);
    expect(new Set(messages.map(({ message_id }) => message_id)).size).toBe(2);
  });

  it.each([
    ['rma_created_by_distribution_center', '1.0'],
    ['unidentified_return', '2.0'],
  ] as const)('of a parcel without an RMA have no number: %s, version %s', async (returnType, apiVersion) => {
    await using account = await openAccount();
    const { hub } = account;
    await hub.receiveBlind('794600000009', [{ sku: 'SKU', quantity: 2 }], { returnType, apiVersion });
    const [item] = account.lastMessage().data;
    const shown = apiVersion === '1.0' ? item : item.details;
    const expected = {
      id: hub.blindParcels[0]?.id,
      customer_identifier: null,
      package_id: '794600000009',
      return_type: returnType,
      status: 'received',
    };
    expect(item.customer_identifier).toBeNull();
    expect(shown).toMatchObject(expected);
    expect(shown.line_items).toHaveLength(1);
    const { data } = (await account.call('GET', '/rmas?status=received')).body;
    expect(data).toMatchObject([{ ...expected, line_items: [{ quantity: 2, quantity_received: 2 }] }]);
  });
});
