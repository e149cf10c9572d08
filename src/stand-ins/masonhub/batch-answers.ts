import type { Reply } from '../desk.ts';
import type { JsonObject } from '../json.ts';
import type { Refusal } from './rmas.ts';
import type { RmaProblem } from './rules.ts';

/** What became of one record of a batch. */
export interface RecordOutcome {
  readonly record: JsonObject;
  readonly id: string;
  readonly refusal: Refusal | null;
  /** Where the RMA can be looked up. */
  readonly link: string;
  /** What the pages' answers say of it, once it is taken. */
  shown: JsonObject;
}

/** The ways in which the API description writes the answer to a batch. */
interface BatchStyle {
  wrapped: boolean;
  capital: boolean;
  messages: 'by-field' | 'by-name' | 'reason';
  link: 'url' | 'uri';
}

const STYLES: readonly [BatchStyle, ...BatchStyle[]] = [
  { wrapped: false, capital: false, messages: 'by-field', link: 'url' },
  { wrapped: true, capital: true, messages: 'by-name', link: 'uri' },
  { wrapped: false, capital: true, messages: 'reason', link: 'url' },
  { wrapped: true, capital: false, messages: 'by-field', link: 'uri' },
  { wrapped: false, capital: false, messages: 'by-name', link: 'uri' },
];

/**
 * The answer to a batch as the API description has it: a good status whatever became of its records.
 * @param turn which of the styles' turn it is
 */
export function describedAnswer(outcomes: readonly RecordOutcome[], turn: number, goodStatus: number): Reply {
  const style = STYLES[turn % STYLES.length] ?? STYLES[0];
  const answer = { ...counts(outcomes), results: outcomes.map((outcome) => describedResult(outcome, style)) };
  return { status: goodStatus, body: style.wrapped ? [answer] : answer };
}

function describedResult({ id, refusal, link }: RecordOutcome, style: BatchStyle): JsonObject {
  const status = refusal === null ? 'success' : 'failure';
  const shown = style.capital ? status.replace(/^./, (first) => first.toUpperCase()) : status;
  const head = { customer_identifier: id, status: shown };
  if (refusal === null) return { ...head, [style.link]: link, messages: [] };
  const problems = problemsIn(refusal);
  if (style.messages === 'reason')
    return { ...head, reason: problems.map(({ field, error }) => `${field}: ${error}`).join('; ') };
  const fields = [...errorsByField(problems)];
  if (style.messages === 'by-name')
    return { ...head, messages: fields.map(([field, errors]) => ({ [field]: errors })) };
  return { ...head, messages: fields.map(([field_name, errors]) => ({ field_name, errors })) };
}

/**
 * The answer to a batch as the pages on updating and deleting returns have it: 207 where some are refused;
 * where all are, the one record's own error, or a 400 that lists them.
 */
export function pageAnswer(outcomes: readonly RecordOutcome[]): Reply {
  const [first, ...others] = outcomes;
  const refused = outcomes.flatMap(({ id, refusal }) => (refusal === null ? [] : [{ id, refusal }]));
  if (first !== undefined && first.refusal !== null && others.length === 0)
    return singleError(first.id, first.refusal);
  const results = outcomes
    .filter(({ refusal }) => refusal === null)
    .map(({ id, link, shown }) =>
      shown['status'] === 'success'
        ? { customer_identifier: id, status: 'success', uri: link, ...shown }
        : { customer_identifier: id, ...shown },
    );
  const body = { ...counts(outcomes), results };
  if (refused.length === 0) return { status: 200, body };
  const errors = refused.map(({ id, refusal }) => {
    const current = refusal.kind === 'status' ? { current_status: refusal.status } : {};
    return { customer_identifier: id, error: { ...codeAndMessage(refusal), ...current } };
  });
  return { status: results.length === 0 ? 400 : 207, body: { ...body, errors } };
}

function singleError(id: string, refusal: Refusal): Reply {
  const error = codeAndMessage(refusal);
  switch (refusal.kind) {
    case 'unknown':
      return { status: 404, body: { error: { ...error, details: { customer_identifier: id } } } };
    case 'status': {
      const details = { customer_identifier: id, current_status: refusal.status, ...refusal.allowed };
      return { status: 400, body: { error: { ...error, details } } };
    }
    case 'invalid': {
      const details = { rma: id, ...Object.fromEntries(errorsByField(refusal.problems)) };
      return { status: 400, body: { error: { ...error, details } } };
    }
  }
}

function codeAndMessage(refusal: Refusal): { code: string; message: string } {
  switch (refusal.kind) {
    case 'unknown':
      return { code: 'RMA_NOT_FOUND', message: 'RMA not found' };
    case 'status':
      return { code: 'INVALID_STATUS', message: refusal.message };
    case 'invalid':
      return {
        code: 'VALIDATION_ERROR',
        message: refusal.problems.map(({ field, error }) => `${field}: ${error}`).join('; '),
      };
  }
}

/** One 400 for a whole batch, of which nothing is carried out. */
export function wholeBatchError(outcomes: readonly RecordOutcome[]): Reply {
  const details = Object.fromEntries(
    outcomes.flatMap(({ refusal }, index) =>
      refusal === null
        ? []
        : [...errorsByField(problemsIn(refusal))].map(([field, errors]) => [`[${index}].${field}`, errors]),
    ),
  );
  const message = 'The request could not be validated.';
  return { status: 400, body: { error: { code: 'VALIDATION_ERROR', message, details } } };
}

/** A refusal in the words of the API description, which knows problems with fields only. */
function problemsIn(refusal: Refusal): readonly RmaProblem[] {
  switch (refusal.kind) {
    case 'invalid':
      return refusal.problems;
    case 'unknown':
      return [{ field: 'customer_identifier', error: 'The record could not be found.' }];
    case 'status':
      return [
        {
          field: 'status',
          error: `An RMA in status '${refusal.status}' cannot be ${refusal.done}.`,
        },
      ];
  }
}

function errorsByField(problems: readonly RmaProblem[]): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const { field, error } of problems) fields.set(field, [...(fields.get(field) ?? []), error]);
  return fields;
}

function counts(outcomes: readonly RecordOutcome[]): JsonObject {
  const failed = outcomes.filter(({ refusal }) => refusal !== null).length;
  return {
    records_submitted: outcomes.length,
    records_processed: outcomes.length,
    records_failed: failed,
    records_succeeded: outcomes.length - failed,
  };
}
