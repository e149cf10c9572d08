import { z } from 'zod';
import { freeText } from '../../parsing/redact.ts';
import type { LoopState } from '../../returns/loop-facts.ts';

/**
 * Loop's answers to process, flag and note. A refusal can come with status 200, and success is only
 * the body `true` (or the text "true"), so the body decides and never the status alone.
 */
export type MessageAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: string; readonly state: LoopState | null }
  | { readonly kind: 'unreadable' };

/** @param json the answer's body; undefined where it was not JSON */
export function readMessageAnswer(json: unknown): MessageAnswer {
  if (json === true || json === 'true') return { kind: 'done' };
  const error = readError(json);
  if (error === null || isPassing(error)) return { kind: 'unreadable' };
  return { kind: 'refused', why: error.message, state: stateIn(error) };
}

interface LoopError {
  readonly message: string;
  readonly codes: readonly string[];
}

const withMessage = z.object({ message: z.string() });
const envelopes = z.union([
  z.object({ error: withMessage }).transform((body) => body.error.message),
  z.object({ errors: withMessage }).transform((body) => body.errors.message),
  z.object({ errors: z.string() }).transform((body) => body.errors),
  z.object({ errors: z.tuple([withMessage], z.unknown()) }).transform((body) => body.errors[0].message),
  withMessage.transform((body) => body.message),
  z.object({ errors: z.tuple([z.string()], z.unknown()) }).transform((body) => body.errors[0]),
  z
    .object({ errors: z.object({ code: z.string() }) })
    .transform((body) => `it says ${body.errors.code} and no more`),
  z.object({ content: z.string() }).transform((body) => body.content),
]);
const longestMessage = 300;

/** Reads each of the envelopes that Loop's errors come in; null where it is none of them. */
export function readError(json: unknown): LoopError | null {
  const message = envelopes.safeParse(json);
  if (!message.success) return null;
  return { message: freeText(message.data, longestMessage), codes: codesIn(json) };
}

/** Loop's types drift between texts and numbers. */
const code = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
const withCodes = z
  .object({ code, http_code: code })
  .transform(({ code, http_code: httpCode }) => [code, httpCode]);
/** A code can stand where the words of an error would: Loop's description has `errors` as a list of texts. */
const bareCode = z
  .string()
  .regex(/^[A-Z]+(?:[_-][A-Z]+)+$/)
  .transform((code) => [code]);
const codesOfOne = z.union([withCodes, bareCode]);
const errorsIn = z.object({ error: z.unknown().optional(), errors: z.unknown().optional() });

/** The codes of an error, in whichever of its envelopes they stand. */
function codesIn(json: unknown): string[] {
  const { error, errors } = errorsIn.safeParse(json).data ?? {};
  // What is no error can have codes that say something else: a return, or each row of a list.
  const itself = withMessage.safeParse(json).success ? [json] : [];
  return [...itself, error, errors].flatMap(codesOf);
}

function codesOf(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  const codes = all.flatMap((one) => codesOfOne.safeParse(one).data ?? []);
  return codes.flatMap((one) => (one === undefined || one === '' || one === '0' ? [] : [one]));
}

/** Whether an answer names an error, also in an envelope that is none of those above. */
export function namesError(json: unknown): boolean {
  const { error, errors } = errorsIn.safeParse(json).data ?? {};
  return (error ?? errors ?? null) !== null;
}

/** Loop's word for trouble of its own, which can be over at the next try. */
export function isPassing(error: LoopError): boolean {
  return error.codes.includes('UNEXPECTED_ERROR');
}

/**
 * Loop's word for a key that it does not take, also where the status does not say so. It says nothing of the return that
 * was asked about.
 * @returns null where an answer says nothing of the kind
 */
export function keyRefusalIn(json: unknown): string | null {
  const codes = codesIn(json);
  return refusedKeys.find((code) => codes.includes(code)) ?? null;
}

const refusedKeys = ['NOT_AUTHORIZED', 'GEN-UNAUTHORIZED', '401', '403'];

/**
 * Whether an answer says that Loop has no such return. Where nothing matches, Loop answers `{"error": {"message"}}` with
 * status 200 and no code. Any other error is about something else, unless its code says that something was not found:
 * taken for "nothing is known", it would have a request without an answer sent again.
 */
export function saysNothingMatches(status: number, json: unknown): boolean {
  const codes = codesIn(json);
  if (codes.length > 0) return codes.some((code) => code === '404' || /NOT[_-]FOUND$/.test(code));
  return status < 300 && nothingMatches.safeParse(json).success;
}

const nothingMatches = z.object({ error: withMessage, errors: z.undefined().optional() });

/** "Return is closed and therefore cannot be processed." says what the return is. */
function stateIn(error: LoopError): LoopState | null {
  if (error.codes.includes('UNPROCESSABLE_FLAGGED_RETURN')) return 'review';
  const said = /\breturn is (?:already |in |in the )?(closed|cancelled|expired|review|flagged|open)\b/i.exec(
    error.message,
  )?.[1];
  switch (said?.toLowerCase()) {
    case 'closed':
      return 'closed';
    case 'cancelled':
      return 'cancelled';
    case 'expired':
      return 'expired';
    case 'review':
    case 'flagged':
      return 'review';
    default:
      return null;
  }
}
