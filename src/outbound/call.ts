import { Agent, errors, request } from 'undici';
import { parseJsonText } from '../parsing/json.ts';

/** A request to a vendor. The body goes out as JSON. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What is asked for, in a fixed word for the metrics: never an id, never a part of the address. */
  readonly endpoint?: string;
  /** The returns that it is for; none where it is for no particular ones. */
  readonly returns?: readonly ReturnInCall[];
}

/** A return that a call is for. */
export interface ReturnInCall {
  readonly loopReturnId: string;
  /** What the vendor calls it, in the call and in its answer. */
  readonly name: string;
}

/** A vendor's answer, whatever its status: what it means is for the vendor's own client to say. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** The body as JSON; undefined where it is not JSON. */
  readonly json: unknown;
  /** How long the vendor asks to be left alone, in milliseconds; null where it does not. */
  readonly retryAfterMs: number | null;
}

/** No answer came. */
export interface NoAnswer {
  readonly kind: 'no-answer';
  readonly why: string;
  /** Whether the vendor may have done the work all the same. */
  readonly arrived: 'no' | 'maybe';
}

/** The request was not sent: the vendor takes none from this merchant at the moment. */
export interface Withheld {
  readonly kind: 'withheld';
  readonly why: string;
}

export type CallResult = Answer | NoAnswer | Withheld;

/**
 * Makes a request with a limit on every phase; it answers with a value and throws only on a defect. What times
 * requests, writes them down and lets them take turns wraps one of these in another.
 */
export type MakeCall = (call: Call) => Promise<CallResult>;

export interface CallLimits {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
}

const defaultLimits: CallLimits = { connectMs: 5_000, headersMs: 15_000, bodyMs: 15_000 };
const longestAnswer = 32 * 1024 * 1024;

/** Opens the connections to vendors: one pool for each origin, so that a slow vendor keeps only its own busy. */
export function openOutbound(limits: CallLimits = defaultLimits): { call: MakeCall; close(): Promise<void> } {
  const agent = new Agent({
    connect: { timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    maxResponseSize: longestAnswer,
  });
  return { call: (call) => makeCall(agent, call), close: () => agent.destroy() };
}

async function makeCall(agent: Agent, call: Call): Promise<Answer | NoAnswer> {
  try {
    const response = await request(call.url, {
      dispatcher: agent,
      method: call.method,
      headers: { accept: 'application/json', ...content(call), ...call.headers },
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    const json = parseJson(await response.body.text());
    return {
      kind: 'answer',
      status: response.statusCode,
      json,
      retryAfterMs: readRetryAfter(response.headers['retry-after'], Date.now()),
    };
  } catch (error) {
    return { kind: 'no-answer', ...explain(error) };
  }
}

/** Of what is not there, no type is named: a server that reads an empty body as JSON would refuse it. */
function content({ body }: Call): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

const longestRetryAfterMs = 3_600_000;

/**
 * Reads a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3). What is no sensible time is as
 * good as absent, and more than an hour counts as an hour.
 * @param now milliseconds since 1970
 */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}

function parseJson(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

const neverArrived = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
]);

function explain(error: unknown): { why: string; arrived: 'no' | 'maybe' } {
  const code = codeOf(error);
  const arrived = code !== null && neverArrived.has(code) ? 'no' : 'maybe';
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return { why: 'it did not answer in time', arrived };
  }
  if (error instanceof errors.ConnectTimeoutError) return { why: 'it could not be reached in time', arrived };
  return { why: `the connection failed (${code ?? 'unknown error'})`, arrived };
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? null : codeOf(error.cause);
}
