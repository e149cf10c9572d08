import type { IncomingHttpHeaders } from 'node:http';
import type { ReceivedCall, ScriptedAnswer, VendorRequest } from '../desk.ts';
import { type ServeVendor, startVendorServer } from '../http-server.ts';
import { type JsonObject, recordsOf } from '../json.ts';
import { type MasonHubCallName, masonHubRoutes } from './api.ts';
import { type BatchAnswers, BatchDesk } from './batches.ts';
import { type CallbackAnswers, CallbackDesk, type RegisteredCallback } from './callbacks.ts';
import { type Dock, openDock } from './dock.ts';
import type { ApiVersion, CallbackEnvelope } from './envelopes.ts';
import { HoldDesk } from './holds.ts';
import type { CidMeaning } from './listing.ts';
import { RmaBook, type StandInRma } from './rmas.ts';
import { sandboxEvents } from './sandbox.ts';
import {
  type CallbackAnswer,
  CallbackSender,
  type CallbackSenderOptions,
  type DeliverCallbackOptions,
} from './sender.ts';

export interface MasonHubOptions extends CallbackSenderOptions {
  account: string;
  apiToken: string;
  /** The SKUs that the account has; any SKU by default. */
  catalogue?: readonly string[];
  /** Whether the number of a deleted RMA stays taken, and a replacement brings the RMA back. */
  deletedStayTaken?: boolean;
  /** Which description the answers to PUT and DELETE follow, the pages' by default. */
  changeAnswers?: BatchAnswers;
  /** Which answers about callbacks are given, those of the pages on callbacks by default. */
  callbackAnswers?: Partial<CallbackAnswers>;
  /** Whether `cid` may be a list, which it may not by default. */
  cid?: CidMeaning;
  port?: number;
  /** How its API is reached; over real sockets unless given. */
  serve?: ServeVendor;
  /** The callbacks' version where a call names none, 2.0 by default. */
  apiVersion?: ApiVersion;
  requestsPerMinute?: number;
  /** Where the sandbox's chance comes from. */
  random?: () => number;
}

export type MasonHubCall = ReceivedCall<MasonHubCallName> & {
  /** The body where it was an array of records. */
  readonly records: readonly JsonObject[] | null;
};

/** A fake MasonHub account: its API, its callbacks, and the handles that a test or the demo turns. */
export interface StandInMasonHub extends Dock {
  /** The API's base. */
  readonly url: string;
  readonly calls: readonly MasonHubCall[];
  /** By customer_identifier. */
  readonly rmas: ReadonlyMap<string, StandInRma>;
  /** The numbers of which an RMA has been deleted, whatever came after it. */
  readonly deleted: ReadonlySet<string>;
  readonly callbacks: ReadonlyMap<string, RegisteredCallback>;
  /** The message types on hold. A test may place and lift holds here, as the account's owner would. */
  readonly holds: Set<string>;
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
  /** Sends messages, or a raw body, as MasonHub would, also while silenced or on hold. */
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
  const holds = new HoldDesk();
  const sender = new CallbackSender(options, holds.holds);
  const settings = { wholeBatchErrors: false, url: '' };
  const registrations = new CallbackDesk({
    created: 'callbacks',
    deleted: 'list',
    none: 'empty',
    ...options.callbackAnswers,
  });
  const { callbacks } = registrations;
  const dock = openDock(book, sender, options.apiVersion ?? '2.0');
  const server = await (options.serve ?? startVendorServer)({
    ...apiRules(options),
    routes: masonHubRoutes({
      book,
      batches: new BatchDesk(settings),
      callbacks: registrations,
      holds,
      sandbox: sandboxOf(book, dock, options.random ?? Math.random),
      changeAnswers: options.changeAnswers ?? 'pages',
      cid: options.cid ?? 'one',
    }),
  });
  settings.url = server.origin + apiRules(options).base;
  return {
    url: settings.url,
    calls: server.calls,
    rmas: book.rmas,
    deleted: book.deleted,
    callbacks,
    holds: holds.holds,
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

function sandboxOf(book: RmaBook, dock: Dock, random: () => number) {
  return sandboxEvents(
    book,
    {
      progress: (rmaNumber, event) => void dock.progress(rmaNumber, event),
      receive: (rmaNumber, units) => void dock.receive(rmaNumber, units),
    },
    random,
  );
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
