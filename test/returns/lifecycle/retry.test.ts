import { describe, expect, test } from 'vitest';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable, needsALook } from '../../../src/returns/record.ts';
import { bad, decided, good, opened, told } from '../courses.ts';
import { drive } from '../driver.ts';
import { item, loopTells, merchantWith, receiptTold as received } from '../fixtures.ts';
import { at, cancelled, merchant, onDock, refused, retry } from '../news.ts';

describe('a retry', () => {
  test('after a refused RMA makes the RMA due', () => {
    const driver = drive(merchant, ['refused']);
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toBe('SKU not found in catalog.');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.status).toBe('open');
  });

  test('after an RMA that was given up makes the RMA due', () => {
    const driver = drive(merchant, ['given-up']);
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['rma']);
  });

  test.each([
    ['process', good],
    ['flag', bad],
  ] as const)('after a refused %s makes the message due', (kind, receipt) => {
    const driver = decided(receipt);
    driver.tell(refused);
    driver.tell(retry);
    driver.run();
    expect(driver.taken.map((message) => message.kind)).toEqual([kind]);
  });

  test('after a message that was given up makes the message due', () => {
    const driver = decided(good);
    driver.tell({ kind: 'stepFailed', step: 'message', why: 'Loop gave no answer.' });
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual([]);
    const again = apply(driver.facts, retry, merchant, at);
    expect(again.steps).toEqual(['message']);
  });

  test('after a refused note makes the note due, and only the note', () => {
    const driver = drive(merchant, ['ok', 'ok', 'refused']);
    driver.tell(loopTells(), received(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['note']);
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.notes).toHaveLength(1);
    expect(driver.taken).toHaveLength(1);
  });

  test('after a note that was given up makes the note due', () => {
    const driver = drive(merchant, ['ok', 'ok', 'given-up']);
    driver.tell(loopTells(), received(bad));
    driver.run();
    driver.tell(retry);
    expect(driver.waiting).toEqual(['note']);
  });

  test("with the merchant's reasons corrected makes the RMA anew", () => {
    const driver = drive(merchant, ['refused']);
    driver.tell(loopTells({ items: [item('SHIRT', { reason: 'Too big' })] }));
    driver.run();
    const corrected = merchantWith({ returnReasons: { 'too big': 'tooBig' } });
    const { after, steps } = apply(driver.facts, retry, corrected, at);
    expect(steps).toEqual(['rma']);
    expect(after.wanted?.kind === 'rma' && after.wanted.rma.lines[0]?.reason).toBe('tooBig');
  });

  test('after a destination that was given up asks Loop again', () => {
    const some = merchantWith({ loop: { destinations: ['31'] } });
    const driver = drive(some, ['given-up'], { whole: '31', byItem: {} });
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.status).toBe('open');
  });

  test('of a return for which nothing failed changes nothing', () => {
    const driver = opened();
    const before = driver.facts;
    driver.tell(retry);
    expect(driver.facts).toEqual(before);
    expect(driver.waiting).toEqual([]);
  });

  test('is for a step that failed, not for what only a person can settle', () => {
    const refusedMessage = decided(good);
    refusedMessage.tell(refused);
    const refusedRma = drive(merchant, ['refused']);
    refusedRma.tell(loopTells());
    refusedRma.run();
    const impossible = drive(merchant);
    impossible.tell(loopTells({ items: [item('')] }));
    for (const driver of [refusedMessage, refusedRma, impossible]) {
      expect(isRetryable(driver.facts)).toBe(true);
    }

    const cancelledAtTheDock = opened();
    cancelledAtTheDock.tell(onDock, cancelled);
    const changed = decided(good);
    changed.tell(received(bad));
    for (const driver of [cancelledAtTheDock, changed, opened(), decided(good), told(bad)]) {
      expect(isRetryable(driver.facts)).toBe(false);
    }
  });

  test('of a return that a person has to decide in Loop sends nothing', () => {
    const driver = opened();
    driver.tell(onDock, cancelled, retry, received(good), retry);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });
});

describe('a look of a person before another try', () => {
  const review = loopTells({ trigger: 'return.updated', state: 'review', at: '2026-03-02T10:00:00.000Z' });
  const failed = { kind: 'processingFailed', message: 'The card has expired.' } as const;

  test.each([
    ['Loop accepted and put into review', told(good), review],
    ['Loop accepted and failed to process', told(good), failed],
    ['Loop refused', decided(good), refused],
  ])('is needed for a refund that %s', (_, driver, event) => {
    expect(needsALook(driver.facts)).toBe(false);
    driver.tell(event);
    expect(isRetryable(driver.facts)).toBe(true);
    expect(needsALook(driver.facts)).toBe(true);
    driver.tell(retry);
    expect(needsALook(driver.facts)).toBe(false);
  });

  test.each([
    [
      'a refund that was given up on its way',
      decided(good),
      { kind: 'stepFailed', step: 'message', why: '' } as const,
    ],
    ['a refused flag', decided(bad), refused],
    [
      'a return that Loop does not close',
      told(good),
      { kind: 'stepFailed', step: 'closing', why: '' } as const,
    ],
  ])('is not needed for %s', (_, driver, event) => {
    driver.tell(event);
    expect(isRetryable(driver.facts)).toBe(true);
    expect(needsALook(driver.facts)).toBe(false);
  });
});
