import { expect, test } from 'vitest';
import type { ReturnEvent } from '../../src/returns/events.ts';
import { advanceWithin } from '../../src/steps/context.ts';
import {
  found,
  loopTells,
  merchantWith,
  RETURN_ID,
  receiptOf,
  receiptTold,
  rmaFor,
} from '../returns/fixtures.ts';
import { openDatabase } from '../support/open-database.ts';
import { givenBulkRetries } from './given.ts';

const database = openDatabase();

const failed: ReturnEvent = {
  kind: 'processingFailed',
  message: 'The payment provider declined the refund',
};

let bulkRetries = 0;

/** What a bulk retry says of a refund that is due, after this news. */
async function afterwards(...news: readonly ReturnEvent[]) {
  const { context, begin, carryOn, answers } = givenBulkRetries(database.db, 10);
  const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
  const good = receiptOf(found('SHIRT', { available: 1 }), found('PANTS', { available: 1 }));
  const happened = [
    loopTells(),
    { kind: 'rmaSent', rma } as const,
    { kind: 'rmaAccepted', rma, how: 'created' } as const,
    receiptTold(good),
    ...news,
  ].map((event, index) => ({ loopReturnId: RETURN_ID, delivery: `delivery ${index}`, event }));
  await database.db
    .transaction()
    .execute((trx) => advanceWithin(context, trx, { ...merchantWith(), slug: 'acme' }, happened));
  bulkRetries += 1;
  const id = `bulk retry ${bulkRetries}`;
  expect(await begin(id)).toEqual({ kind: 'begun', total: 1 });
  expect(await carryOn(id)).toBe('ended');
  return answers(id);
}

test('a refund that Loop could not carry out, told before its answer came, is not asked for again in bulk', async () => {
  expect(await afterwards(failed)).toEqual([`${RETURN_ID} needs-a-look`]);
});

test('one that a person has had tried again since, and that did not reach Loop then, is asked for again in bulk', async () => {
  const retry: ReturnEvent = { kind: 'retryRequested', by: 'anna' };
  const givenUp: ReturnEvent = { kind: 'stepFailed', step: 'message', why: 'Loop gave no answer.' };
  expect(await afterwards(failed, retry, givenUp)).toEqual([`${RETURN_ID} retried`]);
});
