import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Call, CallResult, MakeCall } from '../../src/outbound/call.ts';
import { readRetryAfter } from '../../src/outbound/call.ts';
import {
  type Desk,
  type IncomingRequest,
  openDesk,
  type Reply,
  type Route,
} from '../../src/stand-ins/desk.ts';
import type { ServeVendor } from '../../src/stand-ins/http-server.ts';
import type { Attempt, Message, PostMessage } from '../../src/stand-ins/send-message.ts';
import { scripted } from '../faults/vendor-answers.ts';
import { runAs } from './runtime.ts';
import type { CallFault, WayFault } from './schedule.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** A replica as the network reaches it. */
export interface Reachable {
  readonly actor: Actor;
  receive(message: Message): Promise<{ status: number; body: string; retryAfterSeconds: number | null }>;
}

/** What goes wrong on the wire, with the next call, and by how many deliveries there have been. */
export interface WireTroubles {
  callFault(endpoint: string): CallFault | null;
  /** Whether a vendor's API fails just now. */
  isAway(name: string): boolean;
  wayFault(nth: number): WayFault | null;
  replicas(): readonly Reachable[];
}

const headersWithinMs = 15_000;
const longestLatencyMs = 120;
const longestDelayMs = 900_000;
const justAfterMs = 1_000;
const copies: Partial<Record<WayFault, number>> = { twice: 2, 'in fours': 4 };

interface Vendor {
  readonly name: string;
  receive(method: string, request: IncomingRequest): Promise<Reply | 'dropped' | 'hanging'> | null;
}

/** Takes messages there and back: late, lost, twice and in any order, as the seed has it. */
export class SimulatedNetwork {
  /** Returns of which a creation arrived after its caller had given it up, or once its process had stood still. */
  readonly createdLate = new Set<string>();
  readonly #scheduler: Scheduler;
  readonly #troubles: WireTroubles;
  readonly #self: Actor;
  readonly #vendors = new Map<string, Vendor>();
  /** How often the RMA of a return was created, and how often it was replaced. */
  readonly #creations = new Map<string, number>();
  readonly #replacements = new Map<string, number>();
  /** Returns of whose RMA MasonHub was asked last, after all that was sent. */
  readonly #lookedAt = new Set<string>();
  /** The bodies of messages that came as they were sent. */
  readonly #read = new Set<string>();
  #deliveries = 0;

  constructor(scheduler: Scheduler, troubles: WireTroubles) {
    this.#scheduler = scheduler;
    this.#troubles = troubles;
    this.#self = scheduler.actor('network');
  }

