import { type LoopLabelSpec, nextLabelTime, type StandInLabel } from './labels.ts';

export type StandInState = 'open' | 'closed' | 'cancelled' | 'expired' | 'review';

/** One unit that a shopper sends back. */
export interface LoopItemSpec {
  sku: string;
  reason?: string;
  parentReason?: string;
  comment?: string;
  destinationId?: number;
}

/** How a return comes back: by mail, dropped off without a label (its bag is told later), or in a shop. */
export type ReturnMethod = 'mail' | 'happyReturns' | 'inStore';

/** What becomes of the next process request that is accepted. */
export type ProcessingEnd = 'closes' | 'goesToReview';

export interface LoopReturnSpec {
  /** Digits as a rule; the next free number when left out. */
  id?: string;
  items: readonly LoopItemSpec[];
  /** `now`: on the return from the start; `late`: still pending, `addLabel` brings it; `none`: a return without one. */
  label?: 'now' | 'late' | 'none';
  /** Several labels from the start, in place of `label`. An item that none of them names is kept. */
  labels?: readonly LoopLabelSpec[];
  /** `mail` by default. What is handed in at a shop is created and closed at once. */
  method?: ReturnMethod;
  /** `open` by default. Any word: Loop's are not all documented. */
  state?: string;
  /** `closes` by default. */
  processing?: ProcessingEnd;
  orderName?: string;
  destinationId?: number;
  createdAt?: Date;
}

export interface StandInLineItem extends LoopItemSpec {
  lineItemId: string;
  /** What `dispositioning/assess` said last. */
  dispositionOutcome: string | null;
}

export interface StandInNote {
  id: number;
  content: string;
  createdAt: Date;
}

/** A return as Loop keeps it. */
export interface StandInReturn {
  readonly id: string;
  readonly sequence: number;
  /** A `LoopState` as a rule. */
  state: string;
  readonly createdAt: Date;
  /** Whole seconds, later with every edit. Payloads call it `edited_at`, and show null before the first edit. */
  editedAt: Date;
  /** What the API calls `updated_at`: moved by every edit, and alone by a label's change. */
  updatedAt: Date;
  /** When it really last changed; a window over `updated_at` looks at this. */
  changedAt: Date;
  closedAt: Date | null;
  orderName: string;
  readonly orderId: string;
  readonly providerOrderId: string;
  destinationId: number | null;
  lineItems: StandInLineItem[];
  labels: StandInLabel[];
  expectsLabel: boolean;
  readonly method: ReturnMethod;
  /** The number of the bag, of a return that was dropped off without a label. */
  packageReference: string | null;
  notes: StandInNote[];
  /** Process requests that Loop accepted; each could have moved money. */
  processedTimes: number;
  /** Flag requests that Loop accepted. */
  flaggedTimes: number;
  /** Whether Loop has carried out its outcomes; one that is only closed was not. */
  wasProcessed: boolean;
  processingEnd: ProcessingEnd;
}

const FIRST_RETURN_ID = 99_904_598;
const FIRST_LINE_ITEM_ID = 26_442_641;
const FIRST_ORDER_NUMBER = 90_507;
const FIRST_SHIPMENT_ID = 67_899_982;

/** A shop's returns, and the numbers that it gives out. */
export class ReturnBook {
  readonly returns = new Map<string, StandInReturn>();
  #sequence = 0;
  #lineItems = 0;
  #shipments = 0;
  #notes = 0;

  create(spec: LoopReturnSpec): StandInReturn {
    this.#sequence += 1;
    const id = spec.id ?? String(FIRST_RETURN_ID + this.#sequence);
    if (this.returns.has(id)) throw new Error(`The stand-in Loop already has a return ${id}`);
    const { createdAt = new Date(), method = 'mail', label = 'now' } = spec;
    const state = spec.state ?? (method === 'inStore' ? 'closed' : 'open');
    const isMailed = method === 'mail';
    const made: StandInReturn = {
      id,
      sequence: this.#sequence,
      state,
      createdAt,
      editedAt: wholeSeconds(createdAt),
      updatedAt: wholeSeconds(createdAt),
      changedAt: createdAt,
      closedAt: state === 'closed' ? createdAt : null,
      orderName: spec.orderName ?? `#${FIRST_ORDER_NUMBER + this.#sequence}`,
      orderId: String(6_042_537 + this.#sequence),
      providerOrderId: String(2_347_613_440_760 + this.#sequence),
      destinationId: spec.destinationId ?? null,
      lineItems: this.lineItems(spec.items),
      labels: [],
      expectsLabel: isMailed && label !== 'none',
      method,
      packageReference: null,
      notes: [],
      processedTimes: 0,
      flaggedTimes: 0,
      wasProcessed: state === 'closed',
      processingEnd: spec.processing ?? 'closes',
    };
    const usual = { carrier: 'FedEx', trackingNumber: String(794_600_000_000 + this.#sequence) };
    const labels = spec.labels ?? (isMailed && label === 'now' ? [usual] : []);
    made.labels = labels.map((one) => this.label(made, one, createdAt));
    this.returns.set(id, made);
    return made;
  }

  lineItems(specs: readonly LoopItemSpec[]): StandInLineItem[] {
    return specs.map((spec) => {
      this.#lineItems += 1;
      return { ...spec, lineItemId: String(FIRST_LINE_ITEM_ID + this.#lineItems), dispositionOutcome: null };
    });
  }

  /**
   * A label for the return, not on it yet.
   * @throws where it names an item that the return does not have
   */
  label(on: StandInReturn, spec: LoopLabelSpec, updatedAt = nextLabelTime(on.labels)): StandInLabel {
    this.#shipments += 1;
    const idAt = (place: number) => {
      const item = on.lineItems[place];
      if (item === undefined) throw new Error(`The return ${on.id} has no item at ${place}`);
      return item.lineItemId;
    };
    return {
      shipmentId: FIRST_SHIPMENT_ID + this.#shipments,
      carrier: spec.carrier,
      trackingNumber: spec.trackingNumber,
      status: spec.status ?? 'new',
      lineItemIds: spec.items?.map(idAt) ?? null,
      shape: spec.shape ?? null,
      updatedAt,
    };
  }

  /** The return that a test talks about; a test that names another one is mistaken. */
  get(id: string): StandInReturn {
    const found = this.returns.get(id);
    if (found === undefined) throw new Error(`The stand-in Loop has no return ${id}`);
    return found;
  }

  addNote(on: StandInReturn, content: string): void {
    this.#notes += 1;
    on.notes.push({ id: this.#notes, content, createdAt: new Date() });
    markEdited(on);
  }

  setState(on: StandInReturn, state: string): void {
    on.state = state;
    on.closedAt = state === 'closed' ? new Date() : null;
    markEdited(on);
  }
}

/** Marks an edit. Its dates have whole seconds, so two changes within one would otherwise look the same. */
export function markEdited(changed: StandInReturn): void {
  markUpdated(changed);
  changed.editedAt = changed.updatedAt;
}

/** Marks a change that is no edit of the return: only `updated_at` moves. */
export function markUpdated(changed: StandInReturn): void {
  changed.changedAt = new Date();
  const next = Math.max(wholeSeconds(changed.changedAt).getTime(), changed.updatedAt.getTime() + 1000);
  changed.updatedAt = new Date(next);
}

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
