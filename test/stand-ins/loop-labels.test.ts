import { describe, expect, it } from 'vitest';
import { plainStyle, useShop } from './loop-shop.ts';

const shop = useShop();
const { lastPayload, triggers } = shop;
const items = [{ sku: 'A' }, { sku: 'B' }];
const label = { carrier: 'UPS', trackingNumber: '1Z1' };
const next = { carrier: 'USPS', trackingNumber: '9400' };

const labelsOf = (id: string) => shop.loop.returns.get(id)?.labels ?? [];
const lineItemIds = (id: string) => shop.loop.returns.get(id)?.lineItems.map((item) => item.lineItemId) ?? [];
const dates = (id: string) => {
  const { editedAt, updatedAt } = shop.loop.returns.get(id) ?? {};
  return { edited: Number(editedAt), updated: Number(updatedAt) };
};
/** What a change moves of a return's two dates. */
async function moved(id: string, change: () => Promise<void>): Promise<string[]> {
  const before = dates(id);
  await change();
  const after = dates(id);
  return (['edited', 'updated'] as const).filter((which) => after[which] > before[which]);
}

describe('a label webhook', () => {
  it('is written as documented today: the id is the return’s, and a text', async () => {
    const id = await shop.loop.createReturn({ items, label: 'late' });
    await shop.loop.addLabel(id, label);
    const about = shop.loop.returns.get(id);
    expect(lastPayload('label.created')).toEqual({
      topic: 'label',
      trigger: 'label.created',
      shop_id: expect.stringMatching(/^\d+$/),
      id,
      order_id: about?.orderId,
      provider_order_id: Number(about?.providerOrderId),
      carrier: 'UPS',
      tracking_number: '1Z1',
      label_status: 'new',
      label_updated_at: expect.any(String),
      shipment_id: expect.stringMatching(/^\d+$/),
    });
  });

  it('can be written as it was before, of all labels or of one', async () => {
    const id = await shop.loop.createReturn({ items, label: 'none' });
    await shop.loop.addLabel(id, { ...label, shape: 'older' });
    const older = lastPayload('label.created');
    expect(String(older.return_id)).toBe(id);
    expect(older).not.toHaveProperty('id');
    expect(older).not.toHaveProperty('shipment_id');
    await shop.loop.addLabel(id, next);
    expect(lastPayload('label.created')).toMatchObject({ id, tracking_number: '9400' });

    await shop.restart({ labelShape: 'older' });
    const other = await shop.loop.createReturn({ items });
    await shop.loop.changeLabel(other, 'in_transit');
    expect(String(lastPayload('label.updated').return_id)).toBe(other);
    const wish = { labelShape: 'today' } as const;
    expect(shop.loop.payloadOf(other, 'label.updated', wish)).toMatchObject({ id: other });
  });

  it('says which return it is about, its label fields empty or left out, where there is none yet', async () => {
    await shop.restart({ styles: [plainStyle, plainStyle, { ...plainStyle, absent: 'blank' }] });
    const id = await shop.loop.createReturn({ items, label: 'late' });
    await shop.loop.requestLabel(id);
    expect(lastPayload('label.requested')).toMatchObject({ topic: 'label', id, tracking_number: null });
    await shop.loop.requestLabel(id);
    expect(Object.keys(lastPayload('label.requested'))).toEqual([
      'topic',
      'trigger',
      'shop_id',
      'id',
      'order_id',
      'provider_order_id',
    ]);
  });

  it('tells of the label that it is about, also when that is closed', async () => {
    const id = await shop.loop.createReturn({ items, labels: [label, next] });
    await shop.loop.closeLabel(id, '1Z1');
    expect(lastPayload('label.closed')).toMatchObject({ id, tracking_number: '1Z1' });
    expect(shop.loop.payloadOf(id, 'label.updated', { label: '1Z1' })).toMatchObject({
      tracking_number: '1Z1',
    });
    expect(shop.loop.payloadOf(id, 'label.updated')).toMatchObject({ tracking_number: '9400' });
    expect(() => shop.loop.payloadOf(id, 'label.updated', { label: 'another' })).toThrow('no label another');
  });
});

