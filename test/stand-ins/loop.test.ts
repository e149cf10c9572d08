import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LoopOptions, type StandInLoop, startStandInLoop } from '../../src/stand-ins/loop.ts';
import { personalValues } from '../../src/stand-ins/personal-data.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let receiver: Receiver;
let loop: StandInLoop;

const restart = async (options: Partial<LoopOptions>) => {
  await loop?.close();
  const usual = { apiKey: 'key', webhookSecret: 'secret', webhookUrl: receiver.url, retryDelayMs: 1 };
  loop = await startStandInLoop({ ...usual, closeAfterMs: 1, ...options });
};

beforeEach(async () => {
  receiver = await startReceiver();
  await restart({});
});
afterEach(async () => {
  await loop.close();
  await receiver.close();
});

const call = async (method: string, path: string, body?: unknown, key = 'key') => {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const address = path.startsWith('http') ? path : loop.url + path;
  const answer = await fetch(address, { method, headers: { 'x-authorization': key }, ...init });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
};
const process = (id: string) => call('POST', `/warehouse/return/${id}/process`);
const lastPayload = () => JSON.parse(receiver.received.at(-1)?.body ?? '');

describe('the API', () => {
  it('wants its key in X-Authorization', async () => {
    const answer = await call('GET', '/destinations', undefined, 'another');
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      error: { code: '401', http_code: 'GEN-UNAUTHORIZED', message: 'Unauthorized.' },
    });
  });

  it('queues processing with true or "true", and closes the return later', async () => {
    const first = await loop.createReturn({ items: [{ sku: 'A' }] });
    const second = await loop.createReturn({ items: [{ sku: 'B' }] });
    expect((await process(first)).body).toBe(true);
    expect((await process(second)).body).toBe('true');
    await vi.waitFor(() => expect(loop.returns.get(second)?.state).toBe('closed'));
    await vi.waitFor(() =>
      expect(lastPayload()).toMatchObject({ trigger: 'return.closed', state: 'closed' }),
    );
    expect(loop.returns.get(first)?.processedTimes).toBe(1);
  });

  it('refuses to process with status 200, in a shape for each state', async () => {
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    await loop.closeReturn(id);
    const refusal = 'and therefore cannot be processed.';
    expect(await process(id)).toMatchObject({
      status: 200,
      body: { errors: { message: `Return is closed ${refusal}`, code: 'UNPROCESSABLE_RETURN' } },
    });
    await loop.cancelReturn(id);
    expect((await process(id)).body).toEqual({ message: `Return is cancelled ${refusal}` });
    await loop.reopenReturn(id);
    await call('POST', `/warehouse/return/${id}/flag`);
    expect((await process(id)).body.errors.code).toBe('UNPROCESSABLE_FLAGGED_RETURN');
    expect(loop.returns.get(id)).toMatchObject({ state: 'review', flaggedTimes: 1, processedTimes: 0 });
  });

  it('fails processing that a flag overtakes', async () => {
    await restart({ closeAfterMs: 40 });
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    await process(id);
    await call('POST', `/warehouse/return/${id}/flag`);
    await vi.waitFor(() => expect(lastPayload().trigger).toBe('return.processing.failed'));
    expect(loop.returns.get(id)?.state).toBe('review');
  });

  it('takes notes of 1 to 254 characters and shows them', async () => {
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    const note = (content: string) => call('POST', `/warehouse/return/${id}/note`, { content });
    expect((await note('')).status).toBe(422);
    expect((await note('x'.repeat(255))).status).toBe(422);
    expect((await note('x'.repeat(254))).status).toBe(200);
    const { body } = await call('GET', `/warehouse/return/${id}/notes`);
    expect(body.notes).toMatchObject([{ content: 'x'.repeat(254) }]);
  });

  it('shows a return, and says with status 200 that there is none', async () => {
    const id = await loop.createReturn({ items: [{ sku: 'A' }, { sku: 'A' }] });
    const { body } = await call('GET', `/warehouse/return/details?return_id=${id}`);
    expect(body).toMatchObject({ id, state: 'open', line_items: [{ sku: 'A' }, { sku: 'A' }] });
    const none = await call('GET', '/warehouse/return/details?return_id=1');
    expect(none).toMatchObject({ status: 200, body: { error: { message: expect.any(String) } } });
  });

  it('lists a window in pages, by state, and no more than 120 days', async () => {
    for (const sku of ['A', 'B', 'C']) await loop.createReturn({ items: [{ sku }] });
    const old = await loop.createReturn({ items: [{ sku: 'D' }], createdAt: new Date('2020-01-01') });
    const first = await call('GET', '/warehouse/return/list?paginate=true&pageSize=2');
    const second = await call('GET', first.body.nextPageUrl);
    expect([first.body.returns.length, second.body.returns.length]).toEqual([2, 1]);
    expect(second.body.nextPageUrl).toBeNull();
    const back = await call('GET', second.body.previousPageUrl);
    expect(back.body.returns).toHaveLength(2);
    await loop.expireReturn(old);
    const changed = await call('GET', '/warehouse/return/list?filter=updated_at&state=expired');
    expect(changed.body).toMatchObject([{ id: old }]);
    expect((await call('GET', '/warehouse/return/list?from=2020-01-01')).status).toBe(422);
  });

  it('reports one ASN row for each line item', async () => {
    await loop.createReturn({ items: [{ sku: 'A', reason: 'Too big' }, { sku: 'B' }] });
    const { body } = await call('GET', '/warehouse/reporting/asn');
    expect(body).toMatchObject([{ sku: 'A', return_reason: 'Too big' }, { sku: 'B' }]);
  });

  it('keeps subscriptions, inactive unless told otherwise, and shows no secret', async () => {
    const wanted = { topic: 'return', trigger: 'return.created', url: 'https://example.com/hook' };
    const { body } = await call('POST', '/webhooks', wanted);
    expect(body).toEqual({
      id: expect.any(Number),
      shop_id: expect.any(Number),
      ...wanted,
      status: 'inactive',
    });
    await call('PUT', `/webhooks/${body.id}`, { ...wanted, status: 'active' });
    expect((await call('GET', '/webhooks')).body.webhooks).toMatchObject([{ status: 'active' }]);
    expect((await call('POST', '/webhooks', { ...wanted, topic: 'else' })).status).toBe(422);
    expect((await call('DELETE', `/webhooks/${body.id}`)).status).toBe(204);
    expect((await call('DELETE', `/webhooks/${body.id}`)).status).toBe(404);
    expect(loop.subscriptions.size).toBe(0);
  });

  it('assesses 30 items at most', async () => {
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    const line_item_id = loop.returns.get(id)?.lineItems[0]?.lineItemId;
    const item = { line_item_id, disposition_outcome: 'back_to_stock' };
    const assess = (items: unknown[]) => call('POST', '/dispositioning/assess', { items });
    expect((await assess([item])).status).toBe(200);
    expect((await assess(Array(31).fill(item))).status).toBe(422);
    expect(loop.returns.get(id)?.lineItems[0]?.dispositionOutcome).toBe('back_to_stock');
  });

  it('limits requests and says when to come back', async () => {
    await restart({ requestsPerMinute: 1 });
    expect((await call('GET', '/destinations')).status).toBe(200);
    const limited = await call('GET', '/destinations');
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('scripted answers', () => {
  it('break the connection before or after the work, or never come, and close() does not wait', async () => {
    loop.closeProcessedAfter(null);
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    loop.answerNext(
      'process',
      'drop',
      'work-then-drop',
      { status: 502, html: '<h1>Bad gateway</h1>' },
      'work-then-hang',
    );
    await expect(process(id)).rejects.toThrow();
    expect(loop.returns.get(id)?.processedTimes).toBe(0);
    await expect(process(id)).rejects.toThrow();
    expect(loop.returns.get(id)?.processedTimes).toBe(1);
    await expect(process(id)).rejects.toThrow(/JSON/);
    const hanging = expect(process(id)).rejects.toThrow();
    await vi.waitFor(() => expect(loop.calls).toHaveLength(4));
    await loop.close();
    await hanging;
    expect(loop.returns.get(id)?.processedTimes).toBe(2);
    expect(loop.calls.map(({ name, returnId, status }) => [name, returnId, status])).toEqual([
      ['process', id, null],
      ['process', id, null],
      ['process', id, 502],
      ['process', id, null],
    ]);
  });
});

describe('webhooks', () => {
  it('are signed over raw bytes that PHP would write', async () => {
    await loop.createReturn({ items: [{ sku: 'A/B', comment: 'trop étroit' }] });
    const { headers, body } = receiver.received[0] ?? { headers: {}, body: '' };
    expect(body).toContain('A\\/B');
    expect(body).toContain('trop \\u00e9troit');
    const hash = createHmac('sha256', 'secret').update(body).digest('base64');
    expect(headers['x-loop-signature']).toBe(hash);
    expect(personalValues.every((value) => body.replaceAll('\\/', '/').includes(value))).toBe(true);
  });

  it('go where the active subscriptions say, once they are followed', async () => {
    loop.followSubscriptions((url) => url.replace('https://example.com/', receiver.url));
    const subscribe = (trigger: string, status: string) =>
      call('POST', '/webhooks', { topic: 'return', trigger, status, url: 'https://example.com/hook' });
    await subscribe('return.created', 'active');
    await subscribe('return.updated', 'inactive');
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    await loop.updateReturn(id, { orderName: '#1' });
    await loop.closeReturn(id);
    expect(loop.deliveries.map(({ trigger, status }) => [trigger, status])).toEqual([
      ['return.created', 200],
    ]);
    expect(receiver.received).toHaveLength(1);
  });

  it('drift in their types, and edited_at moves on', async () => {
    const id = await loop.createReturn({ items: [{ sku: 'A' }], label: 'late' });
    const first = lastPayload();
    expect(first).toMatchObject({ id: Number(id), labels: [], line_items: [{ exchange_variant: '' }] });
    await loop.updateReturn(id, { items: [{ sku: 'B' }] });
    const second = lastPayload();
    expect(second).toMatchObject({ id, tracking_number: 'N/A', label_status: 'pending' });
    expect(second.line_items).toMatchObject([{ sku: 'B', exchange_variant: expect.any(Object) }]);
    expect(first.edited_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(second.edited_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(Date.parse(`${second.edited_at}Z`)).toBeGreaterThan(Date.parse(first.edited_at));
  });

  it('bring a late label twice: by itself and with the return', async () => {
    const id = await loop.createReturn({ items: [{ sku: 'A' }], label: 'late' });
    await loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z99' });
    const triggers = loop.deliveries.map(({ trigger }) => trigger);
    expect(triggers).toEqual(expect.arrayContaining(['return.created', 'label.created', 'return.updated']));
  });

  it('come again after a failure, 5 times at most, and not after a Retry-After beyond half an hour', async () => {
    const refusal = { status: 503 };
    receiver.answerNext(refusal, { status: 503, headers: { 'retry-after': '3' } });
    await loop.createReturn({ items: [{ sku: 'A' }] });
    expect(receiver.received).toHaveLength(3);
    receiver.answerNext(...Array(6).fill(refusal));
    await loop.createReturn({ items: [{ sku: 'A' }] });
    expect(loop.deliveries.at(-1)).toMatchObject({ status: 503, attempts: { length: 6 } });
    receiver.answerNext({ status: 503, headers: { 'retry-after': '1801' } });
    await loop.createReturn({ items: [{ sku: 'A' }] });
    expect(loop.deliveries.at(-1)).toMatchObject({ status: 503, attempts: { length: 1 } });
  });

  it('are missed while silent, and can be delivered by hand, twice or with a bad signature', async () => {
    loop.silence();
    const id = await loop.createReturn({ items: [{ sku: 'A' }] });
    expect(receiver.received).toHaveLength(0);
    const payload = loop.payloadOf(id, 'return.created');
    await loop.deliver(payload, { times: 2 });
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
    await loop.deliver(payload, { signature: 'bad' });
    await loop.deliver('not JSON', { signature: 'none' });
    const signatures = receiver.received.map(({ headers }) => headers['x-loop-signature']);
    expect(signatures[2]).not.toBe(signatures[0]);
    expect(signatures[3]).toBeUndefined();
    loop.resume();
    await loop.failProcessing(id, null);
    expect(lastPayload()).toMatchObject({ trigger: 'return.processing.failed', message: null });
  });
});
