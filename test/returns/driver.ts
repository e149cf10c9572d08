import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../../src/config/merchants.ts';
import type { LoopReturnEvent, ReturnEvent } from '../../src/returns/events.ts';
import { apply, dueSteps, rmaTask } from '../../src/returns/lifecycle.ts';
import {
  type LoopFacts,
  type LoopState,
  newReturn,
  type Outcome,
  type Receipt,
  type Return,
  type ReturnItem,
  type Rma,
  type Status,
  type Step,
  type ToldDestination,
  type Wait,
  type WarehouseStage,
} from '../../src/returns/return.ts';
import { statusOf } from '../../src/returns/status.ts';
import type { TimelineEntry } from '../../src/returns/timeline.ts';
import { answerTells, RETURN_ID } from './fixtures.ts';

/**
 * What befalls one request to a vendor. `lost`: done, but the answer never came. `unarrived`: it never
 * got there. `refused`: understood and refused. `given-up`: done, and its answer lost on the last try.
 */
export type Fate = 'ok' | 'lost' | 'unarrived' | 'refused' | 'given-up';
export const fates = ['ok', 'lost', 'unarrived', 'refused', 'given-up'] as const;

/** A message that took effect in Loop, and what was known when it was accepted. */
export interface Taken {
  readonly kind: 'process' | 'flag';
  readonly asked: Rma | null;
  /** What the facts of Loop asked for by then. */
  readonly wanted: Return['wanted'];
  /** What was known of Loop by then. */
  readonly loop: LoopFacts | null;
  readonly latestReceipt: Receipt | null;
}

export interface Driver {
  readonly facts: Return;
  readonly status: Status;
  readonly reason: string | null;
  readonly timeline: readonly TimelineEntry[];
  /** Steps that are waiting to be taken, in the order in which they became due. */
  readonly waiting: readonly Step[];
  /** The outcome after each event. */
  readonly outcomes: readonly (Outcome | null)[];
  /** The RMA that MasonHub holds. */
  readonly heldByMasonHub: Rma | null;
  /** Messages in effect: a process request that Loop failed to carry out, or put into review, is none. */
  readonly taken: readonly Taken[];
  readonly notes: readonly string[];
  /** Loop's state of the return as it was known after each event. */
  readonly states: readonly (LoopState | null)[];
  /** What was known when the outcome was decided; null until then. */
  readonly decidedOn: Return | null;
  /** How often Loop was asked for the destination, and was told what became of the items. */
  readonly asked: { readonly destination: number; readonly dispositions: number };
  tell(...events: ReturnEvent[]): void;
  /** Takes steps, the eldest first, until none is waiting or so many have been taken. */
  run(atMost?: number): void;
  /** Loop closes the return, as it does when it has processed it, and says so. */
  loopCloses(event: ReturnEvent): void;
  /** The same, but its webhook is lost: only who asks finds out. */
  loopClosesSilently(): void;
  /** Loop could not do what it had queued, and says so; nothing happens where nothing was queued. */
  loopFailsToProcess(): void;
  /** Loop tells of a return whose items are these, in words that cannot be understood. */
  loopGarbles(event: LoopReturnEvent, items: readonly ReturnItem[]): void;
  /** The same of a receipt. */
  masonHubGarbles(receipt: Receipt): void;
  /** The parcel comes so far that MasonHub does not take every change any more, and nobody says so. */
  parcelMoves(to: 'moving' | 'delivered'): void;
}

/**
 * A return between a small MasonHub and a small Loop. Steps are taken as the lifecycle asks for them, and
 * what the vendors answer comes back as events; the fates of the requests are dealt in order, then all is well.
 * @param destination what Loop answers when it is asked where the return is bound for
 */
