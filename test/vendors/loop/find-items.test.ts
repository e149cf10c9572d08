import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { itemsFinder } from '../../../src/vendors/loop/find-items.ts';
import { type AsnRow, asnRow, returnRecord } from '../../../src/vendors/loop/schemas.ts';
import type { WarehouseApi, Window } from '../../../src/vendors/loop/warehouse-api.ts';

const window: Window = { from: new Date('2026-03-05T10:00:00Z'), to: new Date('2026-03-05T10:20:00Z') };
const created = '2026-03-01T10:00:00.000Z';
const dayOfCreation: Window = { from: new Date(created), to: new Date('2026-03-02T10:00:00.000Z') };
const rowOf = (id: number, sku: string): AsnRow => asnRow.parse({ id, return_line_item_id: 7001, sku });
const recordOf = (id: number, more: Record<string, unknown> = {}) =>
  returnRecord.parse({ id, state: 'open', created_at: created, ...more });
const later = { kind: 'transient', why: 'No answer', arrived: 'maybe' } as const;
const refused = { kind: 'refused', why: 'Not found' } as const;

interface Loop {
  readonly reports?: (span: Window) => Awaited<ReturnType<WarehouseApi['asnReport']>>;
  readonly details?: Awaited<ReturnType<WarehouseApi['details']>>;
}

/** A Loop that shows what a test says, and the questions that it was asked. */
function loopWith({ reports, details }: Loop) {
  const asked: unknown[] = [];
  const api: WarehouseApi = {
    listReturns: () => Promise.reject(new Error('The list is not asked here')),
    asnReport: async (span) => {
      asked.push(span);
      return reports?.(span) ?? { kind: 'rows', rows: [] };
    },
    details: async (id) => {
      asked.push(id);
      return details ?? refused;
    },
  };
  return { find: itemsFinder(api, window), asked };
}

const isWindow = (span: Window) => span.from.getTime() === window.from.getTime();

describe('the line items of a return whose list leaves them out', () => {
  test('are those of the report of the window, which is asked for once', async () => {
    const rows = [rowOf(1000001, 'SHIRT'), rowOf(1000002, 'PANTS'), rowOf(1000001, 'SOCKS')];
    const { find, asked } = loopWith({ reports: () => ({ kind: 'rows', rows }) });
    const found = await Promise.all([find(recordOf(1000001)), find(recordOf(1000002))]);
    expect(found).toMatchObject([
      { kind: 'items', items: [{ sku: 'SHIRT' }, { sku: 'SOCKS' }] },
      { kind: 'items', items: [{ sku: 'PANTS' }] },
    ]);
    expect(asked).toEqual([window]);
  });

  test('are each there once, also where the report has a row for each of two packages', async () => {
    const rows = [rowOf(1000001, 'SHIRT'), rowOf(1000001, 'SHIRT'), rowOf(1000001, 'SOCKS')];
    const { find } = loopWith({ reports: () => ({ kind: 'rows', rows }) });
    const { items } = z.object({ items: z.array(z.unknown()) }).parse(await find(recordOf(1000001)));
    expect(items).toMatchObject([{ sku: 'SHIRT' }, { sku: 'SOCKS' }]);
  });

  test('are those that its details show where it is in no report of the window', async () => {
    const details = recordOf(1000001, { line_items: [{ sku: 'SHIRT' }] });
    const { find, asked } = loopWith({ details: { kind: 'details', record: details } });
    expect(await find(recordOf(1000001))).toEqual({ kind: 'items', items: [{ sku: 'SHIRT' }] });
    expect(asked).toEqual([window, '1000001']);
  });

  test.each([
    ['show none either', { kind: 'details', record: recordOf(1000001) } as const],
    ['are refused', refused],
  ])('are those of the report of the day of its creation where its details %s', async (_, details) => {
    const { find, asked } = loopWith({
      details,
      reports: (span) => ({ kind: 'rows', rows: isWindow(span) ? [] : [rowOf(1000001, 'SHIRT')] }),
    });
    expect(await find(recordOf(1000001))).toMatchObject({ kind: 'items', items: [{ sku: 'SHIRT' }] });
    expect(asked).toEqual([window, '1000001', dayOfCreation]);
  });

  test('are none, and nothing is guessed, where Loop shows them nowhere', async () => {
    const { find, asked } = loopWith({ reports: () => refused });
    expect(await find(recordOf(1000001))).toEqual({ kind: 'items', items: undefined });
    expect(asked).toEqual([window, '1000001', dayOfCreation]);
    expect(await find(recordOf(1000001, { created_at: null }))).toEqual({ kind: 'items', items: undefined });
  });

  test.each([
    ['report', { reports: () => later }],
    ['details', { details: later }],
    ['report of the day of its creation', { reports: (span: Window) => (isWindow(span) ? refused : later) }],
  ])('are asked for again where there is no answer for the %s', async (_, loop) => {
    expect(await loopWith(loop).find(recordOf(1000001))).toEqual(later);
  });
});
