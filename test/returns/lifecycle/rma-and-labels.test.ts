import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Return } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { events, opened } from '../courses.ts';
import { drive } from '../driver.ts';
import {
  answerTells,
  item,
  labelTold,
  listed,
  loopTells,
  merchantWith,
  RETURN_ID,
  receiptOf,
  rmaFor,
} from '../fixtures.ts';
import { at, cancelled, label, later, merchant, onDock } from '../news.ts';
import { blind, items, labels, pants, second, shirt } from '../two-boxes.ts';

const relabelled = loopTells({
  trigger: 'return.updated',
  at: later,
  labels: [listed('1Z999AA10123456784')],
});

describe('the RMA', () => {
  test('is replaced when the label comes after it', () => {
    const driver = opened();
    expect(driver.heldByMasonHub?.packageId).toBe(RETURN_ID);
    driver.tell(label);
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(events(driver).at(-1)).toBe('rma.replaced');
    expect(driver.status).toBe('open');
  });

  test('has the tracking number at once where the label came first', () => {
    const driver = drive(merchant);
    driver.tell(label, loopTells());
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(events(driver)).not.toContain('rma.replaced');
  });

  test('is replaced when the label comes while the first one is on the wire', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    const first = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    driver.tell({ kind: 'rmaSent', rma: first }, label);
    const answered = apply(driver.facts, { kind: 'rmaAccepted', rma: first, how: 'created' }, merchant, at);
    expect(answered.steps).toEqual(['rma']);
    expect(statusOf(answered.after).status).toBe('open');
  });

  test.each([
    ['the label alone', [label]],
    ['the label, and then the return that shows it', [label, relabelled]],
    ['the return that shows the label, and then the label', [relabelled, label]],
  ])('that MasonHub refused is sent again when it is another one, told by %s', (_how, news) => {
    const driver = drive(merchant);
    driver.tell(loopTells(), { kind: 'rmaRefused', why: 'MasonHub would not open the RMA.', rma: null });
    expect(driver.status).toBe('attention');
    driver.tell(...news);
    expect(driver.status).toBe('pending');
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
  });

  test('that MasonHub refused stays refused for a label that changes nothing in it', () => {
    const driver = opened();
    driver.tell(label, { kind: 'rmaRefused', why: 'MasonHub would not change the RMA.', rma: null });
    driver.tell(label, labelTold('1Z222AA10123456784', later));
    expect(driver.status).toBe('attention');
  });

  test('is not replaced for news that change nothing in it', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later }));
    driver.tell(labelTold(null));
    driver.tell(loopTells());
    expect(driver.waiting).toEqual([]);
  });

  test('is not replaced any more once the warehouse has the parcel', () => {
    const driver = opened();
    driver.tell(onDock, label);
    expect(driver.waiting).toEqual([]);
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    expect(driver.waiting).toEqual([]);
  });

  test('is not replaced either where the parcel is at the dock before the replacement was sent', () => {
    const driver = opened();
    driver.tell(label);
    expect(driver.waiting).toEqual(['rma']);
    driver.tell(onDock);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe(RETURN_ID);
    expect(driver.status).toBe('receiving');
  });

  test('is replaced when the items change before the parcel comes', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['HAT']);
  });

  test('is never created for a return that is cancelled before it', () => {
    const driver = drive(merchant);
    driver.tell(loopTells(), cancelled);
    driver.run();
    expect(driver.status).toBe('cancelled');
    expect(events(driver)).not.toContain('rma.sent');
    expect(driver.heldByMasonHub).toBeNull();
  });

  test('is deleted where the return is cancelled while the answer is awaited', () => {
    const driver = drive(merchant, ['lost']);
    driver.tell(loopTells());
    driver.run(1);
    driver.tell(cancelled);
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    expect(driver.status).toBe('cancelled');
  });

  test('is deleted once more where the answer of its creation comes after that of its deletion', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    driver.tell({ kind: 'rmaSent', rma }, cancelled, { kind: 'rmaDeleted' });
    const answered = apply(driver.facts, { kind: 'rmaAccepted', rma, how: 'created' }, merchant, at);
    expect(answered.steps).toEqual(['rma']);
  });

  test('is asked for again where a cancelled return is opened again', () => {
    const driver = opened();
    driver.tell(cancelled);
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: '2026-03-03T10:00:00.000Z' }));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub).not.toBeNull();
  });

  test('is asked for again where a cancelled return is opened while the deletion has no answer', () => {
    const driver = drive(merchant, ['ok', 'lost']);
    driver.tell(loopTells());
    driver.run();
    driver.tell(cancelled);
    driver.run(1);
    expect(driver.heldByMasonHub).toBeNull();
    driver.tell(loopTells({ trigger: 'return.updated', at: '2026-03-03T10:00:00.000Z' }));
    driver.run();
    expect(driver.heldByMasonHub).not.toBeNull();
    expect(driver.status).toBe('open');
  });

  test('is put back where a return is changed back while the change has no answer', () => {
    const driver = drive(merchant, ['ok', 'lost']);
    driver.tell(loopTells());
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    driver.run(1);
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['HAT']);
    driver.tell(loopTells({ trigger: 'return.updated', at: '2026-03-03T10:00:00.000Z' }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SHIRT', 'PANTS']);
  });

  test('is corrected when Loop sends the SKU that was missing', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ items: [item('')] }));
    driver.tell(loopTells({ trigger: 'return.updated', at: later }));
    driver.run();
    expect(driver.status).toBe('open');
  });
});

