import { describe, expect, test } from 'vitest';
import type { ReceiptEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import type { Driver } from '../driver.ts';
import { extra, found, item, listed, loopTells, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { closed, later, latest, merchant, refused, retry } from '../news.ts';
import { blind, inTwoBoxes, own, second, shirt } from '../two-boxes.ts';

/** Receipts without details beside those that have them, where MasonHub dates its records or not. */

const at = (time: string) => `2026-03-04T${time}:00.000Z`;
const told = (toldAt: string | null, receipt: Receipt, changedAt: string | null = null) =>
  receiptTold({ ...receipt, toldAt, changedAt });
const shown = (shownAt: string, receipt: Receipt, changedAt: string | null = null): ReceiptEvent => ({
  ...receiptTold({ ...receipt, shownAt, changedAt }),
  trigger: 'receipt.pulled',
});
const bare = (sku: string, disposition: string) => found(sku, { [disposition]: 1 }, { detailed: false });
const ofOneItem = (of = merchant) => opened(of, loopTells({ items: [item('SHIRT')] }));
const outcomeOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;
const damaged = found('SHIRT', { damaged: 1 });
const inspected = found('SHIRT', { qc: 1 });
const intoAvailable = { masonhub: { receiveInto: 'available' as const } };
const trusting = merchantWith({ ...intoAvailable, receipts: { trustRequestedStatus: true } });
const bothBare = receiptOf(bare('SHIRT', 'available'), bare('PANTS', 'available'));

describe('after a flag, what MasonHub shows without details', () => {
  const flagged = (receipt: Receipt, changedAt: string | null = null, driver = ofOneItem()) => {
    driver.tell(told(at('11:00'), receipt, changedAt));
    driver.run();
    expect(driver.status).toBe('flagged');
    return driver;
  };

  test('changes nothing where it only repeats the status that was asked for', () => {
    const driver = flagged(receiptOf(damaged));
    const before = driver.facts;
    driver.tell(shown(at('12:10'), receiptOf(bare('SHIRT', 'qc'))));
    expect(driver.facts).toEqual(before);
  });

  test('has a person look where something had come that nobody could read, and is not asked for again', () => {
    const driver = flagged(receiptOf(damaged));
    driver.tell({ kind: 'receiptUnread', why: 'a quantity is no number' });
    const again = shown(at('12:10'), receiptOf(bare('SHIRT', 'qc')));
    expect(apply(driver.facts, again, merchant, new Date(latest)).steps).toEqual([]);
    driver.tell(again);
    expect(driver.status).toBe('attention');
  });

  test('is for a person where it has a unit that was flagged as missing', () => {
    const driver = flagged(receiptOf(shirt), null, opened());
    driver.tell(shown(at('12:10'), receiptOf(bare('SHIRT', 'qc'), bare('PANTS', 'qc'))));
    expect(driver.status).toBe('attention');
  });

  test('is for a person where MasonHub says that it has changed its record since', () => {
    const driver = flagged(receiptOf(damaged), at('11:00'));
    driver.tell(shown(at('12:10'), receiptOf(bare('SHIRT', 'qc')), at('12:00')));
    expect(driver.status).toBe('attention');
  });
});

describe('after a good receipt, what MasonHub shows without details', () => {
  const repeated = shown(at('12:10'), receiptOf(bare('SHIRT', 'qc')));

  test('stops a refund that has not left: the unit may be back in quality control', () => {
    const driver = ofOneItem();
    driver.tell(told(at('11:00'), receiptOf(shirt)), repeated);
    expect(driver.status).toBe('attention');
  });

  test('changes nothing once Loop has accepted the refund', () => {
    const driver = ofOneItem();
    driver.tell(told(at('11:00'), receiptOf(shirt)));
    driver.run();
    const before = driver.facts;
    driver.tell(repeated);
    expect(driver.facts).toEqual(before);
    expect(driver.status).toBe('processing');
  });

  test('stops a refund that Loop has refused as well, which a retry would send', () => {
    const driver = ofOneItem();
    driver.tell(told(at('11:00'), receiptOf(shirt)), refused, repeated, retry);
    driver.run();
    expect([driver.status, driver.taken]).toEqual(['attention', []]);
  });
});

describe('before the decision, a poll without details', () => {
  test('makes no refund of what the details have in quality control', () => {
    const driver = ofOneItem(trusting);
    driver.tell(
      told(at('11:00'), receiptOf(inspected)),
      shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))),
    );
    expect(driver.status).toBe('inspecting');
  });

  test('makes no refund of what the details have as damaged, while another receipt cannot be read', () => {
    const driver = opened(trusting, inTwoBoxes);
    const box = blind(second, found('PANTS', { damaged: 1 })).receipt;
    driver.tell({ kind: 'receiptUnread', why: 'a quantity is no number' }, told(at('11:00'), box));
    driver.tell(
      shown(at('12:00'), { ...box, lines: [bare('PANTS', 'available')] }),
      receiptTold(receiptOf(shirt)),
    );
    expect(outcomeOf(driver)).toBe('flag');
  });

  test('ends the question after a receipt that nobody could read, and leaves the details', () => {
    const driver = ofOneItem();
    driver.tell(told(at('11:00'), receiptOf(inspected)), {
      kind: 'receiptUnread',
      why: 'a quantity is no number',
    });
    const answer = shown(at('12:00'), receiptOf(bare('SHIRT', 'qc')));
    expect(apply(driver.facts, answer, merchant, new Date(latest)).steps).not.toContain('receipt');
    driver.tell(answer);
    expect(driver.status).toBe('inspecting');
  });

  test('takes no person off another box that nobody can read', () => {
    const driver = opened(merchant, inTwoBoxes);
    const { receipt } = blind(second);
    driver.tell(told(at('11:00'), receiptOf(inspected)));
    driver.tell(receiptTold({ ...receipt, lines: [], unread: 'a quantity is no number' }));
    driver.tell({ kind: 'stepFailed', step: 'receipt', why: 'MasonHub shows no such RMA.' });
    expect(driver.status).toBe('attention');
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'qc'))));
    expect(driver.status).toBe('attention');
  });

  test('leaves the details also where it names an item of which nothing came', () => {
    const driver = ofOneItem(trusting);
    const none = found('CAP', { available: 0 }, { detailed: false });
    driver.tell(told(at('11:00'), receiptOf(inspected)));
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'), none)));
    expect(driver.status).toBe('inspecting');
  });

  test('makes no refund of what the details have in quality control beside an item that it does not count', () => {
    const driver = ofOneItem(trusting);
    driver.tell(told(at('11:00'), receiptOf(inspected, extra('HAT', { available: 1 }))));
    const uncounted = found('HAT', { available: 0 }, { detailed: false, onRma: false });
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'), uncounted)));
    expect(driver.status).toBe('inspecting');
  });

  test('makes no refund of what was added in Loop since and is in quality control by the details', () => {
    const driver = ofOneItem(trusting);
    const hat = item('HAT', { lineItemId: '79' });
    driver.tell({ kind: 'receiving', stage: 'onDock' });
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SHIRT'), hat] }));
    driver.tell(told(at('11:00'), receiptOf(shirt, extra('HAT', { qc: 1 }))));
    const counted = found('HAT', { available: 1 }, { detailed: false, onRma: false });
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'), counted)));
    expect(driver.status).toBe('inspecting');
  });

  test('is an answer all the same: MasonHub is not asked again at once', () => {
    const driver = ofOneItem(merchantWith(intoAvailable));
    driver.tell(told(at('10:00'), receiptOf(bare('SHIRT', 'available'))));
    expect(driver.waiting).toContain('receipt');
    driver.tell(told(at('11:00'), receiptOf(inspected)));
    const answer = shown(at('12:00'), receiptOf(bare('SHIRT', 'available')));
    const { after, steps } = apply(driver.facts, answer, merchantWith(intoAvailable), new Date(latest));
    expect([after.askedAgain, steps]).toEqual(['done', []]);
  });

  test('leaves those details where a later callback is not older than they are', () => {
    const driver = ofOneItem(trusting);
    driver.tell(
      told(at('11:00'), receiptOf(inspected)),
      shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))),
    );
    driver.tell(told(at('11:30'), receiptOf(damaged)));
    expect(outcomeOf(driver)).toBe('flag');
  });

  test('takes the place of details where it counts other units', () => {
    const driver = opened(merchantWith(intoAvailable));
    driver.tell(told(at('11:00'), receiptOf(inspected)), shown(at('12:00'), bothBare));
    expect(driver.facts.receipts).toMatchObject([{ lines: bothBare.lines }]);
  });

  test('takes the place of details that are all good', () => {
    const driver = opened(merchant, inTwoBoxes);
    const undecided = receiptOf(bare('SHIRT', 'qc'));
    driver.tell(told(at('11:00'), receiptOf(shirt)), shown(at('12:00'), undecided));
    expect(driver.facts.receipts).toMatchObject([{ lines: undecided.lines }]);
  });
});

