import { setTimeout as wait } from 'node:timers/promises';

/** What came back for one attempt; `status` is null when nothing did. */
export interface Attempt {
  status: number | null;
  body: string;
  retryAfterSeconds: number | null;
}

export interface Message {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
}

/** Brings a message once. */
export type PostMessage = (message: Message, closed: AbortSignal) => Promise<Attempt>;

/** How long to wait before the next attempt, or null to give up. */
export type RetryRule = (last: Attempt, retriesSoFar: number) => number | null;

/** Sends a message until the rule gives up or the vendor closes; answers every attempt, in order. */
export async function sendMessage(
  message: Message,
  rule: RetryRule,
  closed: AbortSignal,
  post: PostMessage = overHttp,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (;;) {
    const attempt = await post(message, closed);
    attempts.push(attempt);
    const delay = rule(attempt, attempts.length - 1);
    if (delay === null) return attempts;
    // A rejected wait means that the vendor closed in the meantime.
    await wait(delay, undefined, { signal: closed }).catch(() => undefined);
    if (closed.aborted) return attempts;
  }
}

const overHttp: PostMessage = async ({ url, headers, body, timeoutMs }, closed) => {
  try {
    const signal = AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]);
    const sent = { 'content-type': 'application/json', ...headers };
    const answer = await fetch(url, { method: 'POST', headers: sent, body, signal, redirect: 'manual' });
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const retryAfterSeconds = Number.isNaN(seconds) ? null : seconds;
    return { status: answer.status, body: await answer.text(), retryAfterSeconds };
  } catch {
    return { status: null, body: '', retryAfterSeconds: null };
  }
};
