import type { SoakVerdict } from '../soak/verdicts.ts';
import type { YearReport } from './year.ts';
import type { Cost } from './year-cost.ts';
import type { Kept } from './year-kept.ts';

/** What is kept for the retention, or for as long as a merchant is connected; of the rest each return leaves some. */
const bounded = ['deliveries', 'vendor_calls', 'connections', 'polls'] as const;
/** A month differs from another by chance, and by what was away in it. */
const mostSwing = 1.3;
const mostCost = 1.1;

/** Judges a year by its months, and by its last beside its second. */
export function verdictsOnYear({
  lives,
  months,
  firstMonth,
  lastMonth,
  findings,
}: YearReport): SoakVerdict[] {
  const [first] = months;
  const last = months.at(-1);
  if (first === undefined || last === undefined || months.length < 3) {
    return [{ name: 'long enough', holds: false, seen: `only ${months.length} months` }];
  }
  return [
    ...bounded.map((table) => boundedVerdict(table, months, (month) => month.rows[table] ?? 0)),
    boundedVerdict('jobs', months, ({ jobs }) => jobs),
    ratioVerdict(
      'size on disk for each return',
      sizeALife(months, first),
      sizeALife(months, last),
      mostSwing,
    ),
    ratioVerdict(
      'statements for each life',
      statementsALife(firstMonth),
      statementsALife(lastMonth),
      mostCost,
    ),
    ratioVerdict('database time for each life', timeALife(firstMonth), timeALife(lastMonth), mostCost),
    {
      name: 'every return ended as it should',
      holds: findings.length === 0,
      seen: `${lives} returns, ${findings.length} findings`,
    },
  ];
}

/** In the second half of the year at most as many as in the first, give or take. */
function boundedVerdict(name: string, months: readonly Kept[], count: (month: Kept) => number): SoakVerdict {
  const half = Math.floor(months.length / 2);
  const most = (some: readonly Kept[]) => Math.max(...some.map(count));
  const [early, late] = [most(months.slice(0, half)), most(months.slice(half))];
  const seen = `at most ${early} in the first half, ${late} in the second`;
  return { name: `${name} are bounded`, holds: late <= Math.ceil(early * mostSwing), seen };
}

function ratioVerdict(name: string, early: number, late: number, most: number): SoakVerdict {
  const ratio = late / early;
  const seen = `${early.toFixed(1)} at first, ${late.toFixed(1)} in the end: ${ratio.toFixed(2)} times as much`;
  return { name: `${name} stays`, holds: ratio <= most, seen };
}

/** What a month's returns added, in bytes: the first month also fills what does not grow. */
function sizeALife(months: readonly Kept[], month: Kept): number {
  const before = months[months.indexOf(month) - 1];
  if (before === undefined) return month.size / month.lives;
  return (month.size - before.size) / (month.lives - before.lives);
}

function statementsALife({ statements, lives }: Cost): number {
  return statements / lives;
}

/** In hundredths of what the yardstick took in that month, so that a machine that got slower does not count. */
function timeALife({ databaseMs, yardstickMs, lives }: Cost): number {
  return (100 * databaseMs) / yardstickMs / lives;
}