describe('a label', () => {
  it('comes with two webhooks, its own and the return’s', async () => {
    const id = await shop.loop.createReturn({ items, label: 'late' });
    expect(await moved(id, () => shop.loop.addLabel(id, label))).toEqual(['updated']);
    expect(triggers().sort()).toEqual(['label.created', 'return.created', 'return.updated']);
    expect(lastPayload('return.updated')).toMatchObject({ edited_at: null });
  });

  it.each([
    'pending',
    'pre_transit',
    'in_transit',
    'out_for_delivery',
    'delivered',
    'failure',
    'error',
    'cancelled',
    'expired',
    'N/A',
  ] as const)(
    'that becomes %s moves updated_at alone, and only label.updated tells of it',
    async (status) => {
      const id = await shop.loop.createReturn({ items });
      const before = labelsOf(id)[0]?.updatedAt ?? 0;
      expect(await moved(id, () => shop.loop.changeLabel(id, status))).toEqual(['updated']);
      expect(triggers()).toEqual(['return.created', 'label.updated']);
      expect(lastPayload()).toMatchObject({ id, label_status: status });
      expect(Number(labelsOf(id)[0]?.updatedAt)).toBeGreaterThan(Number(before));
      await expect(shop.loop.changeLabel(id, status, 'another')).rejects.toThrow('no label another');
    },
  );

  it('names the items of its parcel; one that no label names is kept', async () => {
    const id = await shop.loop.createReturn({
      items: [...items, { sku: 'C' }],
      labels: [
        { ...label, items: [1] },
        { ...next, items: [0] },
      ],
    });
    const [first, second] = lineItemIds(id).map(Number);
    expect(lastPayload().labels).toMatchObject([
      { tracking_number: '1Z1', line_items: [second] },
      { tracking_number: expect.anything(), line_items: [first] },
    ]);
    await expect(shop.loop.addLabel(id, { ...next, items: [3] })).rejects.toThrow('no item at 3');
  });

  it('covers whatever the return has now where it names no items', async () => {
    await shop.restart({ styles: [plainStyle] });
    const id = await shop.loop.createReturn({ items, label: 'none' });
    await shop.loop.addLabel(id, label);
    await shop.loop.updateReturn(id, { items: [{ sku: 'C' }] });
    expect(lastPayload().labels).toMatchObject([{ tracking_number: '1Z1', line_items: lineItemIds(id) }]);
    expect(lineItemIds(id)).toHaveLength(1);
  });

  it.each([
    ['last', ['cancelled', 'new']],
    ['first', ['new', 'cancelled']],
  ] as const)('that replaces another comes %s, younger, and for the same items', async (place, statuses) => {
    const id = await shop.loop.createReturn({ items, labels: [{ ...label, items: [1] }] });
    const change = () => shop.loop.replaceLabel(id, next, { place });
    expect(await moved(id, change)).toEqual(['updated']);
    expect(labelsOf(id).map(({ status }) => status)).toEqual(statuses);
    const old = labelsOf(id).find(({ status }) => status === 'cancelled');
    const young = labelsOf(id).find(({ status }) => status === 'new');
    expect(Number(young?.updatedAt)).toBeGreaterThan(Number(old?.updatedAt));
    expect(young?.lineItemIds).toEqual([lineItemIds(id)[1]]);
    expect(lastPayload('label.updated')).toMatchObject({ tracking_number: '1Z1', label_status: 'cancelled' });
    expect(lastPayload('label.created')).toMatchObject({ tracking_number: '9400', label_status: 'new' });
    expect(triggers()).toContain('return.updated');
  });

  it('stands for several, at the top of a return, as long as it is good and the youngest', async () => {
    await shop.restart({ styles: [{ ...plainStyle, labels: 'top-level' }] });
    const id = await shop.loop.createReturn({ items, labels: [label, next] });
    expect(lastPayload()).toMatchObject({ carrier: 'USPS', tracking_number: '9400' });
    await shop.loop.changeLabel(id, 'cancelled');
    await shop.loop.updateReturn(id, {});
    expect(lastPayload()).toMatchObject({ carrier: 'UPS', tracking_number: '1Z1', label_status: 'new' });
    await shop.loop.changeLabel(id, 'expired', '1Z1');
    await shop.loop.updateReturn(id, {});
    expect(lastPayload()).toMatchObject({ tracking_number: '9400', label_status: 'cancelled' });
  });

  it('can be one of several that is replaced, by one for other items', async () => {
    const id = await shop.loop.createReturn({ items, labels: [label, next] });
    await shop.loop.replaceLabel(
      id,
      { carrier: 'DHL', trackingNumber: 'JD1', items: [0] },
      { replaces: '1Z1' },
    );
    expect(labelsOf(id)).toMatchObject([
      { trackingNumber: '1Z1', status: 'cancelled' },
      { trackingNumber: '9400', status: 'new' },
      { trackingNumber: 'JD1', status: 'new', lineItemIds: [lineItemIds(id)[0]] },
    ]);
  });
});
