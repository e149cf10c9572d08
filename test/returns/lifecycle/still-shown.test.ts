import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { found, item, loopTells, receiptOf, receiptTold } from '../fixtures.ts';
import { later, merchant } from '../news.ts';
import { blind, inTwoBoxes, labels, own, second, shirt } from '../two-boxes.ts';

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

  test('keeps the number of its box, so that one received twice is no refund', () => {
    const shirts = [item('SHIRT', { lineItemId: '71' }), item('SHIRT', { lineItemId: '72' })];
    const driver = opened(merchant, loopTells({ items: shirts, labels }));
    const { receipt } = blind(own, shirt);
    driver.tell(receiptTold(receipt), stillShown({ ...receipt, packageId: null }));
    driver.tell(receiptTold({ ...receiptOf(shirt), packageId: own }));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.reason).toContain('twice');
  });

  test('says by which id its box is known from then on', () => {
    const shirts = [item('SHIRT', { lineItemId: '71' }), item('SHIRT', { lineItemId: '72' })];
    const driver = opened(merchant, loopTells({ items: shirts, labels }));
    const box = { ...blind(own, shirt).receipt, masonHubId: null };
    const known = { ...box, masonHubId: 'box-1' };
    driver.tell(receiptTold(box), stillShown(known));
    driver.tell(receiptTold({ ...known, packageId: second, toldAt: '2026-03-04T13:00:00.000Z' }));
    expect(driver.facts.receipts).toHaveLength(1);
    expect(driver.facts.outcome).toBeNull();
  });

  test('keeps the words of the warehouse and the date of the callback', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    const note = 'Has a hole';
    const toldAt = '2026-03-04T10:00:00.000Z';
    driver.tell(receiptTold({ ...receiptOf(found('SHIRT', { qc: 1 }, { note })), toldAt }));
    driver.tell(stillShown(receiptOf(found('SHIRT', { qc: 1 }))));
    expect(driver.facts.receipts).toMatchObject([{ toldAt, lines: [{ received: [{ note }] }] }]);
  });

  test('says nothing of another box with the same in it', () => {
    const shirts = [item('SHIRT', { lineItemId: '71' }), item('SHIRT', { lineItemId: '72' })];
    const driver = opened(merchant, loopTells({ items: shirts, labels }));
    driver.tell(receiptTold(receiptOf(shirt)), blind(second, shirt), stillShown(receiptOf(shirt)));
    const [ofBox] = driver.facts.receipts.filter(({ isBlind }) => isBlind);
    expect(ofBox).not.toHaveProperty('shownAt');
  });

  test.each<[string, (receipt: Receipt) => ReturnEvent]>([
    ['shown by a poll', stillShown],
    ['told by a callback', receiptTold],
  ])('keeps the date of its record where it is %s again without one', (_, again) => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    const inspected = receiptOf(found('SHIRT', { qc: 1 }));
    driver.tell(receiptTold({ ...inspected, changedAt: '2026-03-04T12:00:00.000Z' }), again(inspected));
    driver.tell(receiptTold({ ...receiptOf(shirt), changedAt: '2026-03-04T11:00:00.000Z' }));
    expect(driver.status).toBe('inspecting');
  });
});