describe('a callback of before, which has details', () => {
  test('of a part of what MasonHub shows by now makes nothing missing', () => {
    const driver = opened(merchantWith(intoAvailable));
    driver.tell(shown(at('12:00'), bothBare), told(at('11:00'), receiptOf(shirt)));
    expect(outcomeOf(driver)).toBeNull();
  });

  test('is heard as well after another one that was still older', () => {
    const driver = opened(merchantWith(intoAvailable));
    driver.tell(shown(at('12:00'), bothBare));
    driver.tell(told(at('11:00'), receiptOf(shirt, found('PANTS', { qc: 1 }))));
    driver.tell(told(at('11:30'), receiptOf(shirt, found('PANTS', { damaged: 1 }))));
    expect(outcomeOf(driver)).toBe('flag');
  });

  test('of more units than MasonHub shows by now decides nothing, though it does not count one beside the RMA', () => {
    const asked = ['71', '72'].map((lineItemId) => item('SHIRT', { lineItemId }));
    const all = [...asked, item('PANTS', { lineItemId: '73' })];
    const two = [listed(own, '71'), listed(second, '72', '73')];
    const driver = opened(merchantWith(intoAvailable), loopTells({ items: all, labels: two }));
    const uncounted = found('SHIRT', { available: 0 }, { detailed: false, onRma: false });
    driver.tell(
      shown(at('12:00'), receiptOf(bare('SHIRT', 'available'), uncounted, bare('PANTS', 'available'))),
    );
    const before = receiptOf(
      found('SHIRT', { available: 2 }),
      extra('SHIRT', { available: 1 }),
      found('PANTS', { available: 1 }),
    );
    driver.tell(told(at('11:00'), before));
    expect(outcomeOf(driver)).toBeNull();
  });

  test('counts the units of an item by all its lines', () => {
    const two = [item('SHIRT', { lineItemId: '71' }), item('SHIRT', { lineItemId: '72' })];
    const driver = opened(merchantWith(intoAvailable), loopTells({ items: two }));
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'), bare('SHIRT', 'available'))));
    driver.tell(told(at('11:00'), receiptOf(found('SHIRT', { available: 1, qc: 1 }))));
    expect(driver.status).toBe('inspecting');
  });

  test('leaves a refund alone where it finds nothing wrong', () => {
    const driver = ofOneItem(trusting);
    driver.tell(
      shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))),
      told(at('11:00'), receiptOf(shirt)),
    );
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test.each([
    ['damaged', damaged],
    ['in quality control', inspected],
  ])('of what is %s stops a refund that has not left and that only an echo is behind', (_, line) => {
    const driver = ofOneItem(trusting);
    driver.tell(
      shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))),
      told(at('11:00'), receiptOf(line)),
    );
    driver.run();
    expect([driver.status, driver.taken]).toEqual(['attention', []]);
  });

  test('stops a refund that Loop has refused, and that only an echo is behind, before a retry', () => {
    const driver = ofOneItem(trusting);
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))), refused);
    driver.tell(told(at('11:00'), receiptOf(damaged)), retry);
    driver.run();
    expect([driver.status, driver.taken]).toEqual(['attention', []]);
  });

  test('of what is damaged is for a person where a refund is left to them by an echo', () => {
    const byHand = { ...intoAvailable, refunds: false, receipts: { trustRequestedStatus: true } };
    const driver = ofOneItem(merchantWith(byHand));
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))));
    expect(driver.status).toBe('held');
    const late = told(at('11:00'), receiptOf(damaged));
    const processed = apply(driver.facts, closed, merchantWith(byHand), new Date(latest)).after;
    expect(apply(processed, late, merchantWith(byHand), new Date(latest)).after.problem).toBeNull();
    driver.tell(late);
    expect(driver.status).toBe('attention');
  });

  test('does not end the doubt about a newer one that nobody could read', () => {
    const driver = ofOneItem(merchantWith(intoAvailable));
    driver.tell(shown(at('12:00'), receiptOf(bare('SHIRT', 'available'))));
    driver.tell({ kind: 'receiptUnread', why: 'a quantity is no number' });
    driver.tell(told(at('11:00'), receiptOf(shirt)));
    expect([outcomeOf(driver), driver.status]).toEqual([null, 'attention']);
  });
});

