import { expect, test } from 'vitest';
import type { YearReport } from './year.ts';
import type { Kept } from './year-kept.ts';
import { verdictsOnYear } from './year-verdicts.ts';

const cost = { lives: 280, statements: 28_000, databaseMs: 4_200, yardstickMs: 1_400 };

function month(nth: number): Kept {
  const lives = nth * 280;
  const rows = { deliveries: 300 + nth, vendor_calls: 190, connections: 2, polls: 2, returns: lives };
  return { day: nth * 28, lives, rows, size: lives * 20_000, jobs: 4 };
}

const year: YearReport = {
  lives: 3_640,
  months: Array.from({ length: 13 }, (_, nth) => month(nth + 1)),
  firstMonth: cost,
  lastMonth: { ...cost, statements: 29_000, databaseMs: 8_400, yardstickMs: 2_800 },
  findings: [],
};

function failing(changes: Partial<YearReport>): string[] {
  return verdictsOnYear({ ...year, ...changes })
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);
}

/** The last month is another. */
function ending(changes: (last: Kept) => Partial<Kept>): Pick<YearReport, 'months'> {
  return { months: year.months.map((one, at) => (at === 12 ? { ...one, ...changes(one) } : one)) };
}

test('a year in which nothing grows but the returns is a good one, also on a machine that got slower', () => {
  expect(failing({})).toEqual([]);
});

test('what grows is named', () => {
  const more = (table: string) => ending(({ rows }) => ({ rows: { ...rows, [table]: 1_000 } }));
  expect(failing(more('deliveries'))).toEqual(['deliveries are bounded']);
  expect(failing(more('vendor_calls'))).toEqual(['vendor_calls are bounded']);
  expect(failing(ending(() => ({ jobs: 40 })))).toEqual(['jobs are bounded']);
  expect(failing(ending(({ size }) => ({ size: 2 * size })))).toEqual(['size on disk for each return stays']);
});

test('what costs a tenth more in the end is named', () => {
  const dearer = { ...cost, statements: 31_000 };
  expect(failing({ lastMonth: dearer })).toEqual(['statements for each life stays']);
  const slower = { ...cost, databaseMs: 4_700 };
  expect(failing({ lastMonth: slower })).toEqual(['database time for each life stays']);
});

test('a return that ended otherwise is a finding, and two months are no year', () => {
  const lost = { kind: 'lost', merchant: 'acme', id: '73000001', what: 'no flag took effect' } as const;
  expect(failing({ findings: [lost] })).toEqual(['every return ended as it should']);
  expect(failing({ months: year.months.slice(0, 2) })).toEqual(['long enough']);
});
