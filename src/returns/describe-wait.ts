import { describeFindings } from './notes.ts';
import { isReceiptOpen } from './open-receipt.ts';
import { isOwnParcelAtTheDock } from './own-parcel.ts';
import { endOfWait, type Return } from './return.ts';
import { ruleReceipts } from './ruling.ts';

/** What a received return waits for, since when, and what comes of it; null where it waits for nothing. */
export function describeWait(facts: Return): string | null {
  const { wait } = facts;
  const ruled = ruleReceipts(facts);
  if (wait === null || ruled === null) return null;
  const { verdict, ruling } = ruled;
  const since = toTheMinute(new Date(wait.since));
  const until = toTheMinute(endOfWait(wait));
  if (wait.for === 'inspection') {
    // What was waited for is known of no more while Loop is asked what the return has by now.
    if (verdict.waiting.length === 0) return null;
    return `The warehouse is still inspecting, since ${since}: ${describeFindings(verdict.waiting)}. What it has not decided by ${until} is flagged.`;
  }
  const atTheDock = 'at the warehouse and not received yet';
  if (ruling.kind === 'receiving' && isReceiptOpen(facts)) {
    return `All that was asked for has come, but MasonHub has said, later than its receipt, that the RMA of parcel ${ruling.packageId} is not received. It is waited for since ${since}. If MasonHub does not say, or show, by ${until} that the RMA is received, a person has to look.`;
  }
  if (ruling.kind === 'receiving') {
    return `Parcel ${ruling.packageId} is ${atTheDock}, since ${since}; all that was asked for has come in other parcels. If it is not received by ${until}, a person has to look.`;
  }
  if (ruling.kind !== 'parcel') return null;
  const where = isOwnParcelAtTheDock(facts) ? atTheDock : 'still on its way';
  return `Parcel ${ruling.trackingNumber} is ${where}, and since ${since} this is missing: ${describeFindings(verdict.findings)}. What has not come by ${until} is flagged.`;
}

/** To the minute, in UTC, such as `2026-11-26 14:03 UTC`. */
function toTheMinute(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
