import { setTimeout as wait } from 'node:timers/promises';
import { type AuditFinding, auditAll, strayRmas } from '../faults/audit.ts';
import { deadlineIn, holds } from '../faults/deadline.ts';
import { type Dice, diceOf } from '../faults/dice.ts';
import { keptFolder } from '../faults/folder.ts';
import { rules, slugs } from '../faults/merchants.ts';
import type { PlannedReturn } from '../faults/plan.ts';
import { play } from '../faults/play.ts';
import { stories } from '../faults/stories.ts';
import { startWorld, type World } from '../faults/world.ts';
import { type Sample, takeSample } from './sample.ts';
import { type SoakVerdict, verdictsOn } from './verdicts.ts';

const sampledEveryMs = 10_000;
/** How long one return may take, all in all; and what is left at the end. */
const patienceMs = 180_000;
const firstId = 72_000_000;

export interface SoakOptions {
  readonly minutes: number;
  /** Returns created in a second. */
  readonly rate: number;
  readonly onSample: (sample: Sample) => void;
}

export interface SoakReport {
  readonly verdicts: readonly SoakVerdict[];
  readonly findings: readonly AuditFinding[];
  /** Where the replicas' logs are; null where nobody needs them. */
  readonly logs: string | null;
}

/** Runs two replicas at a steady rate with nothing going wrong, and watches what grows. */
export async function runSoak({ minutes, rate, onSample }: SoakOptions): Promise<SoakReport> {
  await using folder = await keptFolder('soak');
  await using closing = new AsyncDisposableStack();
  const seconds = Math.min(120, Math.max(10, minutes * 6));
  const world = await startWorld(
    folder.path,
    {
      pollIntervalMs: 30_000,
      retentionMs: seconds * 1000,
      pace: { purgeEveryMs: seconds * 1000, keepEndedJobsSeconds: seconds },
    },
    closing,
  );
  await Promise.all(world.replicas.map((replica) => replica.untilReady()));
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const sample = async () => {
    const taken = await takeSample(world, (performance.now() - startedAt) / 1000);
    samples.push(taken);
    onSample(taken);
  };
  const watching = setInterval(() => void sample(), sampledEveryMs);
  closing.defer(async () => clearInterval(watching));
  const returns = await createReturns(world, minutes * 60_000, rate);
  clearInterval(watching);
  await holds(() => world.observer.isQuiet(), deadlineIn(patienceMs));
  await sample();
  const findings = [...(await auditAll(returns, world)), ...world.vendors.flatMap(strayRmas)];
  const verdicts = [...verdictsOn(samples, { seconds }), endVerdict(returns.length, findings)];
  if (!verdicts.every((verdict) => verdict.holds)) return { verdicts, findings, logs: folder.path };
  folder.isKept = false;
  return { verdicts, findings, logs: null };
}

/** Creates returns until the time is over, and resolves once everything has happened to them. */
async function createReturns(world: World, forMs: number, rate: number): Promise<PlannedReturn[]> {
  const dice = diceOf(1);
  const returns: PlannedReturn[] = [];
  const plays = new Set<Promise<unknown>>();
  const sending = new Set<Promise<unknown>>();
  const startedAt = performance.now();
  while (performance.now() - startedAt < forMs) {
    const planned = plan(dice, returns.length);
    returns.push(planned);
    const stage = { ...world, vendors: world.vendorsOf(planned.merchant), sending };
    const playing = play({ ...stage, deadline: deadlineIn(patienceMs) }, planned);
    plays.add(playing);
    void playing.finally(() => plays.delete(playing));
    await wait(Math.max(0, startedAt + (returns.length * 1000) / rate - performance.now()));
  }
  await Promise.all(plays);
  await Promise.all(sending);
  return returns;
}

function plan(dice: Dice, index: number): PlannedReturn {
  const merchant = slugs[index % slugs.length] ?? slugs[0];
  const [story, make] = dice.weighted(stories.map((one) => [one, one[2]] as const));
  return { id: String(firstId + index), merchant, at: 0, story, heard: true, ...make(dice, rules[merchant]) };
}

function endVerdict(returns: number, findings: readonly AuditFinding[]): SoakVerdict {
  const seen = `${returns} returns, ${findings.length} findings`;
  return { name: 'every return ended as it should', holds: findings.length === 0, seen };
}
