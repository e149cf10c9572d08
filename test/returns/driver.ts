import type { Merchant } from '../../src/config/merchants.ts';
import type { LoopReturnEvent, ReturnEvent } from '../../src/returns/events.ts';
import { apply, dueSteps, startsAfterMs } from '../../src/returns/lifecycle.ts';
import type { LoopState, ReturnItem, ToldDestination } from '../../src/returns/loop-facts.ts';
import type { ReceiptPolicy } from '../../src/returns/policy.ts';
import {
  newReturn,
  type Outcome,
  type Receipt,
  type Return,
  type Rma,
  type Status,
  type Step,
} from '../../src/returns/return.ts';
import { statusOf } from '../../src/returns/status.ts';
import type { TimelineEntry } from '../../src/returns/timeline.ts';
import { type Desk, type Fate, isAnswered, type Known } from './desk.ts';
import { RETURN_ID } from './fixtures.ts';
import type { Case } from './money-rule.ts';
import { smallLoop, type Taken } from './small-loop.ts';
import { smallMasonHub } from './small-masonhub.ts';
import { waitingSteps } from './waiting-steps.ts';

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
  /** The return as the rule saw it when the outcome was decided; null until then. */
  readonly situationDecided: Case | null;
  /** How often Loop was asked for the destination, and was told what became of the items. */
  readonly asked: { readonly destination: number; readonly dispositions: number };
  /** The policy of the RMA last put on the wire, unless MasonHub kept its own; null before one was. */
  readonly policySent: ReceiptPolicy | null;
  /** The return as the rule sees it by now; null before an RMA was sent. */
  readonly situation: Case | null;
  tell(...events: ReturnEvent[]): void;
  /** Takes steps, the eldest first, until none is waiting or so many have been taken. */
  run(atMost?: number): void;
  /** The same, and those that are taken again after a while, until every fate is dealt and all that is left waits. */
  runToTheEnd(): void;
  /** Takes all steps but those that start only after a while. */
  runNow(): void;
  /** From now on the merchants file says this of receipts. */
  merchantChanges(receipts: ReceiptPolicy): void;
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
  /** The warehouse puts this on record, and nobody says so: only who asks finds out. */
  masonHubRecords(receipt: Receipt): void;
  /** The recurring pull shows all that MasonHub has on record. */
  masonHubShowsAll(): void;
  /** The parcel comes so far that MasonHub does not take every change any more, and nobody says so. */
  parcelMoves(to: 'moving' | 'delivered'): void;
}

/**
 * A return between a small MasonHub and a small Loop. Steps are taken as the lifecycle asks for them, and
 * what the vendors answer comes back as events; the fates of the requests are dealt in order, then all is well.
 * @param destination what Loop answers when it is asked where the return is bound for
 */
