import type { IncomingHttpHeaders } from 'node:http';
import {
  type ScriptedAnswer,
  startVendorServer,
  type VendorCall,
  type VendorRequest,
} from './http-server.ts';
import type { JsonObject } from './json.ts';
import { type LoopCallName, type LoopDestination, loopRoutes } from './loop-api.ts';
import { type LoopTrigger, type PayloadStyle, usualStyles, webhookPayload } from './loop-payloads.ts';
import { ProcessingQueue } from './loop-processing.ts';
import {
  type LoopItemSpec,
  type LoopReturnSpec,
  type LoopState,
  ReturnBook,
  type StandInReturn,
  touch,
} from './loop-returns.ts';
import { type DeliverOptions, type LoopDelivery, type SenderOptions, WebhookSender } from './loop-sender.ts';
import type { LoopSubscription } from './loop-subscriptions.ts';

export interface LoopOptions extends SenderOptions {
  apiKey: string;
  port?: number;
  /** From an accepted process request to the closed return, 50 by default; null: only `closeReturn` closes it. */
  closeAfterMs?: number | null;
  /** Whether this merchant lets a return in review be processed. */
  processFlagged?: boolean;
  requestsPerMinute?: number;
  destinations?: readonly LoopDestination[];
  /** How payloads are written, in turn; `usualStyles` by default. */
  styles?: readonly PayloadStyle[];
}

export type LoopCall = VendorCall<LoopCallName> & { readonly returnId: string | null };

export interface ReturnChanges {
  /** Replaces the line items. */
  items?: readonly LoopItemSpec[];
  destinationId?: number;
  orderName?: string;
}

/** A fake Loop shop: its API, its webhooks, and the handles that a test or the demo turns. */
export interface StandInLoop {
  /** The API's base. */
  readonly url: string;
  readonly calls: readonly LoopCall[];
  readonly returns: ReadonlyMap<string, StandInReturn>;
  readonly subscriptions: ReadonlyMap<number, LoopSubscription>;
  /** The webhooks that were sent to the end, whether they arrived or not. */
  readonly deliveries: readonly LoopDelivery[];
  /** Changes `closeAfterMs` for the process requests to come. */
  closeProcessedAfter(ms: number | null): void;
  sendWebhooksTo(url: string): void;
  /**
   * Sends webhooks as the active subscriptions say, instead of to one address.
   * @param reach where a registered address is reached from here
   */
  followSubscriptions(reach: (url: string) => string): void;
  /** Resolves with the id once `return.created` was delivered, or given up. So do the changes below. */
  createReturn(spec: LoopReturnSpec): Promise<string>;
  /** Sends `label.created` and `return.updated` at once: they come in any order. */
  addLabel(id: string, label: { carrier: string; trackingNumber: string }): Promise<void>;
  updateReturn(id: string, changes: ReturnChanges): Promise<void>;
  cancelReturn(id: string): Promise<void>;
  expireReturn(id: string): Promise<void>;
  closeReturn(id: string): Promise<void>;
  reopenReturn(id: string): Promise<void>;
  /** Processing that was accepted comes to nothing: the return stays as it is. */
  failProcessing(id: string, message: string | null): Promise<void>;
  /** From now on webhooks are missed, until `resume`. */
  silence(): void;
  resume(): void;
  /** Sends a payload, or a raw body, as Loop would, also while silenced. */
  deliver(payload: JsonObject | string, options?: DeliverOptions): Promise<LoopDelivery[]>;
  payloadOf(id: string, trigger: LoopTrigger): JsonObject;
  answerNext(call: LoopCallName, ...answers: ScriptedAnswer[]): void;
  /** Takes the API key for revoked, or for good again. */
  revokeKey(isRevoked: boolean): void;
  close(): Promise<void>;
}

const BASE = '/api/2026-10';

