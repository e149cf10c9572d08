import type { IncomingHttpHeaders } from 'node:http';
import {
  type ScriptedAnswer,
  startVendorServer,
  type VendorCall,
  type VendorRequest,
} from './http-server.ts';
import { type JsonObject, recordsOf } from './json.ts';
import { type MasonHubCallName, masonHubRoutes, type RegisteredCallback } from './masonhub-api.ts';
import { BatchDesk } from './masonhub-batches.ts';
import {
  type ApiVersion,
  type CallbackEnvelope,
  EnvelopeWriter,
  type ProgressEvent,
} from './masonhub-envelopes.ts';
import { type ReceivedUnits, received } from './masonhub-receiving.ts';
import { RmaBook, type StandInRma } from './masonhub-rmas.ts';
import { sandboxEvents } from './masonhub-sandbox.ts';
import {
  type CallbackAnswer,
  CallbackSender,
  type CallbackSenderOptions,
  type DeliverCallbackOptions,
} from './masonhub-sender.ts';

export interface MasonHubOptions extends CallbackSenderOptions {
  account: string;
  apiToken: string;
  /** The SKUs that the account has; any SKU by default. */
  catalogue?: readonly string[];
  /** Whether the number of a deleted RMA stays taken, and a replacement brings the RMA back. */
  deletedStayTaken?: boolean;
  port?: number;
  /** The callbacks' version where a call names none, 2.0 by default. */
  apiVersion?: ApiVersion;
  requestsPerMinute?: number;
  /** Where the sandbox's chance comes from. */
  random?: () => number;
}

export type MasonHubCall = VendorCall<MasonHubCallName> & {
  /** The body where it was an array of records. */
  readonly records: readonly JsonObject[] | null;
};

export interface CallbackOptions extends DeliverCallbackOptions {
  apiVersion?: ApiVersion;
  messageId?: string;
}

export interface ReceiptOptions extends CallbackOptions {
  /** The dock's notes on the whole return. */
  notes?: string;
}

/** A fake MasonHub account: its API, its callbacks, and the handles that a test or the demo turns. */
export interface StandInMasonHub {
  /** The API's base. */
  readonly url: string;
  readonly calls: readonly MasonHubCall[];
  /** By customer_identifier. */
  readonly rmas: ReadonlyMap<string, StandInRma>;
  readonly callbacks: ReadonlyMap<string, RegisteredCallback>;
  /** The callbacks that were sent to the end, whether they arrived or not. */
  readonly answers: readonly CallbackAnswer[];
  /** One invalid record fails its whole batch with a 400, as some descriptions have it. */
  wholeBatchErrors: boolean;
  sendCallbacksTo(url: string): void;
  /**
   * Sends callbacks as the registration about RMAs says, instead of to one address.
   * @param reach where a registered address is reached from here
   */
  followCallbacks(reach: (url: string) => string): void;
  /** From now on callbacks are missed, until `resume`. */
  silence(): void;
  resume(): void;
  /** Resolves once the callback was delivered, or given up. */
  progress(rmaNumber: string, event: ProgressEvent, options?: CallbackOptions): Promise<CallbackAnswer>;
  /** Completes the receipt, everything available by default, and sends it; one answer for each time. */
  receive(
    rmaNumber: string,
    units?: readonly ReceivedUnits[] | 'all-available',
    options?: ReceiptOptions,
  ): Promise<CallbackAnswer[]>;
  /** The message that `receive` would send; nothing is received or sent. */
  receivedEnvelope(
    rmaNumber: string,
    units?: readonly ReceivedUnits[] | 'all-available',
    options?: ReceiptOptions,
  ): CallbackEnvelope;
  /** Sends messages, or a raw body, as MasonHub would, also while silenced. */
  deliver(
    message: CallbackEnvelope | readonly CallbackEnvelope[] | string,
    options?: DeliverCallbackOptions,
  ): Promise<CallbackAnswer[]>;
  answerNext(call: MasonHubCallName, ...answers: ScriptedAnswer[]): void;
  /** Takes the API token for revoked, or for good again. */
  revokeKey(isRevoked: boolean): void;
  /** The SKU is not in the catalogue, until the function that comes back is called. */
  refuseSku(sku: string): () => void;
  /** The RMA is refused with the message, until the function that comes back is called. */
  refuse(rmaNumber: string, message: string): () => void;
  close(): Promise<void>;
}

