import { cut } from '../parsing/tolerant.ts';
import { knownLabels } from './labels.ts';
import type { Return } from './return.ts';
import { statusOf } from './status.ts';
import { troubleOf } from './trouble.ts';

/** As much as a person reads at a glance; it also keeps a cause within what an index takes. */
const longest = 250;
/** Shorter ones could be any part of a word. */
const shortestNumber = 3;

/**
 * What a return needs attention for, in the words that all returns with the same cause share: its reason without
 * what is this return's own, its numbers and what was in its parcels.
 * @returns a text of at most 250 characters; null for a return that does not need attention
 */
export function causeOf(facts: Return): string | null {
  const { status, reason } = statusOf(facts);
  if (status !== 'attention' || reason === null) return null;
  const trouble = troubleOf(facts);
  const isForAPerson = trouble?.step === null || (trouble === null && facts.wanted?.kind === 'none');
  return cut(withoutOwnNumbers(isForAPerson ? opening(reason) : reason, facts), longest);
}

/** What only a person can settle goes on with what came and what was decided, which is each return's own. */
function opening(reason: string): string {
  const [first = ''] = reason.split(/:\s|(?<=\.)\s/);
  return first.replace(/\.$/, '');
}

function withoutOwnNumbers(text: string, facts: Return): string {
  const { loop, confirmed, sent, receipts } = facts;
  const numbers = [
    facts.loopReturnId,
    facts.rmaNumber,
    loop?.orderName ?? '',
    loop?.packageReference ?? '',
    ...knownLabels(facts).map(({ trackingNumber }) => trackingNumber),
    ...[confirmed, sent].flatMap((rma) => rma?.packageId ?? []),
    ...receipts.flatMap(({ packageId, masonHubId }) => [packageId ?? '', masonHubId ?? '']),
    ...(loop?.items ?? []).map(({ lineItemId }) => lineItemId ?? ''),
  ];
  return [...new Set(numbers)]
    .filter((number) => number.length >= shortestNumber)
    .toSorted((one, other) => other.length - one.length)
    .reduce((left, number) => left.replaceAll(number, '…'), text);
}
