import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { audit, type Finding, strayRmas } from './audit.ts';
import { type Deadline, deadlineIn, holds } from './deadline.ts';
import type { PlannedReturn, Schedule } from './plan.ts';
import { play } from './play.ts';
import { isClean, type Report } from './report.ts';
import { scheduleOf } from './schedule.ts';
import { newTally, type Tally, takeStock } from './tally.ts';
import { makeTrouble } from './troubles.ts';
import { startWorld, type World } from './world.ts';

/** Twice as long as the trouble, and what starts, takeovers and tries with pauses take. */
const limitMs = ({ spanMs }: Schedule) => 2 * spanMs + 120_000;
/** What is amiss while nothing has moved for this long stays so: three rounds of polls have been. */
const stillMs = 20_000;
const auditedAtOnce = 20;

export interface FaultsOptions {
  readonly returns: number;
  readonly seed: number;
  /** Hears of the run once a second. */
  readonly onProgress?: (tally: Tally, seconds: number) => void;
}

/** Runs the service as two processes through everything that the schedule has for it, and audits the end. */
export async function runFaults({ returns, seed, onProgress = () => {} }: FaultsOptions): Promise<Report> {
  const schedule = scheduleOf({ returns, seed });
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const tally = newTally();
  const folder = await mkdtemp(join(tmpdir(), 'masonhub-loop-faults-'));
  // Where it is run by root, the database runs as another user, who has to enter the folder.
  await chmod(folder, 0o711);
  let isKept = true;
  await using closing = new AsyncDisposableStack();
  closing.defer(async () => {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  });
  const world = await startWorld(folder, schedule, closing);
  const watching = setInterval(async () => {
    await takeStock(tally, world);
    onProgress(tally, seconds());
  }, 1_000);
  closing.defer(async () => clearInterval(watching));

  const deadline = deadlineIn(limitMs(schedule));
  const stuck = await goThrough(world, schedule, tally, deadline);
  const findings = [...(await auditInTheEnd(world, schedule, deadline)), ...stuck];
  await takeStock(tally, world);
  const report: Report = {
    seed,
    returns,
    seconds: seconds(),
    tally,
    deliveries: world.door.requests,
    endings: await world.observer.endings(),
    crashes: world.replicas.reduce((all, replica) => all + replica.crashes, 0),
    ranOut: deadline.passed,
    findings,
    logs: folder,
  };
  isKept = !isClean(report);
  return isKept ? report : { ...report, logs: null };
}

/** Lets every return and every trouble take place at its time. */
async function goThrough(
  world: World,
  schedule: Schedule,
  tally: Tally,
  deadline: Deadline,
): Promise<Finding[]> {
  if (!(await holds(() => world.replicas.every(({ url }) => url !== null), deadline))) {
    throw new Error('The replicas did not start; their logs say why.');
  }
  const startedAt = performance.now();
  const at = (ms: number) => wait(Math.max(0, startedAt + ms - performance.now()));
  const sending = new Set<Promise<unknown>>();
  const troubles = schedule.troubles.map(async (trouble) => {
    await at(trouble.at);
    await makeTrouble({ ...world, sending, tally }, trouble);
  });
  const plays = schedule.returns.map(async (planned): Promise<Finding[]> => {
    await at(planned.at);
    tally.created += 1;
    const vendors = world.vendorsOf(planned.merchant);
    const missed = await play({ vendors, ask: world.ask, deadline, sending }, planned);
    return missed === null
      ? []
      : [{ kind: 'lost', merchant: planned.merchant, id: planned.id, what: missed }];
  });
  const stuck = await Promise.all(plays);
  await Promise.all(troubles);
  while (sending.size > 0) await Promise.allSettled(sending);
  return stuck.flat();
}

/** Waits until all is as it should be and nothing is left to do, or nothing moves any more; then audits all. */
async function auditInTheEnd(world: World, schedule: Schedule, deadline: Deadline): Promise<Finding[]> {
  let open: readonly PlannedReturn[] = schedule.returns;
  let stillSince = performance.now();
  let before = '';
  while (!deadline.passed) {
    const findings = await auditAll(world, open);
    const amiss = new Set(findings.map(({ id }) => id));
    open = open.filter(({ id }) => amiss.has(id));
    const isQuiet = await world.observer.isQuiet();
    if (open.length === 0 && isQuiet) break;
    const now = JSON.stringify(findings);
    if (!isQuiet || now !== before) stillSince = performance.now();
    if (performance.now() - stillSince > stillMs) break;
    before = now;
    await wait(500);
  }
  return [...(await auditAll(world, schedule.returns)), ...world.vendors.flatMap(strayRmas)];
}

async function auditAll(world: World, returns: readonly PlannedReturn[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let from = 0; from < returns.length; from += auditedAtOnce) {
    const some = returns.slice(from, from + auditedAtOnce);
    const found = await Promise.all(
      some.map((planned) => audit(planned, world.vendorsOf(planned.merchant), world.ask)),
    );
    findings.push(...found.flat());
  }
  return findings;
}
