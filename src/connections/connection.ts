import { z } from 'zod';

/**
 * A merchant's connection to a vendor, as a function of data: when the next request may leave, and what
 * an answer means for those that follow. Times are milliseconds since 1970, by the database's clock, which
 * all replicas share.
 */
export interface Connection {
  /** When the next request may leave if none is to be early; in the past where the connection is idle. */
  readonly nextAt: number;
  /** Between two requests, as learned from a vendor that limits them; 0 where it has not. */
  readonly spacingMs: number;
  readonly pause: Pause | null;
}

export const pause = z.object({
  /** `limited`: the vendor asked for fewer requests. `refused`: it does not take the key. */
  kind: z.enum(['limited', 'refused']),
  why: z.string(),
  since: z.number(),
  until: z.number(),
  /** How often in a row. */
  strikes: z.number(),
  /** Whether one request is out to see if the key works again. */
  probing: z.boolean(),
});
export type Pause = z.infer<typeof pause>;

/**
 * Which requests come first where a vendor's allowance is short: `message` before `note` before `pull`.
 * `extra` is like a note, for what a merchant can do without.
 */
export type Rank = 'message' | 'note' | 'extra' | 'pull';

/** What is known of a vendor beforehand. */
export interface Rules {
  /** How many requests it takes in a minute for each key; null where it does not say. */
  readonly requestsPerMinute: number | null;
  /** How long the first pause is after it refused the key; each further one is twice as long. */
  readonly refusedPauseMs: number;
}

export type Taken =
  /** A request may leave after a while. */
  | { readonly kind: 'go'; readonly afterMs: number }
  /** None of this rank may be sent now. */
  | { readonly kind: 'full' }
  | { readonly kind: 'paused'; readonly pause: Pause };

export const idle: Connection = { nextAt: 0, spacingMs: 0, pause: null };

/** How many requests may follow at once on an idle connection, beyond the steady pace. */
const burst = 6;
/**
 * The steady pace is a little below the limit. In any minute there are then at most 0.965 × 300 + 6 = 296
 * requests of Loop's 300: what is left is for those that are slow on their way.
 */
const shareOfLimit = 0.965;
/** How long a request waits for its turn. A pull goes only where nobody else is waiting. */
const longestWaitMs: Record<Rank, number> = { message: 20_000, note: 10_000, extra: 10_000, pull: 0 };
/** A little more than the longest call takes. */
const probeMs = 40_000;

/** Takes a turn for one request. */
export function take(
  connection: Connection,
  rules: Rules,
  rank: Rank,
  now: number,
): { readonly after: Connection; readonly taken: Taken } {
  const { pause } = connection;
  if (pause !== null && now < pause.until) return { after: connection, taken: { kind: 'paused', pause } };
  const spacing = Math.max(connection.spacingMs, spacingOf(rules));
  const turn = Math.max(connection.nextAt, now - burst * spacing);
  const afterMs = Math.max(0, turn - now);
  if (afterMs > longestWaitMs[rank]) return { after: connection, taken: { kind: 'full' } };
  const probed = pause?.kind === 'refused' ? { ...pause, until: now + probeMs, probing: true } : pause;
  return { after: { ...connection, nextAt: turn + spacing, pause: probed }, taken: { kind: 'go', afterMs } };
}

function spacingOf({ requestsPerMinute }: Rules): number {
  return requestsPerMinute === null ? 0 : 60_000 / (requestsPerMinute * shareOfLimit);
}

/** What a request's answer, or its end without one, says about the connection itself. */
export type Sign =
  | { readonly kind: 'worked' }
  /** No answer, or one that says nothing about the key or the limit. */
  | { readonly kind: 'unclear' }
  /** Its turn had come, and it was not sent. */
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'limited'; readonly why: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'refused'; readonly why: string };

/** The longest pause after refusals, as a multiple of the first: five minutes where that is 15 seconds. */
const longestRefusal = 20;
const firstLimitedMs = 1_000;
const longestLimitedMs = 60_000;
const firstSpacingMs = 100;
const longestSpacingMs = 5_000;
const recovery = 0.9;

/** Draws the conclusion from an answer for the requests that follow. */
export function learn(connection: Connection, rules: Rules, sign: Sign, now: number): Connection {
  const { pause } = connection;
  const isPaused = pause !== null && now < pause.until && !pause.probing;
  switch (sign.kind) {
    case 'worked':
      return isPaused ? connection : { ...connection, pause: null, spacingMs: recovered(connection, rules) };
    case 'unclear':
      // The request that was to find out has found nothing out: soon another one goes.
      return pause?.probing ? { ...connection, pause: again(pause, now + rules.refusedPauseMs) } : connection;
    case 'withdrawn':
      // The next one may find out at once.
      return pause?.probing ? { ...connection, pause: again(pause, now) } : connection;
    case 'refused': {
      // Requests that left together are refused together: that is one strike.
      if (isPaused) return connection;
      const strikes = strikesOf(pause, 'refused') + 1;
      const until = now + doubled(rules.refusedPauseMs, strikes, rules.refusedPauseMs * longestRefusal);
      return { ...connection, pause: paused(pause, 'refused', sign.why, strikes, until, now) };
    }
    case 'limited': {
      const strikes = strikesOf(pause, 'limited') + (isPaused ? 0 : 1);
      const waitMs = sign.retryAfterMs ?? doubled(firstLimitedMs, strikes, longestLimitedMs);
      const until = Math.max(now + waitMs, isPaused ? pause.until : 0);
      if (isPaused) return { ...connection, pause: { ...pause, until } };
      const spacing = Math.max(connection.spacingMs, spacingOf(rules), firstSpacingMs / 2) * 2;
      return {
        nextAt: Math.max(connection.nextAt, until),
        spacingMs: Math.round(Math.min(spacing, longestSpacingMs)),
        pause: paused(pause, 'limited', sign.why, strikes, until, now),
      };
    }
  }
}

/** A vendor that limits requests for a moment is nothing to tell a person; one that does it for long is. */
const longLimitMs = 60_000;

/** The pause that has just become one to tell a person of: the key is refused, or a limit lasts. */
export function begunPause(before: Pause | null, after: Pause | null): Pause | null {
  if (after === null || !matters(after)) return null;
  return before !== null && before.kind === after.kind && matters(before) ? null : after;
}

function matters({ kind, since, until }: Pause): boolean {
  return kind === 'refused' || until - since >= longLimitMs;
}

function again(pause: Pause, until: number): Pause {
  return { ...pause, until, probing: false };
}

function strikesOf(pause: Pause | null, kind: Pause['kind']): number {
  return pause?.kind === kind ? pause.strikes : 0;
}

function paused(
  before: Pause | null,
  kind: Pause['kind'],
  why: string,
  strikes: number,
  until: number,
  now: number,
): Pause {
  const since = before?.kind === kind ? before.since : now;
  return { kind, why, since, until, strikes, probing: false };
}

function doubled(first: number, strikes: number, longest: number): number {
  return Math.min(longest, first * 2 ** (strikes - 1));
}

/** A vendor that has limited requests is trusted again bit by bit. */
function recovered({ spacingMs }: Connection, rules: Rules): number {
  const spacing = Math.floor(spacingMs * recovery);
  return spacing <= Math.max(spacingOf(rules), 10) ? 0 : spacing;
}
