import { createHmac } from 'node:crypto';
import { isObject, type JsonObject } from './json.ts';
import { type LoopTrigger, type PayloadStyle, phpJson, webhookPayload } from './loop-payloads.ts';
import type { StandInReturn } from './loop-returns.ts';
import { type Attempt, type RetryRule, sendMessage } from './send-message.ts';

export interface SenderOptions {
  webhookSecret: string;
  /** Where webhooks go; null until `sendWebhooksTo` says. */
  webhookUrl: string | null;
  /** The first wait before a webhook is sent again, 10 by default; also what one second of Retry-After lasts. */
  retryDelayMs?: number;
  timeoutMs?: number;
}

/** One webhook and every attempt to bring it. */
export interface LoopDelivery {
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

/** Signs webhooks and brings them, again and again where need be. */
export class WebhookSender {
  readonly deliveries: LoopDelivery[] = [];
  url: string | null;
  /** Where a trigger's webhooks go, if not all to `url`. */
  addressesOf: ((trigger: LoopTrigger) => readonly string[]) | null = null;
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
  async announce(about: StandInReturn, trigger: LoopTrigger, message: string | null = null): Promise<void> {
    if (this.silent || this.#closed.signal.aborted) return;
    const urls = this.addressesOf?.(trigger) ?? (this.url === null ? [] : [this.url]);
    const body = () => phpJson(webhookPayload(about, trigger, this.#nextStyle(), message));
    await Promise.all(urls.map((url) => this.#send(url, body(), {})));
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
    const { webhookSecret, retryDelayMs = 10, timeoutMs = 5000 } = this.#options;
    const rule = retryRule(wish.retries ?? RETRIES, retryDelayMs);
    const headers = signatureHeader(body, webhookSecret, wish.signature ?? 'good');
    const attempts = await sendMessage({ url, headers, body, timeoutMs }, rule, this.#closed.signal);
    const status = attempts.at(-1)?.status ?? null;
    const delivery = { trigger: triggerOf(body), body, status, attempts };
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

function triggerOf(body: string): string | null {
  try {
    const payload: unknown = JSON.parse(body);
    const { trigger } = isObject(payload) ? payload : {};
    return typeof trigger === 'string' ? trigger : null;
  } catch {
    return null;
  }
}

/** Backoff, with Retry-After honoured up to half an hour and a delivery given up beyond that. */
function retryRule(retries: number, retryDelayMs: number): RetryRule {
  return ({ status, retryAfterSeconds }, soFar) => {
    if ((status !== null && status >= 200 && status < 300) || soFar >= retries) return null;
    if (retryAfterSeconds === null) return retryDelayMs * 2 ** soFar;
    return retryAfterSeconds > LONGEST_RETRY_AFTER_SECONDS ? null : retryAfterSeconds * retryDelayMs;
  };
}
