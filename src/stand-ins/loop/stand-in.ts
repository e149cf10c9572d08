import type { IncomingHttpHeaders } from 'node:http';
import type { ReceivedCall, ScriptedAnswer, VendorRequest } from '../desk.ts';
import { type ServeVendor, startVendorServer } from '../http-server.ts';
import type { JsonObject } from '../json.ts';
import { type ApiHabits, type LoopCallName, type LoopDestination, loopRoutes } from './api.ts';
import { type LabelHandles, labelHandles, labelOf } from './label-handles.ts';
import type { LabelShape } from './labels.ts';
import { ProcessingQueue } from './processing.ts';
import { type ReturnHandles, returnHandles } from './return-handles.ts';
import { ReturnBook, type StandInReturn } from './returns.ts';
import { type DeliverOptions, type LoopDelivery, type SenderOptions, WebhookSender } from './sender.ts';
import { inTurn, type PayloadStyle, usualStyles } from './style.ts';
import { type LoopSubscription, Subscriptions, type WantedSubscription } from './subscriptions.ts';
import type { LoopTopic, StandInTrigger } from './topics.ts';

/**
 * `listItems` is `left out` unless given: the list's rows have neither `line_items` nor `labels`.
 * `asnDates` is `every`: the ASN report reads dates with a time as well.
 * `processingWebhooks` is `taken`: `return.processing` can be subscribed to.
 */
export interface LoopOptions extends SenderOptions, Partial<ApiHabits> {
  apiKey: string;
  port?: number;
  /** How its API is reached; over real sockets unless given. */
  serve?: ServeVendor;
  /** From an accepted process request to the closed return, 50 by default; null: only `closeReturn` closes it. */
  closeAfterMs?: number | null;
  /** Whether this merchant lets a return in review be processed. */
  processFlagged?: boolean;
  requestsPerMinute?: number;
  destinations?: readonly LoopDestination[];
  /** How payloads are written, in turn; `usualStyles` by default. */
  styles?: readonly PayloadStyle[];
}

export type LoopCall = ReceivedCall<LoopCallName> & { readonly returnId: string | null };

/** Which of a trigger's payloads is wanted; what Loop would send by itself unless given. */
export interface PayloadWish {
  topic?: LoopTopic;
  labelShape?: LabelShape;
  /** The tracking number of the label that a `label` payload tells of. */
  label?: string;
}

/** A fake Loop shop: its API, its webhooks, and the handles that a test or the demo turns. */
export interface StandInLoop extends ReturnHandles, LabelHandles {
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
  /**
   * Subscribes as a person does in the admin, to any topic with any trigger.
   * @returns the subscription's id
   */
  subscribe(wanted: WantedSubscription): number;
  /** From now on webhooks are missed, until `resume`. */
  silence(): void;
  resume(): void;
  /** Sends a payload, or a raw body, as Loop would, also while silenced. */
  deliver(payload: JsonObject | string, options?: DeliverOptions): Promise<LoopDelivery[]>;
  payloadOf(id: string, trigger: StandInTrigger, wish?: PayloadWish): JsonObject;
  answerNext(call: LoopCallName, ...answers: ScriptedAnswer[]): void;
  /** Takes the API key for revoked, or for good again. */
  revokeKey(isRevoked: boolean): void;
  close(): Promise<void>;
}

const BASE = '/api/2026-10';

/** Starts a fake Loop on 127.0.0.1. */
export async function startStandInLoop(options: LoopOptions): Promise<StandInLoop> {
  const book = new ReturnBook();
  const subscriptions = new Subscriptions();
  const nextStyle = inTurn(options.styles ?? usualStyles);
  const sender = new WebhookSender(options, nextStyle);
  const processing = new ProcessingQueue(book, sender, options);
  const links = { url: '' };
  const server = await (options.serve ?? startVendorServer)({
    ...apiRules(options),
    routes: loopRoutes({
      book,
      subscriptions,
      destinations: options.destinations ?? [{ id: 1042, name: 'A warehouse' }],
      processFlagged: options.processFlagged ?? false,
      habits: habitsOf(options),
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
    answerNext: server.answerNext,
    revokeKey: server.revokeKey,
    ...webhookHandles(book, sender),
    ...subscriptionHandles(subscriptions, sender),
    ...returnHandles(book, sender, processing),
    ...labelHandles(book, sender),
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

function habitsOf(options: Partial<ApiHabits>): ApiHabits {
  const { listItems = 'left out', asnDates = 'every', processingWebhooks = 'taken' } = options;
  return { listItems, asnDates, processingWebhooks };
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

function webhookHandles(book: ReturnBook, sender: WebhookSender) {
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
    payloadOf: (id: string, trigger: StandInTrigger, { label, ...wish }: PayloadWish = {}) => {
      const about = book.get(id);
      const told = label === undefined ? wish : { ...wish, label: labelOf(about, label) };
      return sender.payload(about, trigger, told);
    },
  };
}

function subscriptionHandles(subscriptions: Subscriptions, sender: WebhookSender) {
  return {
    subscriptions: subscriptions.byId,
    subscribe: (wanted: WantedSubscription) => subscriptions.add(wanted).id,
    followSubscriptions: (reach: (url: string) => string) => {
      sender.subscribersOf = (trigger) =>
        subscriptions.subscribersOf(trigger).map(({ url, topic }) => ({ url: reach(url), topic }));
    },
  };
}
