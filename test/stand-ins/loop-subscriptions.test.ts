import { beforeEach, describe, expect, it } from 'vitest';
import { useShop } from './loop-shop.ts';

const shop = useShop();
const { call, lastPayload } = shop;
const url = 'https://example.com/hook';
const wanted = { topic: 'return', trigger: 'return.created', url };

describe('the webhooks of the API', () => {
  it('are inactive unless told otherwise, have numbers for ids, and show no secret', async () => {
    const { status, body } = await call('POST', '/webhooks', wanted);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.any(Number),
      shop_id: expect.any(Number),
      ...wanted,
      status: 'inactive',
    });
    const active = { ...wanted, status: 'active' };
    expect(await call('PUT', `/webhooks/${body.id}`, active)).toMatchObject({ status: 204, body: null });
    expect((await call('GET', '/webhooks')).body).toEqual({ webhooks: [{ ...body, status: 'active' }] });
    expect((await call('PUT', `/webhooks/${body.id}`, wanted)).status).toBe(204);
    expect((await call('GET', '/webhooks')).body.webhooks).toMatchObject([{ status: 'active' }]);
    expect((await call('DELETE', `/webhooks/${body.id}`)).status).toBe(204);
    expect(shop.loop.subscriptions.size).toBe(0);
  });

  it.each(['12345', '1', 'abc', '12345.0', '0x3039'])('are not there under the id %s', async (id) => {
    const { body } = await call('POST', '/webhooks', wanted);
    expect(body.id).toBe(12_345);
    const notThere = { status: 404, body: { errors: { code: 'NOT_FOUND' } } };
    if (id === '12345') await call('DELETE', '/webhooks/12345');
    expect(await call('PUT', `/webhooks/${id}`, wanted)).toMatchObject(notThere);
    expect(await call('DELETE', `/webhooks/${id}`)).toMatchObject(notThere);
  });

  it.each([
    ['topic', { topic: 'else' }],
    ['topic', { topic: undefined }],
    ['trigger', { trigger: 'return.deleted' }],
    ['trigger', { trigger: 'label.requested' }],
    ['trigger', { trigger: 'label.closed' }],
    ['url', { url: 'example.com' }],
    ['status', { status: 'deactivated' }],
  ])('are refused where the %s is none: %j', async (field, change) => {
    const { body } = await call('POST', '/webhooks', wanted);
    const refusal = {
      status: 422,
      body: { message: expect.any(String), errors: { [field]: [expect.any(String)] } },
    };
    expect(await call('POST', '/webhooks', { ...wanted, ...change })).toMatchObject(refusal);
    expect(await call('PUT', `/webhooks/${body.id}`, { ...wanted, ...change })).toMatchObject(refusal);
    expect(shop.loop.subscriptions.get(body.id)).toMatchObject(wanted);
  });

  it.each([
    { topic: 'label', trigger: 'return.created' },
    { topic: 'return', trigger: 'label.updated' },
    { topic: 'restock', trigger: 'giftcard.requested' },
  ])('take any topic with any trigger: %j', async (odd) => {
    expect((await call('POST', '/webhooks', { ...odd, url })).status).toBe(200);
  });

  it('take return.processing, though no list has it, unless they are told not to', async () => {
    const processing = { topic: 'return.processing', trigger: 'return.processing.failed', url };
    expect((await call('POST', '/webhooks', processing)).status).toBe(200);
    await shop.restart({ processingWebhooks: 'refused' });
    expect((await call('POST', '/webhooks', processing)).body.errors).toHaveProperty('topic');
    const trigger = { ...wanted, trigger: 'return.processing.failed' };
    expect((await call('POST', '/webhooks', trigger)).body.errors).toHaveProperty('trigger');
  });
});

describe('webhooks that follow the subscriptions', () => {
  beforeEach(() =>
    shop.loop.followSubscriptions((address) => address.replace('https://example.com/', shop.receiver.url)),
  );
  const items = [{ sku: 'A' }];
  const subscribe = (topic: string, trigger: string, status: 'active' | 'inactive' = 'active') =>
    shop.loop.subscribe({ topic, trigger, url, status });

  it('go where the active ones say', async () => {
    subscribe('return', 'return.created');
    subscribe('return', 'return.updated', 'inactive');
    const id = await shop.loop.createReturn({ items });
    await shop.loop.updateReturn(id, { orderName: '#1' });
    await shop.loop.closeReturn(id);
    expect(shop.loop.deliveries.map(({ trigger, status }) => [trigger, status])).toEqual([
      ['return.created', 200],
    ]);
    expect(shop.receiver.received).toHaveLength(1);
  });

  it('have the shape of the topic, at the moment of the trigger', async () => {
    subscribe('label', 'return.created');
    subscribe('label', 'return.updated');
    subscribe('return', 'label.created');
    const id = await shop.loop.createReturn({ items, label: 'late' });
    const empty = lastPayload('return.created');
    expect(empty).toMatchObject({ topic: 'label', id });
    expect(empty.tracking_number ?? null).toBeNull();
    await shop.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z1' });
    expect(lastPayload('return.updated')).toMatchObject({ topic: 'label', id, tracking_number: '1Z1' });
    expect(lastPayload('label.created')).toMatchObject({ topic: 'return', line_items: [{ sku: 'A' }] });
    expect(shop.loop.deliveries.map(({ topic }) => topic).sort()).toEqual(['label', 'label', 'return']);
  });

  it('reach every subscriber of a trigger, and of a topic about something else nobody', async () => {
    subscribe('return', 'return.created');
    subscribe('label', 'return.created');
    subscribe('restock', 'return.created');
    await shop.loop.createReturn({ items });
    expect(
      shop
        .payloads()
        .map(({ topic }) => topic)
        .sort(),
    ).toEqual(['label', 'return']);
  });
});
