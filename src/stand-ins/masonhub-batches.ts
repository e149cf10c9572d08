import type { Answer, VendorRequest } from './http-server.ts';
import { type JsonObject, recordsOf } from './json.ts';
import { type BatchWork, identifierOf } from './masonhub-rmas.ts';
import type { RmaProblem } from './masonhub-rules.ts';

/** The ways in which the published descriptions write the answer to a batch. */
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
const RECORDS_AT_ONCE = 30;

interface Outcome {
  record: JsonObject;
  problems: RmaProblem[];
}

/** Settings of the account that a test may change while it runs. */
export interface BatchSettings {
  /** One invalid record fails its whole batch with a 400. */
  wholeBatchErrors: boolean;
  /** The API's own address, for links. */
  url: string;
}

/** Carries out batches, and answers for each record in a style that changes from answer to answer. */
export class BatchDesk {
  readonly #settings: BatchSettings;
  #answered = 0;

  constructor(settings: BatchSettings) {
    this.#settings = settings;
  }

  take({ body }: VendorRequest, work: BatchWork, goodStatus = 200): Answer {
    const records = recordsOf(body);
    if (records === null) return badRequest('An array of records is expected.');
    if (records.length > RECORDS_AT_ONCE)
      return badRequest(`At most ${RECORDS_AT_ONCE} records are accepted at once.`);

    const outcomes = judge(records, work);
    const failed = outcomes.filter(({ problems }) => problems.length > 0);
    if (this.#settings.wholeBatchErrors && failed.length > 0) return wholeBatchError(outcomes);
    for (const { record, problems } of outcomes) if (problems.length === 0) work.apply(record);

    const style = STYLES[this.#answered++ % STYLES.length] ?? STYLES[0];
    const answer = {
      records_submitted: records.length,
      records_processed: records.length,
      records_failed: failed.length,
      records_succeeded: records.length - failed.length,
      results: outcomes.map((outcome) => this.#result(outcome, style)),
    };
    return { status: goodStatus, body: style.wrapped ? [answer] : answer };
  }

  #result({ record, problems }: Outcome, style: BatchStyle): JsonObject {
    const customer_identifier = identifierOf(record);
    const status = problems.length === 0 ? 'success' : 'failure';
    const shown = style.capital ? status.replace(/^./, (first) => first.toUpperCase()) : status;
    const link = `${this.#settings.url}/rmas?cid=${encodeURIComponent(customer_identifier)}`;
    if (problems.length === 0)
      return { customer_identifier, status: shown, [style.link]: link, messages: [] };
    return { customer_identifier, status: shown, ...failure(problems, style) };
  }
}

function judge(records: JsonObject[], work: BatchWork): Outcome[] {
  const claimed = new Set<string>();
  return records.map((record) => {
    const problems = work.problems(record, claimed);
    claimed.add(identifierOf(record));
    return { record, problems };
  });
}

function failure(problems: RmaProblem[], style: BatchStyle): JsonObject {
  if (style.messages === 'reason')
    return { reason: problems.map(({ field, error }) => `${field}: ${error}`).join('; ') };
  const fields = [...errorsByField(problems)];
  if (style.messages === 'by-name')
    return { messages: fields.map(([field, errors]) => ({ [field]: errors })) };
  return { messages: fields.map(([field_name, errors]) => ({ field_name, errors })) };
}

function errorsByField(problems: RmaProblem[]): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const { field, error } of problems) fields.set(field, [...(fields.get(field) ?? []), error]);
  return fields;
}

function wholeBatchError(outcomes: Outcome[]): Answer {
  const details = Object.fromEntries(
    outcomes.flatMap(({ problems }, index) =>
      [...errorsByField(problems)].map(([field, errors]) => [`[${index}].${field}`, errors]),
    ),
  );
  const message = 'The request could not be validated.';
  return { status: 400, body: { error: { code: 'VALIDATION_ERROR', message, details } } };
}

function badRequest(message: string): Answer {
  return { status: 400, body: { message } };
}
