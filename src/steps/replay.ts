import type { Logger } from 'pino';
import type { Database } from '../database/connect.ts';
import { type Delivery, namesInDelivery } from '../inbox/delivery.ts';
import type { StoreDelivery } from '../inbox/inbox.ts';
import { type After, readSetAside, type SetAsideBody, type SetAsideFilter } from '../inbox/set-aside.ts';
import { NotJson, parseJson } from '../parsing/json.ts';
import type { VendorWithSteps } from './vendor.ts';

/** What became of deliveries that had been set aside and were taken through once more. */
export interface Replayed {
  readonly replayed: number;
  /** Understood now, and on their way. */
  readonly accepted: number;
  /** Understood as nothing that concerns a return. */
  readonly ignored: number;
  /** Not understood. */
  readonly rejected: number;
}

export interface ReplayParts {
  readonly db: Database;
  readonly store: StoreDelivery;
  readonly log: Logger;
  readonly vendors: readonly Pick<VendorWithSteps, 'name' | 'readAgain'>[];
}

const batchSize = 50;

/**
 * Takes rejected and ignored deliveries through once more, after a fix: the bytes that came are read again, as
 * if the vendor had just sent them. One that another replay was quicker with is not counted as accepted again.
 */
export async function replaySetAside(
  { db, store, log, vendors }: ReplayParts,
  filter: SetAsideFilter,
): Promise<Replayed> {
  const sum = { replayed: 0, accepted: 0, ignored: 0, rejected: 0 };
  let after: After = null;
  for (;;) {
    const batch: SetAsideBody[] = await readSetAside(db, filter, { after, limit: batchSize });
    await Promise.all(
      batch.map(async (one) => {
        const delivery = readAgain(vendors, one);
        const isSame = delivery === null || delivery.understood.result === one.result;
        const result = isSame ? one.result : await store(delivery);
        sum.replayed += 1;
        if (result !== 'duplicate') sum[result] += 1;
        // There may be very many of these, and nothing has become of them.
        if (isSame && result === 'ignored') return;
        const { merchant, source, key } = one;
        const names = delivery === null ? {} : namesInDelivery(delivery);
        log.info({ merchant, source, delivery: key, result, ...names }, 'a delivery was replayed');
      }),
    );
    if (batch.length < batchSize) return sum;
    after = batch.at(-1) ?? null;
  }
}

/** Null where the bytes can no longer be told apart as they once were: it stays what it was. */
function readAgain(
  vendors: ReplayParts['vendors'],
  { merchant, source, key, part, body }: SetAsideBody,
): Delivery | null {
  const vendor = vendors.find(({ name }) => name === source);
  try {
    const deliveries = vendor?.readAgain(merchant, body, parseJson(body)) ?? [];
    const delivery = deliveries.find((one) => one.part === part);
    // It keeps the key that it is stored under, which an older version may have made otherwise.
    return delivery === undefined ? null : { ...delivery, key };
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}
