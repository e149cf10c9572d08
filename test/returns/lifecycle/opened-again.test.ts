import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import type { ReceiptDates } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { day } from '../dated.ts';
import { type Driver, drive } from '../driver.ts';
import { found, receiptOf, receiptTold } from '../fixtures.ts';
import { merchant } from '../news.ts';
import { blind, inTwoBoxes, pants, second, shirt } from '../two-boxes.ts';

/** MasonHub says of an RMA that it had received that it is not: what was received is open again. */

const words: [string, (asOf?: ReceiptDates) => ReturnEvent][] = [
  ['onDock', (asOf) => ({ kind: 'receiving', stage: 'onDock', ...(asOf && { asOf }) })],
  ['receivingStarted', (asOf) => ({ kind: 'receiving', stage: 'receivingStarted', ...(asOf && { asOf }) })],
  [
    'a word that is not known',
    (asOf) => ({ kind: 'unknownStatus', status: 'recount', countsUnits: true, ...(asOf && { asOf }) }),
  ],
];
const dates: [string, (number: number) => Partial<ReceiptDates>][] = [
  ['record', (number) => ({ changedAt: day(number) })],
  ['message', (number) => ({ toldAt: day(number) })],
  ['day of receipt', (number) => ({ receivedAt: day(number) })],
];
const undated = { changedAt: null, toldAt: null };
const pulled = receiptOf(shirt);
const decidedOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;

/** One box of two is received under the RMA, and the other is waited for. */
function withOneBox(date: Partial<ReceiptDates>): Driver {
  const driver = opened(merchant, inTwoBoxes);
  driver.tell(receiptTold({ ...receiptOf(shirt), ...undated, ...date }));
  expect(driver.status).toBe('receiving');
  return driver;
}

test('a word that is not known and comes without units opens nothing again', () => {
  const driver = withOneBox({ changedAt: day(3) });
  const asOf = { ...undated, changedAt: day(4) };
  driver.tell({ kind: 'unknownStatus', status: 'labelled', countsUnits: false, asOf }, blind(second, pants));
  expect(decidedOf(driver)).toBe('process');
});

describe.each(words)('%s, after the receipt of the RMA', (_word, says) => {
  test.each(dates)('by the date of the %s, holds back what the other box completes', (_kind, date) => {
    const driver = withOneBox(date(3));
    driver.tell(says({ ...undated, ...date(4) }), blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('not received');
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: pulled });
    expect(decidedOf(driver)).toBe('process');
  });

  test.each(dates)('by the date of the %s, is not ended by a receipt of between them', (_kind, date) => {
    const driver = withOneBox(date(3));
    driver.tell(says({ ...undated, ...date(6) }), says({ ...undated, ...date(4) }), blind(second, pants));
    driver.tell(receiptTold({ ...receiptOf(shirt, pants), ...undated, ...date(5) }));
    expect(decidedOf(driver)).toBeNull();
    driver.tell(receiptTold({ ...receiptOf(shirt), ...undated, ...date(7) }));
    expect(decidedOf(driver)).toBe('process');
  });

  test.each(dates)('by the date of the %s, holds back a refund that is not sent', (_kind, date) => {
    const driver = withOneBox(date(3));
    driver.tell(blind(second, pants), says({ ...undated, ...date(4) }));
    expect(decidedOf(driver)).toBe('process');
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(receiptTold({ ...receiptOf(found('SHIRT', { damaged: 1 })), ...undated, ...date(5) }));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test.each(dates)('is of before where the date of the %s says so, or says nothing', (_kind, date) => {
    for (const asOf of [date(2), date(3), {}, null]) {
      const driver = withOneBox(date(3));
      driver.tell(says(asOf === null ? undefined : { ...undated, ...asOf }), blind(second, pants));
      expect(driver.facts).toMatchObject({ receiptUnread: null, receiptUnreadAsOf: null });
      expect(decidedOf(driver)).toBe('process');
    }
  });

  test('changes nothing once the refund is accepted, or the return flagged', () => {
    const refunded = withOneBox({ changedAt: day(3) });
    refunded.tell(blind(second, pants));
    refunded.run();
    const flagged = drive(merchant);
    flagged.tell(inTwoBoxes);
    flagged.run();
    flagged.tell(receiptTold({ ...receiptOf(found('SHIRT', { damaged: 1 }), pants), changedAt: day(3) }));
    for (const driver of [refunded, flagged]) {
      const { status } = driver;
      driver.tell(says({ ...undated, changedAt: day(4) }));
      expect(driver.status).toBe(status);
      expect(driver.facts.receiptUnread).toBeNull();
    }
  });
});
