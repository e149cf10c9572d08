import { expect, test } from 'vitest';
import { differenceOf, differences } from '../../src/returns/difference.ts';
import type { LoopState } from '../../src/returns/loop-facts.ts';
import type { Return } from '../../src/returns/return.ts';
import { bad, good, opened, told } from './courses.ts';
import { loopTells, merchantWith, receiptTold } from './fixtures.ts';

/** What differs once Loop says this of a return of which that was decided. */
function afterwards(receipt: typeof good, state: LoopState, merchant = merchantWith()): string | null {
  const driver = opened(merchant);
  driver.tell(receiptTold(receipt));
  driver.tell(loopTells({ trigger: 'return.updated', state, at: '2026-03-09T10:00:00.000Z' }));
  return differenceOf(driver.facts);
}

const noRefunds = merchantWith({ refunds: false });

test('a refund that Loop closes is as decided; in review, cancelled or expired it differs', () => {
  const found = (['open', 'closed', 'review', 'cancelled', 'expired'] as const).map((state) =>
    afterwards(good, state),
  );
  expect(found).toEqual([null, null, 'process-review', 'process-cancelled', 'process-expired']);
});

test('a flag that stays in review is as decided; closed, cancelled or expired, the merchant has decided', () => {
  const found = (['open', 'review', 'closed', 'cancelled', 'expired'] as const).map((state) =>
    afterwards(bad, state),
  );
  expect(found).toEqual([null, null, 'flag-closed', 'flag-cancelled', 'flag-expired']);
});

test('so it is with a return that is held', () => {
  const found = (['open', 'review', 'closed', 'cancelled', 'expired'] as const).map((state) =>
    afterwards(good, state, noRefunds),
  );
  expect(found).toEqual([null, null, 'hold-closed', 'hold-cancelled', 'hold-expired']);
});

test('closed before the receipt, it differs only if the receipt shows something wrong', () => {
  const closedThen = (receipt: typeof good): Return => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.closed', state: 'closed', at: '2026-03-02T10:00:00.000Z' }));
    driver.tell(receiptTold(receipt));
    return driver.facts;
  };
  expect(differenceOf(closedThen(good))).toBeNull();
  expect(differenceOf(closedThen(bad))).toBe('closed-early');
});

test('while nothing is decided, nothing differs', () => {
  expect(differenceOf(opened().facts)).toBeNull();
  expect(differenceOf(told(good).facts)).toBeNull();
});

test('every name is of what was decided and what Loop says, or closed-early', () => {
  expect(differences.filter((name) => !/^(process|flag|hold)-/.test(name))).toEqual(['closed-early']);
});
