import { z } from 'zod';
import { freeText } from '../../parsing/redact.ts';
import { batchResults, type ResultRecord, type StatedError, wholeError } from './schemas.ts';

/** What MasonHub said of one record. */
export type RecordAnswer = { readonly kind: 'accepted' } | RecordRefused;

export interface RecordRefused {
  readonly kind: 'refused';
  readonly why: string;
  readonly cause: RefusalCause;
}

/**
 * Why MasonHub refuses a record: its number is taken, there is no RMA of that number, the parcel has come too
 * far (`status` says how far), or something else about the record.
 */
export type RefusalCause =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown-rma' }
  | { readonly kind: 'parcel'; readonly status: string }
  | { readonly kind: 'other' };

/** What MasonHub said of a batch: record by record or, with a 400, all in one. */
export type BatchAnswer =
  | { readonly kind: 'records'; readonly byNumber: ReadonlyMap<string, RecordAnswer> }
  | { readonly kind: 'whole-refused'; readonly why: string; readonly cause: RefusalCause };

/** What was asked of the records of a batch. */
export type BatchTask = 'create' | 'replace' | 'delete';

const longestWhy = 300;

/**
 * Partial success is a 207, whose refused records stand in a list of their own. A record that is in neither
 * list has got no answer.
 * @returns null where the body is none of MasonHub's answers, which is never taken for success
 */
export function readBatch(status: number, json: unknown, task: BatchTask): BatchAnswer | null {
  const batch = batchResults.safeParse(json);
  if (batch.success && status < 300) {
    return { kind: 'records', byNumber: byNumber(answersIn(batch.data, task)) };
  }
  if (batch.success && status >= 400) {
    // Where all are refused the status is a 4xx: what is said to have succeeded beside it has got no answer.
    const results = batch.data.results.filter(saysItFailed);
    const refused = answersIn({ ...batch.data, results }, task).filter(
      ([, answer]) => answer.kind === 'refused',
    );
    if (refused.length > 0) return { kind: 'records', byNumber: byNumber(refused) };
  }
  const error = wholeError.safeParse(json);
  if (error.success && status >= 400) {
    const { why, cause } = readStated(error.data);
    return { kind: 'whole-refused', why, cause };
  }
  return null;
}

function answersIn(
  { results, errors }: z.infer<typeof batchResults>,
  task: BatchTask,
): (readonly [string, RecordAnswer])[] {
  return [
    ...results.map((record) => [record.customer_identifier, readRecord(record, task)] as const),
    ...errors.map(({ customer_identifier, error }) => [customer_identifier, readStated(error)] as const),
  ];
}

/** A record that is both accepted and refused in one answer has got no answer. */
function byNumber(records: readonly (readonly [string, RecordAnswer])[]): Map<string, RecordAnswer> {
  const answers = new Map<string, RecordAnswer>();
  const contradicted = new Set<string>();
  for (const [number, answer] of records) {
    if ((answers.get(number)?.kind ?? answer.kind) !== answer.kind) contradicted.add(number);
    answers.set(number, answer);
  }
  for (const number of contradicted) answers.delete(number);
  return answers;
}

/** Beside one that is refused, another may only not have been looked at. */
function saysItFailed(record: ResultRecord): boolean {
  return /^(?:failure|failed|error)$/i.test(record.status) || reasonsIn(record).length > 0;
}

function reasonsIn({ messages, reason, error_message: message }: ResultRecord): string[] {
  return [...textsIn(messages), reason, message].filter((text) => text !== null);
}

function readRecord(record: ResultRecord, task: BatchTask): RecordAnswer {
  const word = record.status.toLowerCase();
  if (word === 'success' || (task === 'delete' && word === 'deleted')) return { kind: 'accepted' };
  const texts = reasonsIn(record);
  const why = texts.length === 0 ? 'no reason was given' : freeText(texts.join('; '), longestWhy);
  return { kind: 'refused', why, cause: { kind: saysTaken(why) ? 'taken' : 'other' } };
}

function readStated(error: StatedError): RecordRefused {
  const why = freeText([error.message, ...textsIn(error.details)].join('; '), longestWhy);
  return { kind: 'refused', why, cause: causeOf(error, why) };
}

/** A gateway answers 404 too: only MasonHub's own code says that there is no such RMA. */
function causeOf({ code, currentStatus }: StatedError, why: string): RefusalCause {
  if (code === 'RMA_NOT_FOUND') return { kind: 'unknown-rma' };
  if (code === 'INVALID_STATUS' && currentStatus !== null) return { kind: 'parcel', status: currentStatus };
  return { kind: saysTaken(why) ? 'taken' : 'other' };
}

function saysTaken(why: string): boolean {
  return /already taken|already exists|must be unique/i.test(why);
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
