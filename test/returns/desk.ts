import type { ReturnEvent } from '../../src/returns/events.ts';
import type { LoopFacts } from '../../src/returns/loop-facts.ts';
import type { Receipt, Return, Rma, Step } from '../../src/returns/return.ts';
import type { Case } from './money-rule.ts';

/**
 * What befalls one request to a vendor. `lost`: done, but the answer never came. `unarrived`: it never
 * got there. `refused`: understood and refused. `given-up`: done, and its answer lost on the last try.
 */
export type Fate = 'ok' | 'lost' | 'unarrived' | 'refused' | 'given-up';
export const fates = ['ok', 'lost', 'unarrived', 'refused', 'given-up'] as const;

/** What was known when something took effect. */
export interface Known {
  readonly asked: Rma | null;
  /** What the facts of Loop asked for by then. */
  readonly wanted: Return['wanted'];
  /** What was known of Loop by then. */
  readonly loop: LoopFacts | null;
  readonly latestReceipt: Receipt | null;
  /** The RMA, the policy it was sent under and all receipts told by then; null before an RMA was sent. */
  readonly situation: Case | null;
}

/** Where the small vendors bring their answers. */
export interface Desk {
  readonly facts: () => Return;
  readonly known: () => Known;
  readonly hear: (event: ReturnEvent) => void;
  /** The step is taken again, only after a while. */
  readonly askLater: (step: Step) => void;
}

/** Whether an answer comes back, or a request has to be made again. */
export function isAnswered(fate: Fate): boolean {
  return fate !== 'lost' && fate !== 'unarrived';
}

/** Whether a vendor does what it is asked, whatever becomes of its answer. */
export function isDone(fate: Fate): boolean {
  return fate !== 'unarrived' && fate !== 'refused';
}

/** Brings the answer back, where one comes. */
export function answer(
  { hear }: Desk,
  fate: Fate,
  step: Step,
  accepted: ReturnEvent,
  refused: ReturnEvent,
): void {
  if (fate === 'ok') hear(accepted);
  if (fate === 'refused') hear(refused);
  if (fate === 'given-up') hear({ kind: 'stepFailed', step, why: 'No answer after many tries.' });
}
