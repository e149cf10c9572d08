import { describeFindings } from './notes.ts';
import type { Return } from './return.ts';
import { rule, verdictOf } from './ruling.ts';

/** What a received return waits for, since when, and what comes of it; null where it waits for nothing. */
export function describeWait(facts: Return): string | null {
  const { wait } = facts;
  const verdict = verdictOf(facts);
  if (wait === null || verdict === null) return null;
  const until = new Date(Date.parse(wait.since) + wait.atMostMs).toISOString();
  if (wait.for === 'inspection') {
    return `The warehouse has not decided on ${describeFindings(verdict.waiting)} yet, since ${wait.since}. What is not decided by ${until} is flagged.`;
  }
  const ruling = rule(facts, verdict);
  const parcel = ruling.kind === 'parcel' ? ` ${ruling.trackingNumber}` : '';
  return `Parcel${parcel} is still on its way, and ${describeFindings(verdict.findings)}, since ${wait.since}. What is missing after ${until} is flagged.`;
}
