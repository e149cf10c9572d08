import { beforeAll, expect, test } from 'vitest';
import { type MonthReport, makeMonthReport, periodOf } from '../../src/returns-store/month-report.ts';
import { readMonth } from '../../src/returns-store/month-rows.ts';
import { openDatabase } from '../support/open-database.ts';
import { type StoredReturn, storeReturns } from '../support/stored-returns.ts';

const connection = openDatabase();
const queries = { query: (statement: string, values: unknown[]) => connection.pool.query(statement, values) };
const at = (text: string) => new Date(`2026-${text}Z`);
const oneLine = (units: Record<string, number>) => [
  {
    lines: [
      {
        sku: 'TEE-1',
        received: Object.entries(units).map(([disposition, count]) => ({ disposition, units: count })),
      },
    ],
  },
];

const returns: readonly StoredReturn[] = [
  // The first and the last moment of the month, and those beside them.
  { loop_return_id: 'first', created_at: at('11-01T00:00:00.000') },
  { loop_return_id: 'last', created_at: at('11-30T23:59:59.999') },
  { loop_return_id: 'before', created_at: at('10-31T23:59:59.999') },
  { loop_return_id: 'after', created_at: at('12-01T00:00:00.000') },
  // Loop has not told of it.
  {
    loop_return_id: 'untold',
    loop: null,
    created_at: at('11-05T00:00:00'),
    received_at: at('11-06T00:00:00'),
  },
  { loop_return_id: 'elsewhere', merchant: 'zenith', created_at: at('11-05T00:00:00') },
  // Received and decided: an hour from the dock, two from the beginning of receiving, none from the receipt.
  {
    loop_return_id: 'refunded',
    status: 'processed',
    created_at: at('10-20T00:00:00'),
    docked_at: at('11-10T08:00:00'),
    receiving_at: at('11-10T08:30:00'),
    received_at: at('11-10T09:00:00'),
    decided_at: at('11-10T09:00:00'),
    decision: 'process',
    receipts: [...oneLine({ available: 2 }), ...oneLine({ available: 1, damaged: 0 })],
  },
  {
    loop_return_id: 'flagged',
    status: 'processed',
    created_at: at('10-20T00:00:00'),
    // The carrier told of it only afterwards.
    docked_at: at('11-12T00:00:00'),
    receiving_at: at('11-11T07:00:00'),
    received_at: at('11-11T09:00:00'),
    decided_at: at('11-11T09:00:00'),
    decision: 'flag',
    differs: 'flag-closed',
    receipts: oneLine({ damaged: 1, available: 1 }),
  },
  {
    loop_return_id: 'held',
    status: 'held',
    created_at: at('10-20T00:00:00'),
    received_at: at('11-30T23:00:00'),
    decided_at: at('11-30T23:00:00'),
    decision: 'hold',
    receipts: oneLine({ available: 1 }),
  },
  // Received in the month and decided after it.
  {
    loop_return_id: 'inspected',
    status: 'attention',
    created_at: at('10-20T00:00:00'),
    received_at: at('11-30T23:59:00'),
    decided_at: at('12-02T00:00:00'),
    decision: 'hold',
    differs: 'hold-closed',
    receipts: oneLine({ qc: 4 }),
  },
];

beforeAll(async () => {
  await storeReturns(queries, returns);
  await connection.pool.query(
    `insert into return_events (merchant, loop_return_id, position, at, event) values
      ('acme', 'refunded', 0, '2026-11-10T09:00:01Z', 'process.accepted'),
      ('acme', 'refunded', 1, '2026-11-11T09:00:01Z', 'process.accepted'),
      ('acme', 'flagged', 0, '2026-11-11T09:00:01Z', 'flag.accepted'),
      ('acme', 'flagged', 1, '2026-12-01T00:00:00Z', 'flag.accepted'),
      ('acme', 'held', 0, '2026-11-30T23:00:00Z', 'attention')`,
  );
});

const report = async (month: string, now = at('12-15T00:00:00')): Promise<MonthReport> =>
  makeMonthReport(month, ['zenith', 'acme'], await readMonth(connection.db, periodOf(month)), now);

const noDifferences = [
  'process-review',
  'process-cancelled',
  'process-expired',
  'flag-closed',
  'flag-cancelled',
  'flag-expired',
  'hold-closed',
  'hold-cancelled',
  'hold-expired',
  'closed-early',
].map((difference) => ({ difference, count: 0 }));
const nothing = {
  created: 0,
  received: 0,
  refunded: 0,
  flagged: 0,
  held: 0,
  needsAttention: 0,
  units: [],
  dockToDecision: null,
  differences: noDifferences,
};

test('a month counts what happened in it, by merchant, and what needs attention now', async () => {
  const { merchants, ...rest } = await report('2026-11');
  expect(rest).toEqual({ month: '2026-11', state: 'over', countedAt: at('12-15T00:00:00') });
  expect(merchants).toEqual([
    {
      merchant: 'acme',
      created: 2,
      received: 4,
      refunded: 1,
      flagged: 1,
      held: 1,
      needsAttention: 1,
      units: [
        { disposition: 'available', units: 5 },
        { disposition: 'qc', units: 4 },
        { disposition: 'damaged', units: 1 },
      ],
      dockToDecision: { medianSeconds: 3600, p95Seconds: 6840, from: { dock: 1, receiving: 1, receipt: 1 } },
      differences: noDifferences.map((one) =>
        one.difference === 'flag-closed' ? { ...one, count: 1 } : one,
      ),
    },
    { merchant: 'zenith', ...nothing, created: 1 },
  ]);
});

test('a month in which nothing happened is all zeros but for what needs attention now', async () => {
  const { merchants } = await report('2025-01');
  expect(merchants).toEqual([
    { merchant: 'acme', ...nothing, needsAttention: 1 },
    { merchant: 'zenith', ...nothing },
  ]);
});

test('the present month is partial, also in its last moment', async () => {
  expect((await report('2026-11', at('11-30T23:59:59.999'))).state).toBe('partial');
  expect((await report('2026-11', at('12-01T00:00:00'))).state).toBe('over');
});

test('December ends with the year, and February is as long as it is', () => {
  expect(periodOf('2026-12')).toEqual({ from: at('12-01T00:00:00'), before: new Date('2027-01-01') });
  expect(periodOf('2028-02').before).toEqual(new Date('2028-03-01'));
});
