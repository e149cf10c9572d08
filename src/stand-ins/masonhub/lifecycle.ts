/** Where an RMA can be, from the parcel's start to its end. Events may come late: it never goes back. */
const ORDER = [
  'open',
  'tendered',
  'inTransit',
  'undeliverable',
  'delivered',
  'deleted',
  'in-receiving',
  'received',
] as const;
export type RmaStatus = (typeof ORDER)[number];

export type CarrierEvent = 'tendered' | 'inTransit' | 'delivered' | 'undeliverable';
export type ProgressEvent = CarrierEvent | 'onDock' | 'receivingStarted';

/** As the pages on updating and deleting returns have it. */
export const UPDATABLE: readonly RmaStatus[] = ['open', 'tendered', 'inTransit'];
export const DELETABLE: RmaStatus = 'open';

/** The status of an RMA once an event has happened to it. */
export function statusAfter(current: RmaStatus, event: ProgressEvent): RmaStatus {
  const next = event === 'onDock' || event === 'receivingStarted' ? 'in-receiving' : event;
  return ORDER.indexOf(next) > ORDER.indexOf(current) ? next : current;
}
