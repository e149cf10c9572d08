import type { z } from 'zod';
import type { DeliveredEvent, ReceiptEvent } from '../returns/events.ts';

/** Who delivers. */
export const sources = ['loop', 'masonhub'] as const;
export type Source = (typeof sources)[number];

/** A field that could not be understood, and why. Never carries the field's value. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** One thing that a delivery says: about a return, about an RMA, or about a parcel that nobody announced. */
export type Told = ToldOfReturn | ToldOfRma | ToldOfBlindParcel;

export interface ToldOfReturn {
  readonly loopReturnId: string;
  readonly event: DeliveredEvent;
}

export interface ToldOfRma {
  readonly rmaNumber: string;
  readonly event: DeliveredEvent;
}

/** A parcel that was received without an RMA: what is on its box may say which return it is of. */
export interface ToldOfBlindParcel {
  readonly blind: ReceiptEvent;
}

/** What a vendor's delivery amounts to. */
export type Understood =
  | { readonly result: 'accepted'; readonly events: readonly Told[] }
  /** Authentic, and of no concern to returns: another topic, another message type, nobody's RMA. */
  | { readonly result: 'ignored'; readonly why: string }
  | Rejected;

/** Authentic, but it cannot be told what it is about. */
export interface Rejected {
  readonly result: 'rejected';
  /** Names the field. */
  readonly why: string;
  readonly issues: readonly Issue[];
}

/** A delivery whose sender is proven, as the inbox keeps it. */
export interface Delivery {
  readonly merchant: string;
  readonly source: Source;
  /** The same for the same delivery, however often it comes: a hash of the content, or the vendor's message id. */
  readonly key: string;
  readonly body: Buffer;
  /** Which one of the messages in the body; 0 where the body is one message. */
  readonly part: number;
  readonly understood: Understood;
  /** The request that brought it, where requests are traced, as W3C Trace Context writes it. */
  readonly traceparent?: string;
}

/** What a delivery tells of, as a log line names it. */
export interface NamedInLog {
  readonly return?: string;
  /** Further ones, where one delivery tells of several. */
  readonly others?: readonly string[];
}

/**
 * The returns that something tells of, as a log line names them. MasonHub names an RMA: as long as nothing has been
 * looked up, a return is called by the number of its first one, which is the return's own.
 */
export function namesForLog(told: readonly Told[]): NamedInLog {
  const names = told.flatMap((one) => {
    if ('loopReturnId' in one) return [one.loopReturnId];
    return 'rmaNumber' in one ? [one.rmaNumber] : [];
  });
  const [first, ...others] = new Set(names);
  if (first === undefined) return {};
  return others.length === 0 ? { return: first } : { return: first, others };
}

/** The same of a delivery. */
export function namesInDelivery({ understood }: Delivery): NamedInLog {
  return namesForLog(understood.result === 'accepted' ? understood.events : []);
}

/** Turns a schema's complaint into a rejection whose message names the first field. */
export function rejected(error: z.ZodError, prefix = ''): Rejected {
  const issues = error.issues.slice(0, 20).map((issue) => ({
    path: [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.') || 'body',
    message: issue.message,
  }));
  const first = issues[0];
  const why = first === undefined ? 'not understood' : `${first.path}: ${first.message}`;
  return { result: 'rejected', why, issues };
}

/**
 * What is of one merchant, together. The order of the merchants is always the same, for storing and for applying, so
 * that two transactions never wait for each other.
 */
export function byMerchant<Some extends { readonly merchant: string }>(all: readonly Some[]): Some[][] {
  const merchants = [...Map.groupBy(all, ({ merchant }) => merchant)];
  return merchants.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, own]) => own);
}