/** Starts a fake Loop on 127.0.0.1. */
export async function startStandInLoop(options: LoopOptions): Promise<StandInLoop> {
  const book = new ReturnBook();
  const subscriptions = new Map<number, LoopSubscription>();
  const nextStyle = rotation(options.styles ?? usualStyles);
  const sender = new WebhookSender(options, nextStyle);
  const processing = new ProcessingQueue(book, sender, options);
  const links = { url: '' };
  const server = await startVendorServer({
    ...apiRules(options),
    routes: loopRoutes({
      book,
      subscriptions,
      destinations: options.destinations ?? [{ id: 1042, name: 'A warehouse' }],
      processFlagged: options.processFlagged ?? false,
      links,
      nextStyle,
      queueProcessing: (accepted) => processing.add(accepted),
      announceUpdate: (changed) => void sender.announce(changed, 'return.updated'),
    }),
  });
  links.url = server.origin + BASE;
  return {
    url: links.url,
    calls: server.calls,
    returns: book.returns,
    subscriptions,
    answerNext: server.answerNext,
    revokeKey: server.revokeKey,
    ...webhookHandles(book, sender, nextStyle),
    followSubscriptions: (reach) => {
      sender.addressesOf = (trigger) =>
        [...subscriptions.values()]
          .filter((one) => one.status === 'active' && one.trigger === trigger)
          .map((one) => reach(one.url));
    },
    ...returnHandles(book, sender, processing),
    closeProcessedAfter: (ms) => {
      processing.closeAfterMs = ms;
    },
    close: async () => {
      sender.close();
      processing.close();
      await server.close();
    },
  };
}

function apiRules(options: LoopOptions) {
  const unauthorised = { code: '401', http_code: 'GEN-UNAUTHORIZED', message: 'Unauthorized.' };
  return {
    base: BASE,
    port: options.port ?? 0,
    isAuthorised: (headers: IncomingHttpHeaders) => headers['x-authorization'] === options.apiKey,
    unauthorised: { status: 401, body: { error: unauthorised } },
    tooMany: { status: 429, body: { message: 'Too Many Attempts.' } },
    requestsPerMinute: options.requestsPerMinute ?? null,
    describe: ({ params: { id }, query: { return_id } }: VendorRequest) => ({
      returnId: id ?? return_id ?? null,
    }),
  };
}

function webhookHandles(book: ReturnBook, sender: WebhookSender, nextStyle: () => PayloadStyle) {
  return {
    deliveries: sender.deliveries,
    sendWebhooksTo: (url: string) => {
      sender.url = url;
    },
    silence: () => {
      sender.silent = true;
    },
    resume: () => {
      sender.silent = false;
    },
    deliver: (payload: JsonObject | string, wish: DeliverOptions = {}) => sender.deliver(payload, wish),
    payloadOf: (id: string, trigger: LoopTrigger) => webhookPayload(book.get(id), trigger, nextStyle()),
  };
}

function returnHandles(book: ReturnBook, sender: WebhookSender, processing: ProcessingQueue) {
  const change = (id: string, state: LoopState) => {
    processing.forget(id);
    book.setState(book.get(id), state);
    return sender.announce(book.get(id), state === 'closed' ? 'return.closed' : 'return.updated');
  };
  return {
    createReturn: async (spec: LoopReturnSpec) => {
      const made = book.create(spec);
      await sender.announce(made, 'return.created');
      return made.id;
    },
    addLabel: async (id: string, label: { carrier: string; trackingNumber: string }) => {
      const about = book.get(id);
      about.labels.push({ ...label, status: 'printed', updatedAt: new Date() });
      touch(about);
      await Promise.all([sender.announce(about, 'label.created'), sender.announce(about, 'return.updated')]);
    },
    updateReturn: async (id: string, changes: ReturnChanges) => {
      const about = book.get(id);
      if (changes.items) about.lineItems = book.lineItems(changes.items);
      about.destinationId = changes.destinationId ?? about.destinationId;
      about.orderName = changes.orderName ?? about.orderName;
      touch(about);
      await sender.announce(about, 'return.updated');
    },
    cancelReturn: (id: string) => change(id, 'cancelled'),
    expireReturn: (id: string) => change(id, 'expired'),
    closeReturn: (id: string) => change(id, 'closed'),
    reopenReturn: (id: string) => change(id, 'open'),
    failProcessing: (id: string, message: string | null) => {
      processing.forget(id);
      return sender.announce(book.get(id), 'return.processing.failed', message);
    },
  };
}

function rotation(styles: readonly PayloadStyle[]): () => PayloadStyle {
  let turn = 0;
  return () => {
    const style = styles[turn % styles.length];
    turn += 1;
    if (style === undefined) throw new Error('The stand-in Loop needs at least one payload style');
    return style;
  };
}
