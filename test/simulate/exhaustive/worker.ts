import { isDeepStrictEqual } from 'node:util';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import type { LoopState } from '../../../src/returns/loop-facts.ts';
import type { Rma, SentOutcome, Step } from '../../../src/returns/return.ts';
import { rmaTask } from '../../../src/returns/rma-task.ts';
import { receiptsToAsk } from '../../../src/returns/ruling.ts';
import { hasEnded } from '../../../src/returns/told.ts';
import { askedForBox, boxSeen } from './box.ts';
import type { Lifecycle } from './facts.ts';
import {
  hear,
  type MessageInHand,
  type Next,
  type RmaInHand,
  type Seen,
  spend,
  type World,
  without,
} from './state.ts';
import { isFixed, lastEdit, receiptIn, withTold } from './vendors.ts';

/**
 * What workers do with the jobs, cut at every point at which they can die: between the commit and the request,
 * between the request and its answer, and between the answer and its commit. How requests are claimed and asked
 * for stands in `vendors`, beside the database; this is that protocol written a second time, without one.
 */
export function workersAct(world: World, lifecycle: Lifecycle): Next {
  return [
    ...world.jobs.flatMap((step) => takers[step](world, step, lifecycle)),
    ...requestsArrive(world),
    ...answersArrive(world, lifecycle),
    ...workersDie(world),
  ];
}

type Take = (world: World, step: Step, lifecycle: Lifecycle) => Next;

/** A step that is answered at once and leaves nothing behind at the vendor. */
function asks(answersOf: (world: World) => readonly ReturnEvent[]): Take {
  return (world, step, lifecycle) => {
    if (!dueSteps(world.facts).includes(step)) return [[`drops ${step}`, without(world, step)]];
    return answersOf(world).map((event) => [
      `${step}: ${event.kind}`,
      hear(without(world, step), event, lifecycle),
    ]);
  };
}

function endOfWait({ facts: { wait } }: World): ReturnEvent[] {
  return wait === null ? [] : [{ kind: 'waitOver', for: wait.for }];
}

const takers: Record<Step, Take> = {
  rma: takeRma,
  message: takeMessage,
  note: asks(() => [{ kind: 'noteAdded' }]),
  closing: asks(({ loop, facts }) => {
    const state = lastEdit(loop)?.state ?? 'open';
    const isNews = hasEnded(state) || (state === 'review' && facts.loop?.state !== 'review');
    return isNews ? [{ kind: 'stateTold', state, word: null }] : [];
  }),
  details: asks(({ loop }) => [{ kind: 'stateTold', state: lastEdit(loop)?.state ?? 'open', word: null }]),
  destination: asks(() => [{ kind: 'destinationTold', destination: { whole: null, byItem: {} } }]),
  receipt: takeReceipt,
  inspection: asks(endOfWait),
  parcel: asks(endOfWait),
  dispositions: asks(() => [{ kind: 'dispositionsReported', count: 1 }]),
};

/** MasonHub is asked for the RMA, or for the box where all has come in it, or where it could not be understood. */
function takeReceipt(world: World, step: Step, lifecycle: Lifecycle): Next {
  const asked = receiptsToAsk(world.facts);
  const isOfOwn = world.facts.receiptUnread !== null || asked.some((one) => !one.isBlind);
  const rest = without(world, step);
  if (!dueSteps(world.facts).includes(step)) return [[`drops ${step}`, rest]];
  if (isOfOwn) return askForOwn(rest, lifecycle);
  const after = askedForBox(rest, lifecycle);
  return after === null ? [] : [[`${step}: the box`, after]];
}

function askForOwn(world: World, lifecycle: Lifecycle): Next {
  const nth = world.hub.found.length - 1;
  const receipt = receiptIn(world, nth);
  if (receipt === null) return [];
  const event = { kind: 'receipt', trigger: 'receipt.pulled', receipt } as const;
  return [['receipt: the RMA', hear(withTold(world, nth), event, lifecycle)]];
}

