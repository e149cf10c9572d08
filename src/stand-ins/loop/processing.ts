import { plainState } from './listing.ts';
import type { ReturnBook, StandInReturn } from './returns.ts';
import type { WebhookSender } from './sender.ts';

const USUAL_DELAY_MS = 50;

/** Accepted process requests: a while later each closes its return, or fails, or leaves it to a person. */
export class ProcessingQueue {
  closeAfterMs: number | null;
  readonly #book: ReturnBook;
  readonly #sender: WebhookSender;
  readonly #processFlagged: boolean;
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  constructor(
    book: ReturnBook,
    sender: WebhookSender,
    options: { closeAfterMs?: number | null; processFlagged?: boolean },
  ) {
    this.#book = book;
    this.#sender = sender;
    this.#processFlagged = options.processFlagged ?? false;
    this.closeAfterMs = options.closeAfterMs === undefined ? USUAL_DELAY_MS : options.closeAfterMs;
  }

  add(accepted: StandInReturn): void {
    if (this.closeAfterMs === null || this.#waiting.has(accepted.id)) return;
    this.#waiting.set(
      accepted.id,
      setTimeout(() => void this.#finish(accepted), this.closeAfterMs),
    );
  }

  forget(id: string): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
  }

  close(): void {
    for (const id of [...this.#waiting.keys()]) this.forget(id);
  }

  /** Loop carries out the return's outcomes: it closes. */
  carryOut(about: StandInReturn): Promise<void> {
    this.forget(about.id);
    about.wasProcessed = true;
    this.#book.setState(about, 'closed');
    return this.#sender.announce(about, 'return.closed');
  }

  // Between the request and the work a person may have flagged the return.
  #finish(accepted: StandInReturn): Promise<void> {
    this.forget(accepted.id);
    const state = plainState(accepted.state);
    if (state === 'open' || (state === 'review' && this.#processFlagged)) return this.#end(accepted);
    const message = `Return is ${accepted.state} and therefore cannot be processed.`;
    return this.#sender.announce(accepted, 'return.processing.failed', { message });
  }

  #end(accepted: StandInReturn): Promise<void> {
    const end = accepted.processingEnd;
    accepted.processingEnd = 'closes';
    switch (end) {
      case 'closes':
        return this.carryOut(accepted);
      // An exchange that is out of stock: nothing but the state tells that it came to nothing.
      case 'goesToReview':
        this.#book.setState(accepted, 'review');
        return this.#sender.announce(accepted, 'return.updated');
    }
  }
}
