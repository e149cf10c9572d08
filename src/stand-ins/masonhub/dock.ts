import { type ApiVersion, type CallbackEnvelope, EnvelopeWriter } from './envelopes.ts';
import { type ProgressEvent, statusAfter } from './lifecycle.ts';
import type { LineStyle, QuantityStyle } from './quantities.ts';
import { type BlindReturnType, blindRma, received, type UnitsInHand } from './receiving.ts';
import type { RmaBook, StandInRma } from './rmas.ts';
import type { CallbackAnswer, CallbackSender, DeliverCallbackOptions } from './sender.ts';

export interface CallbackOptions extends DeliverCallbackOptions {
  apiVersion?: ApiVersion;
  messageId?: string;
}

export interface ReceiptOptions extends CallbackOptions {
  /** The dock's notes on the whole return. */
  notes?: string;
  /** How quantities are written, here and wherever the RMA is shown from now on. */
  quantities?: QuantityStyle;
  /** What the lines say of where the units went, likewise. */
  lines?: LineStyle;
}

export interface BlindReceiptOptions extends ReceiptOptions {
  /** `rma_created_by_distribution_center` by default. */
  returnType?: BlindReturnType;
  /** A later receipt of the parcel that was received last under this number. */
  later?: boolean;
}

/** What happens to parcels, by a test's hand. */
export interface Dock {
  /** The RMAs that the warehouse made for parcels that came without one. */
  readonly blindParcels: readonly StandInRma[];
  /** Moves the RMA on and says so. Resolves once the callback was delivered, or given up. */
  progress(rmaNumber: string, event: ProgressEvent, options?: CallbackOptions): Promise<CallbackAnswer>;
  /**
   * Completes the receipt, everything available by default, and sends it; one answer for each time.
   * Called again it is a later receipt of the same RMA, such as the one after quality control.
   */
  receive(
    rmaNumber: string,
    units?: readonly UnitsInHand[] | 'all-available',
    options?: ReceiptOptions,
  ): Promise<CallbackAnswer[]>;
  /** Receives a parcel that no RMA names, under one that the warehouse makes: it has no customer_identifier. */
  receiveBlind(
    trackingNumber: string,
    units: readonly UnitsInHand[],
    options?: BlindReceiptOptions,
  ): Promise<CallbackAnswer[]>;
  /** The message that `receive` would send; nothing is received or sent. */
  receivedEnvelope(
    rmaNumber: string,
    units?: readonly UnitsInHand[] | 'all-available',
    options?: ReceiptOptions,
  ): CallbackEnvelope;
}

/** @param usualVersion the callbacks' version where neither a call nor a registration names one */
export function openDock(book: RmaBook, sender: CallbackSender, usualVersion: ApiVersion): Dock {
  const writer = new EnvelopeWriter();
  const blindParcels: StandInRma[] = [];
  const write = (rma: StandInRma, event: ProgressEvent | 'received', wish: CallbackOptions) => {
    const target = sender.target();
    const version = wish.apiVersion ?? target?.version ?? usualVersion;
    return writer.envelope(rma, event, version, target?.url ?? '', wish.messageId);
  };
  const receive = (rma: StandInRma, units: Units, wish: ReceiptOptions) => {
    Object.assign(rma, received(rma, units, wish.notes ?? null), stylesIn(wish));
    return sender.announce(write(rma, 'received', wish), wish);
  };
  return {
    blindParcels,
    progress: async (rmaNumber, event, wish = {}) => {
      const rma = book.get(rmaNumber);
      rma.status = statusAfter(rma.status, event);
      rma.updatedAt = new Date();
      const [answer] = await sender.announce(write(rma, event, wish), { ...wish, times: 1 });
      if (answer === undefined) throw new Error('A callback that is sent once has one answer');
      return answer;
    },
    receive: (rmaNumber, units = 'all-available', wish = {}) => receive(book.get(rmaNumber), units, wish),
    receiveBlind: (trackingNumber, units, wish = {}) => {
      if (wish.later === true) return receive(lastBlind(blindParcels, trackingNumber), units, wish);
      const type = wish.returnType ?? 'rma_created_by_distribution_center';
      const rma = blindRma(trackingNumber, units, type);
      book.add(rma);
      blindParcels.push(rma);
      return receive(rma, units, wish);
    },
    receivedEnvelope: (rmaNumber, units = 'all-available', wish = {}) => {
      const held = book.get(rmaNumber);
      const rma = received(held, units, wish.notes ?? null);
      // Nothing changes by it, so it is no younger than what is held.
      const { updatedAt } = held.status === 'received' ? held : rma;
      return write({ ...rma, updatedAt, ...stylesIn(wish) }, 'received', wish);
    },
  };
}

/** @throws where no such parcel was received */
function lastBlind(parcels: readonly StandInRma[], trackingNumber: string): StandInRma {
  const found = parcels.findLast(({ record }) => record['package_id'] === trackingNumber);
  if (found === undefined) throw new Error(`The stand-in MasonHub has no blind parcel ${trackingNumber}`);
  return found;
}

type Units = readonly UnitsInHand[] | 'all-available';

function stylesIn({ quantities, lines }: ReceiptOptions): Partial<StandInRma> {
  return {
    ...(quantities === undefined ? {} : { quantityStyle: quantities }),
    ...(lines === undefined ? {} : { lineStyle: lines }),
  };
}
