import type { ConnectionState } from '../../connections/store.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import { type Return, type Status, stepOfWait } from '../../returns/return.ts';
import { statusOf } from '../../returns/status.ts';
import { vendorTerms } from '../../vendor-terms/vendors.ts';

const keptTrying =
  'A vendor that fails is tried again for about three hours; then this return needs attention.';
const waits: Partial<Record<Status, string>> = {
  pending: `The RMA is on its way to MasonHub. ${keptTrying}`,
  open: 'The parcel has not come yet.',
  receiving: 'The warehouse has the parcel and has not finished with it.',
  inspecting:
    'Nothing is sent to Loop before the warehouse has decided or that time is over. MasonHub is asked again with every pull.',
  received: `The receipt is decided, and the message is on its way to Loop. ${keptTrying}`,
  processing:
    'Loop has queued the refund message. If Loop has not closed the return within a day, it needs attention.',
};

/**
 * What a return in this status waits for, and when that becomes a person's affair, as far as the reason beside
 * the status does not say it; null where it is at an end.
 */
export function waitsFor(facts: Return, status: Status): string | null {
  // The reason says what a vendor is asked for, and until when.
  const isAsking = facts.wait === null && statusOf(facts).reason !== null;
  if (isAsking && (status === 'pending' || status === 'receiving')) return null;
  if (status === 'receiving' && facts.wait !== null && stepOfWait[facts.wait.for] === 'parcel') {
    return 'Nothing is sent to Loop before that parcel is received or that time is over.';
  }
  return waits[status] ?? null;
}

/** What a paused connection means, and what a person can do about it. */
export function pauseWords({ merchant, vendor, state }: ConnectionState): { what: string; advice: string } {
  const { name } = vendorTerms[vendor];
  return state === 'refused'
    ? {
        what: `${merchant}: ${name} refuses the key`,
        advice: `Put a working key there; what waits then goes on by itself, and nothing is lost.`,
      }
    : {
        what: `${merchant}: ${name} limits requests`,
        advice: `It goes on by itself, and nothing is lost. If this lasts, see whether something else uses the same key.`,
      };
}

/** The vendors that a return in this status waits for. */
export function vendorsAwaited(facts: Return, status: Status): readonly ConnectionState['vendor'][] {
  if (status === 'pending' || status === 'attention') return ['loop', 'masonhub'];
  if (status === 'open' || status === 'receiving' || status === 'inspecting') {
    return dueSteps(facts).includes('details') ? ['loop', 'masonhub'] : ['masonhub'];
  }
  return status === 'received' || status === 'processing' ? ['loop'] : [];
}
