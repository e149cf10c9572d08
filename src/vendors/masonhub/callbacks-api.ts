import { z } from 'zod';
import type { Merchant } from '../../config/merchants.ts';
import type { Answer, CallResult, MakeCall } from '../../outbound/call.ts';
import type { Failure } from '../../outbound/failure.ts';
import { freeText } from '../../parsing/redact.ts';
import { idText, optionalIdText, optionalText } from '../../parsing/tolerant.ts';
import { textsIn } from './answers.ts';
import { wholeError } from './schemas.ts';
import { saysNoneFound, sorted, unreadable } from './sort-answer.ts';

/** What the callback about RMAs is called, and the version that says most. */
export const MESSAGE_TYPE = 'rmaEvent';
export const CALLBACK_VERSION = '2.0';

/**
 * A callback's registration about RMAs. Its token is left out: MasonHub shows none, or an encrypted one, which
 * can be compared with nothing.
 */
export interface Callback {
  /** Null where MasonHub does not show it: then it cannot be deleted. */
  readonly id: string | null;
  readonly url: string;
  readonly version: string | null;
}

export type SavedCallback = { readonly kind: 'done' } | Failure;

/** `there`: the same address is registered for RMAs already, so that nothing was done. */
export type Registered = SavedCallback | { readonly kind: 'there'; readonly id: string | null };

/** `unknown`: this MasonHub has no holds. */
export type Holds =
  | { readonly kind: 'holds'; readonly types: readonly string[] }
  | { readonly kind: 'unknown' }
  | Failure;

/** The part of MasonHub's API that a merchant's set-up needs; the service at work does not use it. */
export interface CallbacksApi {
  /** The registrations about RMAs. */
  callbacks(): Promise<{ readonly kind: 'callbacks'; readonly callbacks: readonly Callback[] } | Failure>;
  register(url: string, token: string): Promise<Registered>;
  /** Done as well where one of them has gone already. */
  remove(ids: readonly string[]): Promise<SavedCallback>;
  /** The message types that MasonHub sends nothing of; what happens during a hold is never sent. */
  holds(): Promise<Holds>;
}

export function callbacksApi(merchant: Merchant, call: MakeCall): CallbacksApi {
  const { apiUrl, apiToken } = merchant.masonhub;
  const headers = { authorization: `Bearer ${apiToken}` };
  const ask = (method: 'GET' | 'POST' | 'DELETE', body?: unknown) =>
    call({ method, url: `${apiUrl}/callbacks`, headers, body });
  const remove = async (ids: readonly string[]): Promise<SavedCallback> => {
    const outcome = await ask('DELETE', ids);
    if (errorIn(outcome, 404, 'CALLBACK_NOT_FOUND') === null) return readRemoved(outcome);
    // It says that one or more are missing, and nothing of the others: so each is asked for by itself.
    if (ids.length > 1) {
      for (const id of ids) {
        const removed = await remove([id]);
        if (removed.kind !== 'done') return removed;
      }
    }
    return { kind: 'done' };
  };
  return {
    callbacks: async () => readList(await ask('GET')),
    register: async (url, token) =>
      readRegistered(
        await ask('POST', [{ url, message_type: MESSAGE_TYPE, api_version: CALLBACK_VERSION, token }]),
      ),
    remove,
    holds: async () => readHolds(await call({ method: 'GET', url: `${apiUrl}/callback_holds`, headers })),
  };
}

const errorWithCode = z.object({
  error: z.object({
    code: z.string(),
    details: z.object({ existing_id: optionalIdText }).nullish().catch(null),
  }),
});

/** @returns one of MasonHub's errors that have a code of their own; null where the answer is not that one */
function errorIn(outcome: CallResult, status: number, code: string): { existingId: string | null } | null {
  if (outcome.kind !== 'answer' || outcome.status !== status) return null;
  const error = errorWithCode.safeParse(outcome.json).data?.error;
  return error?.code === code ? { existingId: error.details?.existing_id ?? null } : null;
}

