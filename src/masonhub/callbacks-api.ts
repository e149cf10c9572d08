import { z } from 'zod';
import type { Merchant } from '../config/merchants.ts';
import type { Answer, MakeCall, Outcome } from '../outbound/call.ts';
import { type Failure, sortOut } from '../outbound/failure.ts';
import { freeText } from '../parsing/redact.ts';
import { idText, optionalText } from '../parsing/tolerant.ts';
import { textsIn } from './answers.ts';
import { wholeError } from './schemas.ts';

/** What the callback about RMAs is called, and the version that says most. */
export const MESSAGE_TYPE = 'rmaEvent';
export const CALLBACK_VERSION = '2.0';

/** A callback's registration about RMAs. */
export interface Callback {
  /** Null where MasonHub does not show it: then it cannot be deleted. */
  readonly id: string | null;
  readonly url: string;
  readonly version: string | null;
  /** A secret. Null where MasonHub does not show it, which is usual. */
  readonly token: string | null;
}

export type Saved = { readonly kind: 'done' } | Failure;

/** The part of MasonHub's API that a merchant's set-up needs; the service at work does not use it. */
export interface CallbacksApi {
  /** The registrations about RMAs. */
  callbacks(): Promise<{ readonly kind: 'callbacks'; readonly callbacks: readonly Callback[] } | Failure>;
  register(url: string, token: string): Promise<Saved>;
  remove(ids: readonly string[]): Promise<Saved>;
}

export function callbacksApi(merchant: Merchant, call: MakeCall): CallbacksApi {
  const { apiUrl, apiToken } = merchant.masonhub;
  const ask = (method: 'GET' | 'POST' | 'DELETE', body?: unknown) =>
    call({ method, url: `${apiUrl}/callbacks`, headers: { authorization: `Bearer ${apiToken}` }, body });
  return {
    callbacks: async () => readList(await ask('GET')),
    register: async (url, token) =>
      readSaved(
        await ask('POST', [{ url, message_type: MESSAGE_TYPE, api_version: CALLBACK_VERSION, token }]),
      ),
    remove: async (ids) => readSaved(await ask('DELETE', ids)),
  };
}

const shownCallback = z
  .object({
    id: idText.nullish(),
    url: z.string(),
    message_type: z.literal(MESSAGE_TYPE),
    api_version: optionalText,
    token: optionalText,
  })
  .transform(
    ({ id, url, api_version, token }): Callback => ({ id: id ?? null, url, version: api_version, token }),
  );
const shownCallbacks = z
  .array(z.unknown())
  .transform((all) => all.flatMap((one) => shownCallback.safeParse(one).data ?? []));
/** Bare, or a page as other lists of MasonHub are. */
const callbackList = z.union([
  shownCallbacks,
  z.object({ data: shownCallbacks }).transform((page) => page.data),
]);

function readList(outcome: Outcome): { kind: 'callbacks'; callbacks: readonly Callback[] } | Failure {
  const answer = sortOut(outcome, 'MasonHub', 'masonhub.apiToken');
  if (answer.kind !== 'answer') return answer;
  const list = callbackList.safeParse(answer.json);
  return list.success && answer.status < 300
    ? { kind: 'callbacks', callbacks: list.data }
    : refusalOr(answer);
}

const record = z.object({ status: z.string(), messages: z.unknown().optional(), reason: optionalText });
const results = z.object({ results: z.array(record) }).transform((body) => body.results);
/** One record for each callback: bare, or in the envelope of a batch, which may be in an array itself. */
const savedRecords = z.union([
  results,
  z.array(results).transform((bodies) => bodies.flat()),
  z.array(record),
]);

/** Each record has its own success, under status 200. What is not a list of records says nothing bad. */
function readSaved(outcome: Outcome): Saved {
  const answer = sortOut(outcome, 'MasonHub', 'masonhub.apiToken');
  if (answer.kind !== 'answer') return answer;
  if (answer.status >= 300) return refusalOr(answer);
  const bad = savedRecords
    .safeParse(answer.json)
    .data?.find(({ status }) => status.toLowerCase() !== 'success');
  if (bad === undefined) return { kind: 'done' };
  const words = [...textsIn(bad.messages), ...(bad.reason === null ? [] : [bad.reason])];
  return {
    kind: 'refused',
    why: words.length === 0 ? 'no reason was given' : freeText(words.join('; '), 300),
  };
}

function refusalOr(answer: Answer): Failure {
  const error = wholeError.safeParse(answer.json);
  if (error.success && answer.status >= 400) {
    return {
      kind: 'refused',
      why: freeText([error.data.message, ...textsIn(error.data.details)].join('; '), 300),
    };
  }
  const why = `MasonHub answered with status ${answer.status} and a body that is none of its known answers`;
  return { kind: 'transient', why, arrived: 'maybe' };
}
