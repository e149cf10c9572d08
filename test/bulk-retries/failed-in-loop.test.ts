import { expect, test } from 'vitest';
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

test('a refund that Loop could not carry out, told before its answer came, is not asked for again in bulk', async () => {
  const { context, begin, carryOn, answers } = givenBulkRetries(database.db, 10);
  const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
  const good = receiptOf(found('SHIRT', { available: 1 }), found('PANTS', { available: 1 }));
  const happened = [
    loopTells(),
    { kind: 'rmaSent', rma } as const,
    { kind: 'rmaAccepted', rma, how: 'created' } as const,
    receiptTold(good),
    { kind: 'processingFailed', message: 'The payment provider declined the refund' } as const,
  ].map((event, index) => ({ loopReturnId: RETURN_ID, delivery: `delivery ${index}`, event }));
  await database.db
    .transaction()
    .execute((trx) => advanceWithin(context, trx, { ...merchantWith(), slug: 'acme' }, happened));
  expect(await begin('one')).toEqual({ kind: 'begun', total: 1 });
  expect(await carryOn('one')).toBe('ended');
  expect(await answers('one')).toEqual([`${RETURN_ID} needs-a-look`]);
});
