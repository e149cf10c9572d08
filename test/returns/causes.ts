import type { ReturnEvent } from '../../src/returns/events.ts';
import type { LoopState } from '../../src/returns/loop-facts.ts';

const loopHas: Readonly<Record<LoopState, string>> = {
  open: 'Loop has it open',
  closed: 'Loop has closed it',
  cancelled: 'Loop has cancelled it',
  expired: 'Loop has let it expire',
  review: 'Loop has it in review',
  unknown: 'Loop has it in a state of its own',
};

/** What an event is called in the diagram of a return's life. Mermaid takes neither a colon nor a semicolon in it. */
export function causeOf(event: ReturnEvent): string {
  switch (event.kind) {
    case 'loopReturn':
      return event.facts.state === null ? 'Loop tells of it' : loopHas[event.facts.state];
    case 'stateTold':
      return loopHas[event.state];
    case 'messageRefused':
      return event.state === null ? 'Loop refuses the message' : loopHas[event.state];
    case 'receipt': {
      const [units] = event.receipt.lines.flatMap(({ received }) => received);
      return receivedAs(units?.disposition ?? 'missing');
    }
    case 'receiptUnread':
    case 'unknownStatus':
      return 'a receipt comes that cannot be understood';
    case 'label':
      return 'a label comes';
    case 'receiving':
      return 'the parcel is at the dock';
    case 'messageAccepted':
      return 'Loop takes the message';
    case 'rmaAccepted':
      return event.how === 'adopted' && event.receipt !== undefined
        ? 'MasonHub shows the RMA as received'
        : 'MasonHub has the RMA';
    case 'rmaRefused':
      return 'MasonHub refuses the RMA';
    case 'stepFailed':
      return 'a vendor never answers';
    case 'rmaFixed':
      return 'MasonHub keeps the RMA';
    case 'rmaGone':
      return 'MasonHub has no such RMA any more';
    case 'rmaDeleteSent':
      return 'the RMA is being deleted';
    case 'rmaDeleted':
      return 'the RMA is deleted';
    case 'waitOver':
      return 'the wait is over';
    default:
      return event.kind;
  }
}

/** A receipt with units of one disposition alone. */
export function receivedAs(disposition: string): string {
  return disposition === 'qc' ? 'received into quality control' : `received as ${disposition}`;
}
