export type LoopState = 'open' | 'closed' | 'cancelled' | 'expired' | 'review';

/** One unit that a shopper sends back. */
export interface LoopItemSpec {
  sku: string;
  reason?: string;
  parentReason?: string;
  comment?: string;
  destinationId?: number;
}

export interface LoopReturnSpec {
  /** Digits as a rule; the next free number when left out. */
  id?: string;
  items: readonly LoopItemSpec[];
  /** `now`: on the return from the start; `late`: still pending, `addLabel` brings it; `none`: a return without one. */
  label?: 'now' | 'late' | 'none';
  orderName?: string;
  destinationId?: number;
  createdAt?: Date;
}

export interface StandInLineItem extends LoopItemSpec {
  lineItemId: string;
  /** What `dispositioning/assess` said last. */
  dispositionOutcome: string | null;
}

export interface StandInLabel {
  carrier: string;
  trackingNumber: string;
  status: string;
  updatedAt: Date;
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
  state: LoopState;
  readonly createdAt: Date;
  /** What payloads call `edited_at`: whole seconds, later with every change. */
  editedAt: Date;
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
  notes: StandInNote[];
  /** Process requests that Loop accepted; each could have moved money. */
  processedTimes: number;
  /** Flag requests that Loop accepted. */
  flaggedTimes: number;
}

const FIRST_RETURN_ID = 99_904_598;
const FIRST_LINE_ITEM_ID = 26_442_641;
const FIRST_ORDER_NUMBER = 90_507;

/** A shop's returns, and the numbers that it gives out. */
export class ReturnBook {
  readonly returns = new Map<string, StandInReturn>();
  #sequence = 0;
  #lineItems = 0;
  #notes = 0;

  create(spec: LoopReturnSpec): StandInReturn {
    this.#sequence += 1;
    const id = spec.id ?? String(FIRST_RETURN_ID + this.#sequence);
    if (this.returns.has(id)) throw new Error(`The stand-in Loop already has a return ${id}`);
    const createdAt = spec.createdAt ?? new Date();
    const made: StandInReturn = {
      id,
      sequence: this.#sequence,
      state: 'open',
      createdAt,
      editedAt: wholeSeconds(createdAt),
      changedAt: createdAt,
      closedAt: null,
      orderName: spec.orderName ?? `#${FIRST_ORDER_NUMBER + this.#sequence}`,
      orderId: String(6_042_537 + this.#sequence),
      providerOrderId: String(2_347_613_440_760 + this.#sequence),
      destinationId: spec.destinationId ?? null,
      lineItems: this.lineItems(spec.items),
      labels: [],
      expectsLabel: spec.label !== 'none',
      notes: [],
      processedTimes: 0,
      flaggedTimes: 0,
    };
    if ((spec.label ?? 'now') === 'now') made.labels.push(usualLabel(made, this.#sequence));
    this.returns.set(id, made);
    return made;
  }

  lineItems(specs: readonly LoopItemSpec[]): StandInLineItem[] {
    return specs.map((spec) => {
      this.#lineItems += 1;
      return { ...spec, lineItemId: String(FIRST_LINE_ITEM_ID + this.#lineItems), dispositionOutcome: null };
    });
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
    touch(on);
  }

  setState(on: StandInReturn, state: LoopState): void {
    on.state = state;
    on.closedAt = state === 'closed' ? new Date() : null;
    touch(on);
  }
}

/** Marks a change. `edited_at` has whole seconds, so two changes within one would otherwise look the same. */
export function touch(changed: StandInReturn): void {
  changed.changedAt = new Date();
  const next = Math.max(wholeSeconds(changed.changedAt).getTime(), changed.editedAt.getTime() + 1000);
  changed.editedAt = new Date(next);
}

function usualLabel(on: StandInReturn, sequence: number): StandInLabel {
  const trackingNumber = String(794_600_000_000 + sequence);
  return { carrier: 'FedEx', trackingNumber, status: 'printed', updatedAt: on.createdAt };
}

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