describe('of two receipts that say only when the parcel was received', () => {
  const received = (time: string, receipt: Receipt) => ({ ...receipt, receivedAt: at(time) });

  test.each([
    ['by a callback', told(null, received('12:00', receiptOf(inspected)))],
    ['by MasonHub, asked', shown(at('12:10'), received('12:00', receiptOf(inspected)), at('12:00'))],
  ])('the one of before changes nothing that was told since %s', (_, news) => {
    const driver = ofOneItem();
    driver.tell(news, told(null, received('11:00', receiptOf(shirt))));
    expect(driver.status).toBe('inspecting');
  });

  test('the one of the same moment takes its place', () => {
    const driver = ofOneItem();
    const both = [inspected, shirt].map((line) => told(null, received('12:00', receiptOf(line))));
    driver.tell(...both);
    expect(outcomeOf(driver)).toBe('process');
  });

  test('the one that its message dates as the newer takes its place', () => {
    const driver = ofOneItem();
    driver.tell(told(at('12:00'), received('12:00', receiptOf(inspected))));
    driver.tell(told(at('13:00'), received('11:00', receiptOf(shirt))));
    expect(outcomeOf(driver)).toBe('process');
  });

  test('the moment stays known where the same is told again without it', () => {
    const driver = ofOneItem();
    driver.tell(told(null, received('12:00', receiptOf(inspected))), told(null, receiptOf(inspected)));
    driver.tell(told(null, received('11:00', receiptOf(shirt))));
    expect(driver.status).toBe('inspecting');
  });

  test.each([
    ['with parts of a second', told(null, received('11:00', receiptOf(shirt)))],
    ['and a later one by its message', told(at('11:05'), received('11:00', receiptOf(shirt)))],
  ])('what MasonHub, asked, shows since is the newer, whatever it says: %s', (_, before) => {
    const driver = ofOneItem();
    driver.tell(before, shown(at('12:10'), received('10:59', receiptOf(damaged))));
    driver.run();
    expect([driver.status, driver.taken]).toEqual(['attention', []]);
  });

  test('the one that was received later is the newer where both messages are of one moment', () => {
    const driver = ofOneItem();
    driver.tell(told(at('12:00'), received('12:00', receiptOf(inspected))));
    driver.tell(told(at('12:00'), received('11:00', receiptOf(shirt))));
    expect(driver.status).toBe('inspecting');
  });
});