function takeRma(world: World, step: Step, lifecycle: Lifecycle): Next {
  const { facts, hub, hands } = world;
  if (hands.rma !== null) return [];
  const task = rmaTask(facts);
  if (!dueSteps(facts).includes('rma') || task === 'none') return [['drops rma', without(world, step)]];
  if (task === 'delete') {
    if (facts.sent === null) return [['drops rma', without(world, step)]];
    const noted = hear(world, { kind: 'rmaDeleteSent' }, lifecycle);
    return [['notes a deletion', withRma(noted, { task, rma: facts.sent, phase: 'noted', answer: null })]];
  }
  const { sent, confirmed, wanted } = facts;
  const rma = wanted?.kind === 'rma' ? wanted.rma : sent;
  if (rma === null) return [['drops rma', without(world, step)]];
  const unanswered = isDeepStrictEqual(sent, confirmed) ? null : sent;
  // What an earlier try put on the wire may be there: MasonHub is asked first.
  if (unanswered !== null && isSame(hub.held, unanswered)) {
    const nth = hub.found.length - 1;
    const receipt = receiptIn(world, nth);
    const found = {
      kind: 'rmaAccepted',
      rma: unanswered,
      how: 'adopted',
      origin: 'opened',
      asked: unanswered,
    } as const;
    const adopted = receipt === null ? found : { ...found, receipt };
    const told = receipt === null ? world : withTold(world, nth);
    return [['finds the RMA there', hear(without(told, step), adopted, lifecycle)]];
  }
  if (task === 'ask') return [['finds no RMA', hear(without(world, step), { kind: 'rmaGone' }, lifecycle)]];
  const noted = hear(world, { kind: 'rmaSent', rma }, lifecycle);
  return [[`notes a ${task}`, withRma(noted, { task, rma, phase: 'noted', answer: null })]];
}

function isSame(held: Rma | null, rma: Rma): boolean {
  return held !== null && isDeepStrictEqual(held.lines, rma.lines);
}

function withRma(world: World, rma: RmaInHand | null): World {
  return { ...world, hands: { ...world.hands, rma } };
}

/** What has been told by now of what was received. */
function seenIn(world: World): Seen {
  const { found, told } = world.hub;
  return { own: (told === null ? null : found[told]) ?? null, box: boxSeen(world) };
}

function withMessage(world: World, message: MessageInHand | null): World {
  return { ...world, hands: { ...world.hands, message } };
}

function takeMessage(world: World, step: Step, lifecycle: Lifecycle): Next {
  const { facts, claim, hands } = world;
  if (hands.message !== null) return [];
  const outcome = outcomeOf(world);
  if (outcome === null || !dueSteps(facts).includes('message'))
    return [['drops message', without(world, step)]];
  if (claim !== null) {
    const known = knownOf(world, outcome, claim.state);
    if (known === 'wait') return [];
    if (known !== 'nothing') {
      return [[`learns: ${known.kind}`, { ...hear(without(world, step), known, lifecycle), claim: null }]];
    }
  }
  const requests = world.requests === 0 ? 1 : 2;
  const claimed = { ...world, claim: { state: facts.loop?.state ?? null }, requests } as const;
  return [
    ['claims the message', withMessage(claimed, { phase: 'claimed', seen: seenIn(world), answer: null })],
  ];
}

/** What Loop knows of a message without an answer; `wait` while it may still act on it. */
function knownOf(
  { loop }: World,
  { kind }: SentOutcome,
  stateWhenClaimed: LoopState | null,
): ReturnEvent | 'wait' | 'nothing' {
  const state = lastEdit(loop)?.state ?? 'open';
  if (state === 'review' && kind === 'flag') return { kind: 'messageAccepted', stateWhenSent: null };
  if (state === 'review' && stateWhenClaimed !== 'review') {
    return { kind: 'messageRefused', why: 'In review since.', state };
  }
  if (state === 'open' || state === 'review') return loop.isQueued ? 'wait' : 'nothing';
  return { kind: 'messageRefused', why: `Loop says ${state}.`, state };
}

function outcomeOf({ facts: { outcome } }: World): SentOutcome | null {
  return outcome !== null && 'message' in outcome ? outcome : null;
}

/** Requests that are noted reach their vendor, which does as it is asked or refuses. */
function requestsArrive(world: World): Next {
  const { rma, message } = world.hands;
  return [
    ...(rma?.phase === 'noted' ? rmaArrives(world, rma) : []),
    ...(message?.phase === 'claimed' ? messageArrives(world, message) : []),
  ];
}

