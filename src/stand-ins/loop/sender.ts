import { createHmac } from 'node:crypto';
import { isObject, type JsonObject } from '../json.ts';
import { type Attempt, type PostMessage, type RetryRule, sendMessage } from '../send-message.ts';
import type { LabelShape } from './labels.ts';
import { type WebhookNews, webhookPayload } from './payloads.ts';
import type { StandInReturn } from './returns.ts';
import { type PayloadStyle, phpJson } from './style.ts';
import { type LoopTopic, type StandInTrigger, topicOf } from './topics.ts';

export interface SenderOptions {
  webhookSecret: string;
  /** Where webhooks go; null until `sendWebhooksTo` says. */
  webhookUrl: string | null;
  /** The first wait before a webhook is sent again, 10 by default; also what one second of Retry-After lasts. */
  retryDelayMs?: number;
  timeoutMs?: number;
  /** How messages go out; over HTTP unless given. */
  post?: PostMessage;
  /** How `label` webhooks are written, `today` by default; a label can have a shape of its own. */
  labelShape?: LabelShape;
}

/** One webhook and every attempt to bring it. */
export interface LoopDelivery {
  readonly topic: string | null;
  readonly trigger: string | null;
  readonly body: string;
  /** The last attempt's; null when nothing came back. */
  readonly status: number | null;
  readonly attempts: readonly Attempt[];
}

export interface DeliverOptions {
  times?: number;
  signature?: 'good' | 'bad' | 'none';
  /** Attempts after the first that fails; 5 by default, as Loop's. */
  retries?: number;
}

const RETRIES = 5;
const LONGEST_RETRY_AFTER_SECONDS = 30 * 60;

export interface Subscriber {
  url: string;
  topic: LoopTopic;
}

/** Signs webhooks and brings them, again and again where need be. */
export class WebhookSender {
  readonly deliveries: LoopDelivery[] = [];
  url: string | null;
  /** Where a trigger's webhooks go, each in the shape of its topic, if not all to `url`. */
  subscribersOf: ((trigger: StandInTrigger) => readonly Subscriber[]) | null = null;
  silent = false;
  readonly #options: SenderOptions;
  readonly #nextStyle: () => PayloadStyle;
  readonly #closed = new AbortController();

  constructor(options: SenderOptions, nextStyle: () => PayloadStyle) {
    this.#options = options;
    this.#nextStyle = nextStyle;
    this.url = options.webhookUrl;
  }

  /** Sends what Loop sends by itself; resolves once it was delivered, or given up. */
  async announce(about: StandInReturn, trigger: StandInTrigger, told: WebhookNews = {}): Promise<void> {
    if (this.silent || this.#closed.signal.aborted) return;
    const everything = this.url === null ? [] : [{ url: this.url, topic: topicOf(trigger) }];
    const subscribers = this.subscribersOf?.(trigger) ?? everything;
    const body = (topic: LoopTopic) => phpJson(this.payload(about, trigger, { ...told, topic }));
    await Promise.all(subscribers.map(({ url, topic }) => this.#send(url, body(topic), {})));
  }

  /** A webhook's payload, in the style whose turn it is. */
  payload(about: StandInReturn, trigger: StandInTrigger, told: WebhookNews = {}): JsonObject {
    const { labelShape = 'today' } = this.#options;
    return webhookPayload(about, trigger, this.#nextStyle(), { labelShape, ...told });
  }

  async deliver(payload: JsonObject | string, wish: DeliverOptions): Promise<LoopDelivery[]> {
    if (this.url === null) throw new Error('The stand-in Loop has no address to send webhooks to');
    const body = typeof payload === 'string' ? payload : phpJson(payload);
    const sent: LoopDelivery[] = [];
    for (let time = 0; time < (wish.times ?? 1); time += 1) sent.push(await this.#send(this.url, body, wish));
    return sent;
  }

  close(): void {
    this.#closed.abort();
  }

  async #send(url: string, body: string, wish: DeliverOptions): Promise<LoopDelivery> {
    const { webhookSecret, retryDelayMs = 10, timeoutMs = 5000, post } = this.#options;
    const rule = retryRule(wish.retries ?? RETRIES, retryDelayMs);
    const headers = signatureHeader(body, webhookSecret, wish.signature ?? 'good');
    const attempts = await sendMessage({ url, headers, body, timeoutMs }, rule, this.#closed.signal, post);
    const status = attempts.at(-1)?.status ?? null;
    const delivery = { ...headOf(body), body, status, attempts };
    this.deliveries.push(delivery);
    return delivery;
  }
}

function signatureHeader(
  body: string,
  secret: string,
  kind: 'good' | 'bad' | 'none',
): Record<string, string> {
  if (kind === 'none') return {};
  const key = kind === 'good' ? secret : `not ${secret}`;
  return { 'x-loop-signature': createHmac('sha256', key).update(body).digest('base64') };
}

function headOf(body: string): { topic: string | null; trigger: string | null } {
  try {
    const payload: unknown = JSON.parse(body);
    const { topic, trigger } = isObject(payload) ? payload : {};
    return { topic: textOrNull(topic), trigger: textOrNull(trigger) };
  } catch {
    return { topic: null, trigger: null };
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Backoff, with Retry-After honoured up to half an hour and a delivery given up beyond that. */
function retryRule(retries: number, retryDelayMs: number): RetryRule {
  return ({ status, retryAfterSeconds }, soFar) => {
    if ((status !== null && status >= 200 && status < 300) || soFar >= retries) return null;
    if (retryAfterSeconds === null) return retryDelayMs * 2 ** soFar;
    return retryAfterSeconds > LONGEST_RETRY_AFTER_SECONDS ? null : retryAfterSeconds * retryDelayMs;
  };
}
