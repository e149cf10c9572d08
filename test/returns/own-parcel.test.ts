import { describe, expect, test } from 'vitest';
import type { ReceiptEvent, ReturnEvent } from '../../src/returns/events.ts';
import { apply, dueSteps, rmaTask, startsAfterMs } from '../../src/returns/lifecycle.ts';
import { isRetryable } from '../../src/returns/record.ts';
import type { Receipt, ReceiptLine, Return } from '../../src/returns/return.ts';
import { statusOf } from '../../src/returns/status.ts';
import { bad, opened } from './courses.ts';
import type { Driver } from './driver.ts';
import {
  found,
  item,
  labelTold,
  listed,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold,
} from './fixtures.ts';

/** A return's own parcel, under its RMA, beside those that came without one. */

const merchant = merchantWith();
const at = new Date('2026-03-05T10:00:00Z');
const [own, second] = ['1Z999AA10123456784', '1Z999AA10123456791'];
const items = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];
const labels = [
  { ...listed(own), lineItemIds: ['71'] },
  { ...listed(second), lineItemIds: ['72'] },
];
const inTwoBoxes = loopTells({ trigger: 'return.created', items, labels });
const shirt = found('SHIRT', { available: 1 });
const pants = found('PANTS', { available: 1 });

function blind(packageId: string, ...lines: ReceiptLine[]): ReceiptEvent {
  const receipt: Receipt = {
    ...receiptOf(...lines),
    isBlind: true,
    packageId,
    masonHubId: `hub-${packageId}`,
  };
  return receiptTold(receipt);
}

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
    expect(driver.facts.wait).toMatchObject({ for: 'parcel', isOver: false });
    driver.tell({ kind: 'waitOver', for: 'parcel' });
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('never finished');
    driver.tell(receiptTold(receiptOf()));
    expect(decidedOf(driver)).toBe('process');
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
    ['one box was received twice', [receiptTold({ ...receiptOf(shirt), packageId: own }), blind(own, pants)]],
  ])('because %s is over once the merchant has closed the return', (_why, events) => {
    const driver = opened(merchant, inTwoBoxes);
    for (const event of events) {
      driver.tell(event);
      driver.run();
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
    driver.tell({ kind: 'retryRequested' });
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
  });
});

describe('a question that Loop has not answered', () => {
  test('about the destination keeps a good receipt from being decided, and then it refunds', () => {
    const some = merchantWith({ loop: { destinations: ['1042'] } });
    const told = loopTells({ items: [item('SHIRT', { destinationId: '1042' })] });
    const driver = opened(some, told);
    const silent = loopTells({
      trigger: 'return.updated',
      items: [item('SHIRT')],
      at: '2026-03-02T10:00:00.000Z',
    });
    driver.tell(silent, receiptTold(receiptOf(shirt)));
    expect(decidedOf(driver)).toBeNull();
    driver.tell({ kind: 'destinationTold', destination: { whole: '1042', byItem: {} } });
    expect(decidedOf(driver)).toBe('process');
  });
});

describe('a receipt that is older than the one that is known', () => {
  const as = (changedAt: string, receipt: Receipt) => receiptTold({ ...receipt, changedAt });

  test('changes nothing, so that units in inspection are not refunded on what was said before', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    driver.tell(as('2026-03-04T12:00:00.000Z', receiptOf(found('SHIRT', { qc: 1 }))));
    driver.tell(as('2026-03-04T11:00:00.000Z', receiptOf(shirt)));
    expect(driver.status).toBe('inspecting');
    driver.tell(as('2026-03-04T13:00:00.000Z', receiptOf(shirt)));
    expect(decidedOf(driver)).toBe('process');
  });
});

describe('two waits that take turns', () => {
  test('do not begin anew', () => {
    const driver = opened(merchant, inTwoBoxes);
    const inQc = receiptTold(receiptOf(found('SHIRT', { qc: 1 }), pants));
    const missing = receiptTold(receiptOf(shirt));
    driver.tell(inQc);
    const first = driver.facts.wait;
    driver.tell(missing);
    expect(driver.facts.wait?.for).toBe('parcel');
    driver.tell(inQc);
    expect(driver.facts.wait).toMatchObject({ for: 'inspection', since: first?.since });
  });
});

describe('a replacement of the RMA that MasonHub did not take', () => {
  const generous = merchantWith({
    receipts: { refund: ['available', 'quarantine'], trustRequestedStatus: true },
  });
  const inQuarantine = receiptTold(receiptOf(found('SHIRT', { quarantine: 1 }), pants));
  const label = labelTold('1Z999AA10123456708');

  /** The policy of the file has changed, and the RMA is sent once more. */
  function sentAgain(...answer: ReturnEvent[]) {
    const driver = opened(merchant);
    const { facts } = driver;
    const relabelled = apply(facts, label, generous, at).after;
    const rma = relabelled.wanted?.kind === 'rma' ? relabelled.wanted.rma : null;
    if (rma === null) throw new Error('the label asks for another RMA');
    const events: ReturnEvent[] = [{ kind: 'rmaSent', rma }, ...answer];
    return events.reduce((before, event) => apply(before, event, generous, at).after, relabelled);
  }
  const decidedBy = (facts: Return) => apply(facts, inQuarantine, generous, at).after.outcome?.kind;
  const fixed: ReturnEvent = { kind: 'rmaFixed', task: 'replace', stage: 'delivered', status: 'delivered' };

  test('does not bring its policy into force: the old one judges', () => {
    expect(decidedBy(sentAgain(fixed))).toBe('flag');
  });

  test('and has not answered has to be good by both policies', () => {
    expect(decidedBy(sentAgain())).toBe('flag');
  });

  test('but one that it took does', () => {
    const facts = sentAgain();
    if (facts.sent === null) throw new Error('it was sent');
    const taken = apply(facts, { kind: 'rmaAccepted', rma: facts.sent, how: 'replaced' }, generous, at);
    expect(decidedBy(taken.after)).toBe('process');
  });
});

describe('what Loop tells without a state', () => {
  const silent = { state: 'unknown', tellsState: false } as const;

  test('leaves the state as it was', () => {
    const driver = opened(merchant);
    const later = { at: '2026-03-02T10:00:00.000Z' };
    driver.tell(loopTells({ trigger: 'return.cancelled', state: 'cancelled', ...later }));
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', ...silent, at: '2026-03-03T10:00:00.000Z' }));
    expect(driver.status).toBe('cancelled');
  });

  test('is asked for before money moves, where no state is known', () => {
    const driver = opened(merchant, loopTells(silent));
    expect(driver.status).toBe('open');
    driver.tell(receiptTold(receiptOf(shirt, pants)));
    expect(dueSteps(driver.facts)).toEqual(['details']);
  });
});

test('a wait that becomes due again has what is left of its time', () => {
  const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
  driver.tell(receiptTold(receiptOf(found('SHIRT', { qc: 1 }))));
  const { wait } = driver.facts;
  const dayAfter = new Date(Date.parse(wait?.since ?? '') + 86_400_000);
  expect(startsAfterMs(driver.facts, 'inspection', dayAfter)).toBe(6 * 86_400_000);
  const garbled = apply(driver.facts, unread, merchant, dayAfter).after;
  expect(statusOf(garbled).status).toBe('attention');
  expect(startsAfterMs(garbled, 'inspection', new Date(dayAfter.getTime() + 30 * 86_400_000))).toBe(0);
});