describe('how MasonHub came to hold the RMA', () => {
  const accepted = (how: 'created' | 'adopted' | 'revived' | 'replaced'): ReturnEvent => {
    const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    return how === 'adopted'
      ? { kind: 'rmaAccepted', rma, how, origin: 'found', asked: rma }
      : { kind: 'rmaAccepted', rma, how };
  };

  test.each<['created' | 'adopted' | 'revived', Return['rmaOrigin']]>([
    ['created', 'opened'],
    ['adopted', 'found'],
    ['revived', 'found'],
  ])('is known where it was %s, and stays so where it is replaced', (how, origin) => {
    const driver = drive(merchant);
    driver.tell(loopTells(), accepted(how));
    expect(driver.facts.rmaOrigin).toBe(origin);
    driver.tell(accepted('replaced'));
    expect(driver.facts.rmaOrigin).toBe(origin);
  });

  test('is told with its receipt, and both are decided on together', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ items, labels: labels.slice(0, 1) }), blind(second, pants));
    const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    const receipt = { ...receiptOf(shirt), packageId: rma.packageId };
    driver.tell(
      { kind: 'rmaSent', rma },
      { kind: 'rmaAccepted', rma, how: 'adopted', origin: 'found', asked: rma, receipt },
    );
    expect(driver.facts.outcome?.kind).toBe('process');
    expect(events(driver)).toEqual(expect.arrayContaining(['rma.adopted', 'receipt.pulled']));
  });

  test('begins anew with an RMA that is created after it was deleted', () => {
    const driver = drive(merchant);
    driver.tell(loopTells(), accepted('adopted'), { kind: 'rmaGone' }, accepted('created'));
    expect(driver.facts.rmaOrigin).toBe('opened');
  });
});

