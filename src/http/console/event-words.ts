import type { Step } from '../../returns/return.ts';
import { stepNames, stepTable } from '../../returns/steps.ts';
import type { OwnEvent } from '../../returns/timeline.ts';

/** Who says what to whom. */
export interface EventWords {
  readonly from: 'Loop' | 'MasonHub' | 'service' | 'ops';
  readonly to: 'Loop' | 'MasonHub' | null;
  readonly what: string;
}

const loop = (what: string): EventWords => ({ from: 'Loop', to: null, what });
const masonHub = (what: string): EventWords => ({ from: 'MasonHub', to: null, what });
const service = (what: string): EventWords => ({ from: 'service', to: null, what });
const toLoop = (what: string): EventWords => ({ from: 'service', to: 'Loop', what });
const toMasonHub = (what: string): EventWords => ({ from: 'service', to: 'MasonHub', what });

const own = {
  'return.pulled': loop('asked, Loop shows the return'),
  'return.changed': service('too late to change the RMA'),
  'return.processing.failed': loop('processing failed'),
  'destination.told': loop('asked, Loop names the destination'),
  'details.told': loop('asked, Loop shows what was not understood'),
  'details.open': loop('asked, Loop says it is open'),
  'details.closed': loop('asked, Loop says it is closed'),
  'details.cancelled': loop('asked, Loop says it is cancelled'),
  'details.expired': loop('asked, Loop says it has expired'),
  'details.review': loop('asked, Loop says it needs review'),
  'details.unknown': loop('asked, Loop says a state that is not known here'),

  'rma.sent': toMasonHub('the RMA is sent'),
  'rma.created': masonHub('RMA opened'),
  'rma.replaced': masonHub('RMA replaced'),
  'rma.adopted': masonHub('has this RMA already'),
  'rma.deleting': toMasonHub('the RMA is to be deleted'),
  'rma.deleted': masonHub('RMA deleted'),
  'rma.gone': masonHub('has no such RMA any more'),
  'rma.kept': masonHub('RMA stays: the parcel is on its way or there'),
  'rma.refused': masonHub('RMA refused'),

  'carrier.tendered': masonHub('parcel handed to the carrier'),
  'carrier.inTransit': masonHub('parcel on its way'),
  'carrier.delivered': masonHub('parcel delivered'),
  'carrier.undeliverable': masonHub('parcel cannot be delivered'),
  'warehouse.onDock': masonHub('parcel on the dock'),
  'warehouse.receivingStarted': masonHub('parcel being received'),
  'warehouse.unknown': masonHub('a status that is not known here'),
  receipt: masonHub('the receipt'),
  'receipt.pulled': masonHub('asked, MasonHub shows the receipt'),
  'receipt.changed': masonHub('a receipt after the decision'),
  'receipt.left': masonHub('a receipt that is of another parcel'),
  'receipt.unread': masonHub('a receipt that could not be understood'),

  'waiting.inspection': service('waits for quality control'),
  'waited.inspection': service('quality control was not over in time'),
  'waiting.parcel': service('waits for another parcel'),
  'waited.parcel': service('the other parcel did not come in time'),
  'waiting.receiving': service('waits for the RMA to be received'),
  'waited.receiving': service('the RMA was not received in time'),
  'decided.process': service('decided: refund'),
  'decided.flag': service('decided: flag for review'),
  'decided.hold': service('decided: hold'),
  'decided.none': service('decided: send nothing'),
  'decided.by': service('decided by this policy'),

  'process.accepted': toLoop('refund message, accepted'),
  'process.already': toLoop('refund message; Loop had closed the return'),
  'process.refused': toLoop('refund message, refused'),
  'flag.accepted': toLoop('flag for review, accepted'),
  'flag.refused': toLoop('flag for review, refused'),
  'message.refused': toLoop('message, refused'),
  'note.added': toLoop('note, added'),
  'note.refused': toLoop('note, refused'),
  'dispositions.reported': toLoop('what became of the items, reported'),

  attention: service('needs attention'),
  erased: { from: 'ops', to: null, what: 'raw deliveries and calls erased' },
  retry: { from: 'ops', to: null, what: 'asked for another try' },
} satisfies Record<Exclude<OwnEvent, `${Step}.failed`>, EventWords>;

/** What the table of steps says of one that is given up. */
const failures = new Map(
  stepNames.map((step): [string, EventWords] => {
    const { vendor, kind, failed } = stepTable[step];
    if (kind === 'wait') return [`${step}.failed`, service(failed)];
    return [`${step}.failed`, vendor === 'loop' ? toLoop(failed) : toMasonHub(failed)];
  }),
);

/** The triggers that Loop usually sends. */
const triggers = {
  'return.created': loop('a return is created'),
  'return.updated': loop('the return has changed'),
  'return.closed': loop('the return is closed'),
  'label.requested': loop('a label is asked for'),
  'label.created': loop('a label is made'),
  'label.updated': loop('a label has changed'),
  'label.closed': loop('a label is closed'),
};

const known = new Map<string, EventWords>([...Object.entries({ ...own, ...triggers }), ...failures]);

/** A line of the timeline for people. Loop can bring out a trigger any day, which is shown by its name. */
export function eventWords(event: string): EventWords {
  return known.get(event) ?? loop(`tells of the return (${event})`);
}
