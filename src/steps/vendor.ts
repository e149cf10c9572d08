import type { Merchant, Merchants } from '../config/merchants.ts';
import type { Delivery, Source } from '../inbox/delivery.ts';
import type { StepContext } from './context.ts';
import type { StepHandler } from './jobs.ts';

/** A vendor as the steps know it. */
export interface VendorWithSteps {
  readonly name: Source;
  /** Carries out the steps that are this vendor's, those of one merchant. */
  readonly carryOut: (context: StepContext, merchants: Merchants, slug: string) => StepHandler;
  /**
   * Asks for what its messages may have missed.
   * @throws PollFailed where it did not answer
   */
  readonly pull: (context: StepContext, merchant: Merchant) => Promise<void>;
  /** What the bytes of a message tell, read once more. */
  readonly readAgain: (merchant: string, body: Buffer, json: unknown) => readonly Delivery[];
}
