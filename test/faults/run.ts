import { setTimeout as wait } from 'node:timers/promises';
import { startPair } from '../replicas/pair.ts';
import { type StoppablePostgres, startPostgres } from '../replicas/postgres.ts';
import { type AuditFinding, auditAll, auditStrays, strayRmas } from './audit.ts';
import { type Deadline, deadlineIn, holds } from './deadline.ts';
import { keptFolder } from './folder.ts';
import { outcomesSchedule } from './outcomes-schedule.ts';
import type { DatabaseKind, PlannedReturn, Schedule, Trouble } from './plan.ts';
import { play } from './play.ts';
import { isClean, type Report } from './report.ts';
import { scheduleOf } from './schedule.ts';
import { type Decided, newTally, type Tally, takeStock } from './tally.ts';
import { makeTrouble } from './troubles.ts';
import { type OpenDatabase, startWorld, type World, type WorldSettings } from './world.ts';

/** Beside twice the time of the trouble: what starts, takeovers and tries with pauses take. */
const limitMs = { everything: 240_000, 'full allowance': 900_000 } as const;
/** What is amiss while nothing has moved for this long stays so: three rounds of polls have been. */
const stillMs = { everything: 20_000, 'full allowance': 700_000 } as const;
const startMs = 60_000;

/**
 * The real service's patience is made for vendors whose bad days last hours. Here they last seconds, and so do
 * the pauses; everything else is as in production, the heartbeat by which a dead worker is known among it.
 */
const quick: WorldSettings = {
  pollIntervalMs: 5_000,
  retentionMs: 86_400_000,
  pace: {
    tries: 200,
    longestRetryDelaySeconds: 3,
    pollingSeconds: 1,
    // Longer than a request can be under way, which is 20 seconds.
    answerWithinMs: 25_000,
    processWithinMs: 30_000,
    askClosedAfterSeconds: 3,
    loopRequestsPerMinute: 60_000,
  },
};

/** With the real patience, and Loop's real allowance: a message that may have arrived is asked for ten minutes on. */
const real: WorldSettings = { pollIntervalMs: 5_000, retentionMs: 86_400_000, pace: {} };

/** Everything that can go wrong, sped up; or only kills, while all messages that Loop takes in a minute are sent. */
export type FaultsKind = 'everything' | 'full allowance';

/** Kills are closer together, so once this long has passed since one, it was the last. */
const decidedWithinMs = 120_000;

export interface FaultsOptions {
  readonly kind?: FaultsKind;
  readonly database?: DatabaseKind;
  readonly returns: number;
  readonly seed: number;
  /** How many times as long there is between two returns, for a machine that has other work as well. */
  readonly stretch?: number;
  /** A database that is not this run's own, and so is not stopped; one of its own unless given. */
  readonly databaseUrl?: string;
  /** Kinds of trouble that the run does without. */
  readonly leaveOut?: readonly Trouble['kind'][];
  /** Hears of the run once a second. */
  readonly onProgress?: (tally: Tally, seconds: number) => void;
}

/** Runs the service as two processes through everything that the schedule has for it, and audits the end. */
export async function runFaults({
  kind = 'everything',
  database = 'one server',
  returns,
  seed,
  stretch = 1,
  databaseUrl,
  leaveOut = [],
  onProgress = () => {},
}: FaultsOptions): Promise<Report> {
  const planned =
    kind === 'everything'
      ? scheduleOf({ returns, seed, stretch, database })
      : outcomesSchedule({ returns, seed });
  const left = databaseUrl === undefined ? leaveOut : [...leaveOut, 'stop database'];
  const schedule = {
    ...planned,
    troubles: planned.troubles.filter((trouble) => !left.includes(trouble.kind)),
  };
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const tally = newTally();
  await using folder = await keptFolder('faults');
  await using closing = new AsyncDisposableStack();
  const world = await startWorld(
    folder.path,
    kind === 'everything' ? quick : real,
    closing,
    (nth) => schedule.onTheWay.get(nth) ?? null,
    databaseOf(database, databaseUrl),
  );
  const watching = setInterval(async () => {
    await takeStock(tally, world);
    const isTime = tally.kills > 0 && performance.now() - tally.lastKillAt >= decidedWithinMs;
    if (isTime) tally.decided ??= await countDecided(world);
    onProgress(tally, seconds());
  }, 1_000);
  closing.defer(async () => clearInterval(watching));

  const deadline = deadlineIn(2 * schedule.spanMs + limitMs[kind]);
  const stuck = await goThrough(world, schedule, tally, deadline);
  const ended = await auditInTheEnd(world, schedule, tally, { deadline, stillMs: stillMs[kind] });
  const findings = [...ended, ...stuck];
  await takeStock(tally, world);
  tally.decided ??= await countDecided(world);
  const report: Report = {
    seed,
    database,
    returns,
    seconds: seconds(),
    tally,
    deliveries: world.loadBalancer.requests,
    endings: await world.observer.endings(),
    crashes: world.replicas.reduce((all, replica) => all + replica.crashes, 0),
    ranOut: deadline.passed,
    findings,
    logs: folder.path,
  };
  if (!isClean(report)) return report;
  folder.isKept = false;
  return { ...report, logs: null };
}

