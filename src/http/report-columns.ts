import { differences } from '../returns/difference.ts';
import { type MerchantMonth, type MonthReport, timedFrom } from '../returns-store/month-report.ts';
import type { CsvColumn } from './csv.ts';

/** The columns of a month's report: a merchant's line has each disposition that any of them has. */
export function reportColumns({
  month,
  state,
  countedAt,
  merchants,
}: MonthReport): CsvColumn<MerchantMonth>[] {
  const dispositions = [...new Set(merchants.flatMap(({ units }) => units.map((one) => one.disposition)))];
  return [
    { name: 'Month', cell: () => month },
    { name: 'State', cell: () => state },
    { name: 'Counted at', cell: () => countedAt.toISOString() },
    { name: 'Merchant', cell: ({ merchant }) => merchant },
    { name: 'Created', cell: ({ created }) => created },
    { name: 'Received', cell: ({ received }) => received },
    { name: 'Refunded', cell: ({ refunded }) => refunded },
    { name: 'Flagged', cell: ({ flagged }) => flagged },
    { name: 'Held', cell: ({ held }) => held },
    { name: 'Needs attention now', cell: ({ needsAttention }) => needsAttention },
    ...dispositions.toSorted().map((disposition) => ({
      name: `Units ${disposition}`,
      cell: ({ units }: MerchantMonth) => units.find((one) => one.disposition === disposition)?.units ?? 0,
    })),
    {
      name: 'Dock to decision, median hours',
      cell: ({ dockToDecision }) => hours(dockToDecision?.medianSeconds),
    },
    {
      name: 'Dock to decision, 95th percentile hours',
      cell: ({ dockToDecision }) => hours(dockToDecision?.p95Seconds),
    },
    ...timedFrom.map((from) => ({
      name: `Timed from ${from}`,
      cell: ({ dockToDecision }: MerchantMonth) => dockToDecision?.from[from] ?? 0,
    })),
    ...differences.map((difference) => ({
      name: `Differs: ${difference}`,
      cell: (one: MerchantMonth) =>
        one.differences.find((found) => found.difference === difference)?.count ?? 0,
    })),
  ];
}

function hours(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds / 36) / 100;
}
