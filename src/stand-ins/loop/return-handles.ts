import type { ProcessingQueue } from './processing.ts';
import {
  type LoopItemSpec,
  type LoopReturnSpec,
  markEdited,
  markUpdated,
  type ProcessingEnd,
  type ReturnBook,
} from './returns.ts';
import type { WebhookSender } from './sender.ts';

export interface ReturnChanges {
  /** Replaces the line items. */
  items?: readonly LoopItemSpec[];
  destinationId?: number;
  orderName?: string;
}

/** What shoppers, the merchant's people and Loop itself do to a return. Each resolves once its webhooks were delivered, or given up. */
export interface ReturnHandles {
  /**
   * Starts a return, of which `return.created` tells; one that was handed in at a shop is closed at once.
   * @returns its id
   */
  createReturn(spec: LoopReturnSpec): Promise<string>;
  updateReturn(id: string, changes: ReturnChanges): Promise<void>;
  cancelReturn(id: string): Promise<void>;
  expireReturn(id: string): Promise<void>;
  /** Closes it as the admin does: nothing is carried out. */
  closeReturn(id: string): Promise<void>;
  reopenReturn(id: string): Promise<void>;
  /** Puts it into any state, also one of which no page tells. */
  putInState(id: string, state: string): Promise<void>;
  /** Loop carries out its outcomes without being asked: on a carrier's scan, or once a person has put right what stood in the way. */
  processReturn(id: string): Promise<void>;
  /**
   * The shopper may keep everything: it is processed, and no label ever comes.
   * @throws where it has a label
   */
  keepReturn(id: string): Promise<void>;
  /** The number of its bag comes to be known, of a return that was dropped off. Moves only `updated_at`. */
  givePackageReference(id: string, reference: string): Promise<void>;
  /** What becomes of the next process request that is accepted; told by a webhook only then. */
  whenProcessed(id: string, end: ProcessingEnd): void;
  /** Processing that was accepted comes to nothing: the return stays as it is. */
  failProcessing(id: string, message: string | null): Promise<void>;
}

export function returnHandles(
  book: ReturnBook,
  sender: WebhookSender,
  processing: ProcessingQueue,
): ReturnHandles {
  const putInState = (id: string, state: string) => {
    processing.forget(id);
    book.setState(book.get(id), state);
    return sender.announce(book.get(id), state === 'closed' ? 'return.closed' : 'return.updated');
  };
  return {
    createReturn: async (spec) => {
      const made = book.create(spec);
      const isHandedIn = made.method === 'inStore' && made.state === 'closed';
      await Promise.all([
        sender.announce(made, 'return.created'),
        ...(isHandedIn ? [sender.announce(made, 'return.closed')] : []),
      ]);
      return made.id;
    },
    updateReturn: async (id, changes) => {
      const about = book.get(id);
      if (changes.items) about.lineItems = book.lineItems(changes.items);
      about.destinationId = changes.destinationId ?? about.destinationId;
      about.orderName = changes.orderName ?? about.orderName;
      markEdited(about);
      await sender.announce(about, 'return.updated');
    },
    cancelReturn: (id) => putInState(id, 'cancelled'),
    expireReturn: (id) => putInState(id, 'expired'),
    closeReturn: (id) => putInState(id, 'closed'),
    reopenReturn: (id) => putInState(id, 'open'),
    putInState,
    processReturn: (id) => processing.carryOut(book.get(id)),
    keepReturn: async (id) => {
      const about = book.get(id);
      if (about.labels.length > 0) throw new Error(`The return ${id} has a label: it is not kept whole`);
      await processing.carryOut(about);
    },
    givePackageReference: async (id, reference) => {
      const about = book.get(id);
      about.packageReference = reference;
      markUpdated(about);
      await sender.announce(about, 'return.updated');
    },
    whenProcessed: (id, end) => {
      book.get(id).processingEnd = end;
    },
    failProcessing: (id, message) => {
      processing.forget(id);
      return sender.announce(book.get(id), 'return.processing.failed', { message });
    },
  };
}
