import { describe, expect, it } from 'vitest';
import { openAccount, rma } from './masonhub-account.ts';

const wanted = { url: 'https://example.com/hub', message_type: 'rmaEvent', api_version: '2.0', token: 't' };

describe('callbacks', () => {
  it('are registered, and shown with a token that is encrypted', async () => {
    await using account = await openAccount();
    const { status, body } = await account.call('POST', '/callbacks', [wanted]);
    expect(status).toBe(201);
    const { token: _token, ...shown } = wanted;
    expect(body).toEqual({ callbacks: [{ id: expect.any(String), ...shown, status: 'active' }] });
    expect(account.hub.callbacks.get(body.callbacks[0].id)).toMatchObject(wanted);
    const listed = { ...shown, token: 'encrypted_verification_token', created_at: expect.any(String) };
    expect(await account.call('GET', '/callbacks')).toMatchObject({ status: 200, body: [listed] });
    expect(await account.call('GET', '/callbacks?message_type=orderEvent')).toMatchObject({ body: [] });
    expect(await account.call('GET', '/callbacks?message_type=all')).toMatchObject({ body: { length: 1 } });
  });

  it('are registered at https addresses only, all of them or none', async () => {
    await using account = await openAccount();
    const unsafe = { ...wanted, url: 'http://example.com/hub' };
    expect(await account.call('POST', '/callbacks', [wanted, unsafe])).toEqual({
      status: 400,
      body: {
        error: {
          code: 'INVALID_URL',
          message: 'Callback URL must use HTTPS',
          details: { url: unsafe.url, reason: 'HTTP protocol not allowed' },
        },
      },
    });
    expect(account.hub.callbacks.size).toBe(0);
  });

  it.each([
    ['message type', { message_type: 'rmaEvents' }],
    ['version', { api_version: '3.0' }],
  ])('of an unknown %s are refused', async (_what, change) => {
    await using account = await openAccount();
    expect((await account.call('POST', '/callbacks', [{ ...wanted, ...change }])).status).toBe(400);
  });

  it('are there once for each address and message type', async () => {
    await using account = await openAccount();
    const { body } = await account.call('POST', '/callbacks', [wanted]);
    const again = { ...wanted, api_version: '1.0', token: 'another' };
    expect(await account.call('POST', '/callbacks', [again])).toMatchObject({
      status: 409,
      body: { error: { code: 'DUPLICATE_CALLBACK', details: { existing_id: body.callbacks[0].id } } },
    });
    const order = { ...wanted, message_type: 'orderEvent' };
    expect(await account.call('POST', '/callbacks', [order])).toMatchObject({ status: 201 });
    expect([...account.hub.callbacks.values()]).toMatchObject([wanted, order]);
  });

  it('are deleted, each with its own result', async () => {
    await using account = await openAccount();
    const { body } = await account.call('POST', '/callbacks', [wanted]);
    const { id } = body.callbacks[0];
    expect(await account.call('DELETE', '/callbacks', [id, 'gone'])).toEqual({
      status: 207,
      body: {
        deleted: [
          { id, status: 'success' },
          { id: 'gone', status: 'failed', error_message: 'Callback not found' },
        ],
      },
    });
    expect(await account.call('DELETE', '/callbacks', [id])).toMatchObject({
      status: 404,
      body: { error: { code: 'CALLBACK_NOT_FOUND', details: { not_found: [id] } } },
    });
    expect(account.hub.callbacks.size).toBe(0);
  });

  it('are answered in the other published ways where these are asked for', async () => {
    await using account = await openAccount({
      callbackAnswers: { created: 'results', deleted: 'text', none: '404' },
    });
    expect(await account.call('GET', '/callbacks')).toMatchObject({
      status: 404,
      body: { error: { code: 'NO_CALLBACKS_FOUND' } },
    });
    const { status, body } = await account.call('POST', '/callbacks', [wanted]);
    expect(status).toBe(200);
    expect(body.results).toMatchObject([{ url: wanted.url, message_type: 'rmaEvent', status: 'active' }]);
    expect(await account.call('DELETE', '/callbacks', [body.results[0].id])).toEqual({
      status: 200,
      body: 'callbacks deleted',
    });
  });

  it('have a record each in the API description, which knows no duplicates', async () => {
    await using account = await openAccount({ callbackAnswers: { created: 'records' } });
    const unsafe = { ...wanted, url: 'http://example.com' };
    const { status, body } = await account.call('POST', '/callbacks', [wanted, wanted, unsafe]);
    expect(status).toBe(200);
    expect(body).toMatchObject([{ status: 'Success' }, { status: 'Success' }, { status: 'Failure' }]);
    expect(account.hub.callbacks.size).toBe(2);
  });
});

describe('holds', () => {
  const hold = (account: Awaited<ReturnType<typeof openAccount>>, method: string, ...types: string[]) =>
    account.call(method, '/callback_holds', method === 'GET' ? undefined : types);

  it('are placed, listed and lifted', async () => {
    await using account = await openAccount();
    expect(await hold(account, 'GET')).toEqual({ status: 200, body: { holds: [] } });
    expect(await hold(account, 'POST', 'rmaEvent', 'orderEvent')).toEqual({
      status: 200,
      body: { status: 'success', holds_created: ['rmaEvent', 'orderEvent'], total_holds: 2 },
    });
    expect(await hold(account, 'GET')).toMatchObject({ body: { holds: ['rmaEvent', 'orderEvent'] } });
    expect(await hold(account, 'DELETE', 'rmaEvent')).toEqual({
      status: 200,
      body: { status: 'success', holds_removed: ['rmaEvent'], remaining_holds: ['orderEvent'] },
    });
    expect([...account.hub.holds]).toEqual(['orderEvent']);
  });

  it('of unknown types are refused, and none is placed twice', async () => {
    await using account = await openAccount();
    expect(await hold(account, 'POST', 'rmaEvent', 'rmaEvents')).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_MESSAGE_TYPE', details: { invalid_types: ['rmaEvents'] } } },
    });
    await hold(account, 'POST', 'rmaEvent');
    expect(await hold(account, 'POST', 'rmaEvent', 'orderEvent')).toMatchObject({
      status: 409,
      body: { error: { code: 'ALREADY_ON_HOLD', details: { new_holds: ['orderEvent'] } } },
    });
    expect(await hold(account, 'DELETE', 'rmaEvent', 'orderEvent')).toMatchObject({
      status: 404,
      body: { error: { code: 'HOLD_NOT_FOUND', details: { removed: ['rmaEvent'] } } },
    });
    expect(account.hub.holds.size).toBe(0);
  });

  it('keep callbacks back for good, while the RMA goes on', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'), rma('10002'));
    await hold(account, 'POST', 'rmaEvent');
    await hub.progress('10001', 'delivered');
    await hub.receive('10001');
    await hold(account, 'DELETE', 'rmaEvent');
    await hub.progress('10002', 'inTransit');
    expect(receiver.received).toHaveLength(1);
    expect(account.lastMessage().data).toMatchObject([{ customer_identifier: '10002' }]);
    expect((await account.call('GET', '/rmas?cid=10001')).body.data).toMatchObject([{ status: 'received' }]);
  });

  it('end the retries of what had failed before', async () => {
    await using account = await openAccount();
    const { hub, receiver } = account;
    await account.create(rma('10001'));
    const envelope = hub.receivedEnvelope('10001');
    await hold(account, 'POST', 'rmaEvent');
    receiver.answerNext({ status: 500 });
    expect(await hub.deliver(envelope)).toMatchObject([{ status: 500, attempts: { length: 1 } }]);
  });
});
