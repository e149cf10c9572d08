import { describe, expect, it, vi } from 'vitest';
import { useShop } from './loop-shop.ts';

const shop = useShop();
const { call, lastPayload, triggers } = shop;
const items = [{ sku: 'A' }];
const at = (id: string) => shop.loop.returns.get(id);
const process = (id: string) => call('POST', `/warehouse/return/${id}/process`);
const details = async (id: string) => (await call('GET', `/warehouse/return/details?return_id=${id}`)).body;

describe('a return that sends no parcel of its own', () => {
  it('is kept whole: processed soon after it was created, and never labelled', async () => {
    const id = await shop.loop.createReturn({ items, label: 'none' });
    await shop.loop.keepReturn(id);
    expect(triggers()).toEqual(['return.created', 'return.closed']);
    expect(at(id)).toMatchObject({ state: 'closed', labels: [], wasProcessed: true, processedTimes: 0 });
    const labelled = await shop.loop.createReturn({ items });
    await expect(shop.loop.keepReturn(labelled)).rejects.toThrow('has a label');
  });

  it('is handed in at a shop: created and closed at once, without a label', async () => {
    const id = await shop.loop.createReturn({ items, method: 'inStore' });
    expect(triggers().sort()).toEqual(['return.closed', 'return.created']);
    for (const payload of shop.payloads()) expect(payload).toMatchObject({ state: 'closed' });
    expect(at(id)).toMatchObject({ labels: [], wasProcessed: true });
    expect(at(id)?.closedAt).toEqual(at(id)?.createdAt);
  });

  it('is dropped off, and a later return.updated tells the number of its bag', async () => {
    const id = await shop.loop.createReturn({ items, method: 'happyReturns' });
    expect(lastPayload().package_reference || null).toBeNull();
    const before = await details(id);
    await shop.loop.givePackageReference(id, 'HR200250DB9E');
    expect(lastPayload()).toMatchObject({
      trigger: 'return.updated',
      package_reference: 'HR200250DB9E',
      edited_at: null,
    });
    expect(at(id)?.labels).toEqual([]);
    const after = await details(id);
    expect(after).toMatchObject({ edited_at: null, package_reference: 'HR200250DB9E' });
    expect(Date.parse(after.updated_at)).not.toBe(Date.parse(before.updated_at));
  });
});

describe('the state of a return', () => {
  it('can be review from the start', async () => {
    const id = await shop.loop.createReturn({ items, state: 'review' });
    expect(lastPayload()).toMatchObject({ trigger: 'return.created', state: 'review' });
    expect(await details(id)).toMatchObject({ state: 'review' });
  });

  it.each(['partial', 'processing', 'processed', 'in_review', 'canceled', 'Needs Review', 'on the moon'])(
    'can be %s, of which return.updated tells',
    async (state) => {
      const id = await shop.loop.createReturn({ items });
      await shop.loop.putInState(id, state);
      expect(lastPayload()).toMatchObject({ trigger: 'return.updated', state });
      expect(await details(id)).toMatchObject({ state });
      expect(at(id)?.closedAt).toBeNull();
    },
  );

  it('is told by return.closed where it is closed, also by a person who carries out nothing', async () => {
    const id = await shop.loop.createReturn({ items });
    await shop.loop.putInState(id, 'closed');
    expect(lastPayload()).toMatchObject({ trigger: 'return.closed', state: 'closed' });
    expect(at(id)).toMatchObject({ wasProcessed: false, closedAt: expect.any(Date) });
  });
});

describe('processing', () => {
  it('can end in review, of which only return.updated tells; a person puts it right and it closes after all', async () => {
    const id = await shop.loop.createReturn({ items, processing: 'goesToReview' });
    expect((await process(id)).body).toBe(true);
    await vi.waitFor(() => expect(lastPayload()).toMatchObject({ state: 'review' }));
    expect(triggers()).toEqual(['return.created', 'return.updated']);
    expect(at(id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0, wasProcessed: false });
    await shop.loop.processReturn(id);
    expect(lastPayload()).toMatchObject({ trigger: 'return.closed', state: 'closed' });
    expect(at(id)).toMatchObject({ processedTimes: 1, wasProcessed: true });
  });

  it('ends in review once, where the end is chosen later', async () => {
    const id = await shop.loop.createReturn({ items });
    shop.loop.whenProcessed(id, 'goesToReview');
    await process(id);
    await vi.waitFor(() => expect(at(id)?.state).toBe('review'));
    await shop.loop.reopenReturn(id);
    await process(id);
    await vi.waitFor(() => expect(lastPayload()).toMatchObject({ trigger: 'return.closed' }));
    expect(at(id)).toMatchObject({ processedTimes: 2, wasProcessed: true });
  });

  it('can begin by itself, on a carrier’s scan, before the warehouse has the parcel', async () => {
    const id = await shop.loop.createReturn({ items });
    await shop.loop.processReturn(id);
    expect(lastPayload()).toMatchObject({ trigger: 'return.closed' });
    expect(at(id)).toMatchObject({ processedTimes: 0, wasProcessed: true });
  });
});
