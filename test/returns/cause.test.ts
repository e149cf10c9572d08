import { expect, test } from 'vitest';
import { causeOf } from '../../src/returns/cause.ts';
import { statusOf } from '../../src/returns/status.ts';
import { bad, decided, good, opened, told } from './courses.ts';
import { drive } from './driver.ts';
import {
  found,
  item,
  listed,
  loopTells,
  merchantWith,
  RETURN_ID,
  receiptOf,
  receiptTold,
} from './fixtures.ts';

const refusal =
  'MasonHub would not open the RMA: unknown SKU SHIRT. Correct the cause (a SKU must exist in MasonHub’s catalogue), then retry.';

test('a return that needs no attention has no cause', () => {
  expect(causeOf(opened().facts)).toBeNull();
  expect(causeOf(told(good).facts)).toBeNull();
});

test('what a vendor refuses is the cause, in its words', () => {
  const driver = drive(merchantWith());
  driver.tell(loopTells(), { kind: 'rmaRefused', why: refusal, rma: null });
  expect(causeOf(driver.facts)).toBe(refusal);
});

test('the numbers of the return itself are no part of its cause', () => {
  const driver = drive(merchantWith());
  driver.tell(loopTells({ items: [item('SHIRT', { lineItemId: '71234' })], labels: [listed('1Z999AA1')] }));
  const why = `RMA ${RETURN_ID} of order #90507, parcel 1Z999AA1, line 71234: SKU SHIRT is unknown.`;
  driver.tell({ kind: 'rmaRefused', why, rma: null });
  expect(causeOf(driver.facts)).toBe('RMA … of order …, parcel …, line …: SKU SHIRT is unknown.');
});

test('an item without a SKU is one cause, whichever item it is', () => {
  const causes = ['71111', '72222'].map((lineItemId) =>
    causeOf(opened(merchantWith(), loopTells({ items: [item('', { lineItemId })] })).facts),
  );
  expect(causes[0]).toContain('has no SKU in Loop');
  expect(causes[1]).toBe(causes[0]);
});

test('what came in the parcel is no part of what a person has to settle', () => {
  const causes = [bad, receiptOf(found('SHIRT', { lost: 1 }), found('PANTS', { available: 1 }))].map(
    (later) => {
      const driver = told(good);
      driver.tell(receiptTold(later));
      expect(statusOf(driver.facts).status).toBe('attention');
      return causeOf(driver.facts);
    },
  );
  expect(causes).toEqual(Array(2).fill('The warehouse sent two receipts that differ'));
});

test('a return that was closed before its receipt, which then shows damage, keeps what was damaged for its reason', () => {
  const driver = opened();
  driver.tell(loopTells({ trigger: 'return.closed', state: 'closed', at: '2026-03-02T10:00:00.000Z' }));
  driver.tell(receiptTold(bad));
  expect(causeOf(driver.facts)).toBe(
    'Loop closed the return before the warehouse received it, and then the receipt showed',
  );
});

test('a cause is never longer than an index takes', () => {
  const driver = decided(good);
  driver.tell({ kind: 'messageRefused', why: 'No. '.repeat(500), state: null });
  expect([...(causeOf(driver.facts) ?? '')]).toHaveLength(250);
});
