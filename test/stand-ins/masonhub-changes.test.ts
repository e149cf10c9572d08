import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/stand-ins/masonhub/envelopes.ts';
import { batch, line, openAccount, rma } from './masonhub-account.ts';

const statuses: [ProgressEvent, string][] = [
  ['tendered', 'tendered'],
  ['inTransit', 'inTransit'],
  ['delivered', 'delivered'],
  ['undeliverable', 'undeliverable'],
  ['onDock', 'in-receiving'],
  ['receivingStarted', 'in-receiving'],
];

describe('an RMA', () => {
  it.each(statuses)('to which %s happens is %s', async (event, status) => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    await account.hub.progress('10001', event);
    expect(account.hub.rmas.get('10001')?.status).toBe(status);
  });

  it('never goes back, whatever is told late', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    await account.hub.receive('10001');
    await account.hub.progress('10001', 'inTransit');
    expect(account.hub.rmas.get('10001')?.status).toBe('received');
  });
});

describe('a replacement', () => {
  it('is a new version, of which the answer says when it was made', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    const answer = await account.replace(rma('10001', line('SKU'), line('MORE')));
    expect(answer).toMatchObject({ status: 200, body: { records_succeeded: 1, records_failed: 0 } });
    expect(answer.body.results).toEqual([
      {
        customer_identifier: '10001',
        status: 'success',
        uri: `${account.hub.url}/rmas?cid=10001`,
        updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    expect(account.hub.rmas.get('10001')).toMatchObject({
      version: 2,
      lines: [{ sku: 'SKU' }, { sku: 'MORE' }],
    });
  });

  it.each(['tendered', 'inTransit'] as const)('is taken while the RMA is %s', async (event) => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    await account.hub.progress('10001', event);
    expect(await account.replace(rma('10001', line('MORE')))).toMatchObject({ status: 200 });
    expect(account.hub.rmas.get('10001')).toMatchObject({ version: 2, status: event });
  });

  it.each(statuses.slice(2))('alone is refused after %s', async (event, current_status) => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    await account.hub.progress('10001', event);
    expect(await account.replace(rma('10001', line('MORE')))).toEqual({
      status: 400,
      body: {
        error: {
          code: 'INVALID_STATUS',
          message: `Cannot update RMA that has been ${current_status}`,
          details: {
            customer_identifier: '10001',
            current_status,
            allowed_statuses: ['open', 'tendered', 'inTransit'],
          },
        },
      },
    });
    expect(account.hub.rmas.get('10001')?.version).toBe(1);
  });

  it('of several RMAs is answered with 207 where some are refused', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'), rma('10002'), rma('10003'));
    await account.hub.receive('10002');
    const { status, body } = await account.replace(
      rma('10001'),
      rma('10002'),
      rma('10003', line('X')),
      rma('10004'),
    );
    expect(status).toBe(207);
    expect(body).toMatchObject({ records_submitted: 4, records_succeeded: 1, records_failed: 3 });
    expect(body.results).toMatchObject([{ customer_identifier: '10001', status: 'success' }]);
    expect(body.errors).toEqual([
      {
        customer_identifier: '10002',
        error: {
          code: 'INVALID_STATUS',
          message: 'Cannot update RMA that has been received',
          current_status: 'received',
        },
      },
      {
        customer_identifier: '10003',
        error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('customer_sku_id') },
      },
      { customer_identifier: '10004', error: { code: 'RMA_NOT_FOUND', message: 'RMA not found' } },
    ]);
  });

  it('of several RMAs is answered with 400 where all are refused, each with its reason', async () => {
    await using account = await openAccount();
    const { status, body } = await account.replace(rma('10001'), rma('10002'));
    expect(status).toBe(400);
    expect(body.results).toEqual([]);
    expect(body.errors).toMatchObject([{ customer_identifier: '10001' }, { customer_identifier: '10002' }]);
  });

  it('of one that is not there is answered with 404', async () => {
    await using account = await openAccount();
    expect(await account.replace(rma('10001'))).toEqual({
      status: 404,
      body: {
        error: {
          code: 'RMA_NOT_FOUND',
          message: 'RMA not found',
          details: { customer_identifier: '10001' },
        },
      },
    });
  });

  it('that is not valid is answered with the field', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    expect(await account.replace(rma('10001', line('X')))).toMatchObject({
      status: 400,
      body: { error: { code: 'VALIDATION_ERROR', details: { rma: '10001', customer_sku_id: {} } } },
    });
  });
});

describe('a deletion', () => {
  it('is soft, and leaves the number free', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    const { status, body } = await account.remove('10001');
    expect(status).toBe(200);
    const deleted_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(body.results).toEqual([{ customer_identifier: '10001', status: 'deleted', deleted_at }]);
    expect(batch(await account.create(rma('10001')))).toMatchObject({ records_succeeded: 1 });
    expect((await account.call('GET', '/rmas?cid=10001')).body.data).toMatchObject([
      { status: 'deleted' },
      { status: 'open' },
    ]);
  });

  it.each(statuses)('alone is refused after %s', async (event, current_status) => {
    await using account = await openAccount();
    await account.create(rma('10001'));
    await account.hub.progress('10001', event);
    expect(await account.remove('10001')).toEqual({
      status: 400,
      body: {
        error: {
          code: 'INVALID_STATUS',
          message: "Cannot delete RMA that is not in 'open' status",
          details: { customer_identifier: '10001', current_status, allowed_status: 'open' },
        },
      },
    });
  });

  it('of several RMAs is answered with 207 where some are refused', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'), rma('10002'));
    await account.hub.progress('10002', 'inTransit');
    const { status, body } = await account.remove('10001', '10002', '10003');
    expect(status).toBe(207);
    expect(body.results).toMatchObject([{ customer_identifier: '10001', status: 'deleted' }]);
    expect(body.errors).toMatchObject([
      { customer_identifier: '10002', error: { code: 'INVALID_STATUS', current_status: 'inTransit' } },
      { customer_identifier: '10003', error: { code: 'RMA_NOT_FOUND' } },
    ]);
  });
});

describe('the API description’s answers to changes', () => {
  it('are there where they are asked for: a good status, and a result for each record', async () => {
    await using account = await openAccount({ changeAnswers: 'description' });
    await account.create(rma('10001'), rma('10002'));
    await account.hub.receive('10002');
    const replaced = await account.replace(rma('10001'), rma('10002'));
    expect(replaced.status).toBe(200);
    expect(batch(replaced).results).toMatchObject([{ status: 'Success' }, { status: 'Failure' }]);
    const removed = await account.remove('10001', '10002');
    expect(removed.status).toBe(200);
    expect(batch(removed).results).toMatchObject([
      { customer_identifier: '10001', status: 'Success' },
      { reason: expect.stringContaining("'received' cannot be deleted") },
    ]);
  });

  it('have one 400 for the whole batch where that is asked for', async () => {
    await using account = await openAccount({ changeAnswers: 'description' });
    await account.create(rma('10001'), rma('10002'));
    await account.hub.receive('10002');
    account.hub.wholeBatchErrors = true;
    expect(await account.remove('10001', '10002')).toMatchObject({
      status: 400,
      body: { error: { code: 'VALIDATION_ERROR' } },
    });
    expect(account.hub.rmas.get('10001')?.status).toBe('open');
  });
});
