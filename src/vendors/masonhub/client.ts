import type { Merchant } from '../../config/merchants.ts';
import type { CallResult, MakeCall, ReturnInCall } from '../../outbound/call.ts';
import type { Passing } from '../../outbound/failure.ts';
import type { Return, Rma } from '../../returns/return.ts';
import { type BatchAnswer, type BatchTask, readBatch } from './answers.ts';
import { type RmaRecord, rmaPage, type UnreadRma } from './schemas.ts';
import { saysNoneFound, sorted, unreadable } from './sort-answer.ts';

/** MasonHub takes 30 records at most in one request. */
export const largestBatch = 30;

/** MasonHub shows 100 records at most in one answer. */
export const largestPage = 100;

export type RmaBatchAnswer = BatchAnswer | Passing;
/** RMAs that MasonHub shows. */
export interface ShownRmas {
  readonly kind: 'found';
  readonly rmas: readonly RmaRecord[];
  /** The records besides that could not be understood. */
  readonly unread: readonly UnreadRma[];
}
export type FoundRmas = ShownRmas | Passing;

/** A return, and the number by which MasonHub knows it. */
export type RmaName = Pick<Return, 'loopReturnId' | 'rmaNumber'>;
/** A return, and its RMA. */
export interface RmaToSend {
  readonly loopReturnId: string;
  readonly rma: Rma;
}

export interface MasonHubClient {
  /** @param rmas 30 at most; likewise below */
  createRmas(rmas: readonly RmaToSend[]): Promise<RmaBatchAnswer>;
  /** Replaces the whole record, as MasonHub knows no partial update. */
  replaceRmas(rmas: readonly RmaToSend[]): Promise<RmaBatchAnswer>;
  /** Only an RMA that is still `open` can be deleted. */
  deleteRmas(rmas: readonly RmaName[]): Promise<RmaBatchAnswer>;
  findRmas(rmas: readonly RmaName[]): Promise<FoundRmas>;
  /** The same by MasonHub's own ids, by which alone an RMA is known that it made itself. */
  findRmasById(ids: readonly string[], rmas: readonly RmaName[]): Promise<FoundRmas>;
  /**
   * RMAs by their numbers in a single question, which is not written down as one for their returns. Where MasonHub reads
   * the numbers as one, it shows none of them.
   */
  showRmas(rmaNumbers: readonly string[]): Promise<FoundRmas>;
  /** RMAs that are received, of those created since a moment; 100 at a time. */
  receivedRmas(createdSince: Date, offset: number): Promise<FoundRmas>;
}

/** MasonHub's OMS API for one merchant. */
export function masonHubClient(merchant: Merchant, call: MakeCall): MasonHubClient {
  const { apiUrl, apiToken } = merchant.masonhub;
  const headers = { authorization: `Bearer ${apiToken}` };
  const ask = (endpoint: string, query: Record<string, string>, rmas: readonly RmaName[] = []) => {
    const parameters = new URLSearchParams({ ...query, limit: String(largestPage), list_type: 'detail' });
    const url = `${apiUrl}/rmas?${parameters}`;
    return call({ endpoint, returns: rmas.map(inCall), method: 'GET', url, headers });
  };
  const find = async (...question: Parameters<typeof ask>) => readFound(await ask(...question));
  const findByNumber = async (rmaNumbers: readonly string[], rmas?: readonly RmaName[]) => {
    const outcome = await ask('rmas.find', { cid: rmaNumbers.join(',') }, rmas);
    return rmaNumbers.length > 1 && isBadQuestion(outcome) ? noneFound : readFound(outcome);
  };
  const write = async (task: BatchTask, rmas: readonly RmaName[], records: readonly object[]) => {
    const returns = rmas.map(inCall);
    const method = methodOf[task];
    const endpoint = `rmas.${task}`;
    return readAnswer(
      await call({ endpoint, returns, method, url: `${apiUrl}/rmas`, headers, body: records }),
      task,
    );
  };
  return {
    createRmas: (rmas) => write('create', rmas.map(nameIn), rmas.map(recordOf)),
    replaceRmas: (rmas) => write('replace', rmas.map(nameIn), rmas.map(recordOf)),
    deleteRmas: (rmas) =>
      write(
        'delete',
        rmas,
        rmas.map(({ rmaNumber }) => ({ customer_identifier: rmaNumber })),
      ),
    findRmas: (rmas) =>
      findEach(rmas, (some) =>
        findByNumber(
          some.map(({ rmaNumber }) => rmaNumber),
          some,
        ),
      ),
    findRmasById: (ids, rmas) => find('rmas.find', { id: ids.slice(0, largestBatch).join(',') }, rmas),
    showRmas: (rmaNumbers) => findByNumber(rmaNumbers),
    receivedRmas: (createdSince, offset) =>
      find('rmas.received', { status: 'received', sdt: createdSince.toISOString(), offset: String(offset) }),
  };
}

