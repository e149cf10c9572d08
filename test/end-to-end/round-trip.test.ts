import { describe, expect, it } from 'vitest';
import { personalValues } from '../../src/stand-ins/personal-data.ts';
import { until } from '../support/until.ts';
import { serveAcme, world } from './acme.ts';

serveAcme();

const recordOf = (id: string) => world.masonhub.rmas.get(id)?.record;

describe('a new return', () => {
  it("opens an RMA under Loop's return id, with Loop's own label and nothing of MasonHub's", async () => {
    const id = await world.open([
      { sku: 'TEE-1', reason: ' item WAS too big ', comment: 'It did not fit Nobody-Firstname' },
      { sku: 'TEE-1', reason: 'Item was too big' },
      { sku: 'CAP-2', reason: 'I changed my mind' },
    ]);
    const [label] = world.loop.returns.get(id)?.labels ?? [];
    expect(recordOf(id)).toEqual({
      customer_identifier: id,
      manifest_id: id,
      generate_return_label: false,
      package_id: label?.trackingNumber,
      return_type: 'rma_submitted_by_customer',
      line_items: [
        {
          customer_sku_id: 'TEE-1',
          quantity: 2,
          return_reason_code: 'tooBig',
          return_notes: expect.any(String),
          return_inventory_status: 'under-investigation',
        },
        {
          customer_sku_id: 'CAP-2',
          quantity: 1,
          return_reason_code: 'other',
          return_notes: 'I changed my mind',
          return_inventory_status: 'under-investigation',
        },
      ],
    });
  });

  it('brings nothing personal to MasonHub', async () => {
    await world.open([{ sku: 'TEE-1', reason: 'Too big', comment: 'A comment that is for Loop only' }]);
    const heard = JSON.stringify(world.masonhub.calls);
    for (const value of [...personalValues, 'A comment that is for Loop only'])
      expect(heard).not.toContain(value);
  });

  it('is opened without a label under a package id of its own, which the late label replaces', async () => {
    const id = await world.open([{ sku: 'TEE-1' }], { label: 'late' });
    expect(recordOf(id)).toMatchObject({ package_id: id });
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
    await until(
      () => recordOf(id)?.['package_id'] === '1Z999AA10123456784',
      () => `the tracking number in ${JSON.stringify(recordOf(id))}`,
    );
    expect(recordOf(id)).toMatchObject({ customer_identifier: id, generate_return_label: false });
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({ status: 'open', trackingNumber: '1Z999AA10123456784' });
    expect(world.masonhub.rmas.get(id)?.version).toBe(2);
  });

  it('that changes its items before the parcel comes changes its RMA', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.loop.updateReturn(id, { items: [{ sku: 'CAP-2' }, { sku: 'CAP-2' }] });
    await until(
      () => world.masonhub.rmas.get(id)?.lines[0]?.sku === 'CAP-2',
      () => JSON.stringify(recordOf(id)),
    );
    expect(world.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'CAP-2', quantity: 2 }]);
  });

  it.each(['cancelReturn', 'expireReturn'] as const)(
    'that ends in Loop by %s takes its RMA with it',
    async (end) => {
      const id = await world.open([{ sku: 'TEE-1' }]);
      await world.loop[end](id);
      await world.untilStatus(id, 'cancelled');
      expect(world.masonhub.rmas.get(id)?.status).toBe('deleted');
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    },
  );

  it('whose item has no SKU needs attention, and the reason says which item', async () => {
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }, { sku: '' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(world.loop.returns.get(id)?.lineItems[1]?.lineItemId);
    expect(reason).toContain('SKU');
    expect(world.masonhub.rmas.has(id)).toBe(false);
  });
});

describe('a parcel on its way', () => {
  it.each([
    ['tendered', 'open'],
    ['inTransit', 'open'],
    ['delivered', 'open'],
    ['undeliverable', 'open'],
    ['onDock', 'receiving'],
    ['receivingStarted', 'receiving'],
  ] as const)('that is %s makes the return %s, and moves no money', async (event, status) => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    expect(await world.masonhub.progress(id, event)).toMatchObject({ status: 200 });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe(status);
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe('a callback', () => {
  it('carries several RMAs, and unknown and nameless ones among them hold back no other', async () => {
    const good = await world.open([{ sku: 'TEE-1' }]);
    const bad = await world.open([{ sku: 'TEE-1' }]);
    const [first, second, third, fourth] = [
      world.masonhub.receivedEnvelope(good),
      world.masonhub.receivedEnvelope(bad, [{ sku: 'TEE-1', status: 'damaged' }]),
      world.masonhub.receivedEnvelope(good),
      world.masonhub.receivedEnvelope(good),
    ];
    const unknown = third.data.map((item) => ({ ...item, customer_identifier: '7777777777' }));
    const nameless = fourth.data.map((item) => ({ ...item, customer_identifier: null }));
    const data = [...nameless, ...unknown, ...first.data, ...second.data];
    expect(await world.masonhub.deliver({ ...first, data })).toMatchObject([{ status: 200 }]);
    await world.untilStatus(good, 'processed');
    await world.untilStatus(bad, 'flagged');
    await world.untilQuiet();
    expect(world.told(good).processed).toBe(1);
    expect(world.told(bad).flagged).toBe(1);
    expect(await world.returnOf('7777777777')).toBeNull();
  });

  it('of a parcel without an RMA is kept, and touches no return that does not have its number', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const [answer] = await world.masonhub.receiveBlind('794600009999', [{ sku: 'TEE-1' }]);
    expect(answer).toMatchObject({ status: 200, attempts: [{ body: '{"status":"accepted"}' }] });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
  });

  it('of nobody, with nothing by which the parcel could be known, is answered 422', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion: '1.0' });
    const data = envelope.data.map((rma) => ({
      ...rma,
      customer_identifier: null,
      package_id: null,
      id: null,
    }));
    const [answer] = await world.masonhub.deliver({ ...envelope, data });
    expect(answer).toMatchObject({ status: 422, attempts: { length: 1 } });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
  });

  it('comes with others in one array, each with an effect of its own', async () => {
    const ids = [
      await world.open([{ sku: 'TEE-1' }]),
      await world.open([{ sku: 'TEE-1' }]),
      await world.open([{ sku: 'TEE-1' }]),
    ];
    const envelopes = ids.map((id, index) =>
      world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion: index === 0 ? '1.0' : '2.0' }),
    );
    expect(await world.masonhub.deliver(envelopes)).toMatchObject([{ status: 200 }]);
    for (const id of ids) await world.untilStatus(id, 'processed');
  });

  it.each(['bearer', 'body', 'signature'] as const)('proves itself by %s', async (auth) => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const [answer] = await world.masonhub.receive(id, 'all-available', { auth });
    expect(answer?.status).toBe(200);
    await world.untilStatus(id, 'processed');
  });

  it('of an earlier stage changes nothing once the receipt is in', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    for (const event of ['receivingStarted', 'onDock', 'delivered', 'inTransit', 'tendered'] as const)
      expect(await world.masonhub.progress(id, event)).toMatchObject({ status: 200 });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('that comes before Loop has told of the return waits for Loop', async () => {
    world.loop.silence();
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    world.loop.resume();
    const other = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(other);
    const data = envelope.data.map((item) => ({ ...item, customer_identifier: id }));
    await world.masonhub.deliver({ ...envelope, data });
    await world.untilQuiet();
    expect(await world.returnOf(id)).toBeNull();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.loop.deliver(world.loop.payloadOf(id, 'return.created'));
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
    expect(world.told(other)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});
