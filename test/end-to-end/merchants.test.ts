import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, 'other-shop': { refunds: false } } });
});
afterAll(async () => {
  await world.stop();
});

describe('two merchants', () => {
  it('with returns of the same number do not see each other', async () => {
    const [acme, other] = [world.vendorsOf('acme'), world.vendorsOf('other-shop')];
    const id = '88000001';
    await acme.loop.createReturn({ id, items: [{ sku: 'TEE-1' }] });
    await other.loop.createReturn({ id, items: [{ sku: 'CAP-2' }] });
    await world.untilStatus(id, 'open', 'acme');
    await world.untilStatus(id, 'open', 'other-shop');
    expect(acme.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'TEE-1' }]);
    expect(other.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'CAP-2' }]);

    const messageId = '7f0c5c7e-0000-4000-8000-000000000001';
    await acme.masonhub.receive(id, 'all-available', { messageId });
    await world.untilStatus(id, 'processed', 'acme');
    expect(await world.statusOf(id, 'other-shop')).toBe('open');
    expect(other.loop.calls.filter((call) => call.name !== 'list')).toEqual([]);
    const [answer] = await other.masonhub.receive(id, [{ sku: 'CAP-2', status: 'damaged' }], { messageId });
    expect(answer?.attempts[0]?.body).toBe('{"status":"accepted"}');
    await world.untilStatus(id, 'flagged', 'other-shop');
    expect(other.loop.returns.get(id)).toMatchObject({ processedTimes: 0, flaggedTimes: 1 });
    expect(acme.loop.returns.get(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
  });

  it('cannot speak for each other', async () => {
    const [acme, other] = [world.vendorsOf('acme'), world.vendorsOf('other-shop')];
    const body = JSON.stringify({ topic: 'return', trigger: 'return.created', id: 88000002, line_items: [] });
    const asOther = world.signed(body, other.webhookSecrets[0]);
    expect((await world.post('/webhooks/loop/acme', body, asOther)).status).toBe(401);
    const token = { authorization: `Bearer ${acme.callbackToken}` };
    expect((await world.post('/callbacks/masonhub/other-shop', body, token)).status).toBe(401);
    expect(await world.returnOf('88000002', 'acme')).toBeNull();
  });
});

describe('a merchant whose refunds are not enabled', () => {
  it('has a good receipt held, and nothing sent', async () => {
    const { loop, masonhub } = world.vendorsOf('other-shop');
    const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open', 'other-shop');
    await masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'MUG-9' }]);
    const { reason } = await world.untilStatus(id, 'held', 'other-shop');
    expect(reason).toMatch(/not enabled/);
    await world.untilQuiet();
    expect(loop.calls.filter((call) => call.returnId === id)).toEqual([]);
  });

  it('has a bad receipt flagged all the same', async () => {
    const { loop, masonhub } = world.vendorsOf('other-shop');
    const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open', 'other-shop');
    await masonhub.receive(id, []);
    await world.untilStatus(id, 'flagged', 'other-shop');
    await world.untilQuiet();
    expect(loop.returns.get(id)).toMatchObject({ processedTimes: 0, flaggedTimes: 1, notes: { length: 1 } });
  });
});
