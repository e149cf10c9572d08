import { describe, expect, it } from 'vitest';
import { codeFor, countReasons, usedReasons } from '../../src/vendors/loop/reason-usage.ts';
import type { WarehouseApi } from '../../src/vendors/loop/warehouse-api.ts';

const row = (returnId: string, reason: string | null) => ({
  returnId,
  item: {
    line_item_id: null,
    sku: 'TEE-1',
    return_reason: reason,
    parent_return_reason: null,
    quantity: 1,
    destination_id: null,
    destination: null,
  },
});

it('reasons are counted whatever their case and outer spaces, the most frequent first', () => {
  const rows = [
    row('1', 'Hole'),
    row('1', 'Too big'),
    row('2', ' too BIG'),
    row('3', null),
    row('3', 'Faded'),
  ];
  expect(countReasons(rows)).toEqual([
    { reason: 'Too big', items: 2, returnIds: ['1', '2'] },
    { reason: 'Faded', items: 1, returnIds: ['3'] },
    { reason: 'Hole', items: 1, returnIds: ['1'] },
  ]);
});

it("a reason's own code comes before its parent's", () => {
  const mapping = new Map([
    ['size', 'tooBig'],
    ['too small', 'tooSmall'],
  ] as const);
  expect(codeFor(mapping, ' Too SMALL ', 'Size')).toBe('tooSmall');
  expect(codeFor(mapping, 'Too wide', 'SIZE ')).toBe('tooBig');
  expect(codeFor(mapping, 'Hole', 'Quality')).toBeNull();
  expect(codeFor(mapping, 'Hole', null)).toBeNull();
});

describe('the reasons in use', () => {
  const window = { from: new Date(0), to: new Date(1) };
  const apiWith = (rows: ReturnType<typeof row>[], parents: Record<string, string | null>) => {
    const asked: string[] = [];
    const api: WarehouseApi = {
      listReturns: () => Promise.reject(new Error('not needed')),
      asnReport: async () => ({ kind: 'rows', rows }),
      details: async (id) => {
        asked.push(id);
        const parent = parents[id];
        if (parent === undefined) return { kind: 'transient', why: 'away', arrived: 'no' };
        const item = { ...row(id, 'Odd').item, parent_return_reason: parent };
        return {
          kind: 'details',
          record: {
            id,
            created_at: null,
            edited_at: null,
            updated_at: null,
            order_name: null,
            order_number: null,
            provider_order_id: null,
            tracking_number: null,
            state: null,
            label_status: 'live',
            label_updated_at: null,
            package_reference: null,
            line_items: [item],
          },
        };
      },
    };
    return { api, asked };
  };

  it("have the first parent that Loop shows, and the parent's code", async () => {
    const { api } = apiWith([row('1', 'Odd'), row('2', 'Odd'), row('3', 'Odd')], { 2: null, 3: 'Size' });
    expect(await usedReasons(api, new Map([['size', 'tooBig']]), window, () => true)).toEqual({
      kind: 'used',
      reasons: [{ reason: 'Odd', parent: 'Size', items: 3, code: 'tooBig' }],
    });
  });

  it('cost a few requests only, however many there are', async () => {
    const rows = Array.from({ length: 500 }, (_, at) => row(String(at), `Reason ${at % 100}`));
    const { api, asked } = apiWith(rows, {});
    await usedReasons(api, new Map(), window, () => true);
    expect(asked.length).toBe(60);
  });
});
