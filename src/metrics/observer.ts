import type { Source } from '../inbox/delivery.ts';
import type { StoreDelivery, Stored } from '../inbox/inbox.ts';
import type { Step } from '../returns/return.ts';
import type { Advanced } from '../returns-store/advance.ts';

/** What becomes of a request at a vendor's endpoint, or of a message in it. */
export const deliveryResults = [
  'accepted',
  'duplicate',
  'ignored',
  'rejected',
  /** The signature or the token is missing or wrong. */
  'unauthorized',
  /** Not JSON, or too large. */
  'unreadable',
  'unknown_merchant',
  /** Turned away because more came in than could be stored. */
  'shed',
  /** The database did not take it. */
  'failed',
] as const satisfies readonly (Stored | string)[];
export type DeliveryResult = (typeof deliveryResults)[number];

/** What came of one try of a step. */
export const stepResults = ['done', 'retry', 'paused', 'given_up'] as const;
export type StepOutcome = (typeof stepResults)[number];

export const pollResults = ['done', 'failed'] as const;
export type PollResult = (typeof pollResults)[number];

/** What came of one try to deliver an alert. */
export const alertResults = ['sent', 'failed', 'given_up'] as const;
export type AlertResult = (typeof alertResults)[number];

/** What comes of a return of a bulk retry whose turn it is. */
export const bulkRetryResults = [
  'retried',
  'needs-a-look',
  'nothing-failed',
  'unknown',
  'no-merchant',
  'failed',
] as const;
export type BulkRetryResult = (typeof bulkRetryResults)[number];

/** Whoever counts what the service does is told of it here; being told never fails and never takes long. */
export interface Observer {
  delivery(source: Source, result: DeliveryResult): void;
  step(step: Step, result: StepOutcome): void;
  poll(merchant: string, source: Source, result: PollResult): void;
  alert(result: AlertResult): void;
  /** It was the turn of a return of a bulk retry. */
  bulkRetried(result: BulkRetryResult): void;
  /** What is committed has moved returns on. */
  advanced(merchant: string, lines: readonly Advanced[]): void;
}

/** Counts what the inbox says of each delivery. */
export function countStored(
  store: StoreDelivery,
  observer: Pick<Observer, 'delivery'>,
  isShed: (error: unknown) => boolean,
): StoreDelivery {
  return async (delivery) => {
    try {
      const stored = await store(delivery);
      observer.delivery(delivery.source, stored);
      return stored;
    } catch (error) {
      observer.delivery(delivery.source, isShed(error) ? 'shed' : 'failed');
      throw error;
    }
  };
}
