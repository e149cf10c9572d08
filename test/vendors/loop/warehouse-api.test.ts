import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOutbound } from '../../../src/outbound/call.ts';
import {
  type ListedState,
  type WarehouseApi,
  type Window,
  warehouseApi,
} from '../../../src/vendors/loop/warehouse-api.ts';
import { json, page, type Scripted, startVendor, type Vendor } from '../../outbound/vendor.ts';
import { merchantWith } from '../../returns/fixtures.ts';

let vendor: Vendor;
let api: WarehouseApi;
const outbound = openOutbound();
const window = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') };
const span = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' };

beforeAll(async () => {
  vendor = await startVendor();
  const merchant = merchantWith({ loop: { apiUrl: `${vendor.url}/api/2026-10`, apiKey: 'loop-key' } });
  api = warehouseApi(merchant, outbound.call);
});
afterAll(async () => {
  await outbound.close();
  await vendor.close();
});

function lastQuestion() {
  const asked = vendor.asked.at(-1);
  const { pathname, searchParams } = new URL(asked?.path ?? '', vendor.url);
  return {
    method: asked?.method,
    pathname,
    query: Object.fromEntries(searchParams),
    key: asked?.headers['x-authorization'],
  };
}

describe('the returns that were changed in a window', () => {
  const ask = (scripted: Scripted, cursor: string | null = null, state: ListedState | null = null) => {
    vendor.answer(scripted);
    return api.listReturns(window, state, cursor);
  };
  const listed = { id: 26442641, state: 'open', updated_at: '2026-03-01 10:00:00' };

  test('are asked for page by page, by when they were updated', async () => {
    await ask(json(200, { returns: [], nextPageUrl: null }));
    const paging = { filter: 'updated_at', paginate: 'true', pageSize: '100' };
    expect(lastQuestion()).toEqual({
      method: 'GET',
      pathname: '/api/2026-10/warehouse/return/list',
      query: { ...span, ...paging },
      key: 'loop-key',
    });
    await ask(json(200, { returns: [], nextPageUrl: null }), 'eyJpZCI6MX0=');
    expect(lastQuestion().query).toEqual({ ...span, ...paging, cursor: 'eyJpZCI6MX0=' });
  });

  test.each(['open', 'closed', 'cancelled', 'expired', 'review'] as const)(
    'are asked for in the state %s where it is given, on every page',
    async (state) => {
      for (const cursor of [null, 'eyJpZCI6MX0=']) {
        await ask(json(200, { returns: [], nextPageUrl: null }), cursor, state);
        expect(lastQuestion().query).toMatchObject({ ...span, state });
      }
    },
  );

  test.each([
    ['a page', { returns: [listed], nextPageUrl: null }],
    ['a page whose link is empty', { returns: [listed], nextPageUrl: '' }],
    ['a bare list', [listed]],
  ])('are read from %s, with or without their items', async (_, body) => {
    const answer = await ask(json(200, body));
    expect(answer).toMatchObject({ kind: 'page', unreadable: 0, cursor: null });
    expect(answer.kind === 'page' && answer.returns).toMatchObject([
      {
        id: '26442641',
        state: { state: 'open', word: null },
        updated_at: '2026-03-01T10:00:00.000Z',
      },
    ]);
  });

  test('go on with the cursor alone: the key follows no link to another address', async () => {
    const nextPageUrl = 'https://elsewhere.invalid/list?pageSize=100&cursor=eyJpZCI6MX0%3D';
    expect(await ask(json(200, { returns: [], nextPageUrl }))).toMatchObject({ cursor: 'eyJpZCI6MX0=' });
    expect(await ask(json(200, { returns: [], nextPageUrl: 'https://x.invalid/list' }))).toMatchObject({
      cursor: null,
    });
  });

  test('are read one by one: one that cannot be understood holds back no other', async () => {
    const answer = await ask(json(200, { returns: [{ state: 'open' }, listed, 'x'], nextPageUrl: null }));
    expect(answer).toMatchObject({ kind: 'page', unreadable: 2 });
    expect(answer.kind === 'page' && answer.returns).toHaveLength(1);
  });
});