describe('the labels of a return', () => {
  test('are not forgotten where the webhook from before them comes after a pull', () => {
    const driver = drive(merchant);
    const pull = answerTells({ labels: [listed('1Z333AA10123456784')] });
    driver.tell({ ...pull, facts: { ...pull.facts, editedAt: null, updatedAt: pull.facts.editedAt } });
    driver.run();
    driver.tell(loopTells());
    expect(driver.waiting).toEqual([]);
    expect(driver.heldByMasonHub?.packageId).toBe('1Z333AA10123456784');
  });

  test('cover what they covered where an answer shows no items that can be understood', () => {
    const items = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];
    const labels = [listed('1Z111AA10123456784', '71'), listed('1Z222AA10123456784', '72')];
    const driver = opened(merchant, loopTells({ items, labels }));
    const shown = [listed('1Z222AA10123456784')];
    driver.tell(answerTells({ at: later, items: [], labels: shown, unread: 'line_items: not shown' }));
    expect(driver.facts.loop?.labels).toMatchObject([
      { trackingNumber: '1Z111AA10123456784', lineItemIds: ['71'] },
      { trackingNumber: '1Z222AA10123456784', lineItemIds: ['72'] },
    ]);
  });

  test('cover what nobody has said where the items are understood again, and one of theirs is another by then', () => {
    const items = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];
    const both = ['1Z111AA10123456784', '1Z222AA10123456784'] as const;
    const two = [listed(both[0], '71'), listed(both[1], '72')];
    const driver = opened(merchantWith({ keptItems: 'leaveOff' }), loopTells({ items, labels: two }));
    const row = { at: later, labels: [listed(both[0])] };
    driver.tell(answerTells({ ...row, items: [], unread: 'line_items: Loop left them out' }));
    const replaced = [item('SOCKS', { lineItemId: '81' }), item('PANTS', { lineItemId: '72' })];
    driver.tell({ ...answerTells({ ...row, items: replaced }), trigger: 'details.told' });
    driver.run();
    expect(driver.facts.loop?.labels).toMatchObject([{ lineItemIds: [] }, { lineItemIds: ['72'] }]);
    expect(driver.heldByMasonHub?.lines.map(({ sku }) => sku)).toEqual(['SOCKS', 'PANTS']);
  });

  test('cover what nobody has said where the items are understood again, and one more is among them', () => {
    const one = item('SHIRT', { lineItemId: '71' });
    const labels = [listed('1Z111AA10123456784', '71')];
    const driver = opened(merchantWith({ keptItems: 'leaveOff' }), loopTells({ items: [one], labels }));
    const row = { at: later, labels: [listed('1Z111AA10123456784')] };
    driver.tell(answerTells({ ...row, items: [], unread: 'line_items: Loop left them out' }));
    const more = [one, item('HAT', { lineItemId: '73' })];
    driver.tell({ ...answerTells({ ...row, items: more }), trigger: 'details.told' });
    driver.run();
    expect(driver.heldByMasonHub?.lines.map(({ sku }) => sku)).toEqual(['SHIRT', 'HAT']);
  });

  test('cover what they covered where the items are understood again, and are the same', () => {
    const items = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];
    const two = [listed('1Z111AA10123456784', '71'), listed('1Z222AA10123456784', '72')];
    const driver = opened(merchant, loopTells({ items, labels: two }));
    const row = { at: later, labels: [listed('1Z222AA10123456784')] };
    driver.tell(answerTells({ ...row, items: [], unread: 'line_items: Loop left them out' }));
    driver.tell({ ...answerTells({ ...row, items }), trigger: 'details.told' });
    expect(driver.facts.loop?.labels).toMatchObject([{ lineItemIds: ['71'] }, { lineItemIds: ['72'] }]);
  });

  test('of which a later one comes leave the RMA as it is, and the timeline says so', () => {
    const driver = opened();
    driver.tell(label);
    driver.run();
    driver.tell(labelTold('1Z111AA10123456784', later));
    expect(driver.waiting).toEqual([]);
    expect(driver.timeline.at(-1)?.detail).toContain('keeps the package id of the first label');
  });

  test('of which an earlier one comes later replace the RMA', () => {
    const driver = opened();
    driver.tell(labelTold('1Z111AA10123456784', later));
    driver.run();
    driver.tell(label);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
  });

  test('of which one is for items elsewhere: the timeline says of the other that it is the package', () => {
    const driver = drive(merchantWith({ loop: { destinations: ['31'] } }));
    const items = [
      item('SHIRT', { lineItemId: '71', destinationId: '31' }),
      item('PANTS', { lineItemId: '72', destinationId: '99' }),
    ];
    driver.tell(loopTells({ items, labels: [listed('1Z111AA10123456784', '72')] }), label);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(driver.timeline.find((entry) => entry.event === 'label.created')?.detail).toBe(
      'Tracking number 1Z999AA10123456784.',
    );
  });

  test('are all named where Loop lists several', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ labels: [listed('1Z111'), listed('1Z222')] }));
    expect(driver.timeline[0]?.detail).toContain('other labels: 1Z222');
  });
});
