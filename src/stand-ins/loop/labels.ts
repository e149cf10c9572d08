/** The words for a label's way. Loop documents those of its carriers; the others are seen in its payloads. */
export type LabelStatus =
  | 'new'
  | 'pending'
  | 'pre_transit'
  | 'in_transit'
  | 'out_for_delivery'
  | 'delivered'
  | 'failure'
  | 'error'
  | 'cancelled'
  | 'expired'
  | 'N/A';

/** How the `label` payload is written: the return's id is its `id`, or in older deliveries its `return_id`. */
export type LabelShape = 'today' | 'older';

export interface LoopLabelSpec {
  carrier: string;
  trackingNumber: string;
  /** `new` by default. */
  status?: LabelStatus;
  /** The items in its parcel, by their place on the return, from 0; all of them by default. */
  items?: readonly number[];
  /** How its webhooks are written; by default as all of the stand-in's are. */
  shape?: LabelShape;
}

/** A label as Loop keeps it. */
export interface StandInLabel {
  /** Loop's own number for the parcel; a younger label has a higher one. */
  readonly shipmentId: number;
  carrier: string;
  trackingNumber: string;
  status: LabelStatus;
  /** The line items in its parcel; null: all that the return has. */
  lineItemIds: readonly string[] | null;
  readonly shape: LabelShape | null;
  updatedAt: Date;
}

const dead: readonly LabelStatus[] = ['cancelled', 'expired', 'failure', 'error'];

/** The label that stands for several where there is room for one: the youngest that is still good, if any is. */
export function shownLabel(labels: readonly StandInLabel[]): StandInLabel | undefined {
  const youngestFirst = [...labels].sort((one, other) => other.shipmentId - one.shipmentId);
  return youngestFirst.find(({ status }) => !dead.includes(status)) ?? youngestFirst[0];
}

/** The label of a line item's parcel, where it is on one. */
export function labelOfItem(labels: readonly StandInLabel[], lineItemId: string): StandInLabel | undefined {
  return shownLabel(labels.filter(({ lineItemIds }) => lineItemIds?.includes(lineItemId) ?? true));
}

/** When a label changes that changes now: in whole seconds, and later than every change of a label before. */
export function nextLabelTime(labels: readonly StandInLabel[]): Date {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return new Date(Math.max(now, ...labels.map(({ updatedAt }) => updatedAt.getTime() + 1000)));
}

/** Where the label's PDF is. */
export function labelUrl(label: StandInLabel): string {
  return `https://labels.example.invalid/${label.trackingNumber}.pdf`;
}
