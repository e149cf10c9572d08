import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { opened } from '../courses.ts';
import type { Driver } from '../driver.ts';
import { found, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { closed } from '../news.ts';
import { blind, inTwoBoxes, pants, second, shirt } from '../two-boxes.ts';

/** MasonHub corrects the number on a box without an RMA: what was in it does not speak for the return any more. */

const box = blind(second, pants);
const extra = blind(second, found('HAT', { available: 1 }));
const left: ReturnEvent = { kind: 'parcelLeft', receipt: { ...box.receipt, packageId: '1Z-THEIRS' } };
const shirtOnly = receiptTold(receiptOf(shirt, found('PANTS', {})));

const waiting = (): Driver => opened(merchantWith(), inTwoBoxes);

describe('a box whose number is corrected', () => {
  test('before the decision does not count: what it brought is missing', () => {
    const driver = waiting();
    driver.tell(box, left);
    expect(driver.facts).toMatchObject({ receipts: [], wait: null });
    expect(driver.status).toBe('open');
    expect(driver.timeline.at(-1)).toEqual({
      event: 'receipt.left',
      detail: expect.stringMatching(`${second}.*bears the number 1Z-THEIRS.*does not count here`),
    });
    driver.tell(shirtOnly);
    expect(driver.facts).toMatchObject({ outcome: null, wait: { for: 'parcel' } });
  });

  test('after a refund was decided stops it where it has not left, and is for a person', () => {
    const driver = waiting();
    driver.tell(box, shirtOnly);
    expect(driver.waiting).toContain('message');
    driver.tell(left);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toMatch(/decided \(process\).*1Z-THEIRS.*Nothing more was sent/);
    expect(dueSteps(driver.facts)).not.toContain('message');
  });

  test('that the decision does not rest on takes nothing back', () => {
    const driver = waiting();
    driver.tell(extra, receiptTold(receiptOf(shirt, pants)));
    driver.run();
    driver.tell(left);
    expect(driver.status).toBe('processing');
  });

  test('while MasonHub is asked about it is not asked about any more', () => {
    const settings = merchantWith({ masonhub: { receiveInto: 'available' } });
    const driver = opened(settings, inTwoBoxes);
    const bare = { detailed: false };
    driver.tell(
      blind(second, found('PANTS', { available: 1 }, bare), found('SHIRT', { available: 1 }, bare)),
    );
    expect(driver.waiting).toContain('receipt');
    driver.tell(left);
    expect(dueSteps(driver.facts)).toEqual([]);
  });

  test('of a return that Loop had closed, so that nothing was sent, needs nobody', () => {
    const driver = waiting();
    driver.tell(box, closed, shirtOnly);
    expect(driver.facts.outcome).toMatchObject({ kind: 'none' });
    driver.tell(left);
    expect(driver.status).toBe('processed');
  });

  test('and that never counted here is no news', () => {
    const driver = waiting();
    const before = [driver.facts, [...driver.timeline]];
    driver.tell(left);
    expect([driver.facts, driver.timeline]).toEqual(before);
  });
});
