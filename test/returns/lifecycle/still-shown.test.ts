import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { found, item, loopTells, receiptOf, receiptTold } from '../fixtures.ts';
import { later, merchant } from '../news.ts';
import { blind, inTwoBoxes, second, shirt } from '../two-boxes.ts';

describe('a receipt that a poll still shows as it was known', () => {
  const stillShown = (receipt: Receipt): ReturnEvent => {
    return { kind: 'receiptStillShown', receipt: { ...receipt, shownAt: '2026-03-04T12:00:00.000Z' } };
  };
  const unread = (): ReturnEvent => {
    const told = blind(second);
    return { ...told, receipt: { ...told.receipt, lines: [], unread: 'a quantity is no number' } };
  };

  test('takes no person off another box that nobody can read', () => {
    const driver = opened(merchant, inTwoBoxes);
    const inVain: ReturnEvent = { kind: 'stepFailed', step: 'receipt', why: 'MasonHub shows no such RMA.' };
    driver.tell(receiptTold(receiptOf(shirt)), unread(), inVain);
    expect(driver.status).toBe('attention');
    driver.tell(stillShown(receiptOf(shirt)));
    expect(driver.status).toBe('attention');
  });

  test('calls for no further question to MasonHub', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(receiptTold(receiptOf(shirt)), unread());
    const { steps, timeline } = apply(driver.facts, stillShown(receiptOf(shirt)), merchant, new Date(later));
    expect([steps, timeline]).toEqual([[], []]);
  });

  test('takes nothing back that a callback has told since MasonHub was asked', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    const inspected = receiptOf(found('SHIRT', { qc: 1 }));
    driver.tell(receiptTold(inspected), receiptTold(receiptOf(shirt)));
    expect(driver.status).toBe('received');
    driver.tell(stillShown(inspected));
    expect(driver.status).toBe('received');
    expect(driver.facts.receipts).toMatchObject([{ lines: [shirt] }]);
  });

  test('is no older than what a callback has told since, though it says the same', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    const inspected = receiptOf(found('SHIRT', { qc: 1 }));
    driver.tell(receiptTold({ ...inspected, changedAt: '2026-03-04T12:00:00.000Z' }));
    driver.tell(stillShown({ ...inspected, changedAt: '2026-03-04T11:00:00.000Z' }));
    expect(driver.facts.receipts).toMatchObject([{ changedAt: '2026-03-04T12:00:00.000Z' }]);
  });

  test('is known by its moment where a callback of before comes late', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    const inspected = receiptOf(found('SHIRT', { qc: 1 }));
    driver.tell(receiptTold({ ...inspected, toldAt: '2026-03-04T10:00:00.000Z' }), stillShown(inspected));
    driver.tell(receiptTold({ ...receiptOf(shirt), toldAt: '2026-03-04T11:00:00.000Z' }));
    expect(driver.status).toBe('inspecting');
  });
});
