import { describe, expect, it } from 'vitest';
import { customer } from '../../src/stand-ins/personal-data.ts';
import { plainStyle, useShop } from './loop-shop.ts';

const shop = useShop();
const items = [{ sku: 'A' }];
const day = 24 * 60 * 60 * 1000;
const ago = (days: number) => new Date(Date.now() - days * day);

const list = (query: Record<string, string> = {}) =>
  shop.call('GET', `/warehouse/return/list?${new URLSearchParams(query)}`);
const idsIn = (rows: { id: string | number }[]) => rows.map(({ id }) => String(id));
const rowOf = async (id: string, query: Record<string, string> = {}) => {
  const { body } = await list(query);
  return body.find((row: { id: string }) => row.id === id);
};
const asn = (query: Record<string, string> = {}) =>
  shop.call('GET', `/warehouse/reporting/asn?${new URLSearchParams(query)}`);

describe('the list of returns', () => {
  it('holds open, closed and expired ones where no state is asked for, and those of a state where one is', async () => {
    const ids: Record<string, string> = {};
    for (const state of ['open', 'closed', 'cancelled', 'expired', 'review'])
      ids[state] = await shop.loop.createReturn({ items, state });
    expect(idsIn((await list()).body)).toEqual([ids['open'], ids['closed'], ids['expired']]);
    for (const [state, id] of Object.entries(ids)) expect(idsIn((await list({ state })).body)).toEqual([id]);
  });

  it.each([
    ['canceled', 'cancelled'],
    ['in_review', 'review'],
    ['Needs Review', 'review'],
  ])('has a return whose state is spelled %s under %s', async (spelling, state) => {
    const id = await shop.loop.createReturn({ items, state: spelling });
    expect((await list({ state })).body).toMatchObject([{ id, state: spelling }]);
  });

  it('knows no other word: it refuses to list one, and lists no return in one', async () => {
    await shop.loop.createReturn({ items, state: 'partial' });
    const refused = await list({ state: 'partial' });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({
      message: expect.any(String),
      errors: { state: [refused.body.message] },
    });
    for (const state of ['open', 'closed', 'cancelled', 'expired', 'review'])
      expect((await list({ state })).body).toEqual([]);
    expect((await list()).body).toEqual([]);
  });

  it('refuses a window of more than 120 days, a filter that is none, and what is no date', async () => {
    const refusedField = async (query: Record<string, string>) => {
      const { status, body } = await list(query);
      expect(status).toBe(422);
      return Object.keys(body.errors);
    };
    expect(await refusedField({ from: ago(121).toISOString() })).toEqual(['from']);
    expect(await refusedField({ from: 'yesterday' })).toEqual(['from']);
    expect(await refusedField({ from: '20260101' })).toEqual(['from']);
    expect(await refusedField({ to: '12/31/2026' })).toEqual(['to']);
    expect(await refusedField({ filter: 'edited_at' })).toEqual(['filter']);
    expect((await list({ from: ago(119).toISOString() })).status).toBe(200);
    expect((await list({ from: ago(119).toISOString().slice(0, 10) })).status).toBe(200);
  });

  it('reaches back a day where no window is given', async () => {
    const young = await shop.loop.createReturn({ items, createdAt: ago(0.9) });
    const old = await shop.loop.createReturn({ items, createdAt: ago(1.1) });
    expect(idsIn((await list()).body)).toEqual([young]);
    expect(idsIn((await list({ from: ago(2).toISOString() })).body)).toEqual([young, old]);
    expect(idsIn((await list({ to: ago(1).toISOString() })).body)).toEqual([old]);
  });

  it('comes in pages that lead on and back, or bare', async () => {
    const ids: string[] = [];
    for (const sku of ['A', 'B', 'C']) ids.push(await shop.loop.createReturn({ items: [{ sku }] }));
    const first = await list({ paginate: 'true', pageSize: '2' });
    expect(first.body).toEqual({
      returns: [expect.any(Object), expect.any(Object)],
      nextPageUrl: expect.stringContaining(shop.loop.url),
      previousPageUrl: null,
    });
    const second = await shop.call('GET', first.body.nextPageUrl);
    expect(idsIn(second.body.returns)).toEqual([ids[2]]);
    expect(second.body.nextPageUrl).toBeNull();
    const back = await shop.call('GET', second.body.previousPageUrl);
    expect(idsIn(back.body.returns)).toEqual(ids.slice(0, 2));
    expect((await list()).body).toHaveLength(3);
  });

  it('finds by its change a return that was created long ago', async () => {
    const id = await shop.loop.createReturn({ items, createdAt: new Date('2020-01-01') });
    expect((await list()).body).toEqual([]);
    await shop.loop.expireReturn(id);
    expect(idsIn((await list({ filter: 'updated_at', state: 'expired' })).body)).toEqual([id]);
  });

  it('shows the documented fields, and line items only where it is told to', async () => {
    const id = await shop.loop.createReturn({ items, destinationId: 1042 });
    const [label] = shop.loop.returns.get(id)?.labels ?? [];
    const row = await rowOf(id);
    expect(row).toMatchObject({
      id,
      state: 'open',
      customer: customer.email,
      carrier: label?.carrier,
      tracking_number: label?.trackingNumber,
      label_status: 'new',
      label_url: expect.stringContaining('.pdf'),
      destination_id: '1042',
      package_reference: null,
      return_method: expect.any(Object),
      type: expect.any(String),
      was_processed: false,
      refund_before_inspection: false,
    });
    expect(row).not.toHaveProperty('line_items');
    expect(row).not.toHaveProperty('labels');
    await shop.restart({ listItems: 'shown' });
    const shown = await shop.loop.createReturn({ items });
    expect(await rowOf(shown)).toMatchObject({ line_items: [{ sku: 'A' }], labels: [{ status: 'new' }] });
  });

  it('shows null for edited_at until the return is edited, and moves only updated_at for a label', async () => {
    await shop.restart({ styles: [plainStyle] });
    const id = await shop.loop.createReturn({ items, label: 'late' });
    const created = await rowOf(id);
    expect(created).toMatchObject({ edited_at: null, updated_at: created.created_at });
    await shop.loop.updateReturn(id, { orderName: '#1' });
    const edited = await rowOf(id);
    expect(edited.edited_at).toBe(edited.updated_at);
    expect(Date.parse(edited.edited_at)).toBeGreaterThan(Date.parse(created.updated_at));
    await shop.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z99' });
    const labelled = await rowOf(id);
    expect(labelled).toMatchObject({ edited_at: edited.edited_at, tracking_number: '1Z99' });
    expect(Date.parse(labelled.updated_at)).toBeGreaterThan(Date.parse(edited.updated_at));
  });
});

