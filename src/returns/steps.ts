import { z } from 'zod';
import type { Merchant } from '../config/merchants.ts';
import { unreadParcel } from './parcels.ts';
import { isRefundDue, type Return, type SentOutcome, type Step, stepOfWait, steps } from './return.ts';
import { wantedRma } from './rma.ts';
import { rmaTask } from './rma-task.ts';
import { rule, ruleReceipts, verdictOf } from './ruling.ts';

/** All that is to be known of a step, but how its vendor is told. */
export interface StepTraits {
  /** Whose queue it waits in, and whose pauses stop it. */
  readonly vendor: 'loop' | 'masonhub';
  /** A request to the vendor, or the end of a time that is waited for. */
  readonly kind: 'request' | 'wait';
  /** Whether the facts call for it. */
  readonly isDue: (facts: Return) => boolean;
  /** Whether it waits for a person where something is amiss with the return. */
  readonly stopsInTrouble: boolean;
  /** In its queue, the higher goes first. */
  readonly priority: number;
  /** Whose turn it is within the vendor's limit, where several wait for one. */
  readonly rank: 'message' | 'note' | 'extra';
  /** Whether it is tried less and less often for a day, and not so many times. */
  readonly isPatient: boolean;
  /** What the timeline says where it is given up. */
  readonly failed: string;
  /** What a person is told to do then. */
  readonly advice: string;
  /** What another try changes, once a person has asked for it. */
  readonly retry: (facts: Return, merchant: Merchant) => Return;
}

const usual = {
  vendor: 'loop',
  kind: 'request',
  stopsInTrouble: true,
  rank: 'message',
  isPatient: false,
  retry: asItIs,
} as const;

/** Every step there is. By their priorities money goes first, and what an RMA waits for before notes and all else. */
export const stepTable = {
  dispositions: {
    ...usual,
    isDue: ({ dispositions }) => dispositions === 'due',
    // What became of each item is worth reporting also where something else went wrong.
    stopsInTrouble: false,
    priority: 0,
    rank: 'extra',
    failed: 'what became of the items could not be reported',
    advice: 'Retry once Loop answers again.',
  },
  receipt: {
    ...usual,
    vendor: 'masonhub',
    isDue: isReceiptToBeAsked,
    // What the receipt says may be just what is amiss; a step that was given up stops it all the same.
    stopsInTrouble: false,
    priority: 0,
    failed: 'MasonHub did not show the receipt',
    advice:
      'Compare the RMA in MasonHub with the return, then retry: MasonHub is asked for the receipt again.',
    retry: (facts) => (facts.askedAgain === 'done' ? { ...facts, askedAgain: 'no' } : facts),
  },
  details: {
    ...usual,
    isDue: isLoopToBeAsked,
    priority: 8,
    isPatient: true,
    failed: 'Loop did not show what was not understood',
    advice: 'Look at the return in Loop, then retry: Loop is asked again what it holds.',
  },
  destination: {
    ...usual,
    isDue: (facts) =>
      facts.wanted?.kind === 'unknown' && facts.destination === null && !isLoopToBeAsked(facts),
    priority: 8,
    failed: 'Loop did not name the destination',
    advice: 'Once Loop answers again, retry: it is asked where the return is bound for.',
    retry: wantAnew,
  },
  rma: {
    ...usual,
    vendor: 'masonhub',
    isDue: (facts) => rmaTask(facts) !== 'none',
    priority: 0,
    failed: 'the RMA could not be sent',
    advice: 'Put right what the reason names, in Loop or in MasonHub, then retry: the RMA is sent again.',
    retry: wantAnew,
  },
  inspection: {
    ...usual,
    kind: 'wait',
    isDue: (facts) => isWaitEndedBy(facts, 'inspection'),
    priority: 0,
    failed: 'the wait for quality control could not be ended',
    advice:
      'Retry: then the time for quality control can end. Or ask the warehouse how far it is, and settle the return in Loop.',
  },
  parcel: {
    ...usual,
    kind: 'wait',
    isDue: (facts) => isWaitEndedBy(facts, 'parcel'),
    priority: 0,
    failed: 'the wait for another parcel could not be ended',
    advice:
      'Retry: then the time for the other parcel can end. Or ask the warehouse for it, and settle the return in Loop.',
  },
  message: {
    ...usual,
    isDue: isMessageDue,
    priority: 10,
    failed: 'the message could not be sent',
    advice: 'Once the cause is gone, retry: the message is sent to Loop again. Or settle the return in Loop.',
    // What Loop would not take beside it is lost otherwise: the message is what a person is shown.
    retry: (facts) => withOutcome(withOutcome(facts, { message: 'due' }), noteAnew(facts)),
  },
  note: {
    ...usual,
    isDue: (facts) => acceptedOutcome(facts)?.noteState === 'due',
    priority: 5,
    rank: 'note',
    failed: 'the note could not be sent',
    advice: 'The message has reached Loop; only the note beside it is missing. Retry, or write it in Loop.',
    retry: (facts) => withOutcome(facts, { noteState: 'due' }),
  },
  closing: {
    ...usual,
    isDue: (facts) => acceptedOutcome(facts)?.kind === 'process' && facts.loop?.state !== 'closed',
    priority: 1,
    rank: 'note',
    isPatient: true,
    failed: 'Loop did not close the return',
    advice: 'Look at the return in Loop, and close it there or retry: Loop is asked again.',
  },
} as const satisfies Record<Step, StepTraits>;

