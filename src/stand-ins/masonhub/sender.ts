import { createHmac, randomUUID } from 'node:crypto';
import { type Attempt, type PostMessage, type RetryRule, sendMessage } from '../send-message.ts';
import type { ApiVersion, CallbackEnvelope } from './envelopes.ts';

export interface CallbackSenderOptions {
  callbackToken: string;
  /** Where callbacks go; null until `sendCallbacksTo` says. */
  callbackUrl: string | null;
  /** What one of MasonHub's minutes between retries lasts, 5 by default. */
  retryMinuteMs?: number;
  timeoutMs?: number;
  /** How messages go out; over HTTP unless given. */
  post?: PostMessage;
}

export interface DeliverCallbackOptions {
  times?: number;
  /** How the token travels: with the Bearer scheme, in the body, as the key of a signature; or not as it should. */
  auth?: 'bearer' | 'body' | 'signature' | 'wrong' | 'none';
  as?: 'single' | 'array';
}

/** One callback and every attempt to bring it; no attempts while silenced. */
export interface CallbackAnswer {
  /** The raw body that was sent. */
  readonly sent: string;
  /** The last attempt's; null when nothing came back. */
  readonly status: number | null;
  readonly attempts: readonly Attempt[];
}

/** Where callbacks go, and what proves them there. */
export interface CallbackTarget {
  readonly url: string;
  readonly token: string;
  /** Null: the account's usual version. */
  readonly version: ApiVersion | null;
}

const RETRY_MINUTES = [1, 5, 15, 60];

/** Brings callbacks: again after a 5xx or silence, never after a 4xx. */
export class CallbackSender {
  readonly answers: CallbackAnswer[] = [];
  url: string | null;
  /** Where callbacks go, if not to `url`. */
  registered: (() => CallbackTarget | null) | null = null;
  silent = false;
  readonly #options: CallbackSenderOptions;
  readonly #holds: ReadonlySet<string>;
  readonly #closed = new AbortController();

  /** @param holds the message types of which nothing is sent */
  constructor(options: CallbackSenderOptions, holds: ReadonlySet<string>) {
    this.#options = options;
    this.#holds = holds;
    this.url = options.callbackUrl;
  }

  /** Null where nobody is to hear. */
  target(): CallbackTarget | null {
    if (this.registered !== null) return this.registered();
    return this.url === null ? null : { url: this.url, token: this.#options.callbackToken, version: null };
  }

  /** Sends what MasonHub sends by itself, unless nobody is to hear of it. */
  async announce(envelope: CallbackEnvelope, wish: DeliverCallbackOptions): Promise<CallbackAnswer[]> {
    const isHeld = this.#holds.has(envelope.message_type);
    const missed = this.silent || isHeld || this.target() === null || this.#closed.signal.aborted;
    return missed
      ? [{ sent: JSON.stringify(envelope), status: null, attempts: [] }]
      : this.deliver(envelope, wish);
  }

  async deliver(
    message: CallbackEnvelope | readonly CallbackEnvelope[] | string,
    wish: DeliverCallbackOptions,
  ): Promise<CallbackAnswer[]> {
    const target = this.target();
    if (target === null) throw new Error('The stand-in MasonHub has no address to send callbacks to');
    const answers: CallbackAnswer[] = [];
    for (let time = 0; time < (wish.times ?? 1); time += 1)
      answers.push(await this.#send(target, message, wish));
    return answers;
  }

  close(): void {
    this.#closed.abort();
  }

  async #send(
    { url, token }: CallbackTarget,
    message: CallbackEnvelope | readonly CallbackEnvelope[] | string,
    wish: DeliverCallbackOptions,
  ): Promise<CallbackAnswer> {
    const { retryMinuteMs = 5, timeoutMs = 5000, post } = this.#options;
    const auth = wish.auth ?? 'bearer';
    const body = typeof message === 'string' ? message : bodyOf(message, wish, token);
    const type = typeOf(message);
    const headers = { ...deliveryHeaders(type), ...authHeaders(auth, token, body) };
    const rule = retryRule(retryMinuteMs, () => this.#holds.has(type));
    const attempts = await sendMessage({ url, headers, body, timeoutMs }, rule, this.#closed.signal, post);
    const answer = { sent: body, status: attempts.at(-1)?.status ?? null, attempts };
    this.answers.push(answer);
    return answer;
  }
}

function typeOf(message: CallbackEnvelope | readonly CallbackEnvelope[] | string): string {
  const first = typeof message === 'string' ? undefined : isSingle(message) ? message : message[0];
  return first?.message_type ?? 'rmaEvent';
}

/** A retry has the same delivery's id. */
function deliveryHeaders(type: string): Record<string, string> {
  return {
    'user-agent': 'MasonHub-Webhook/1.0',
    'x-masonhub-event': type,
    'x-masonhub-delivery': randomUUID(),
  };
}

function bodyOf(
  message: CallbackEnvelope | readonly CallbackEnvelope[],
  { auth, as }: DeliverCallbackOptions,
  token: string,
): string {
  const complete = (envelope: CallbackEnvelope) => (auth === 'body' ? { ...envelope, token } : envelope);
  if (!isSingle(message)) return JSON.stringify(message.map(complete));
  return JSON.stringify(as === 'array' ? [complete(message)] : complete(message));
}

function isSingle(message: CallbackEnvelope | readonly CallbackEnvelope[]): message is CallbackEnvelope {
  return !Array.isArray(message);
}

function authHeaders(
  auth: NonNullable<DeliverCallbackOptions['auth']>,
  token: string,
  body: string,
): Record<string, string> {
  if (auth === 'bearer') return { authorization: `Bearer ${token}` };
  if (auth === 'wrong') return { authorization: `Bearer not-${token}` };
  if (auth !== 'signature') return {};
  return { 'x-masonhub-signature': `sha256=${createHmac('sha256', token).update(body).digest('hex')}` };
}

function retryRule(minuteMs: number, isHeld: () => boolean): RetryRule {
  return ({ status }, soFar) => {
    const minutes = RETRY_MINUTES[soFar];
    const again = (status === null || status >= 500) && !isHeld();
    return again && minutes !== undefined ? minutes * minuteMs : null;
  };
}
