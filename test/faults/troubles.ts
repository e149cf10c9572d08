import { setTimeout as wait } from 'node:timers/promises';
import { followClaims } from './claims.ts';
import type { Deadline } from './deadline.ts';
import { strangeSku } from './merchants.ts';
import type { Trouble } from './plan.ts';
import { beginSilence, endSilence } from './silences.ts';
import type { Tally } from './tally.ts';
import { scripted } from './vendor-answers.ts';
import type { World } from './world.ts';

/** What troubles are made of. */
export interface Scene extends World {
  readonly sending: Set<Promise<unknown>>;
  readonly deadline: Deadline;
  readonly tally: Tally;
  /** How many answers were prepared for each kind of call. */
  readonly prepared: Map<string, number>;
}

/** Makes one trouble, and resolves once it is over. */
export async function makeTrouble(scene: Scene, trouble: Trouble): Promise<void> {
  switch (trouble.kind) {
    case 'kill':
      return kill(scene, trouble.replicas, trouble.downMs);
    case 'stop database':
      await scene.postgres.outage(trouble.mode, trouble.downMs);
      scene.tally.databaseStops[trouble.mode] += 1;
      return;
    case 'answer':
      prepareAnswer(scene, trouble);
      return;
    case 'silence':
      return silence(scene, trouble.merchant, trouble.vendor, trouble.forMs);
    case 'repeat':
      return repeat(scene, trouble);
    case 'stray parcel': {
      const { masonhub } = scene.vendorsOf(trouble.merchant);
      scene.tally.strays.push(trouble);
      await masonhub.receiveBlind(trouble.trackingNumber, [{ sku: strangeSku }]);
      return;
    }
    case 'change policy':
      await scene.writeMerchants('after');
      scene.tally.policyChanges += 1;
      return;
  }
}

/** Answers that wait for their call must not pile up: a vendor that fails every call for minutes is another story. */
const mostPrepared = 2;

function prepareAnswer({ vendorsOf, prepared }: Scene, trouble: Extract<Trouble, { kind: 'answer' }>): void {
  const { loop, masonhub } = vendorsOf(trouble.merchant);
  const { calls } = trouble.vendor === 'loop' ? loop : masonhub;
  const met = calls.filter(({ name, scripted: answer }) => name === trouble.call && answer !== null).length;
  const name = `${trouble.merchant} ${trouble.vendor} ${trouble.call}`;
  const before = prepared.get(name) ?? 0;
  if (before - met >= mostPrepared) return;
  prepared.set(name, before + 1);
  if (trouble.vendor === 'loop') loop.answerNext(trouble.call, scripted[trouble.fault]);
  else masonhub.answerNext(trouble.call, scripted[trouble.fault]);
}

async function kill(
  { replicas, observer, tally, deadline }: Scene,
  indexes: readonly number[],
  downMs: number,
): Promise<void> {
  const underWay = await observer.jobsUnderWay();
  const killed = await Promise.all(
    indexes.map((index) => {
      const replica = replicas[index];
      if (replica === undefined) throw new Error(`There is no replica ${index}`);
      return replica.kill(downMs);
    }),
  );
  const kills = killed.filter(Boolean).length;
  if (kills === 0) return;
  tally.kills += kills;
  tally.lastKillAt = performance.now();
  const [takenOverMs] = await Promise.all([
    observer.untilTakenOver(underWay),
    followClaims(observer, tally.lastKillAt, tally.claims, deadline),
  ]);
  tally.longestTakeoverMs = Math.max(tally.longestTakeoverMs, takenOverMs);
}

async function silence(
  { vendorsOf, tally }: Scene,
  merchant: string,
  vendor: 'loop' | 'masonhub',
  forMs: number,
): Promise<void> {
  const silenced = vendorsOf(merchant)[vendor];
  beginSilence(silenced);
  tally.silences += 1;
  await wait(forMs);
  endSilence(silenced);
}

async function repeat(
  { vendorsOf, sending, tally }: Scene,
  { merchant, vendor, which, times }: Extract<Trouble, { kind: 'repeat' }>,
): Promise<void> {
  const { loop, masonhub } = vendorsOf(merchant);
  const bodies =
    vendor === 'loop' ? loop.deliveries.map(({ body }) => body) : masonhub.answers.map(({ sent }) => sent);
  const body = bodies[Math.floor(which * (bodies.length - 1))];
  if (body === undefined) return;
  const message = vendor === 'loop' ? loop.deliver(body, { times }) : masonhub.deliver(body, { times });
  tally.repeats += times;
  sending.add(message);
  void message.finally(() => sending.delete(message));
}
