import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { personalValues } from '../../src/stand-ins/personal-data.ts';
import { useShop } from './loop-shop.ts';

const shop = useShop();
const items = [{ sku: 'A' }];
const { call, lastPayload } = shop;
const process = (id: string) => call('POST', `/warehouse/return/${id}/process`);
const flag = (id: string) => call('POST', `/warehouse/return/${id}/flag`);

describe('the API', () => {
  it('wants its key in X-Authorization', async () => {
    const answer = await call('GET', '/destinations', undefined, 'another');
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      error: { code: '401', http_code: 'GEN-UNAUTHORIZED', message: 'Unauthorized.' },
    });
  });

  it('queues processing with true or "true", and closes the return later', async () => {
    const first = await shop.loop.createReturn({ items });
    const second = await shop.loop.createReturn({ items: [{ sku: 'B' }] });
    expect((await process(first)).body).toBe(true);
    expect((await process(second)).body).toBe('true');
    await vi.waitFor(() => expect(shop.loop.returns.get(second)?.state).toBe('closed'));
    await vi.waitFor(() =>
      expect(lastPayload()).toMatchObject({ trigger: 'return.closed', state: 'closed' }),
    );
    expect(shop.loop.returns.get(first)?.processedTimes).toBe(1);
  });

  it('refuses to process with status 200, in a shape for each state', async () => {
    const id = await shop.loop.createReturn({ items });
    const refusal = 'and therefore cannot be processed.';
    for (const state of ['closed', 'expired', 'partial']) {
      await shop.loop.putInState(id, state);
      expect(await process(id)).toMatchObject({
        status: 200,
        body: { errors: { message: `Return is ${state} ${refusal}`, code: 'UNPROCESSABLE_RETURN' } },
      });
    }
    await shop.loop.cancelReturn(id);
    expect((await process(id)).body).toEqual({ message: `Return is cancelled ${refusal}` });
    await shop.loop.reopenReturn(id);
    await flag(id);
    expect((await process(id)).body).toEqual({
      errors: { message: `Return is review ${refusal}`, code: 'UNPROCESSABLE_FLAGGED_RETURN' },
    });
    expect(shop.loop.returns.get(id)).toMatchObject({ state: 'review', flaggedTimes: 1, processedTimes: 0 });
  });

  it.each(['closed', 'cancelled', 'expired', 'partial'])(
    'refuses to flag a return that is %s with status 200 and a code',
    async (state) => {
      const id = await shop.loop.createReturn({ items, state });
      const message = `Return is ${state} and therefore cannot be processed.`;
      expect(await flag(id)).toMatchObject({
        status: 200,
        body: { errors: { message, code: 'UNPROCESSABLE_RETURN' } },
      });
      expect(shop.loop.returns.get(id)).toMatchObject({ state, flaggedTimes: 0 });
    },
  );

  it('processes a return in review where the shop allows it', async () => {
    await shop.restart({ processFlagged: true });
    const id = await shop.loop.createReturn({ items, state: 'review' });
    expect((await process(id)).body).toBe(true);
    await vi.waitFor(() => expect(lastPayload()).toMatchObject({ trigger: 'return.closed' }));
    expect(shop.loop.returns.get(id)).toMatchObject({ state: 'closed', wasProcessed: true });
  });

  it('fails processing that a flag overtakes', async () => {
    await shop.restart({ closeAfterMs: 500 });
    const id = await shop.loop.createReturn({ items });
    await process(id);
    await flag(id);
    await vi.waitFor(() => expect(lastPayload().trigger).toBe('return.processing.failed'), 10_000);
    expect(lastPayload()).toMatchObject({
      return_state: 'review',
      source: 'warehouse',
    });
    expect(shop.loop.returns.get(id)?.state).toBe('review');
  });

  it('takes notes of 1 to 254 characters and shows them', async () => {
    const id = await shop.loop.createReturn({ items });
    const note = (content: string) => call('POST', `/warehouse/return/${id}/note`, { content });
    expect((await note('')).status).toBe(422);
    expect((await note('x'.repeat(255))).status).toBe(422);
    expect((await note('x'.repeat(254))).status).toBe(200);
    const { body } = await call('GET', `/warehouse/return/${id}/notes`);
    expect(body.notes).toMatchObject([{ content: 'x'.repeat(254) }]);
  });

  it('shows a return by its id, its order in Shopify or its order name', async () => {
    const id = await shop.loop.createReturn({ items: [{ sku: 'A' }, { sku: 'A' }], orderName: '#7' });
    const order = shop.loop.returns.get(id)?.providerOrderId;
    for (const query of [`return_id=${id}`, `order_id=${order}`, 'order_name=%237']) {
      const { body } = await call('GET', `/warehouse/return/details?${query}`);
      expect(body).toMatchObject({ id, state: 'open', line_items: [{ sku: 'A' }, { sku: 'A' }] });
    }
  });

  it.each([
    ['GET', '/warehouse/return/details?return_id=1'],
    ['POST', '/warehouse/return/1/process'],
    ['POST', '/warehouse/return/1/flag'],
    ['POST', '/warehouse/return/1/note'],
    ['GET', '/warehouse/return/1/notes'],
  ])('says with status 200 to %s %s that there is no such return', async (method, path) => {
    const body = { error: { message: expect.any(String) } };
    expect(await call(method, path)).toMatchObject({ status: 200, body });
  });

  it('assesses 30 items at most', async () => {
    const id = await shop.loop.createReturn({ items });
    const line_item_id = shop.loop.returns.get(id)?.lineItems[0]?.lineItemId;
    const item = { line_item_id, disposition_outcome: 'back_to_stock' };
    const assess = (items: unknown[]) => call('POST', '/dispositioning/assess', { items });
    expect((await assess([item])).status).toBe(200);
    expect((await assess(Array(31).fill(item))).status).toBe(422);
    expect(shop.loop.returns.get(id)?.lineItems[0]?.dispositionOutcome).toBe('back_to_stock');
  });

  it('limits requests and says when to come back', async () => {
    await shop.restart({ requestsPerMinute: 1 });
    expect((await call('GET', '/destinations')).status).toBe(200);
    const limited = await call('GET', '/destinations');
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('scripted answers', () => {
  it('break the connection before or after the work, or never come, and close() does not wait', async () => {
    shop.loop.closeProcessedAfter(null);
    const id = await shop.loop.createReturn({ items });
    shop.loop.answerNext(
      'process',
      'drop',
      'work-then-drop',
      { status: 502, html: '<h1>Bad gateway</h1>' },
      'work-then-hang',
    );
    await expect(process(id)).rejects.toThrow();
    expect(shop.loop.returns.get(id)?.processedTimes).toBe(0);
    await expect(process(id)).rejects.toThrow();
    expect(shop.loop.returns.get(id)?.processedTimes).toBe(1);
    await expect(process(id)).rejects.toThrow(/JSON/);
    const hanging = expect(process(id)).rejects.toThrow();
    await vi.waitFor(() => expect(shop.loop.calls).toHaveLength(4));
    await shop.loop.close();
    await hanging;
    expect(shop.loop.returns.get(id)?.processedTimes).toBe(2);
    expect(shop.loop.calls.map(({ name, returnId, status }) => [name, returnId, status])).toEqual([
      ['process', id, null],
      ['process', id, null],
      ['process', id, 502],
      ['process', id, null],
    ]);
  });
});

describe('webhooks', () => {
  it('are signed over raw bytes that PHP would write', async () => {
    await shop.loop.createReturn({ items: [{ sku: 'A/B', comment: 'trop étroit' }] });
    const { headers, body } = shop.receiver.received[0] ?? { headers: {}, body: '' };
    expect(body).toContain('A\\/B');
    expect(body).toContain('trop \\u00e9troit');
    const hash = createHmac('sha256', 'secret').update(body).digest('base64');
    expect(headers['x-loop-signature']).toBe(hash);
    expect(personalValues.every((value) => body.replaceAll('\\/', '/').includes(value))).toBe(true);
  });

  it('drift in their types, and edited_at is null until it moves on', async () => {
    const id = await shop.loop.createReturn({ items, label: 'late' });
    const first = lastPayload();
    expect(first).toMatchObject({ id: Number(id), labels: [], line_items: [{ exchange_variant: '' }] });
    expect(first).toMatchObject({ edited_at: null, package_reference: null });
    expect(first.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    await shop.loop.updateReturn(id, { items: [{ sku: 'B' }] });
    const second = lastPayload();
    expect(second).toMatchObject({ id, tracking_number: 'N/A', label_status: 'pending' });
    expect(second).toMatchObject({ package_reference: '' });
    expect(second.line_items).toMatchObject([{ sku: 'B', exchange_variant: expect.any(Object) }]);
    expect(second.edited_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    await shop.loop.updateReturn(id, { items: [{ sku: 'C' }] });
    expect(Date.parse(lastPayload().edited_at)).toBeGreaterThan(Date.parse(`${second.edited_at}Z`));
  });

  it('come again after a failure, 5 times at most, and not after a Retry-After beyond half an hour', async () => {
    const refusal = { status: 503 };
    shop.receiver.answerNext(refusal, { status: 503, headers: { 'retry-after': '3' } });
    await shop.loop.createReturn({ items });
    expect(shop.receiver.received).toHaveLength(3);
    shop.receiver.answerNext(...Array(6).fill(refusal));
    await shop.loop.createReturn({ items });
    expect(shop.loop.deliveries.at(-1)).toMatchObject({ status: 503, attempts: { length: 6 } });
    shop.receiver.answerNext({ status: 503, headers: { 'retry-after': '1801' } });
    await shop.loop.createReturn({ items });
    expect(shop.loop.deliveries.at(-1)).toMatchObject({ status: 503, attempts: { length: 1 } });
  });

  it('are missed while silent, and can be delivered by hand, twice or with a bad signature', async () => {
    shop.loop.silence();
    const id = await shop.loop.createReturn({ items });
    expect(shop.receiver.received).toHaveLength(0);
    const payload = shop.loop.payloadOf(id, 'return.created');
    await shop.loop.deliver(payload, { times: 2 });
    expect(shop.receiver.received[0]?.body).toBe(shop.receiver.received[1]?.body);
    await shop.loop.deliver(payload, { signature: 'bad' });
    await shop.loop.deliver('not JSON', { signature: 'none' });
    const signatures = shop.receiver.received.map(({ headers }) => headers['x-loop-signature']);
    expect(signatures[2]).not.toBe(signatures[0]);
    expect(signatures[3]).toBeUndefined();
    shop.loop.resume();
    await shop.loop.failProcessing(id, null);
    expect(lastPayload()).toMatchObject({ trigger: 'return.processing.failed', message: null });
  });
});
