import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { distribute } from '../../src/database/distribute.ts';
import { pendingMigrations } from '../../src/database/migrate.ts';
import { prepareDatabase } from '../../src/start-database.ts';
import { countOf, isClean, kinds, lines } from '../faults/report.ts';
import { runFaults } from '../faults/run.ts';
import { emptyTables } from '../support/empty-tables.ts';
import { runTests } from './run-tests.ts';
import { quickSuites, type Suite, suites } from './suites.ts';
import type { Tried } from './table.ts';

export interface ConformanceOptions {
  readonly databaseUrl: string;
  /** `citus`: the tables are distributed before anything else is tried. */
  readonly backend: 'postgres' | 'citus';
  /** How many returns go through kills. */
  readonly returns: number;
  readonly seed: number;
  readonly isQuick: boolean;
  /** Hears of each thing as soon as it is known. */
  readonly told: (tried: Tried) => void;
  /** Hears of the run with kills, line by line. */
  readonly say: (line: string) => void;
}

const log = pino({ level: 'silent' });

/** Tries everything that the service needs of a database, in turn; what comes after a failed start makes no sense. */
export async function tryEngine(options: ConformanceOptions): Promise<Tried[]> {
  const all: Tried[] = [];
  const trying = async (what: string, attempt: () => Promise<Omit<Tried, 'what'>>): Promise<boolean> => {
    const tried = { what, ...(await attempt().catch(failed)) };
    all.push(tried);
    options.told(tried);
    return tried.isRight;
  };
  const { databaseUrl, backend, isQuick, returns } = options;
  if (!(await trying('the start: sessions, migrations, twice', () => start(databaseUrl)))) return all;
  if (backend === 'citus') {
    if (!(await trying('the tables distributed by merchant, twice', () => spread(databaseUrl)))) return all;
  }
  for (const suite of isQuick ? quickSuites : suites) {
    await trying(suite.name, () => runSuite(suite, databaseUrl));
  }
  await trying(`${returns} returns of three merchants, through kills`, () => goThroughKills(options));
  return all;
}

function failed(error: unknown): Omit<Tried, 'what'> {
  const problem = error instanceof Error ? error.message : String(error);
  return { isRight: false, figures: '', problems: [problem] };
}

async function start(databaseUrl: string) {
  await prepareDatabase(databaseUrl, log);
  await prepareDatabase(databaseUrl, log);
  const { db, close } = connect(databaseUrl, { max: 1, log });
  try {
    const pending = await pendingMigrations(db);
    return { isRight: pending.length === 0, figures: '', problems: pending };
  } finally {
    await close();
  }
}

async function spread(databaseUrl: string) {
  const { db, close } = connect(databaseUrl, { max: 1, longestQueryMs: null, log });
  try {
    const kindsOf = { first: [] as string[], again: [] as string[] };
    await distribute(db, ({ kind }) => kindsOf.first.push(kind));
    await distribute(db, ({ kind }) => kindsOf.again.push(kind));
    const isRight =
      kindsOf.first.every((kind) => kind === 'distributed') && kindsOf.again.every((kind) => kind === 'kept');
    return { isRight, figures: `${kindsOf.first.length} tables`, problems: [] };
  } finally {
    await close();
  }
}

async function runSuite(suite: Suite, databaseUrl: string) {
  const { passed, failed: problems } = await runTests(suite, databaseUrl);
  const isRight = problems.length === 0 && passed > 0;
  return { isRight, figures: `${passed} of ${passed + problems.length} tests`, problems };
}

async function goThroughKills({ databaseUrl, returns, seed, isQuick, say }: ConformanceOptions) {
  await emptyTables(databaseUrl);
  // The vendors' own troubles take longer than anything that the database has to do.
  const leaveOut = isQuick ? (['answer', 'silence'] as const) : [];
  const report = await runFaults({ returns, seed, databaseUrl, leaveOut });
  for (const line of lines(report)) say(line);
  const counts = kinds.map((kind) => `${kind} ${countOf(report, kind)}`).join(', ');
  return {
    isRight: isClean(report),
    figures: `${counts}; ${report.tally.kills} kills, ${report.seconds.toFixed(0)} s`,
    problems: report.findings.map(({ kind, merchant, id, what }) => `${kind}: ${merchant} ${id}: ${what}`),
  };
}