function nameIn({ loopReturnId, rma }: RmaToSend): RmaName {
  return { loopReturnId, rmaNumber: rma.rmaNumber };
}

function inCall({ loopReturnId, rmaNumber }: RmaName): ReturnInCall {
  return { loopReturnId, name: rmaNumber };
}

const methodOf = { create: 'POST', replace: 'PUT', delete: 'DELETE' } as const;

/**
 * `cid` is published as one number. Several at once are understood by some; whichever of them does not come
 * back is asked for by itself, before it is taken for missing.
 */
async function findEach(
  asked: readonly RmaName[],
  find: (some: readonly RmaName[]) => Promise<FoundRmas>,
): Promise<FoundRmas> {
  const together = await find(asked);
  if (together.kind !== 'found' || asked.length < 2) return together;
  const rmas = [...together.rmas];
  const unread = [...together.unread];
  const shown = new Set(rmas.map((record) => record.customer_identifier));
  for (const one of asked.filter(({ rmaNumber }) => !shown.has(rmaNumber))) {
    const alone = await find([one]);
    if (alone.kind !== 'found') return alone;
    rmas.push(...alone.rmas.filter((record) => record.customer_identifier === one.rmaNumber));
    unread.push(...alone.unread);
  }
  return { kind: 'found', rmas, unread };
}

/**
 * An RMA in MasonHub's words. `generate_return_label` is true unless said otherwise, and would buy a
 * label and demand the shopper's address; Loop has its own label, so it is always false.
 */
function recordOf({ rma }: RmaToSend) {
  return {
    customer_identifier: rma.rmaNumber,
    manifest_id: rma.rmaNumber.slice(0, 20),
    generate_return_label: false,
    package_id: rma.packageId,
    return_type: 'rma_submitted_by_customer',
    line_items: rma.lines.map((line) => ({
      customer_sku_id: line.sku,
      quantity: line.units,
      return_reason_code: line.reason,
      ...(line.note === null ? {} : { return_notes: line.note }),
      return_inventory_status: rma.receiveInto,
      ...(line.orderReference === null ? {} : { customer_order_id: line.orderReference }),
    })),
  };
}

function readAnswer(outcome: CallResult, task: BatchTask): RmaBatchAnswer {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  return readBatch(answer.status, answer.json, task) ?? unreadable(answer);
}

const noneFound: FoundRmas = { kind: 'found', rmas: [], unread: [] };

/** MasonHub's published answer to parameters that it does not take, such as several numbers where it takes one. */
function isBadQuestion(outcome: CallResult): boolean {
  return outcome.kind === 'answer' && (outcome.status === 400 || outcome.status === 422);
}

function readFound(outcome: CallResult): FoundRmas {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  if (saysNoneFound(answer)) return noneFound;
  const page = rmaPage.safeParse(answer.json);
  return page.success && answer.status < 300 ? { kind: 'found', ...page.data } : unreadable(answer);
}
