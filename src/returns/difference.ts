import type { LoopState } from './loop-facts.ts';
import type { Return } from './return.ts';
import { verdictOf, verdictOfNow } from './ruling.ts';

/**
 * How Loop has ended a return, or stopped it, in another way than was decided at its receipt. The first word is what
 * was decided, the second what Loop says now: its state is all that Loop publishes of that, and no amounts.
 * `closed-early`: Loop closed the return before the receipt came, and the receipt showed exceptions or missing units.
 */
export const differences = [
  'process-review',
  'process-cancelled',
  'process-expired',
  'flag-closed',
  'flag-cancelled',
  'flag-expired',
  'hold-closed',
  'hold-cancelled',
  'hold-expired',
  'closed-early',
] as const;
export type Difference = (typeof differences)[number];

/** The states that are not what was decided. Review is where a flag puts a return, and closed how a refund ends. */
const otherStates: Readonly<Record<'process' | 'flag' | 'hold', readonly LoopState[]>> = {
  process: ['review', 'cancelled', 'expired'],
  flag: ['closed', 'cancelled', 'expired'],
  hold: ['closed', 'cancelled', 'expired'],
};

/** The difference as it stands now; null where there is none, and while nothing is decided. */
export function differenceOf(facts: Return): Difference | null {
  const { outcome, loop } = facts;
  if (outcome === null || loop === null) return null;
  if (outcome.kind === 'none') return wasClosedEarly(facts) ? 'closed-early' : null;
  if (!otherStates[outcome.kind].includes(loop.state)) return null;
  const name = `${outcome.kind}-${loop.state}`;
  return differences.find((one) => one === name) ?? null;
}

/** Where what came could not be judged at all, nobody knows whether it differs. */
function wasClosedEarly(facts: Return): boolean {
  const { problem } = facts;
  if (problem?.step !== null) return false;
  const now = verdictOfNow(facts);
  return verdictOf(facts)?.kind !== 'refundable' || (now !== null && now.kind !== 'refundable');
}