/** Starts a fake MasonHub on 127.0.0.1. */
export async function startStandInMasonHub(options: MasonHubOptions): Promise<StandInMasonHub> {
  const book = new RmaBook(options.catalogue ?? null, options.deletedStayTaken ?? false);
  const sender = new CallbackSender(options);
  const settings = { wholeBatchErrors: false, url: '' };
  const callbacks = new Map<string, RegisteredCallback>();
  const dock = dockHandles(book, sender, options.apiVersion ?? '2.0');
  const sandbox = sandboxEvents(
    book,
    {
      progress: (rmaNumber, event) => void dock.progress(rmaNumber, event),
      receive: (rmaNumber, units) => void dock.receive(rmaNumber, units),
    },
    options.random ?? Math.random,
  );
  const server = await startVendorServer({
    ...apiRules(options),
    routes: masonHubRoutes(book, new BatchDesk(settings), sandbox, callbacks),
  });
  settings.url = server.origin + apiRules(options).base;
  return {
    url: settings.url,
    calls: server.calls,
    rmas: book.rmas,
    callbacks,
    get wholeBatchErrors() {
      return settings.wholeBatchErrors;
    },
    set wholeBatchErrors(value) {
      settings.wholeBatchErrors = value;
    },
    answerNext: server.answerNext,
    revokeKey: server.revokeKey,
    ...dock,
    ...callbackHandles(sender),
    followCallbacks: (reach) => {
      sender.registered = () => {
        const found = [...callbacks.values()].find((one) => one.message_type === 'rmaEvent');
        if (found === undefined) return null;
        const version = found.api_version === '1.0' ? '1.0' : '2.0';
        return { url: reach(found.url), token: found.token ?? '', version };
      };
    },
    ...refusals(book),
    close: async () => {
      sender.close();
      await server.close();
    },
  };
}

function apiRules(options: MasonHubOptions) {
  return {
    base: `/${options.account}/api/v1`,
    port: options.port ?? 0,
    isAuthorised: ({ authorization }: IncomingHttpHeaders) => authorization === `Bearer ${options.apiToken}`,
    unauthorised: { status: 401, body: { message: 'The access token provided is missing or invalid.' } },
    tooMany: { status: 429, body: { message: 'Too many requests.' } },
    requestsPerMinute: options.requestsPerMinute ?? null,
    describe: ({ body }: VendorRequest) => ({ records: recordsOf(body) }),
  };
}

function dockHandles(book: RmaBook, sender: CallbackSender, usualVersion: ApiVersion) {
  const writer = new EnvelopeWriter();
  const write = (rma: StandInRma, event: ProgressEvent | 'received', wish: CallbackOptions) => {
    const target = sender.target();
    const version = wish.apiVersion ?? target?.version ?? usualVersion;
    return writer.envelope(rma, event, version, target?.url ?? '', wish.messageId);
  };
  type Units = readonly ReceivedUnits[] | 'all-available';
  return {
    progress: async (rmaNumber: string, event: ProgressEvent, wish: CallbackOptions = {}) => {
      const rma = book.get(rmaNumber);
      if (event === 'receivingStarted') rma.status = 'in-receiving';
      rma.updatedAt = new Date();
      const [answer] = await sender.announce(write(rma, event, wish), { ...wish, times: 1 });
      if (answer === undefined) throw new Error('A callback that is sent once has one answer');
      return answer;
    },
    receive: (rmaNumber: string, units: Units = 'all-available', wish: ReceiptOptions = {}) => {
      const rma = book.get(rmaNumber);
      Object.assign(rma, received(rma, units, wish.notes ?? null));
      return sender.announce(write(rma, 'received', wish), wish);
    },
    receivedEnvelope: (rmaNumber: string, units: Units = 'all-available', wish: ReceiptOptions = {}) =>
      write(received(book.get(rmaNumber), units, wish.notes ?? null), 'received', wish),
  };
}

function callbackHandles(sender: CallbackSender) {
  return {
    answers: sender.answers,
    sendCallbacksTo: (url: string) => {
      sender.url = url;
    },
    silence: () => {
      sender.silent = true;
    },
    resume: () => {
      sender.silent = false;
    },
    deliver: (
      message: CallbackEnvelope | readonly CallbackEnvelope[] | string,
      wish: DeliverCallbackOptions = {},
    ) => sender.deliver(message, wish),
  };
}

function refusals(book: RmaBook) {
  return {
    refuseSku: (sku: string) => {
      book.refusedSkus.add(sku);
      return () => void book.refusedSkus.delete(sku);
    },
    refuse: (rmaNumber: string, message: string) => {
      book.refused.set(rmaNumber, message);
      return () => void book.refused.delete(rmaNumber);
    },
  };
}
