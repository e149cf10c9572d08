import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { rmaTask } from '../../../src/returns/rma-task.ts';
import { bad, opened } from '../courses.ts';
import { type Driver, drive } from '../driver.ts';
import { found, item, listed, loopTells, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { later, latest, merchant } from '../news.ts';
import { blind, inTwoBoxes, items, labels, own, pants, second, shirt } from '../two-boxes.ts';

/** A return's own parcel, under its RMA, beside those that came without one. */

const begun: ReturnEvent = { kind: 'receiving', stage: 'receivingStarted' };
const unread: ReturnEvent = { kind: 'receiptUnread', why: 'data.0.line_items: expected a list.' };
const decidedOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;

describe('a receipt of the RMA that could not be understood', () => {
  test.each([
    ['all that was asked for', [shirt, pants]],
    ['a part of it', [pants]],
  ])('is not forgotten because a box without an RMA brings %s', (_what, lines) => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(unread, blind(second, ...lines));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell(receiptTold(receiptOf(shirt)));
    expect(driver.facts.receiptUnread).toBeNull();
  });
});

describe('a refund that is decided and not sent yet', () => {
  const at = (changedAt: string, receipt: Receipt) => receiptTold({ ...receipt, changedAt });
  const [before, known] = ['2026-03-04T11:00:00.000Z', '2026-03-04T12:00:00.000Z'];

  test.each([
    ['older than', before],
    ['as old as', known],
  ])('is held back by an unread receipt, though a callback %s the known one comes again', (_how, date) => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(at(known, receiptOf(shirt, pants)));
    expect(decidedOf(driver)).toBe('process');
    const damaged = receiptOf(shirt, found('PANTS', { damaged: 1 }));
    driver.masonHubGarbles({ ...damaged, changedAt: '2026-03-04T13:00:00.000Z' });
    driver.tell(at(date, receiptOf(shirt, pants)));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('is sent once MasonHub, asked, shows the known receipt again', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(at(known, receiptOf(shirt, pants)));
    driver.masonHubGarbles({ ...receiptOf(shirt, pants), changedAt: known });
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('waits while the dock receives the RMA beside boxes without one, of which a person is told', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(blind(second, shirt, pants), begun);
    expect(decidedOf(driver)).toBe('process');
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('began to receive');
    driver.run();
    expect(driver.taken).toEqual([]);
    driver.tell(receiptTold(receiptOf()));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is not sent once one box turns out to be received twice', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(receiptTold({ ...receiptOf(shirt, pants), packageId: own }), blind(own, pants));
    driver.run();
    expect(driver.reason).toContain('twice');
    expect(driver.taken).toEqual([]);
  });

  test('that Loop accepted before is no matter of a person for it', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(blind(second, shirt, pants));
    driver.run();
    driver.tell(begun);
    expect(driver.status).toBe('processing');
  });
});

describe('while the dock is receiving the RMA', () => {
  test('what is missing in a box without an RMA is not flagged, and the rest of it refunds', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(begun, blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.status).toBe('receiving');
    expect(driver.reason).toContain(`Parcel ${own} is at the warehouse and not received yet`);
    driver.tell(receiptTold(receiptOf(shirt)));
    expect(decidedOf(driver)).toBe('process');
  });

  test('the same where the carrier has delivered it', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell({ kind: 'rmaFixed', task: 'replace', stage: 'delivered', status: 'delivered' });
    driver.tell(blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
    expect(dueSteps(driver.facts)).toContain('parcel');
  });

  test('nothing is refunded although all has come in other boxes, and a person looks if it never ends', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(begun, blind(second, shirt, pants));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.facts.wait).toMatchObject({ for: 'receiving', isOver: false });
    driver.tell({ kind: 'waitOver', for: 'receiving' });
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('never finished');
    driver.tell(receiptTold(receiptOf()));
    expect(decidedOf(driver)).toBe('process');
  });

  test('what is added meanwhile has the whole time for a parcel of its own', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(begun, blind(second, shirt, pants), { kind: 'waitOver', for: 'receiving' });
    expect(driver.status).toBe('attention');
    const third = '1Z999AA10123456800';
    const hat = item('HAT', { lineItemId: '73' });
    const edit = { trigger: 'return.updated', at: later, items: [...items, hat] } as const;
    driver.tell(loopTells({ ...edit, labels: [...labels, listed(third, '73')] }), receiptTold(receiptOf()));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.facts.wait).toMatchObject({ for: 'parcel', isOver: false, atMostMs: 14 * 86_400_000 });
    expect(driver.reason).toContain(third);
  });

  test('a damaged unit in another box is flagged at once', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(begun, blind(second, found('PANTS', { damaged: 1 })));
    expect(decidedOf(driver)).toBe('flag');
  });
});