/** Their names, in the order in which those that become due at once are put into their queues. */
export const stepNames = z.array(z.enum(steps)).parse(Object.keys(stepTable));

type StepOf<Vendor extends StepTraits['vendor']> = {
  [Name in Step]: (typeof stepTable)[Name]['vendor'] extends Vendor ? Name : never;
}[Step];
export type LoopStep = StepOf<'loop'>;

export function isLoopStep(step: Step): step is LoopStep {
  return stepTable[step].vendor === 'loop';
}

function isReceiptToBeAsked(facts: Return): boolean {
  const { receiptUnread, receipts, askedAgain, problem } = facts;
  if (problem !== null) return false;
  const isInDoubt = isRefundDue(facts) && unreadParcel(receipts) !== undefined;
  return receiptUnread !== null || isInDoubt || (askedAgain === 'due' && isAnswerWanted(facts));
}

/** What has come since MasonHub was to be asked can have said enough, or be what has to end first. */
function isAnswerWanted(facts: Return): boolean {
  if (facts.outcome === null) {
    const kind = ruleReceipts(facts)?.ruling.kind;
    return kind === 'ask' || kind === 'unread';
  }
  const verdict = isRefundDue(facts) ? verdictOf(facts) : null;
  return verdict !== null && rule(facts, verdict).kind === 'ask';
}

/** Loop has told something that was not understood, or that need not be all, and no money moves before it is. */
function isLoopToBeAsked(facts: Return): boolean {
  const { loop } = facts;
  if (loop === null) return false;
  const isDoubtful = loop.state === 'unknown' || loop.itemsFrom === 'report';
  return loop.unread !== null || (isDoubtful && isRefundDue(facts));
}

function noteAnew({ outcome }: Return): Partial<Pick<SentOutcome, 'noteState'>> {
  const isRefused = outcome !== null && 'noteState' in outcome && outcome.noteState === 'refused';
  return isRefused ? { noteState: 'due' } : {};
}

function isWaitEndedBy({ outcome, wait }: Return, step: Step): boolean {
  return outcome === null && wait !== null && stepOfWait[wait.for] === step && !wait.isOver;
}

function isMessageDue(facts: Return): boolean {
  const { outcome } = facts;
  if (outcome === null || !('message' in outcome) || outcome.message !== 'due') return false;
  const isAnythingAsked = isLoopToBeAsked(facts) || facts.wanted?.kind === 'unknown';
  return !(outcome.kind === 'process' && isAnythingAsked);
}

/** The outcome, where Loop has accepted its message. */
function acceptedOutcome({ outcome }: Return): SentOutcome | null {
  return outcome !== null && 'message' in outcome && outcome.message === 'accepted' ? outcome : null;
}

function asItIs(facts: Return): Return {
  return facts;
}

/** Where its answer was of no use, Loop is asked again: somebody may have corrected the return there. */
function wantAnew(facts: Return, merchant: Merchant): Return {
  const asked = facts.wanted?.kind === 'impossible' ? { ...facts, destination: null } : facts;
  return { ...asked, wanted: wantedRma(asked, merchant) };
}

/** The same outcome with its message, or its note, further on its way. */
export function withOutcome(
  facts: Return,
  change: Partial<Pick<SentOutcome, 'message' | 'noteState'>>,
): Return {
  if (facts.outcome === null || !('message' in facts.outcome)) return facts;
  return { ...facts, outcome: { ...facts.outcome, ...change } };
}
