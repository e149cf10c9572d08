import type { Reply, VendorRequest } from '../desk.ts';
import { type JsonObject, recordsOf } from '../json.ts';
import { describedAnswer, pageAnswer, type RecordOutcome, wholeBatchError } from './batch-answers.ts';
import { type BatchWork, identifierOf } from './rmas.ts';

export const RECORDS_AT_ONCE = 30;

/**
 * Which of MasonHub's own descriptions a batch's answer follows: the API description, in a shape that
 * changes from answer to answer, or the pages on updating and deleting returns.
 */
export type BatchAnswers = 'description' | 'pages';

/** Settings of the account that a test may change while it runs. */
export interface BatchSettings {
  /** One invalid record fails its whole batch with a 400. */
  wholeBatchErrors: boolean;
  /** The API's own address, for links. */
  url: string;
}

/** Carries out batches, and answers for each record. */
export class BatchDesk {
  readonly #settings: BatchSettings;
  #described = 0;

  constructor(settings: BatchSettings) {
    this.#settings = settings;
  }

  take({ body }: VendorRequest, work: BatchWork, answers: BatchAnswers, goodStatus = 200): Reply {
    const records = recordsOf(body);
    if (records === null) return badRequest('An array of records is expected.');
    if (records.length > RECORDS_AT_ONCE)
      return badRequest(`At most ${RECORDS_AT_ONCE} records are accepted at once.`);

    const { wholeBatchErrors, url } = this.#settings;
    const outcomes = judge(records, work, url);
    if (wholeBatchErrors && outcomes.some(({ refusal }) => failsItsBatch(refusal, answers)))
      return wholeBatchError(outcomes);
    for (const outcome of outcomes) {
      if (outcome.refusal === null) outcome.shown = work.apply(outcome.record);
    }
    return answers === 'pages'
      ? pageAnswer(outcomes)
      : describedAnswer(outcomes, this.#described++, goodStatus);
  }
}

function failsItsBatch(refusal: RecordOutcome['refusal'], answers: BatchAnswers): boolean {
  return answers === 'pages' ? refusal?.kind === 'invalid' : refusal !== null;
}

function judge(records: JsonObject[], work: BatchWork, url: string): RecordOutcome[] {
  const claimed = new Set<string>();
  return records.map((record) => {
    const refusal = work.refusal(record, claimed);
    const id = identifierOf(record);
    claimed.add(id);
    return { record, id, refusal, link: `${url}/rmas?cid=${encodeURIComponent(id)}`, shown: {} };
  });
}

function badRequest(message: string): Reply {
  return { status: 400, body: { message } };
}