describe('the ASN report', () => {
  it('has one row for each line item, each with the label of its parcel', async () => {
    await shop.loop.createReturn({
      items: [{ sku: 'A', reason: 'Too big', destinationId: 7 }, { sku: 'B' }, { sku: 'C' }],
      labels: [
        { carrier: 'UPS', trackingNumber: '1Z1', items: [0] },
        { carrier: 'USPS', trackingNumber: '9400', items: [1], status: 'delivered' },
      ],
    });
    const { body } = await asn();
    expect(body).toMatchObject([
      { sku: 'A', return_reason: 'Too big', tracking_number: '1Z1', destination_id: 7, date_delivered: null },
      { sku: 'B', carrier: 'USPS', tracking_number: '9400', date_delivered: expect.any(String) },
      { sku: 'C', carrier: '', tracking_number: 'N/A', label_status: 'pending' },
    ]);
  });

  it('shows the documented fields, and what a bag without a label is known by', async () => {
    const id = await shop.loop.createReturn({ items, method: 'happyReturns' });
    await shop.loop.givePackageReference(id, 'HR200250DB9E');
    const { body } = await asn();
    expect(body).toEqual([
      expect.objectContaining({
        id: Number(id),
        return_line_item_id: expect.any(String),
        state: 'open',
        customer_email: customer.email,
        scannable_id: expect.any(String),
        restock_status: expect.any(String),
        package_reference: 'HR200250DB9E',
        return_method: 'happyReturns',
        return_method_rma_code: expect.stringMatching(/^HR/),
        closed_at: null,
      }),
    ]);
  });

  it('has the returns of every state', async () => {
    const states = ['open', 'closed', 'cancelled', 'expired', 'review', 'partial'];
    for (const state of states) await shop.loop.createReturn({ items, state });
    expect((await asn()).body.map((row: { state: string }) => row.state)).toEqual(states);
  });

  it('reaches back a week where no window is given, and has only what changed in the window', async () => {
    const young = await shop.loop.createReturn({ items, createdAt: ago(6) });
    const old = await shop.loop.createReturn({ items, createdAt: ago(8) });
    expect(idsIn((await asn()).body)).toEqual([young]);
    expect(idsIn((await asn({ from: ago(9).toISOString() })).body)).toEqual([young, old]);
    expect(idsIn((await asn({ to: ago(7).toISOString() })).body)).toEqual([old]);
  });

  it('reads a day and a time; with only days, any other date is 1970 to it, and nothing is refused', async () => {
    const old = await shop.loop.createReturn({ items, createdAt: ago(300) });
    const young = await shop.loop.createReturn({ items, createdAt: ago(2) });
    const from = ago(3).toISOString();
    for (const date of [from, from.slice(0, 10)])
      expect(idsIn((await asn({ from: date })).body)).toEqual([young]);
    expect(await asn({ from: 'last week' })).toMatchObject({ status: 200, body: { length: 2 } });

    await shop.restart({ asnDates: 'days only' });
    await shop.loop.createReturn({ id: old, items, createdAt: ago(300) });
    await shop.loop.createReturn({ id: young, items, createdAt: ago(2) });
    expect(idsIn((await asn({ from: from.slice(0, 10) })).body)).toEqual([young]);
    expect(idsIn((await asn({ from })).body)).toEqual([old, young]);
    expect((await asn({ from, to: new Date().toISOString() })).body).toEqual([]);
  });
});