describe('a box without an RMA', () => {
  test('leaves the RMA of the other one open to changes', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(blind(second, pants));
    expect(driver.status).toBe('receiving');
    const hat = item('HAT', { lineItemId: '73' });
    driver.tell(
      loopTells({
        trigger: 'return.updated',
        items: [...items, hat],
        labels,
        at: '2026-03-02T10:00:00.000Z',
      }),
    );
    expect(rmaTask(driver.facts)).toBe('replace');
  });

  test('leaves it to be deleted when the return is cancelled, which a person is told of', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(blind(second, pants));
    const cancel = { state: 'cancelled', at: '2026-03-02T10:00:00.000Z' } as const;
    driver.tell(loopTells({ trigger: 'return.cancelled', items, labels, ...cancel }));
    expect(rmaTask(driver.facts)).toBe('delete');
    expect(driver.status).toBe('attention');
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    expect(driver.reason).toContain('the warehouse received the parcel');
  });

  test('that says otherwise after the decision is told once, however often it is repeated', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(blind(second, shirt, pants));
    expect(decidedOf(driver)).toBe('process');
    const otherwise = blind(second, shirt, found('PANTS', { damaged: 1 }));
    driver.tell(otherwise);
    expect(driver.status).toBe('attention');
    const lines = driver.timeline.length;
    driver.tell({ ...otherwise, trigger: 'receipt.pulled' }, { ...otherwise, trigger: 'receipt.pulled' });
    expect(driver.timeline).toHaveLength(lines);
    expect(driver.status).toBe('attention');
  });
});

describe('what a person was asked to look at', () => {
  const close = loopTells({
    trigger: 'return.closed',
    state: 'closed',
    items,
    labels,
    at: '2026-03-05T10:00:00.000Z',
  });

  test.each([
    ['a box came after the flag', [receiptTold(bad), blind(second, pants)]],
    ['an empty box came after the flag', [receiptTold(bad), blind(second)]],
    ['one box was received twice', [receiptTold({ ...receiptOf(shirt), packageId: own }), blind(own, pants)]],
    ['the box of the RMA was received twice', [receiptTold(receiptOf(shirt)), blind(own, pants)]],
  ])('because %s is over once the merchant has closed the return', (_why, events) => {
    const driver = opened(merchant, inTwoBoxes);
    for (const event of events) {
      driver.tell(event);
      driver.runNow();
    }
    expect(driver.status).toBe('attention');
    driver.tell(close);
    expect(driver.status).toBe('processed');
  });

  test('because one box was received twice does not hide that something in it is damaged', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(receiptTold({ ...receiptOf(shirt), packageId: own }));
    driver.tell(blind(own, found('PANTS', { damaged: 1 })));
    expect(decidedOf(driver)).toBe('flag');
  });

  test('because an echo proves nothing can be retried, which asks MasonHub again', () => {
    const into = merchantWith({ masonhub: { receiveInto: 'available' } });
    const driver = opened(into, loopTells({ items: [item('SHIRT')] }));
    const echo = receiptOf(found('SHIRT', { available: 1 }, { detailed: false }));
    driver.tell(receiptTold(echo));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.tell({ ...receiptTold(echo), trigger: 'receipt.pulled' });
    expect(driver.status).toBe('attention');
    expect(isRetryable(driver.facts)).toBe(true);
    driver.tell({ kind: 'retryRequested', by: 'anna' });
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
  });
});