const shownCallback = z
  .object({
    id: idText.nullish(),
    url: z.string(),
    message_type: z.literal(MESSAGE_TYPE),
    api_version: optionalText,
  })
  .transform(({ id, url, api_version }): Callback => ({ id: id ?? null, url, version: api_version }));
const shownCallbacks = z
  .array(z.unknown())
  .transform((all) => all.flatMap((one) => shownCallback.safeParse(one).data ?? []));
/** Bare, or a page as other lists of MasonHub are. */
const callbackList = z.union([
  shownCallbacks,
  z.object({ data: shownCallbacks }).transform((page) => page.data),
]);

function readList(outcome: CallResult): { kind: 'callbacks'; callbacks: readonly Callback[] } | Failure {
  if (errorIn(outcome, 404, 'NO_CALLBACKS_FOUND') !== null) return { kind: 'callbacks', callbacks: [] };
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  // Of a wrong account it may be said too: there nothing can be registered either.
  if (saysNoneFound(answer)) return { kind: 'callbacks', callbacks: [] };
  const list = callbackList.safeParse(answer.json);
  return list.success && answer.status < 300
    ? { kind: 'callbacks', callbacks: list.data }
    : refusalOr(answer);
}

const record = z.object({
  status: z.string(),
  messages: z.unknown().optional(),
  reason: optionalText,
  error_message: optionalText,
});
const results = z.object({ results: z.array(record) }).transform((body) => body.results);
/**
 * One record for each callback: in a list of its own name, bare, or in the envelope of a batch, which may be
 * in an array itself.
 */
const savedRecords = z.union([
  z.object({ callbacks: z.array(record) }).transform((body) => body.callbacks),
  z.object({ deleted: z.array(record) }).transform((body) => body.deleted),
  results,
  z.array(results).transform((bodies) => bodies.flat()),
  z.array(record),
]);

function readRegistered(outcome: CallResult): Registered {
  const duplicate = errorIn(outcome, 409, 'DUPLICATE_CALLBACK');
  if (duplicate !== null) return { kind: 'there', id: duplicate.existingId };
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  return answer.json === undefined ? unreadable(answer) : readSaved(answer);
}

/** MasonHub also answers a deletion in plain words, which are no JSON. */
function readRemoved(outcome: CallResult): SavedCallback {
  const answer = sorted(outcome);
  return answer.kind === 'answer' ? readSaved(answer) : answer;
}

/** Each record has its own success, under a good status. What is not a list of records says nothing bad. */
function readSaved(answer: Answer): SavedCallback {
  if (answer.status >= 300) return refusalOr(answer);
  const bad = savedRecords
    .safeParse(answer.json)
    .data?.find(({ status }) => !['success', 'active'].includes(status.toLowerCase()));
  if (bad === undefined) return { kind: 'done' };
  const words = [
    ...textsIn(bad.messages),
    ...[bad.reason, bad.error_message].filter((text) => text !== null),
  ];
  return {
    kind: 'refused',
    why: words.length === 0 ? 'no reason was given' : freeText(words.join('; '), 300),
  };
}

/** The message types on hold, by name or as records that name them. */
const heldTypes = z.array(
  z.union([z.string(), z.object({ message_type: z.string() }).transform((hold) => hold.message_type)]),
);
/** Under its name, or bare. */
const holdList = z.union([z.object({ holds: heldTypes }).transform((body) => body.holds), heldTypes]);

function readHolds(outcome: CallResult): Holds {
  if (outcome.kind === 'answer' && [404, 501].includes(outcome.status)) return { kind: 'unknown' };
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const list = holdList.safeParse(answer.json);
  return list.success && answer.status < 300 ? { kind: 'holds', types: list.data } : refusalOr(answer);
}

function refusalOr(answer: Answer): Failure {
  const error = wholeError.safeParse(answer.json);
  if (!error.success || answer.status < 400) return unreadable(answer);
  return {
    kind: 'refused',
    why: freeText([error.data.message, ...textsIn(error.data.details)].join('; '), 300),
  };
}
