import type { AuditFinding } from './audit.ts';
import { describeClaims } from './claims.ts';
import { type DatabaseKind, wayFaults } from './plan.ts';
import { type Decided, sum, type Tally } from './tally.ts';

/** What a run came to. */
export interface Report {
  readonly seed: number;
  readonly database: DatabaseKind;
  readonly returns: number;
  readonly seconds: number;
  readonly tally: Tally;
  readonly deliveries: number;
  readonly endings: ReadonlyMap<string, number>;
  readonly crashes: number;
  /** The limit came before the end of every return. */
  readonly ranOut: boolean;
  readonly findings: readonly AuditFinding[];
  /** Where the replicas' logs are; null where they were removed, because nothing was found. */
  readonly logs: string | null;
}

export const kinds = ['lost', 'wrong', 'doubled'] as const;

export function countOf(report: Report, kind: AuditFinding['kind']): number {
  return report.findings.filter((finding) => finding.kind === kind).length;
}

/** Whether the service has kept its word. */
export function isClean({ findings, crashes, ranOut, tally }: Report): boolean {
  return findings.length === 0 && crashes === 0 && !ranOut && isDecidedSoon(tally.decided);
}

/** Nine in ten: what was on the wire at a kill has to wait, for as long as Loop may take to carry it out. */
function isDecidedSoon(decided: Decided | null): boolean {
  const { of = null, undecided = null } = decided ?? {};
  return of !== null && undecided !== null && undecided <= of / 10;
}

const mostFindings = 40;

/** The most frequent first. */
function list(counts: ReadonlyMap<string, number>, between = ', '): string {
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${count} ${name}`)
    .join(between);
}

/** The report as lines for people. */
export function lines(report: Report): string[] {
  const { tally, findings, endings } = report;
  const { lateChanges } = tally;
  const isOnTheWay = (name: string) => wayFaults.some((fault) => fault === name);
  const vendors = new Map([...tally.faults].filter(([name]) => !isOnTheWay(name)));
  const onTheWay = new Map([...tally.faults].filter(([name]) => isOnTheWay(name)));
  const rows: [string, string][] = [
    ['returns', `${report.returns}: ${list(endings)}`],
    [
      'seed',
      `${report.seed}, ${report.seconds.toFixed(0)} s on two replicas and ${databases[report.database]}`,
    ],
    ['replicas killed', `${tally.kills} times (SIGKILL)`],
    ['work taken over', `after ${(tally.longestTakeoverMs / 1000).toFixed(1)} s at most`],
    ['claimed messages', describeClaims(tally.claims, tally.lastKillAt)],
    ['decided', describeDecided(tally.decided)],
    stopsOf(report),
    ['vendor faults', `${sum(vendors)} answers: ${list(vendors, '; ')}`],
    [
      'late changes',
      `${lateChanges.whole} refused alone (400), ${lateChanges.partial} among others (207): the parcel was under way`,
    ],
    ['deliveries', `${report.deliveries}, ${tally.repeats} of them repeated; ${list(onTheWay)}`],
    [
      'warehouse',
      `${tally.strays.length} parcels of no return; a merchant changed what is good ${tally.policyChanges} times`,
    ],
    ['silences', `${tally.silences}, in which all messages of a vendor were missed`],
  ];
  const shown = findings
    .slice(0, mostFindings)
    .map(({ kind, merchant, id, what }) => `${kind}: ${merchant} ${id}: ${what}`);
  const more = findings.length > mostFindings ? [`and ${findings.length - mostFindings} more`] : [];
  return [
    ...rows.flatMap(([name, text]) => wrapped(name, text)),
    '',
    kinds.map((kind) => `${kind} ${countOf(report, kind)}`).join('   '),
    ...(report.crashes > 0 ? [`A replica ended by itself ${report.crashes} times.`] : []),
    ...(report.ranOut ? ['The limit was reached before every return had ended.'] : []),
    ...shown,
    ...more,
    ...(report.logs === null ? [] : [`The logs of the replicas and the database are in ${report.logs}`]),
  ];
}

const databases: Readonly<Record<DatabaseKind, string>> = {
  'one server': 'one PostgreSQL',
  pair: 'a PostgreSQL with a synchronous standby',
};

function stopsOf({ database, tally: { databaseStops } }: Report): [string, string] {
  const { fast, immediate } = databaseStops;
  switch (database) {
    case 'one server':
      return ['database stopped', `${fast + immediate} times: ${fast} in order, ${immediate} at once`];
    case 'pair':
      return [
        'standby promoted',
        `${fast + immediate} times: the primary was killed ${immediate} times (SIGKILL), stopped in order ${fast} times`,
      ];
  }
}

function describeDecided(decided: Decided | null): string {
  const { of = null, undecided = null } = decided ?? {};
  if (of === null || undecided === null) return 'nobody could say';
  return `${of - undecided} of ${of} refunds and flags within two minutes of the last kill`;
}

const nameWidth = 18;
const width = 100;

function wrapped(name: string, text: string): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    if (row !== '' && nameWidth + row.length + 1 + word.length > width) {
      rows.push(row);
      row = '';
    }
    row = row === '' ? word : `${row} ${word}`;
  }
  return [...rows, row].map((part, at) => (at === 0 ? name : '').padEnd(nameWidth) + part);
}