  /** A vendor whose API is reached over this network. */
  serve(name: string): ServeVendor {
    return async (options) => {
      const desk = openDesk(options);
      const origin = `http://${name}.test`;
      this.#vendors.set(origin, {
        name,
        receive: receiver(desk, options.base, options.routes),
      });
      return { ...desk, origin, close: async () => {} };
    };
  }

  /** Calls to vendors, as a replica makes them. */
  callFrom(actor: Actor): MakeCall {
    return (call) =>
      new Promise((resolve) => {
        const answer = (result: CallResult, ms = this.#latency()) =>
          this.#scheduler.after(ms, actor, `hears ${call.endpoint ?? call.method}: ${wordOf(result)}`, () =>
            runAs(actor, () => resolve(result)),
          );
        // What it had decided to send before it stood still can reach MasonHub after what another has sent since.
        const stoodStill = this.#scheduler.now - actor.stalledUntil;
        if (actor.stalledUntil > 0 && stoodStill < justAfterMs) this.#noteLate(call);
        this.#send(call, answer);
      });
  }

  #noteLate({ endpoint, returns = [] }: Call): void {
    if (endpoint !== 'rmas.create') return;
    for (const { loopReturnId } of returns) this.createdLate.add(loopReturnId);
  }

  #send(call: Call, answer: (result: CallResult, ms?: number) => void): void {
    const fault = this.#troubles.callFault(call.endpoint ?? call.method);
    const name = `${call.endpoint ?? call.method}${fault === null ? '' : ` (${fault})`}`;
    const silent: CallResult = { kind: 'no-answer', why: 'it did not answer in time', arrived: 'maybe' };
    if (fault === 'refused connection') {
      answer({ kind: 'no-answer', why: 'the connection failed (ECONNREFUSED)', arrived: 'no' });
      return;
    }
    if (fault === 'lost') {
      answer(silent, headersWithinMs);
      return;
    }
    const isLate = fault === 'arrives late';
    if (isLate) answer(silent, headersWithinMs);
    if (isLate) this.#noteLate(call);
    const creations = countOf(this.#creations, call);
    const replacements = countOf(this.#replacements, call);
    const ms = isLate ? headersWithinMs + this.#scheduler.dice.whole(1_000, 20_000) : this.#latency();
    this.#scheduler.after(ms, this.#self, `brings ${name}`, () =>
      runAs(this.#self, async () => {
        // MasonHub could not tell which of the two RMAs is meant, or which of two changes is the newer; see README.
        if (call.endpoint === 'rmas.delete' && countOf(this.#creations, call) !== creations) return;
        const isReplaced = countOf(this.#replacements, call) !== replacements;
        if (isLate && isReplaced && ['rmas.replace', 'rmas.delete'].includes(call.endpoint ?? '')) return;
        if (isLate && call.endpoint === 'rmas.delete' && someOf(this.#lookedAt, call)) return;
        for (const { loopReturnId: id } of call.returns ?? []) {
          if (call.endpoint === 'rmas.find') this.#lookedAt.add(id);
          else this.#lookedAt.delete(id);
        }
        if (call.endpoint === 'rmas.create') countOneMore(this.#creations, call);
        if (call.endpoint === 'rmas.replace') countOneMore(this.#replacements, call);
        const reply = await this.#vendorAnswers(call, fault);
        if (isLate) return;
        if (reply === 'hanging') answer(silent, headersWithinMs - ms);
        else if (reply === 'dropped') {
          answer({ kind: 'no-answer', why: 'the connection failed (UND_ERR_SOCKET)', arrived: 'maybe' });
        } else answer(resultOf(reply, this.#scheduler.now));
      }),
    );
  }

  async #vendorAnswers(call: Call, fault: CallFault | null): Promise<Reply | 'dropped' | 'hanging'> {
    const url = new URL(call.url);
    const vendor = this.#vendors.get(url.origin);
    if (vendor === undefined) throw new Error(`Nobody answers at ${url.origin}`);
    const headers: IncomingHttpHeaders = {};
    for (const [name, value] of Object.entries(call.headers)) headers[name.toLowerCase()] = value;
    const request: IncomingRequest = {
      headers,
      path: url.pathname,
      params: {},
      query: Object.fromEntries(url.searchParams),
      body: call.body === undefined ? undefined : JSON.parse(JSON.stringify(call.body)),
    };
    const answer = fault === null || !(fault in scripted) ? null : Reflect.get(scripted, fault);
    if (this.#troubles.isAway(vendor.name)) return { status: 503, body: { message: 'Service Unavailable' } };
    const usual = () => vendor.receive(call.method, request);
    if (answer === null) return (await usual()) ?? notFound;
    const works = typeof answer === 'object' ? answer.work === true : answer.startsWith('work');
    if (works) await usual();
    if (typeof answer === 'object') return { status: 200, ...answer };
    return answer.endsWith('drop') ? 'dropped' : 'hanging';
  }

  /** Messages to the service, as the vendors send them. */
  readonly post: PostMessage = async (message) => {
    this.#deliveries += 1;
    const fault = this.#troubles.wayFault(this.#deliveries);
    if (fault === 'sent late') await wait(this.#scheduler.dice.whole(300, longestDelayMs));
    return this.#bring(message, fault);
  };

  #bring(message: Message, fault: WayFault | null): Promise<Attempt> {
    // One that is sent again has the same bytes: once it could be read, it can be read; see README.
    const isGarbled = fault === 'garbled' && !this.#read.has(message.body);
    if (!isGarbled && fault !== 'lost') this.#read.add(message.body);
    const brought = isGarbled ? garbled(message) : message;
    return new Promise((resolve) => {
      const name = `a message${fault === null ? '' : ` (${fault})`}`;
      let isAnswered = false;
      const answer = (attempt: Attempt, ms: number) =>
        this.#scheduler.after(ms, this.#self, `tells the sender ${attempt.status ?? 'nothing'}`, () => {
          if (isAnswered) return;
          isAnswered = true;
          runAs(this.#self, () => resolve(attempt));
        });
      answer(noAttempt, message.timeoutMs);
      if (fault === 'lost') return;
      const bring = (ms: number) =>
        this.#scheduler.after(ms, this.#self, `brings ${name}`, () => {
          const open = this.#troubles.replicas();
          const replica = open.length === 0 ? undefined : this.#scheduler.dice.pick(open);
          if (replica === undefined) return void answer(noAttempt, this.#latency());
          void runAs(replica.actor, () => replica.receive(brought)).then((attempt) => {
            if (replica.actor.isAlive && fault !== 'answer lost') answer(attempt, this.#latency());
          });
        });
      const held = fault === 'held back' ? this.#scheduler.dice.whole(300, longestDelayMs) : this.#latency();
      bring(held);
      const times = fault === null ? 1 : (copies[fault] ?? 1);
      for (let copy = 1; copy < times; copy += 1) bring(held + this.#latency());
    });
  }

  #latency(): number {
    return this.#scheduler.dice.whole(1, longestLatencyMs);
  }
}

function countOf(counts: ReadonlyMap<string, number>, { returns = [] }: Call): number {
  return returns.reduce((sum, { loopReturnId }) => sum + (counts.get(loopReturnId) ?? 0), 0);
}

function someOf(ids: ReadonlySet<string>, { returns = [] }: Call): boolean {
  return returns.some(({ loopReturnId }) => ids.has(loopReturnId));
}

function countOneMore(counts: Map<string, number>, { returns = [] }: Call): void {
  for (const { loopReturnId: id } of returns) counts.set(id, (counts.get(id) ?? 0) + 1);
}

/** What is signed as a whole would not be believed any more. */
function garbled(message: Message): Message {
  const isSigned = Object.keys(message.headers).some((name) => name.toLowerCase().endsWith('-signature'));
  return isSigned ? message : { ...message, body: message.body.replace(quantityFound, '$1"none"') };
}

const quantityFound = /("receiving_details":\{"[^"]+":\[\{[^}]*"quantity":)"?\d+"?/;

const noAttempt: Attempt = { status: null, body: '', retryAfterSeconds: null };
const notFound: Reply = { status: 404, body: { message: 'Not found.' } };

function wordOf(result: CallResult): string {
  return result.kind === 'answer' ? String(result.status) : result.kind;
}

function resultOf({ status, body, html, headers }: Reply, now: number): CallResult {
  return {
    kind: 'answer',
    status,
    json: html === undefined && body !== undefined ? JSON.parse(JSON.stringify(body)) : undefined,
    retryAfterMs: readRetryAfter(headers?.['retry-after'], now),
  };
}

function receiver<Name extends string, Extra extends object>(
  desk: Desk<Name, Extra>,
  base: string,
  routes: readonly Route<Name>[],
): Vendor['receive'] {
  const patterns = routes.map((route) => {
    const pattern = (base + route.path).replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
    return { route, matches: new RegExp(`^${pattern}$`) };
  });
  return (method, request) => {
    for (const { route, matches } of patterns) {
      const found = route.method === method ? matches.exec(request.path) : null;
      if (found === null) continue;
      const params = Object.fromEntries(
        Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      return desk.receive(route, { ...request, params });
    }
    return null;
  };
}
