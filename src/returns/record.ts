import type { Merchant } from '../config/merchants.ts';
import { describeDestination } from './describe.ts';
import type { ReturnEvent } from './events.ts';
import { recordLabel, recordLoopReturn, recordProcessingFailed, recordStateTold } from './record-loop.ts';
import { recordMessageAccepted, recordMessageRefused } from './record-message.ts';
import { recordParcelLeft, recordReceipt, recordStillShown } from './record-receipt.ts';
import { recordReceiving } from './record-receiving.ts';
import {
  isRmaSettled,
  recordAccepted,
  recordDeleteSent,
  recordFixed,
  recordRefused,
  recordSent,
  withoutRma,
} from './record-rma.ts';
import { recordUnknownStatus, recordUnread } from './record-unread.ts';
import { failed, givenUp, noted, type Recorded, withoutGivenUp, withParcel, withWanted } from './recorded.ts';
import type { Return, Step, Wait } from './return.ts';
import { stepTable, withOutcome } from './steps.ts';
import { withKnownState } from './told.ts';
import { troubleOf } from './trouble.ts';

/** Notes what an event says, without deciding anything: the facts after it, and its line in the timeline. */
export function record(facts: Return, event: ReturnEvent, merchant: Merchant): Recorded {
  switch (event.kind) {
    case 'loopReturn':
      return recordLoopReturn(facts, withKnownState(event, facts.loop), merchant);
    case 'label':
      return recordLabel(facts, event, merchant);
    case 'processingFailed':
      return recordProcessingFailed(facts, event.message);
    case 'carrier':
      return noted(facts, `carrier.${event.status}`, null);
    case 'receiving':
      return recordReceiving(facts, event, (received) => withParcel(received, merchant));
    case 'receipt':
      return recordReceipt(facts, event, (received) => withParcel(received, merchant));
    case 'parcelLeft':
      return recordParcelLeft(facts, event.receipt);
    case 'receiptStillShown':
      return recordStillShown(facts, event.receipt);
    case 'receiptUnread':
      return recordUnread(facts, event, (received) => withParcel(received, merchant));
    case 'unknownStatus':
      return recordUnknownStatus(facts, event, (received) => withParcel(received, merchant));
    case 'rmaSent':
      return recordSent(facts, event.rma, merchant);
    case 'rmaAccepted':
      return recordFound(recordAccepted(facts, event), event, merchant);
    case 'rmaDeleteSent':
      return recordDeleteSent(facts);
    case 'rmaDeleted':
      return noted(withoutRma(facts), 'rma.deleted', null);
    case 'rmaGone':
      return noted(withoutRma(facts), 'rma.gone', 'MasonHub has no such RMA any more.');
    case 'rmaFixed':
      return recordFixed(facts, event, merchant);
    case 'rmaRefused':
      return isRmaSettled(facts) ? nothingNew(facts) : recordRefused(facts, event);
    case 'messageAccepted':
      return recordMessageAccepted(facts, event.stateWhenSent);
    case 'messageRefused':
      return recordMessageRefused(facts, event.why, event.state);
    case 'noteAdded':
      return noted(
        withOutcome(withoutGivenUp(facts, 'note'), { noteState: 'added' }),
        'note.added',
        noteOf(facts),
      );
    case 'noteRefused':
      return failed(withOutcome(facts, { noteState: 'refused' }), 'note.refused', 'note', event.why);
    case 'stateTold':
      return recordStateTold(facts, event);
    case 'destinationTold':
      return noted(
        withWanted({ ...facts, destination: event.destination }, merchant),
        'destination.told',
        describeDestination(event.destination),
      );
    case 'waitOver':
      return recordWaitOver(facts, event.for);
    case 'dispositionsReported':
      return noted(
        { ...facts, dispositions: 'reported' },
        'dispositions.reported',
        `${event.count} line items`,
      );
    case 'dispositionsFailed':
      return noted({ ...facts, dispositions: 'failed' }, 'dispositions.failed', event.why);
    case 'stepFailed':
      // What became of the items is a service beside the refund or flag, which does not wait for it.
      if (event.step === 'dispositions') {
        return noted({ ...facts, dispositions: 'failed' }, 'dispositions.failed', event.why);
      }
      // Two workers can have had one job: the answer to the one has come before the other gave up.
      if (isAnswered(facts, event.step)) return nothingNew(facts);
      return givenUp(facts, `${event.step}.failed`, event.step, event.why);
    case 'retryRequested':
      return recordRetry(facts, merchant, event.by);
  }
}

/** What an RMA was received with that was found there: one answer, so that it is decided on as a whole. */
function recordFound(
  accepted: Recorded,
  event: Extract<ReturnEvent, { kind: 'rmaAccepted' }>,
  merchant: Merchant,
): Recorded {
  if (event.how !== 'adopted' || event.receipt === undefined) return accepted;
  const shown = { kind: 'receipt', trigger: 'receipt.pulled', receipt: event.receipt } as const;
  const { after, timeline } = recordReceipt(accepted.after, shown, (received) =>
    withParcel(received, merchant),
  );
  return { after, timeline: [...accepted.timeline, ...timeline] };
}

function nothingNew(facts: Return): Recorded {
  return { after: facts, timeline: [] };
}

function isAnswered(facts: Return, step: Step): boolean {
  if (step === 'rma') return isRmaSettled(facts);
  const { outcome } = facts;
  if (outcome === null || !('message' in outcome)) return false;
  return (
    (step === 'message' && outcome.message !== 'due') || (step === 'note' && outcome.noteState !== 'due')
  );
}

function noteOf(facts: Return): string | null {
  return facts.outcome !== null && 'note' in facts.outcome ? facts.outcome.note : null;
}

/** What was waited for has not come: the decision is made on what there is. */
function recordWaitOver(facts: Return, what: Wait['for']): Recorded {
  const { wait } = facts;
  if (wait === null || wait.for !== what || wait.isOver) return nothingNew(facts);
  return noted({ ...facts, wait: { ...wait, isOver: true } }, `waited.${what}`, `Since ${wait.since}.`);
}

/** Whether a step has failed that another try could mend; some problems are only for a person to settle. */
export function isRetryable(facts: Return): boolean {
  const trouble = troubleOf(facts);
  if (trouble !== null) return trouble.step !== null;
  return facts.outcome === null && facts.wanted?.kind === 'impossible';
}

/**
 * Whether a person has to look at the return before another try: Loop has already taken or refused the refund message,
 * and what it took may have had its effect. One that was given up on its way needs no look: Loop is asked first.
 */
export function needsALook(facts: Return): boolean {
  const { outcome } = facts;
  return outcome?.kind === 'process' && outcome.message !== 'due' && troubleOf(facts)?.step === 'message';
}

function recordRetry(facts: Return, merchant: Merchant, by: string): Recorded {
  const asked = `asked for by ${by}`;
  if (!isRetryable(facts)) {
    return noted(facts, 'retry', `${asked}; nothing had failed that could be tried again.`);
  }
  const step = troubleOf(facts)?.step ?? 'rma';
  return noted(stepTable[step].retry({ ...facts, problem: null }, merchant), 'retry', `${step}, ${asked}`);
}
