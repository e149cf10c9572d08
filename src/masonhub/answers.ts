import { z } from 'zod';
import { freeText } from '../parsing/redact.ts';
import { batchResults, type ResultRecord, wholeError } from './schemas.ts';

/** What MasonHub said of one record. */
export type RecordAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly why: string; readonly taken: boolean };

/** What MasonHub said of a batch: record by record or, with a 400, all in one. */
export type BatchAnswer =
  | { readonly kind: 'records'; readonly byNumber: ReadonlyMap<string, RecordAnswer> }
  | { readonly kind: 'whole-refused'; readonly why: string };

const longestWhy = 300;

/** @returns null where the body is none of MasonHub's answers, which is never taken for success */
export function readBatch(status: number, json: unknown): BatchAnswer | null {
  const results = batchResults.safeParse(json);
  if (results.success && status < 300) {
    return { kind: 'records', byNumber: byNumber(results.data) };
  }
  const error = wholeError.safeParse(json);
  if (error.success && status >= 400) {
    const details = textsIn(error.data.details);
    return { kind: 'whole-refused', why: freeText([error.data.message, ...details].join('; '), longestWhy) };
  }
  return null;
}

/** A record that is both accepted and refused in one answer has got no answer. */
function byNumber(records: readonly ResultRecord[]): Map<string, RecordAnswer> {
  const answers = new Map<string, RecordAnswer>();
  const contradicted = new Set<string>();
  for (const record of records) {
    const number = record.customer_identifier;
    const answer = readRecord(record);
    if ((answers.get(number)?.kind ?? answer.kind) !== answer.kind) contradicted.add(number);
    answers.set(number, answer);
  }
  for (const number of contradicted) answers.delete(number);
  return answers;
}

function readRecord(record: ResultRecord): RecordAnswer {
  if (record.status.toLowerCase() === 'success') return { kind: 'accepted' };
  const texts = [...textsIn(record.messages), ...(record.reason === null ? [] : [record.reason])];
  const why = texts.length === 0 ? 'no reason was given' : freeText(texts.join('; '), longestWhy);
  return { kind: 'refused', why, taken: /already taken|already exists|must be unique/i.test(why) };
}

const fieldMessage = z.object({ field_name: z.string(), errors: z.array(z.string()) });

/**
 * The words in a `messages` value. Seen as `[{"field_name", "errors": [...]}]` and as
 * `[{"customer_identifier": ["301: …"]}]`; any other nesting of texts is read as well as it can be.
 */
export function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (depth > 4 || value === null || typeof value !== 'object') return [];
  const field = fieldMessage.safeParse(value);
  if (field.success) return field.data.errors.map((error) => `${field.data.field_name}: ${error}`);
  if (Array.isArray(value)) return value.slice(0, 20).flatMap((one) => textsIn(one, depth + 1));
  return Object.entries(value)
    .slice(0, 20)
    .flatMap(([key, inner]) => textsIn(inner, depth + 1).map((text) => `${key}: ${text}`));
}