describe('the ASN report', () => {
  const ask = (scripted: Scripted, span: Window = window) => {
    vendor.answer(scripted);
    return api.asnReport(span);
  };

  test.each([
    ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z', '2026-03-01', '2026-03-03'],
    ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00.001Z', '2026-03-01', '2026-03-03'],
    ['2026-02-28T22:00:00-05:00', '2026-02-28T23:00:00-05:00', '2026-03-01', '2026-03-02'],
    ['2026-12-30T10:00:00.000Z', '2026-12-31T10:00:00.000Z', '2026-12-30', '2027-01-01'],
  ])('of %s to %s is asked for by days, from its first to the day after its last', async (...dates) => {
    const [start, end, from, to] = dates;
    await ask(json(200, []), { from: new Date(start), to: new Date(end) });
    expect(lastQuestion()).toEqual({
      method: 'GET',
      pathname: '/api/2026-10/warehouse/reporting/asn',
      query: { from, to },
      key: 'loop-key',
    });
  });

  test('of 119 days, the longest window that is asked for, spans the 120 days that Loop takes', async () => {
    const aDay = 86_400_000;
    const from = new Date('2026-03-01T13:00:00Z');
    await ask(json(200, []), { from, to: new Date(from.getTime() + 119 * aDay) });
    const { query } = lastQuestion();
    expect((Date.parse(query['to'] ?? '') - Date.parse(query['from'] ?? '')) / aDay).toBe(120);
  });

  test('has a row for each line item, and nothing personal', async () => {
    const row = {
      id: 26442641,
      return_line_item_id: 7001,
      sku: 'SHIRT',
      return_reason: 'Too big',
      destination_id: 31,
      customer_name: 'Ada',
    };
    const answer = await ask(json(200, [row]));
    expect(answer).toEqual({
      kind: 'rows',
      rows: [
        {
          returnId: '26442641',
          item: {
            line_item_id: '7001',
            sku: 'SHIRT',
            return_reason: 'Too big',
            parent_return_reason: null,
            quantity: 1,
            destination_id: '31',
            destination: null,
          },
        },
      ],
    });
  });

  test('leaves out a return of which one row cannot be read: it must not lose an item', async () => {
    const whole = { id: 1000001, return_line_item_id: 1, sku: 'SHIRT' };
    const broken = { id: 1000002, return_line_item_id: 2, sku: 'SHIRT' };
    const unreadable = { id: 1000002, return_line_item_id: { at: 3 }, sku: 'PANTS' };
    const answer = await ask(json(200, [whole, broken, unreadable]));
    expect(answer).toMatchObject({ kind: 'rows', rows: [{ returnId: '1000001' }] });
    expect(await ask(json(200, [whole, { sku: 'PANTS' }]))).toEqual({ kind: 'rows', rows: [] });
  });
});

describe("a return's details", () => {
  const ask = (scripted: Scripted) => {
    vendor.answer(scripted);
    return api.details('26442641');
  };

  test('are asked for by its id', async () => {
    await ask(json(200, { id: 26442641 }));
    expect(lastQuestion()).toMatchObject({
      pathname: '/api/2026-10/warehouse/return/details',
      query: { return_id: '26442641' },
    });
  });

  test('are the return', async () => {
    const answer = await ask(json(200, { id: 26442641, state: 'needs review', destination: { id: 31 } }));
    expect(answer).toMatchObject({
      kind: 'details',
      record: { id: '26442641', state: { state: 'review', word: null }, destination: '31' },
    });
  });

  test('are refused where Loop knows no such return, which it says with status 200', async () => {
    expect(await ask(json(200, { error: { message: 'Return not found' } }))).toEqual({
      kind: 'refused',
      why: 'Return not found',
    });
  });
});

describe.each([
  ['the list', () => api.listReturns(window, null, null)],
  ['the report', () => api.asnReport(window)],
  ['the details', () => api.details('26442641')],
] as const)('%s', (_, ask) => {
  test.each([
    ['a page of a gateway', page(200)],
    ['something else', json(200, { data: 'none' })],
    ['a failure', json(503, [])],
    ['a broken connection', 'drop'],
  ] as const)('is asked for again where the answer is %s', async (__, scripted) => {
    vendor.answer(scripted);
    expect((await ask()).kind).toBe('transient');
  });

  test('waits until Loop takes requests again where the answer is a limit', async () => {
    vendor.answer(json(429, { message: 'Too many' }));
    expect((await ask()).kind).toBe('paused');
  });

  test('is a matter of the key with status 401', async () => {
    vendor.answer(json(401, { message: 'Unauthorized' }));
    const answer = await ask();
    expect(answer).toMatchObject({ kind: 'paused' });
    expect('why' in answer && answer.why).toContain('loop.apiKey');
    expect('why' in answer && answer.why).not.toContain('loop-key');
  });

  test('is refused where Loop says why', async () => {
    vendor.answer(json(422, { errors: { message: 'The window is too long' } }));
    expect(await ask()).toEqual({ kind: 'refused', why: 'The window is too long' });
  });
});
