import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import type { ReceiptDates } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { day } from '../dated.ts';
import type { Driver } from '../driver.ts';
import { found, receiptOf, receiptTold } from '../fixtures.ts';
import { merchant } from '../news.ts';
import { inTwoBoxes, pants, shirt } from '../two-boxes.ts';

/** What could not be understood of the RMA, and what comes with other dates: which of the two is of before. */

const decidedOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;

describe('a doubt about what came under the RMA', () => {
  const unreadOf = (dates: Partial<ReceiptDates>): ReturnEvent => ({
    kind: 'receiptUnread',
    why: 'data.0.line_items: expected a list.',
    asOf: { changedAt: null, toldAt: null, ...dates },
  });
  const told = (dates: Partial<ReceiptDates>) => receiptTold({ ...receiptOf(shirt, pants), ...dates });

  test.each<[string, (number: number) => Partial<ReceiptDates>]>([
    ['the date of the record', (number) => ({ changedAt: day(number) })],
    ['the date of the message', (number) => ({ toldAt: day(number) })],
    ['the day on which it was received', (number) => ({ receivedAt: day(number) })],
  ])(
    'is not ended by a callback of before, by %s, also where others come late or without a date',
    (_, dates) => {
      const driver = opened(merchant, inTwoBoxes);
      driver.tell(unreadOf(dates(7)), unreadOf(dates(4)), unreadOf({}), told(dates(5)));
      expect(decidedOf(driver)).toBeNull();
      expect(driver.status).toBe('attention');
      expect(dueSteps(driver.facts)).toEqual(['receipt']);
      driver.tell(told(dates(7)));
      expect(decidedOf(driver)).toBe('process');
      expect(driver.facts).toMatchObject({ receiptUnread: null, receiptUnreadAsOf: null });
    },
  );

  test('is not ended by what comes between what is waited for and it', () => {
    const driver = opened(merchant, inTwoBoxes);
    const waiting = receiptOf(shirt, found('PANTS', { qc: 1 }));
    driver.tell(receiptTold({ ...waiting, changedAt: day(5) }), unreadOf({ changedAt: day(7) }));
    driver.tell(told({ changedAt: day(6) }));
    expect(decidedOf(driver)).toBeNull();
    expect(dueSteps(driver.facts)).toContain('receipt');
  });

  test('is not ended by one of between two of them, of which each has a date of its own kind', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(unreadOf({ changedAt: day(3), toldAt: day(3) }), unreadOf({ toldAt: day(6) }));
    driver.tell(told({ changedAt: day(5), toldAt: day(5) }));
    expect(decidedOf(driver)).toBeNull();
    driver.tell(told({ changedAt: day(5), toldAt: day(7) }));
    expect(decidedOf(driver)).toBe('process');
  });

  test('is ended by a newer message about a record whose date has not moved', () => {
    const driver = opened(merchant, inTwoBoxes);
    const waiting = receiptOf(shirt, found('PANTS', { qc: 1 }));
    driver.tell(receiptTold({ ...waiting, changedAt: day(3), toldAt: day(3) }));
    driver.tell(unreadOf({ changedAt: day(3), toldAt: day(4) }));
    driver.tell(receiptTold({ ...waiting, changedAt: day(3), toldAt: day(3) }));
    expect(driver.status).toBe('attention');
    driver.tell(told({ changedAt: day(3), toldAt: day(5) }));
    expect(decidedOf(driver)).toBe('process');
  });

  test('is none where what could not be understood is of before what is known', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(told({ changedAt: day(5) }), unreadOf({ changedAt: day(4) }));
    expect(driver.status).toBe('received');
    expect(driver.facts.receiptUnread).toBeNull();
  });

  test('is of the day that MasonHub shows, where it was asked', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(
      { kind: 'receiptUnread', why: 'x', shown: { changedAt: day(7) } },
      told({ changedAt: day(5) }),
    );
    expect(decidedOf(driver)).toBeNull();
    driver.tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: receiptOf(shirt, pants) });
    expect(decidedOf(driver)).toBe('process');
  });

  test('is ended by any receipt where nothing says which is the older one', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(unreadOf({}), told({ changedAt: day(5) }));
    expect(decidedOf(driver)).toBe('process');
  });
});
