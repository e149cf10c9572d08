import type { ConnectionState } from '../../connections/store.ts';
import type { Outcome, Return, Status, Step } from '../../returns/return.ts';
import { troubleOf } from '../../returns/trouble.ts';

/** The vendors as they write themselves. */
export const vendorNames = { loop: 'Loop', masonhub: 'MasonHub' };

const retried: Record<Step, string> = {
  rma: 'Put right what the reason names, in Loop or in MasonHub, then retry: the RMA is sent again.',
  message: 'Once the cause is gone, retry: the message is sent to Loop again. Or settle the return in Loop.',
  note: 'The message has reached Loop; only the note beside it is missing. Retry, or write it in Loop.',
  closing: 'Look at the return in Loop, and close it there or retry: Loop is asked again.',
  destination: 'Once Loop answers again, retry: it is asked where the return is bound for.',
  details: 'Look at the return in Loop, then retry: Loop is asked again what it holds.',
  receipt:
    'Compare the RMA in MasonHub with the return, then retry: MasonHub is asked for the receipt again.',
  inspection: 'Ask the warehouse how far its quality control is.',
  parcel: 'Ask the warehouse for the other parcel.',
  dispositions: 'Retry once Loop answers again.',
};

/** What a person can do about a return now; null where nothing has to be done. */
export function adviceFor(facts: Return): string | null {
  const { outcome, wanted, loop } = facts;
  const trouble = troubleOf(facts);
  if (trouble !== null) {
    return trouble.step === null
      ? 'This is for a person to decide; there is nothing that could be tried again. Settle it in Loop.'
      : retried[trouble.step];
  }
  if (outcome === null)
    return wanted?.kind === 'impossible' ? 'Correct the return in Loop, then retry.' : null;
  if (loop?.state === 'closed') return null;
  if (outcome.kind === 'hold') return 'The merchant refunds it in Loop.';
  return outcome.kind === 'flag' && outcome.message === 'accepted' ? 'The merchant decides in Loop.' : null;
}

const keptTrying =
  'A vendor that fails is tried again for about three hours; then this return needs a person.';
const waits: Partial<Record<Status, string>> = {
  pending: `The RMA is on its way to MasonHub. ${keptTrying}`,
  open: 'The parcel has not come yet.',
  receiving: 'The warehouse has the parcel and has not finished with it.',
  received: `The receipt is decided, and the message is on its way to Loop. ${keptTrying}`,
  processing:
    'Loop has queued the refund message. If Loop has not closed the return within a day, it needs a person.',
};

/** What a return in this status waits for, and when that becomes a person's affair; null where it is at an end. */
export function waitsFor(status: Status): string | null {
  return waits[status] ?? null;
}