export function drive(
  merchantAtFirst: Merchant,
  fatesDealt: readonly Fate[] = [],
  destination: ToldDestination = { whole: null, byItem: {} },
): Driver {
  let merchant = merchantAtFirst;
  let facts: Return = newReturn(merchant.slug, RETURN_ID);
  let now = new Date('2026-03-01T12:00:00Z');
  let policySent: ReceiptPolicy | null = null;
  let policyHeld: ReceiptPolicy | null = null;
  let decidedOn: Return | null = null;
  let situationDecided: Case | null = null;
  const timeline: TimelineEntry[] = [];
  const steps = waitingSteps(take);
  const outcomes: (Outcome | null)[] = [];
  const states: (LoopState | null)[] = [];
  const deck = [...fatesDealt];
  const desk: Desk = { facts: () => facts, known, hear, askLater: steps.askLater };
  const loop = smallLoop(desk, destination);
  const masonHub = smallMasonHub(desk);

  function known(): Known {
    const { loop, wanted } = facts;
    const { lastSent: asked, ownReceipt: latestReceipt } = masonHub;
    return { asked, wanted, loop, latestReceipt, situation: situation() };
  }

  function situation(): Case | null {
    const { lastSent } = masonHub;
    if (lastSent === null || policySent === null) return null;
    return {
      asked: lastSent.lines,
      receiveInto: lastSent.receiveInto,
      policy: policySent,
      parcels: masonHub.parcelsTold(),
      refundsEnabled: merchant.refunds,
      anotherParcelOnItsWay: false,
      askedAgain: false,
      waitedForMs: 0,
    };
  }

  function tell(event: ReturnEvent): void {
    if (event.kind === 'loopReturn') loop.tells(event.facts);
    hear(event);
  }

  function hear(event: ReturnEvent): void {
    masonHub.tells(event);
    followPolicy(event);
    const transition = apply(facts, event, merchant, now);
    facts = transition.after;
    if (facts.outcome !== null && decidedOn === null) {
      decidedOn = facts;
      situationDecided = situation();
    }
    timeline.push(...transition.timeline);
    outcomes.push(facts.outcome);
    states.push(facts.loop?.state ?? null);
    for (const step of transition.steps) steps.add(step);
  }

  /** A replacement that MasonHub did not take never was an RMA, and its policy never was in force. */
  function followPolicy(event: ReturnEvent): void {
    const { kind } = event;
    if (kind === 'rmaSent') policySent = merchant.receipts;
    if (kind === 'rmaAccepted') policyHeld = policySent;
    if (kind === 'rmaDeleted') policyHeld = null;
    const isUntaken = kind === 'rmaFixed' || (kind === 'rmaRefused' && event.rma !== null);
    if (isUntaken) policySent = policyHeld ?? policySent;
  }

  function take(step: Step): void {
    if (!dueSteps(facts).includes(step)) return;
    const fate = deck.shift() ?? 'ok';
    takers[step](fate);
    if (!isAnswered(fate) && dueSteps(facts).includes(step)) steps.add(step);
  }

  const takers: Record<Step, (fate: Fate) => void> = {
    rma: masonHub.takeRma,
    message: loop.takeMessage,
    note: loop.takeNote,
    closing: loop.takeClosing,
    destination: loop.takeDestination,
    details: loop.takeDetails,
    receipt: masonHub.takeReceipt,
    inspection: () => endWait('inspection'),
    parcel: () => endWait('parcel'),
    dispositions: loop.takeDispositions,
  };

  /** The time is over for what a return waits for. */
  function endWait(step: Step): void {
    now = new Date(now.getTime() + startsAfterMs(facts, step, now));
    if (facts.wait !== null) tell({ kind: 'waitOver', for: facts.wait.for });
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
      return masonHub.held;
    },
    get decidedOn() {
      return decidedOn;
    },
    get situationDecided() {
      return situationDecided;
    },
    get policySent() {
      return policySent;
    },
    get situation() {
      return situation();
    },
    asked: loop.asked,
    timeline,
    waiting: steps.waiting,
    outcomes,
    states,
    taken: loop.taken,
    notes: loop.notes,
    tell: (...events) => {
      for (const event of events) tell(event);
    },
    run: (atMost = 200) => steps.run(atMost, () => true),
    runToTheEnd: () => {
      do steps.run(200, () => true);
      while (deck.length > 0 && steps.waiting.length > 0);
      steps.run(200, () => true);
    },
    runNow: () => steps.run(200, (step) => startsAfterMs(facts, step, now) === 0),
    merchantChanges: (receipts) => {
      merchant = { ...merchant, receipts };
    },
    loopCloses: (event) => loop.closes(event, tell),
    loopClosesSilently: loop.closesSilently,
    loopFailsToProcess: loop.failsToProcess,
    loopGarbles: (event, items) => {
      loop.tells({ ...event.facts, items: [...items] });
      hear({ ...event, facts: { ...event.facts, items: [], unread: 'line_items: not understood' } });
    },
    masonHubGarbles: masonHub.garbles,
    masonHubRecords: masonHub.records,
    masonHubShowsAll: masonHub.showsAll,
    parcelMoves: masonHub.parcelMoves,
  };
}
