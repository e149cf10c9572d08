import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { day } from '../dated.ts';
import type { Driver } from '../driver.ts';
import { found, item, loopTells, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { refused, retry } from '../news.ts';
import { blind, inTwoBoxes, pants, second, shirt } from '../two-boxes.ts';

/** An echo that comes after a refund was decided, and before it is sent, proves as little as one before. */

const settings = merchantWith({ masonhub: { receiveInto: 'available' } });
const bare = receiptOf(found('SHIRT', { available: 1 }, { detailed: false }));
const detailed = (number: number) =>
  receiptTold({ ...receiptOf(shirt), changedAt: day(number), toldAt: day(number) });
const pulledAt = (receipt: Receipt, changed: number, shown: number): ReturnEvent => ({
  kind: 'receipt',
  trigger: 'receipt.pulled',
  receipt: { ...receipt, changedAt: day(changed), shownAt: day(shown) },
});
const pulled = (receipt: Receipt, number: number) => pulledAt(receipt, number, number);
const unread: ReturnEvent = {
  kind: 'receiptUnread',
  why: 'data.0.line_items: expected a list.',
  asOf: { changedAt: day(2), toldAt: null },
};
const openedAgain: ReturnEvent = {
  kind: 'receiving',
  stage: 'receivingStarted',
  asOf: { changedAt: day(2), toldAt: null },
};
const bareNewer = receiptTold({ ...bare, changedAt: day(3) });

/** A refund is decided on details, and its message has not left. */
function decided(): Driver {
  const driver = opened(settings, loopTells({ items: [item('SHIRT')] }));
  driver.tell(detailed(1));
  expect(driver.status).toBe('received');
  return driver;
}

describe('no refund goes out on a bare echo', () => {
  test.each<[string, ReturnEvent[]]>([
    ['that MasonHub shows in place of a receipt that nobody could read', [unread, pulled(bare, 2)]],
    ['that MasonHub shows after it had opened the RMA again', [openedAgain, pulled(bare, 3)]],
    [
      'that MasonHub shows of the record that decided, after it had opened the RMA again',
      [
        { kind: 'receiving', stage: 'onDock', asOf: { changedAt: null, toldAt: day(2) } },
        pulledAt(bare, 1, 3),
      ],
    ],
    ['of a newer record, told by a callback', [bareNewer]],
    ['of a newer record, before the retry of a refused message', [refused, bareNewer, retry]],
  ])('%s', (_, events) => {
    const driver = decided();
    driver.tell(...events);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('of a box without an RMA that nobody could read', () => {
    const driver = opened(settings, inTwoBoxes);
    driver.tell(receiptTold({ ...receiptOf(shirt), changedAt: day(1) }), blind(second, pants));
    expect(driver.facts.outcome?.kind).toBe('process');
    const { receipt: box } = blind(second, found('PANTS', { available: 1 }, { detailed: false }));
    driver.tell({ kind: 'receipt', trigger: 'receipt', receipt: { ...box, lines: [], unread: 'lines' } });
    driver.tell(pulled(box, 3));
    driver.run();
    expect(driver.taken).toEqual([]);
  });
});

describe('MasonHub, asked before the refund goes out,', () => {
  const asked = () => {
    const driver = decided();
    driver.tell(bareNewer);
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    return driver;
  };

  test('has it sent where it shows details', () => {
    const driver = asked();
    driver.tell(pulled(receiptOf(shirt), 3));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('stops it where they say otherwise', () => {
    const driver = asked();
    driver.tell(pulled(receiptOf(found('SHIRT', { damaged: 1 })), 3));
    driver.run();
    expect([driver.status, driver.taken]).toEqual(['attention', []]);
  });

  test('is asked again on a retry where it shows no more', () => {
    const driver = asked();
    driver.tell(pulled(bare, 3));
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual([]);
    driver.tell(retry);
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
  });

  test('is asked again on a retry where it never answered', () => {
    const driver = asked();
    driver.tell({ kind: 'stepFailed', step: 'receipt', why: 'MasonHub did not answer.' });
    expect([driver.status, driver.reason]).toEqual(['attention', 'MasonHub did not answer.']);
    expect(dueSteps(driver.facts)).toEqual([]);
    driver.tell(retry);
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
  });

  test('is asked no more once a callback has told the details, so that no failure of it stops the refund', () => {
    const driver = opened(settings, loopTells({ items: [item('SHIRT')] }));
    driver.tell(receiptTold({ ...bare, changedAt: day(1) }));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(detailed(2));
    expect(dueSteps(driver.facts)).toEqual(['message']);
  });

  test('is not asked for the echo while the RMA is open again: its receipt is waited for', () => {
    const driver = opened(settings, loopTells({ items: [item('SHIRT')] }));
    driver.tell(receiptTold({ ...bare, changedAt: day(1) }));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(openedAgain);
    expect(dueSteps(driver.facts)).toEqual(['parcel']);
  });

  test('is not asked where a message tells the shown record again, as of no later than it was shown', () => {
    const driver = decided();
    driver.tell(
      pulledAt(receiptOf(shirt), 1, 3),
      receiptTold({ ...bare, changedAt: day(1), toldAt: day(3) }),
    );
    expect(dueSteps(driver.facts)).toEqual(['message']);
  });

  test('is not asked where a poll shows the record that decided, without its details', () => {
    const driver = decided();
    driver.tell(pulled(bare, 1));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is not asked where the merchant trusts the status that was asked for', () => {
    const driver = opened(
      { ...settings, receipts: { ...settings.receipts, trustRequestedStatus: true } },
      loopTells({ items: [item('SHIRT')] }),
    );
    driver.tell(detailed(1), bareNewer);
    driver.run();
    expect(driver.status).toBe('processing');
  });
});