/** What a paused connection means, and what a person can do about it. */
export function pauseWords({ merchant, vendor, state }: ConnectionState): { what: string; advice: string } {
  const name = vendorNames[vendor];
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
export function vendorsAwaited(status: Status): readonly ConnectionState['vendor'][] {
  if (status === 'pending' || status === 'attention') return ['loop', 'masonhub'];
  if (status === 'open' || status === 'receiving') return ['masonhub'];
  return status === 'received' || status === 'processing' ? ['loop'] : [];
}

/** What was decided, in a few words. */
export function decisionWords(outcome: Outcome): string {
  const kinds = {
    process: 'Refund message',
    flag: 'Flag for review',
    hold: 'Held: nothing is sent',
    none: 'Nothing is sent',
  };
  if (!('message' in outcome)) return kinds[outcome.kind];
  const messages = { due: 'on its way to Loop', accepted: 'accepted by Loop', refused: 'refused by Loop' };
  const notes = { none: '', due: ', note to follow', added: ', note added', refused: ', note refused' };
  return `${kinds[outcome.kind]}, ${messages[outcome.message]}${notes[outcome.noteState]}`;
}

/** Who says what to whom. */
export interface EventWords {
  readonly from: 'Loop' | 'MasonHub' | 'service' | 'ops';
  readonly to: 'Loop' | 'MasonHub' | null;
  readonly what: string;
}

const known: Record<string, EventWords | undefined> = {
  'return.created': { from: 'Loop', to: null, what: 'a return is created' },
  'return.updated': { from: 'Loop', to: null, what: 'the return has changed' },
  'return.closed': { from: 'Loop', to: null, what: 'the return is closed' },
  'return.pulled': { from: 'Loop', to: null, what: 'asked, Loop shows the return' },
  'return.changed': { from: 'service', to: null, what: 'too late to change the RMA' },
  'return.processing.failed': { from: 'Loop', to: null, what: 'processing failed' },
  'label.created': { from: 'Loop', to: null, what: 'a label is made' },
  'label.updated': { from: 'Loop', to: null, what: 'a label has changed' },
  'destination.told': { from: 'Loop', to: null, what: 'asked, Loop names the destination' },
  'rma.sent': { from: 'service', to: 'MasonHub', what: 'the RMA is sent' },
  'rma.created': { from: 'MasonHub', to: null, what: 'RMA opened' },
  'rma.replaced': { from: 'MasonHub', to: null, what: 'RMA replaced' },
  'rma.adopted': { from: 'MasonHub', to: null, what: 'has this RMA already' },
  'rma.deleted': { from: 'MasonHub', to: null, what: 'RMA deleted' },
  'rma.refused': { from: 'MasonHub', to: null, what: 'RMA refused' },
  'rma.failed': { from: 'service', to: 'MasonHub', what: 'the RMA could not be sent' },
  'carrier.tendered': { from: 'MasonHub', to: null, what: 'parcel handed to the carrier' },
  'carrier.inTransit': { from: 'MasonHub', to: null, what: 'parcel on its way' },
  'carrier.delivered': { from: 'MasonHub', to: null, what: 'parcel delivered' },
  'carrier.undeliverable': { from: 'MasonHub', to: null, what: 'parcel cannot be delivered' },
  'warehouse.onDock': { from: 'MasonHub', to: null, what: 'parcel on the dock' },
  'warehouse.receivingStarted': { from: 'MasonHub', to: null, what: 'parcel being received' },
  receipt: { from: 'MasonHub', to: null, what: 'the receipt' },
  'receipt.pulled': { from: 'MasonHub', to: null, what: 'asked, MasonHub shows the receipt' },
  'receipt.changed': { from: 'MasonHub', to: null, what: 'a different receipt' },
  'decided.process': { from: 'service', to: null, what: 'decided: refund' },
  'decided.flag': { from: 'service', to: null, what: 'decided: flag' },
  'decided.hold': { from: 'service', to: null, what: 'decided: hold' },
  'decided.none': { from: 'service', to: null, what: 'decided: send nothing' },
  'process.accepted': { from: 'service', to: 'Loop', what: 'refund message, accepted' },
  'process.already': { from: 'service', to: 'Loop', what: 'refund message; Loop had closed the return' },
  'process.refused': { from: 'service', to: 'Loop', what: 'refund message, refused' },
  'flag.accepted': { from: 'service', to: 'Loop', what: 'flag, accepted' },
  'flag.refused': { from: 'service', to: 'Loop', what: 'flag, refused' },
  'message.failed': { from: 'service', to: 'Loop', what: 'the message could not be sent' },
  'note.added': { from: 'service', to: 'Loop', what: 'note, added' },
  'note.refused': { from: 'service', to: 'Loop', what: 'note, refused' },
  'note.failed': { from: 'service', to: 'Loop', what: 'the note could not be sent' },
  'closing.failed': { from: 'service', to: 'Loop', what: 'Loop did not close the return' },
  'destination.failed': { from: 'service', to: 'Loop', what: 'Loop did not name the destination' },
  'dispositions.reported': { from: 'service', to: 'Loop', what: 'what became of the items, reported' },
  'dispositions.failed': {
    from: 'service',
    to: 'Loop',
    what: 'what became of the items could not be reported',
  },
  'details.closed': { from: 'Loop', to: null, what: 'asked, Loop says it is closed' },
  'details.cancelled': { from: 'Loop', to: null, what: 'asked, Loop says it is cancelled' },
  'details.expired': { from: 'Loop', to: null, what: 'asked, Loop says it has expired' },
  attention: { from: 'service', to: null, what: 'needs a person' },
  retry: { from: 'ops', to: null, what: 'asked for another try' },
};

/** A line of the timeline for people; one that is not known here is shown by its name. */
export function eventWords(event: string): EventWords {
  return known[event] ?? { from: 'service', to: null, what: event };
}
