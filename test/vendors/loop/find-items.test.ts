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
  readonly details?: Details | ((id: string) => Details);
}

type Details = Awaited<ReturnType<WarehouseApi['details']>>;

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
      return (typeof details === 'function' ? details(id) : details) ?? refused;
    },
  };
  return { find: itemsFinder(api, window, 100), asked };
}

const isWindow = (span: Window) => span.from.getTime() === window.from.getTime();

describe('the line items of a return whose list leaves them out', () => {
  test('are those that its details show, with all its labels, and not those of a report of packages', async () => {
    const labels = [{ tracking_number: '1Z111' }, { tracking_number: '1Z222' }];
    const details = recordOf(1000001, { line_items: [{ sku: 'SHIRT' }, { sku: 'SOCKS' }], labels });
    const reports = () => ({ kind: 'rows', rows: [rowOf(1000001, 'SHIRT')] }) as const;
    const { find, asked } = loopWith({ details: { kind: 'details', record: details }, reports });
    expect(await find(recordOf(1000001))).toMatchObject({
      kind: 'items',
      items: [{ sku: 'SHIRT' }, { sku: 'SOCKS' }],
      labels,
    });
    expect(asked).toEqual(['1000001']);
  });

  test('are those of the report of the window where the details show none, which is asked for once', async () => {
    const rows = [rowOf(1000001, 'SHIRT'), rowOf(1000002, 'PANTS'), rowOf(1000001, 'SOCKS')];
    const { find, asked } = loopWith({ reports: () => ({ kind: 'rows', rows }) });
    const found = await Promise.all([find(recordOf(1000001)), find(recordOf(1000002))]);
    expect(found).toMatchObject([
      { kind: 'items', items: [{ sku: 'SHIRT' }, { sku: 'SOCKS' }] },
      { kind: 'items', items: [{ sku: 'PANTS' }] },
    ]);
    expect(asked).toEqual(['1000001', '1000002', window]);
  });

  test('of more than a hundred returns are looked for in the report first', async () => {
    const ids = Array.from({ length: 103 }, (_, index) => 1000001 + index);
    const rows = ids.slice(0, 102).map((id) => rowOf(id, 'SHIRT'));
    const { find, asked } = loopWith({ reports: () => ({ kind: 'rows', rows }) });
    const found = [];
    for (const id of ids) found.push(await find(recordOf(id)));
    const alone = asked.filter((one) => typeof one === 'string');
    expect(alone).toEqual([...ids.slice(0, 100), 1000103].map(String));
    // Whose details were not asked is said, and of nobody else.
    expect(found.map((one) => 'from' in one)).toEqual(ids.map((_, at) => at === 100 || at === 101));
  });

  test('come with the labels that the details list, also where the items are those of the report', async () => {
    const labels = [{ tracking_number: '1Z111' }, { tracking_number: '1Z222' }];
    const { find } = loopWith({
      details: { kind: 'details', record: recordOf(1000001, { labels }) },
      reports: () => ({ kind: 'rows', rows: [rowOf(1000001, 'SHIRT')] }),
    });
    expect(await find(recordOf(1000001))).toMatchObject({ items: [{ sku: 'SHIRT' }], labels });
  });

  test('are looked for in the report where the details list none at all', async () => {
    const details = { kind: 'details', record: recordOf(1000001, { line_items: [] }) } as const;
    const { find } = loopWith({
      details,
      reports: () => ({ kind: 'rows', rows: [rowOf(1000001, 'SHIRT')] }),
    });
    expect(await find(recordOf(1000001))).toMatchObject({ items: [{ sku: 'SHIRT' }] });
    expect(await find(recordOf(1000002))).toMatchObject({ items: [] });
  });

  test('are left to be asked for later once three in a row had no answer', async () => {
    const { find, asked } = loopWith({ details: later });
    for (let id = 1000001; id < 1000021; id += 1) {
      expect(await find(recordOf(id))).toEqual({ kind: 'items', items: undefined });
    }
    expect(asked).toEqual(['1000001', '1000002', '1000003']);
  });

  test('are asked for as long as one of three has an answer', async () => {
    const { find, asked } = loopWith({ details: (id) => (id.endsWith('3') ? refused : later) });
    const ids = Array.from({ length: 6 }, (_, index) => 1000001 + index);
    for (const id of ids) await find(recordOf(id, { created_at: null }));
    expect(asked.filter((one) => typeof one === 'string')).toEqual(ids.slice(0, 6).map(String));
  });

  test('are asked for again by the next pull where the details have to wait', async () => {
    const paused = { kind: 'paused', why: 'The allowance is used up', isKeyRefused: false } as const;
    expect(await loopWith({ details: paused }).find(recordOf(1000001))).toEqual(paused);
  });

  test('are each there once, also where the report has a row for each of two packages', async () => {
    const rows = [rowOf(1000001, 'SHIRT'), rowOf(1000001, 'SHIRT'), rowOf(1000001, 'SOCKS')];
    const { find } = loopWith({ reports: () => ({ kind: 'rows', rows }) });
    const { items } = z.object({ items: z.array(z.unknown()) }).parse(await find(recordOf(1000001)));
    expect(items).toMatchObject([{ sku: 'SHIRT' }, { sku: 'SOCKS' }]);
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
    expect(asked).toEqual(['1000001', window, dayOfCreation]);
  });

  test('are none, and nothing is guessed, where Loop shows them nowhere', async () => {
    const { find, asked } = loopWith({ reports: () => refused });
    expect(await find(recordOf(1000001))).toEqual({ kind: 'items', items: undefined });
    expect(asked).toEqual(['1000001', window, dayOfCreation]);
    expect(await find(recordOf(1000001, { created_at: null }))).toEqual({ kind: 'items', items: undefined });
  });

  test.each([
    ['report', { reports: () => later }],
    ['report of the day of its creation', { reports: (span: Window) => (isWindow(span) ? refused : later) }],
  ])('are asked for again where there is no answer for the %s', async (_, loop) => {
    expect(await loopWith(loop).find(recordOf(1000001))).toEqual(later);
  });

  test('are not guessed where there is no answer for its details, which keeps no other return from being found', async () => {
    const { find, asked } = loopWith({
      details: later,
      reports: () => ({ kind: 'rows', rows: [rowOf(1000001, 'SHIRT')] }),
    });
    expect(await find(recordOf(1000001))).toEqual({ kind: 'items', items: undefined });
    expect(asked).toEqual(['1000001']);
  });
});