export function drive(
  merchant: Merchant,
  fatesDealt: readonly Fate[] = [],
  destination: ToldDestination = { whole: null, byItem: {} },
): Driver {
  let facts: Return = newReturn(merchant.slug, RETURN_ID);
  let now = new Date('2026-03-01T12:00:00Z');
  let held: Rma | null = null;
  let lastSent: Rma | null = null;
  let loopState: LoopState = 'open';
  let loopChangedAt: string | null = null;
  let loopItems: readonly ReturnItem[] = [];
  let parcel: WarehouseStage = 'expected';
  let queued = false;
  let latestReceipt: Receipt | null = null;
  const timeline: TimelineEntry[] = [];
  const waiting: Step[] = [];
  const outcomes: (Outcome | null)[] = [];
  const states: (LoopState | null)[] = [];
  const taken: Taken[] = [];
  const notes: string[] = [];
  const asked = { destination: 0, dispositions: 0 };
  let decidedOn: Return | null = null;
  const deck = [...fatesDealt];
  const unanswered = new Set<Step>();
  /** Steps that are to be tried again only after a while. */
  const asleep: Step[] = [];

  /** What Loop tells late is of the past, and that it has closed a return is final. */
  function hearLoop({ state, editedAt, updatedAt, items }: LoopFacts): void {
    const changedAt = updatedAt ?? editedAt;
    const isOld = changedAt !== null && loopChangedAt !== null && changedAt < loopChangedAt;
    const isNewer = changedAt !== null && loopChangedAt !== null && changedAt > loopChangedAt;
    const opensAgain = hasEnded(loopState) && !hasEnded(state);
    if (loopState === 'closed' || (isOld && state !== 'closed') || (opensAgain && !isNewer)) return;
    loopState = state;
    loopChangedAt = changedAt;
    loopItems = items;
    if (state === 'review') loopDropsProcess();
  }

  /** What was queued is not carried out: a further request is the first that can take effect. */
  function loopDropsProcess(): void {
    if (!queued) return;
    queued = false;
    taken.pop();
    unanswered.delete('message');
  }

  function tell(event: ReturnEvent): void {
    if (event.kind === 'loopReturn') hearLoop(event.facts);
    hear(event);
  }

  function hear(event: ReturnEvent): void {
    // A parcel without an RMA tells nothing of the RMA's own.
    const isOwn = event.kind === 'receipt' && !event.receipt.isBlind;
    if (isOwn) latestReceipt = event.receipt;
    if (isOwn || event.kind === 'receiving') parcel = 'receiving';
    const transition = apply(facts, event, merchant, now);
    facts = transition.after;
    if (facts.outcome !== null) decidedOn ??= facts;
    timeline.push(...transition.timeline);
    outcomes.push(facts.outcome);
    states.push(facts.loop?.state ?? null);
    for (const step of transition.steps) if (!waiting.includes(step)) waiting.push(step);
  }

  function take(step: Step): void {
    if (!dueSteps(facts).includes(step)) return;
    const fate = deck.shift() ?? 'ok';
    takers[step](fate);
    const again = fate === 'lost' || fate === 'unarrived';
    if (again && dueSteps(facts).includes(step) && !waiting.includes(step)) waiting.push(step);
  }

  const takers: Record<Step, (fate: Fate) => void> = {
    rma: takeRma,
    message: takeMessage,
    note: takeNote,
    closing: takeClosing,
    destination: takeDestination,
    details: takeDetails,
    receipt: takeReceipt,
    inspection: () => endWait('inspection'),
    parcel: () => endWait('parcel'),
    dispositions: takeDispositions,
  };

  /** Loop is asked whether it has closed the return; where it has not, it is asked again later. */
  function takeClosing(fate: Fate): void {
    const isNews = hasEnded(loopState) || (loopState === 'review' && facts.loop?.state !== 'review');
    if (fate === 'given-up') {
      tell({ kind: 'stepFailed', step: 'closing', why: 'Loop has not closed the return.' });
    } else if (isNews && fate !== 'lost' && fate !== 'unarrived') {
      tell({ kind: 'stateTold', state: loopState, word: null });
    } else {
      askLater('closing');
    }
  }

  function askLater(step: Step): void {
    if (!asleep.includes(step)) asleep.push(step);
  }

  /** A refusal tells as much as an answer that names no destination. */
  function takeDestination(fate: Fate): void {
    if (fate === 'lost' || fate === 'unarrived') return;
    asked.destination += 1;
    const nowhere = { whole: null, byItem: {} };
    if (fate === 'given-up') tell({ kind: 'stepFailed', step: 'destination', why: 'No answer.' });
    else tell({ kind: 'destinationTold', destination: fate === 'refused' ? nowhere : destination });
  }

  /** Loop's details say how the return stands by now, and what its items are. */
  function takeDetails(fate: Fate): void {
    const { loop } = facts;
    if (fate === 'lost' || fate === 'unarrived' || loop === null) return;
    if (fate === 'given-up') {
      tell({ kind: 'stepFailed', step: 'details', why: 'No answer.' });
    } else if (fate === 'refused') {
      askLater('details');
    } else if (loop.unread !== null) {
      const shown = { ...loop, state: loopState, stateWord: null, items: [...loopItems], unread: null };
      hear({ ...answerTells({ trigger: 'details.told' }), facts: shown });
    } else if (loopState === 'unknown') {
      askLater('details');
    } else {
      tell({ kind: 'stateTold', state: loopState, word: null });
    }
  }

  /** MasonHub shows the receipt that could not be read when it came by itself. */
  function takeReceipt(fate: Fate): void {
    if (fate === 'lost' || fate === 'unarrived') return;
    const shown = latestReceipt;
    if (fate !== 'ok' || shown === null) tell({ kind: 'stepFailed', step: 'receipt', why: 'No answer.' });
    else tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: shown });
  }

  /** The time is over for what a return waits for. */
  function endWait(what: Wait['for']): void {
    now = new Date(
      Math.max(now.getTime(), Date.parse(facts.wait?.since ?? '') + (facts.wait?.atMostMs ?? 0)),
    );
    tell({ kind: 'waitOver', for: what });
  }

  function takeDispositions(fate: Fate): void {
    if (fate === 'lost' || fate === 'unarrived') return;
    asked.dispositions += 1;
    if (fate === 'ok') tell({ kind: 'dispositionsReported', count: 1 });
    else tell({ kind: 'dispositionsFailed', why: 'Loop does not know the line item.' });
  }

  function takeRma(fate: Fate): void {
    const task = rmaTask(facts);
    if (task === 'delete') {
      tell({ kind: 'rmaDeleteSent' });
      if (held !== null && parcel !== 'expected') {
        keepRma(fate, 'delete', parcel);
        return;
      }
      if (fate !== 'unarrived' && fate !== 'refused') held = null;
      answer(fate, 'rma', { kind: 'rmaDeleted' }, { kind: 'rmaRefused', why: 'It is being received.' });
      return;
    }
    if (facts.wanted?.kind !== 'rma') throw new Error(`${task} is due, but no RMA is wanted`);
    const { rma } = facts.wanted;
    tell({ kind: 'rmaSent', rma });
    const isFixed = parcel === 'delivered' || parcel === 'receiving';
    if (task === 'replace' && isFixed && held !== null && !isDeepStrictEqual(held, rma)) {
      keepRma(fate, 'replace', parcel);
      return;
    }
    lastSent = rma;
    if (fate !== 'unarrived' && fate !== 'refused') held = rma;
    const how = task === 'create' ? 'created' : 'replaced';
    answer(
      fate,
      'rma',
      { kind: 'rmaAccepted', rma, how },
      { kind: 'rmaRefused', why: 'SKU not found in catalog.' },
    );
  }

  /** MasonHub takes no change of an RMA whose parcel is on its way or here, and says how far it is. */
  function keepRma(fate: Fate, task: 'replace' | 'delete', stage: WarehouseStage): void {
    if (stage === 'expected' || fate === 'lost' || fate === 'unarrived') return;
    if (fate === 'given-up') tell({ kind: 'stepFailed', step: 'rma', why: 'No answer after many tries.' });
    else tell({ kind: 'rmaFixed', task, stage, status: stage });
  }

  function takeMessage(fate: Fate): void {
    const { outcome } = facts;
    if (outcome === null || !('message' in outcome)) throw new Error('there is no message to send');
    if (unanswered.has('message') && taken.length > 0) {
      unanswered.delete('message');
      tell({ kind: 'messageAccepted', stateWhenSent: null });
    } else if (hasEnded(loopState)) {
      tell({ kind: 'messageRefused', why: `Return is ${loopState}.`, state: loopState });
    } else {
      if (fate !== 'unarrived' && fate !== 'refused') {
        const { loop, wanted } = facts;
        taken.push({ kind: outcome.kind, asked: lastSent, wanted, loop, latestReceipt });
        queued = outcome.kind === 'process';
      }
      const refusal: ReturnEvent = { kind: 'messageRefused', why: 'Not now.', state: null };
      answer(fate, 'message', { kind: 'messageAccepted', stateWhenSent: null }, refusal);
    }
  }

  function takeNote(fate: Fate): void {
    const { outcome } = facts;
    const note = outcome !== null && 'note' in outcome ? outcome.note : null;
    if (note === null) throw new Error('there is no note to add');
    if (unanswered.has('note') && notes.includes(note)) {
      unanswered.delete('note');
      tell({ kind: 'noteAdded' });
    } else {
      if (fate !== 'unarrived' && fate !== 'refused') notes.push(note);
      answer(fate, 'note', { kind: 'noteAdded' }, { kind: 'noteRefused', why: 'Too long.' });
    }
  }

  /** Brings the answer back. Where none came, the vendor is asked before the same is sent again. */
  function answer(fate: Fate, step: Step, accepted: ReturnEvent, refused: ReturnEvent): void {
    if (fate === 'lost' || fate === 'given-up') unanswered.add(step);
    if (fate === 'ok') tell(accepted);
    if (fate === 'refused') tell(refused);
    if (fate === 'given-up') tell({ kind: 'stepFailed', step, why: 'No answer after many tries.' });
  }

  return {
    get facts() {
      return facts;
    },
    get status() {
      return statusOf(facts).status;
    },
    get reason() {
      return statusOf(facts).reason;
    },
    get heldByMasonHub() {
      return held;
    },
    get decidedOn() {
      return decidedOn;
    },
    asked,
    timeline,
    waiting,
    outcomes,
    states,
    taken,
    notes,
    tell: (...events) => {
      for (const event of events) tell(event);
    },
    run: (atMost = 200) => {
      for (let count = 0; count < atMost; count += 1) {
        const step = waiting.shift();
        if (step === undefined) break;
        take(step);
      }
      for (const step of asleep.splice(0)) if (!waiting.includes(step)) waiting.push(step);
    },
    loopCloses: (event) => {
      if (hasEnded(loopState)) return;
      queued = false;
      tell(event);
    },
    loopClosesSilently: () => {
      if (hasEnded(loopState)) return;
      queued = false;
      loopState = 'closed';
    },
    loopFailsToProcess: () => {
      if (!queued || hasEnded(loopState)) return;
      loopDropsProcess();
      tell({ kind: 'processingFailed', message: 'The card was declined' });
    },
    loopGarbles: (event, items) => {
      hearLoop({ ...event.facts, items: [...items] });
      hear({ ...event, facts: { ...event.facts, items: [], unread: 'line_items: not understood' } });
    },
    masonHubGarbles: (receipt) => {
      latestReceipt = receipt;
      parcel = 'receiving';
      hear({ kind: 'receiptUnread', why: 'data.0.line_items: not understood' });
    },
    parcelMoves: (to) => {
      if (held !== null && parcel !== 'receiving') parcel = to;
    },
  };
}

function hasEnded(state: LoopState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'expired';
}
