import { describe, expect, test } from 'vitest';
import type { ReceiptEvent, ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { drive } from '../driver.ts';
import { found, labelTold, receiptOf, receiptTold } from '../fixtures.ts';
import { closed, later, merchant, retry } from '../news.ts';
import { blind, inTwoBoxes, own, pants, second, shirt } from '../two-boxes.ts';

/** Boxes that MasonHub received without an RMA, and tells of in words that this service does not understand. */

const inVain: ReturnEvent = { kind: 'stepFailed', step: 'receipt', why: 'MasonHub shows no such RMA.' };

describe('a box without an RMA whose receipt is not understood', () => {
  const unread = (packageId: string): ReceiptEvent => {
    const told = blind(packageId);
    return { ...told, receipt: { ...told.receipt, lines: [], unread: 'line_items.0: expected a number.' } };
  };
  const inTwo = () => {
    const driver = drive(merchant);
    driver.tell(inTwoBoxes);
    driver.run();
    return driver;
  };

  test('keeps its return from a decision, and MasonHub is asked for it', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(shirt)), unread(second));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.status).toBe('receiving');
    expect(driver.reason).toMatch(/parcel 1Z999AA10123456791.*could not be understood.*three hours/);
    expect(dueSteps(driver.facts)).toContain('receipt');
    driver.tell(inVain);
    expect(driver.status).toBe('attention');
    driver.tell(blind(second, pants));
    expect(driver.status).toBe('received');
    expect(driver.facts.outcome?.kind).toBe('process');
  });

  test('takes the place of what was good in it', () => {
    const driver = inTwo();
    driver.tell(blind(second, pants), unread(second), receiptTold(receiptOf(shirt)));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.facts.receipts.filter(({ isBlind }) => isBlind)).toHaveLength(1);
  });

  test.each([
    ['the same box', second],
    ['a further box', '1Z999AA10123456800'],
  ])(
    'of %s holds back a refund that is decided and not sent, until it can be read and says nothing else',
    (_, id) => {
      const driver = inTwo();
      driver.tell(receiptTold(receiptOf(shirt)), blind(second, pants));
      expect(driver.facts.outcome?.kind).toBe('process');
      driver.tell(unread(id));
      expect(driver.status).toBe('attention');
      expect(driver.reason).toMatch(/before it was sent.*could not be understood/);
      expect(dueSteps(driver.facts)).toEqual(['receipt']);
      driver.tell(blind(id, ...(id === second ? [pants] : [])));
      expect(driver.status).toBe('received');
      driver.run();
      expect(driver.taken).toHaveLength(1);
    },
  );

  test('keeps such a refund back after MasonHub was asked in vain, until a person has it asked again', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(shirt)), blind(second, pants), unread(second), inVain);
    expect(driver.reason).toContain('MasonHub shows no such RMA');
    expect(isRetryable(driver.facts)).toBe(true);
    driver.tell(retry);
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(inVain, blind(second, pants));
    driver.run();
    expect(driver.taken).toHaveLength(1);
  });

  test('leaves such a refund its chance, whichever harmless box comes in between', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(shirt)), blind(second, pants), unread(second));
    driver.tell(blind('1Z999AA10123456800'), blind(second, pants));
    driver.run();
    expect(driver.taken).toHaveLength(1);
  });

  test('needs a person where it came while the refund message was on its way', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(shirt)), blind(second, pants), unread(second));
    driver.tell({ kind: 'messageAccepted', stateWhenSent: 'open' });
    expect(driver.status).toBe('attention');
    expect(driver.reason).toMatch(/on its way.*could not be understood.*Loop has accepted the refund/);
  });

  test('stops such a refund where it can be read and says something else', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(shirt)), blind(second, pants), unread(second));
    driver.tell(blind(second, found('PANTS', { damaged: 1 })));
    expect(driver.reason).toContain('PANTS: 1 damaged');
    driver.run();
    expect(driver.taken).toEqual([]);
  });

  test('needs a person where the refund was accepted', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(shirt)), blind(second, pants));
    driver.run();
    driver.tell(unread(second));
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('could not be understood');
  });

  test('is asked for once more where another box that was asked for with it has left', () => {
    const driver = inTwo();
    driver.tell(unread(own), unread(second));
    const { receipt } = blind(own, shirt);
    const moved = { ...receipt, packageId: '1Z999AA10123456800' };
    const { steps } = apply(driver.facts, { kind: 'parcelLeft', receipt: moved }, merchant, new Date(later));
    expect(steps).toEqual(['receipt']);
  });

  test('is nobody’s affair any more once it has left', () => {
    const waiting = inTwo();
    waiting.tell(receiptTold(receiptOf(shirt)), unread(second));
    waiting.tell(inVain);
    expect(waiting.status).toBe('attention');
    const { receipt } = blind(second, pants);
    waiting.tell({ kind: 'parcelLeft', receipt: { ...receipt, packageId: '1Z999AA10123456800' } });
    expect(waiting.facts.problem).toBeNull();
    expect(waiting.status).toBe('receiving');
    expect(dueSteps(waiting.facts)).toEqual(['parcel']);
  });

  test('does not begin the wait for quality control anew', () => {
    const driver = inTwo();
    driver.tell(receiptTold(receiptOf(found('SHIRT', { qc: 1 }), pants)));
    const since = driver.facts.wait?.since;
    expect(driver.status).toBe('inspecting');
    driver.tell(unread(second));
    expect(driver.status).toBe('receiving');
    driver.tell(blind(second));
    expect(driver.status).toBe('inspecting');
    expect(driver.facts.wait?.since).toBe(since);
  });

  test('of a return that Loop has closed is asked for, and a person is told where that is in vain', () => {
    const driver = inTwo();
    driver.tell(closed, unread(second));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell({ ...blind(own, shirt), trigger: 'receipt.pulled' });
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(inVain, labelTold(own, later));
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('beside a flag lets later progress be progress', () => {
    const driver = inTwo();
    const damaged = found('SHIRT', { damaged: 1 });
    driver.tell(unread(second), receiptTold(receiptOf(damaged, found('PANTS', { qc: 1 }))));
    expect(driver.facts.outcome?.kind).toBe('flag');
    driver.tell(receiptTold(receiptOf(damaged, pants)));
    expect(driver.facts.problem).toBeNull();
  });

  test('does not hold back a flag for what is wrong in the other one', () => {
    const driver = inTwo();
    driver.tell(unread(second), receiptTold(receiptOf(found('SHIRT', { damaged: 1 }))));
    expect(driver.facts.outcome?.kind).toBe('flag');
  });

  test('is not asked for any more once the return is flagged for the other one', () => {
    const driver = inTwo();
    driver.tell(unread(second));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(receiptTold(receiptOf(found('SHIRT', { damaged: 1 }))));
    expect(dueSteps(driver.facts)).toEqual(['message']);
  });

  test('is settled by the merchant who closes the return, also after MasonHub was asked in vain', () => {
    const driver = inTwo();
    driver.tell(unread(second), inVain);
    driver.tell(closed);
    expect(driver.status).toBe('processed');
    driver.run();
    expect(driver.taken).toEqual([]);
  });

  test('stands where MasonHub shows what was in it before, also after it was asked in vain', () => {
    const driver = inTwo();
    const at = (told: ReceiptEvent, changedAt: string): ReceiptEvent => ({
      ...told,
      receipt: { ...told.receipt, changedAt },
    });
    driver.tell(receiptTold(receiptOf(shirt)), at(unread(second), later), inVain);
    const { facts } = driver;
    driver.tell({ ...at(blind(second, pants), '2026-03-02T09:00:00.000Z'), trigger: 'receipt.pulled' });
    expect(driver.facts).toEqual(facts);
    expect(driver.status).toBe('attention');
  });
});