/** Somebody else's database, which goes on whatever happens here. */
function foreign(url: string): StoppablePostgres {
  const outage = () => Promise.reject(new Error('This database is not stopped'));
  return { url, outage, close: async () => {} };
}

/** Lets every return and every trouble take place at its time. */
async function goThrough(
  world: World,
  schedule: Schedule,
  tally: Tally,
  deadline: Deadline,
): Promise<AuditFinding[]> {
  if (!(await holds(() => world.replicas.every(({ url }) => url !== null), deadlineIn(startMs)))) {
    throw new Error(`The replicas did not start. Their logs in ${world.folder} say why.`);
  }
  const startedAt = performance.now();
  const at = (ms: number) => wait(Math.max(0, startedAt + ms - performance.now()));
  const sending = new Set<Promise<unknown>>();
  const prepared = new Map<string, number>();
  const troubles = schedule.troubles.map(async (trouble) => {
    await at(trouble.at);
    await makeTrouble({ ...world, sending, tally, prepared, deadline }, trouble);
  });
  const plays = schedule.returns.map(async (planned): Promise<AuditFinding[]> => {
    await at(planned.at);
    tally.created += 1;
    const vendors = world.vendorsOf(planned.merchant);
    const missed = await play({ ...world, vendors, deadline, sending }, planned);
    return missed === null
      ? []
      : [{ kind: 'lost', merchant: planned.merchant, id: planned.id, what: missed }];
  });
  const stuck = await Promise.all(plays);
  await Promise.all(troubles);
  while (sending.size > 0) await Promise.allSettled(sending);
  return stuck.flat();
}

/** How many of the refunds and flags Loop has taken, or refused. */
async function countDecided({ observer }: World): Promise<Decided> {
  return { undecided: (await observer.undecided())?.length ?? null, of: await observer.outcomes() };
}

/** Waits until all is as it should be and nothing is left to do, or nothing moves any more; then audits all. */
async function auditInTheEnd(
  world: World,
  schedule: Schedule,
  { strays }: Tally,
  { deadline, stillMs }: { readonly deadline: Deadline; readonly stillMs: number },
): Promise<AuditFinding[]> {
  let open: readonly PlannedReturn[] = schedule.returns;
  let stillSince = performance.now();
  let before = '';
  while (!deadline.passed) {
    const findings = await auditAll(open, world);
    const amiss = new Set(findings.map(({ id }) => id));
    open = open.filter(({ id }) => amiss.has(id));
    const missed = await auditStrays(strays, world);
    const isQuiet = await world.observer.isQuiet();
    if (open.length === 0 && missed.length === 0 && isQuiet) break;
    const now = JSON.stringify([...findings, ...missed]);
    if (!isQuiet || now !== before) stillSince = performance.now();
    if (performance.now() - stillSince > stillMs) break;
    before = now;
    await wait(500);
  }
  return [
    ...(await auditAll(schedule.returns, world)),
    ...(await auditStrays(strays, world)),
    ...world.vendors.flatMap(strayRmas),
  ];
}

/** How the run comes to its database: one of its own, a primary with a standby, or one that is there already. */
function databaseOf(kind: DatabaseKind, url: string | undefined): OpenDatabase {
  if (url !== undefined) return async () => foreign(url);
  return kind === 'pair' ? startPair : startPostgres;
}
