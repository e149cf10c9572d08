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

const withMessage = z.object({
  message: z.string(),
  code: z.unknown().optional(),
  http_code: z.unknown().optional(),
});
const envelopes = z.union([
  z.object({ error: withMessage }).transform((body) => body.error),
  z.object({ errors: withMessage }).transform((body) => body.errors),
  z.object({ errors: z.string() }).transform((body) => ({ message: body.errors, code: undefined })),
  z.object({ errors: z.tuple([withMessage], z.unknown()) }).transform((body) => body.errors[0]),
  withMessage,
  z.object({ errors: z.tuple([z.string()], z.unknown()) }).transform(({ errors: [message] }) => ({
    message,
    code: undefined,
  })),
  z.object({ errors: z.object({ code: z.string() }) }).transform(({ errors: { code } }) => ({
    message: `it says ${code} and no more`,
    code,
  })),
  z.object({ content: z.string() }).transform((body) => ({ message: body.content, code: undefined })),
]);
const longestMessage = 300;

/** Reads each of the envelopes that Loop's errors come in; null where it is none of them. */
export function readError(json: unknown): LoopError | null {
  const body = envelopes.safeParse(json);
  if (!body.success) return null;
  const { message, ...said } = body.data;
  const codes = Object.values(said).filter((code) => typeof code === 'string');
  return { message: freeText(message, longestMessage), codes };
}

const unknownError = z.object({ error: z.unknown().optional(), errors: z.unknown().optional() });

/** Whether an answer names an error, also in an envelope that is none of those above. */
export function namesError(json: unknown): boolean {
  const { error, errors } = unknownError.safeParse(json).data ?? {};
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
  const codes = readError(json)?.codes ?? [];
  return codes.find((code) => code === 'NOT_AUTHORIZED' || code === 'GEN-UNAUTHORIZED') ?? null;
}

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