describe('a box without an RMA, while the RMA is being replaced', () => {
  const edited = (...kept: typeof items) =>
    loopTells({ trigger: 'return.updated', at: later, items: kept, labels: labels.slice(2 - kept.length) });

  test('is not held against the items of before', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(blind(second, pants), edited(...items.slice(1)));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.waiting).toContain('rma');
    driver.run();
    expect(driver.heldByMasonHub?.lines.map(({ sku }) => sku)).toEqual(['PANTS']);
    expect(driver.taken).toEqual([expect.objectContaining({ kind: 'process' })]);
  });

  test('is not held against either as long as the change is not answered', () => {
    const driver = drive(merchant, ['ok', 'lost']);
    driver.tell(inTwoBoxes);
    driver.run();
    driver.tell(edited(...items.slice(1)), blind(second, pants));
    driver.run(1);
    expect(driver.facts.sent).not.toEqual(driver.facts.confirmed);
    expect(decidedOf(driver)).toBeNull();
    driver.run();
    expect(driver.taken).toEqual([expect.objectContaining({ kind: 'process' })]);
  });

  const unanswered = (change: ReturnEvent, box: ReturnEvent): Driver => {
    const driver = drive(merchant, ['ok', 'lost', 'lost', 'lost']);
    driver.tell(inTwoBoxes);
    driver.run();
    driver.tell(change);
    driver.run(1);
    driver.tell(box);
    return driver;
  };
  const damaged = blind(second, found('PANTS', { damaged: 1 }));

  test('is flagged at once for what is wrong with it by both', () => {
    const reasons = edited(...items.map((one) => ({ ...one, reason: 'Too big' })));
    for (const change of [reasons, edited(...items.slice(1))])
      expect(decidedOf(unanswered(change, damaged))).toBe('flag');
  });

  test('is not flagged for what is on one of them alone', () => {
    expect(decidedOf(unanswered(edited(...items.slice(0, 1)), damaged))).toBeNull();
    const notSent = opened(merchant, inTwoBoxes);
    notSent.tell(edited(...items.slice(0, 1)), damaged);
    expect(decidedOf(notSent)).toBeNull();
    const added = opened(merchant, inTwoBoxes);
    const hat = item('HAT', { lineItemId: '73' });
    added.tell(
      loopTells({ trigger: 'return.updated', at: later, items: [...items, hat], labels }),
      blind(second, found('HAT', { damaged: 1 })),
    );
    expect(decidedOf(added)).toBeNull();
    added.run();
    expect(added.facts.outcome).toMatchObject({
      kind: 'flag',
      why: expect.not.stringContaining('changed in Loop'),
    });
  });

  test('is not flagged for an item that Loop had for a while, and that may be on the RMA', () => {
    const driver = drive(merchant, ['ok', 'lost', 'lost', 'lost']);
    const has = (trigger: 'return.created' | 'return.updated', at: string, shown: typeof items) =>
      loopTells({ trigger, at, items: shown, labels: [listed(own, '71')] });
    driver.tell(has('return.created', '2026-03-01T10:00:00.000Z', items.slice(0, 1)));
    driver.run();
    driver.tell(has('return.updated', later, items));
    driver.run(1);
    driver.tell(has('return.updated', latest, items.slice(0, 1)), blind(own, shirt));
    expect(driver.facts.sent?.lines).toHaveLength(2);
    expect(decidedOf(driver)).toBeNull();
  });

  test('is judged by the RMA of before where MasonHub takes no change any more', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.parcelMoves('delivered');
    driver.tell(blind(second, pants), edited(...items.slice(1)));
    driver.runNow();
    expect(driver.facts.confirmed?.lines).toHaveLength(2);
    expect(driver.status).toBe('receiving');
    driver.tell(receiptTold(receiptOf(shirt)));
    driver.run();
    expect(driver.taken).toEqual([expect.objectContaining({ kind: 'process' })]);
  });
});
