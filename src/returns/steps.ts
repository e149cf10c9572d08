import type { Merchant } from '../config/merchants.ts';
import type { Return, SentOutcome, Step } from './return.ts';
import { wantedRma } from './rma.ts';

/** What is to be known of a step, whichever vendor carries it out. */
export interface StepTraits {
  /** Whose queue it waits in, and whose pauses hold it back. */
  readonly vendor: 'loop' | 'masonhub';
  /** In its queue, the higher goes first. */
  readonly priority: number;
  /** Whose turn it is within the vendor's limit, where several wait for one. */
  readonly rank: 'message' | 'note' | 'extra';
  /** Whether it is tried less and less often for a day, and not so many times. */
  readonly isPatient: boolean;
  /** What another try changes, once a person has asked for it. */
  readonly retry: (facts: Return, merchant: Merchant) => Return;
  /** What a person is told to do where it has failed. */
  readonly advice: string;
}

const usual = { vendor: 'loop', rank: 'message', isPatient: false, retry: asItIs } as const;

/** Every step there is: money first, and what an RMA waits for before notes and everything else. */
export const stepTable = {
  rma: {
    ...usual,
    vendor: 'masonhub',
    priority: 0,
    retry: wantAnew,
    advice: 'Put right what the reason names, in Loop or in MasonHub, then retry: the RMA is sent again.',
  },
  receipt: {
    ...usual,
    vendor: 'masonhub',
    priority: 0,
    retry: (facts) => (facts.askedAgain === 'done' ? { ...facts, askedAgain: 'no' } : facts),
    advice:
      'Compare the RMA in MasonHub with the return, then retry: MasonHub is asked for the receipt again.',
  },
  message: {
    ...usual,
    priority: 10,
    retry: (facts) => withOutcome(facts, { message: 'due' }),
    advice: 'Once the cause is gone, retry: the message is sent to Loop again. Or settle the return in Loop.',
  },
  note: {
    ...usual,
    priority: 5,
    rank: 'note',
    retry: (facts) => withOutcome(facts, { noteState: 'due' }),
    advice: 'The message has reached Loop; only the note beside it is missing. Retry, or write it in Loop.',
  },
  closing: {
    ...usual,
    priority: 1,
    rank: 'note',
    isPatient: true,
    advice: 'Look at the return in Loop, and close it there or retry: Loop is asked again.',
  },
  destination: {
    ...usual,
    priority: 8,
    retry: wantAnew,
    advice: 'Once Loop answers again, retry: it is asked where the return is bound for.',
  },
  details: {
    ...usual,
    priority: 8,
    isPatient: true,
    advice: 'Look at the return in Loop, then retry: Loop is asked again what it holds.',
  },
  inspection: {
    ...usual,
    priority: 0,
    advice:
      'Retry: then the time for quality control can end. Or ask the warehouse how far it is, and settle the return in Loop.',
  },
  parcel: {
    ...usual,
    priority: 0,
    advice:
      'Retry: then the time for the other parcel can end. Or ask the warehouse for it, and settle the return in Loop.',
  },
  dispositions: {
    ...usual,
    priority: 0,
    rank: 'extra',
    advice: 'Retry once Loop answers again.',
  },
} as const satisfies Record<Step, StepTraits>;

type StepOf<Vendor extends StepTraits['vendor']> = {
  [Name in Step]: (typeof stepTable)[Name]['vendor'] extends Vendor ? Name : never;
}[Step];
export type LoopStep = StepOf<'loop'>;
export type MasonHubStep = StepOf<'masonhub'>;

export function isLoopStep(step: Step): step is LoopStep {
  return stepTable[step].vendor === 'loop';
}

function asItIs(facts: Return): Return {
  return facts;
}

/** Where its answer was of no use, Loop is asked again: somebody may have corrected the return there. */
export function wantAnew(facts: Return, merchant: Merchant): Return {
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