function rmaArrives(world: World, { task, rma }: RmaInHand): Next {
  const { hub } = world;
  const answered = (answer: ReturnEvent, held: Rma | null): World =>
    withRma({ ...world, hub: { ...hub, held } }, { task, rma, phase: 'answered', answer });
  if (task === 'delete') {
    if (hub.held !== null && isFixed(world))
      return [['MasonHub keeps the RMA', answered(fixed('delete', world), hub.held)]];
    return [['MasonHub deletes the RMA', answered({ kind: 'rmaDeleted' }, null)]];
  }
  if (hub.held !== null && isFixed(world) && !isSame(hub.held, rma)) {
    return [['MasonHub keeps the RMA', answered(fixed('replace', world), hub.held)]];
  }
  const how = task === 'create' ? 'created' : 'replaced';
  const done: Next = [[`MasonHub takes the ${task}`, answered({ kind: 'rmaAccepted', rma, how }, rma)]];
  const spent = spend(world, 'refusals');
  if (spent === null || hub.held !== null) return done;
  const refused = withRma(spent, {
    task,
    rma,
    phase: 'answered',
    answer: { kind: 'rmaRefused', why: 'SKU not found.', rma },
  });
  return [...done, ['MasonHub refuses the RMA', refused]];
}

function fixed(task: 'replace' | 'delete', { hub }: World): ReturnEvent {
  const isHere = hub.stage === 'received';
  return { kind: 'rmaFixed', task, stage: 'receiving', status: isHere ? 'received' : 'onDock' };
}

function messageArrives(world: World, { seen }: MessageInHand): Next {
  const outcome = outcomeOf(world);
  const state = lastEdit(world.loop)?.state ?? 'open';
  if (outcome === null) return [];
  if (state !== 'open' && state !== 'review') {
    return [[`Loop refuses: ${state}`, withMessage(world, refusal(seen, `Return is ${state}.`, state))]];
  }
  if (outcome.kind === 'process' && state === 'review') {
    return [['Loop refuses: review', withMessage(world, refusal(seen, 'Flagged.', 'review'))]];
  }
  const { facts, loop } = world;
  const taken = [...loop.taken, { kind: outcome.kind, asked: facts.sent, seen }];
  const answer: ReturnEvent = { kind: 'messageAccepted', stateWhenSent: world.claim?.state ?? null };
  const isQueued = outcome.kind === 'process';
  const after = { ...world, loop: { ...loop, taken, isQueued: loop.isQueued || isQueued } };
  const done = withMessage(after, { phase: 'answered', seen, answer });
  if (outcome.kind === 'process') return [['Loop queues the refund', done]];
  const sku = lastEdit(loop)?.sku ?? '';
  const inReview = {
    ...done,
    loop: { ...done.loop, edits: [...loop.edits, { state: 'review' as const, sku }] },
  };
  return [['Loop flags it', inReview]];
}

function refusal(seen: Seen, why: string, state: LoopState): MessageInHand {
  return { phase: 'answered', seen, answer: { kind: 'messageRefused', why, state } };
}

/** Answers come back, and what they tell is committed with the end of the job. */
function answersArrive(world: World, lifecycle: Lifecycle): Next {
  const { rma, message } = world.hands;
  const next: [string, World][] = [];
  if (rma?.answer != null) {
    next.push([
      `hears: ${rma.answer.kind}`,
      hear(without(withRma(world, null), 'rma'), rma.answer, lifecycle),
    ]);
  }
  if (message?.answer != null) {
    const heard = hear(without(withMessage(world, null), 'message'), message.answer, lifecycle);
    const isKept = message.answer.kind === 'messageAccepted' && world.requests > 1;
    next.push([`hears: ${message.answer.kind}`, isKept ? heard : { ...heard, claim: null }]);
  }
  return next;
}

/** Whatever a worker has in its hands is gone, before its request or after it; the job is taken up again. */
function workersDie(world: World): Next {
  const spent = spend(world, 'crashes');
  if (spent === null) return [];
  const { rma, message } = world.hands;
  return [
    ...(rma === null ? [] : [[`dies with a ${rma.task}, ${rma.phase}`, withRma(spent, null)] as const]),
    ...(message === null
      ? []
      : [[`dies with the message, ${message.phase}`, withMessage(spent, null)] as const]),
  ];
}
