import { describe, expect, test } from 'vitest';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { events, good, opened } from '../courses.ts';
import { type Driver, drive } from '../driver.ts';
import {
  item,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold,
  receiptTold as received,
} from '../fixtures.ts';
import { cancelled, label, later, retry } from '../news.ts';
import { shirt } from '../two-boxes.ts';

const decidedOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;

describe('where only some destinations are with MasonHub', () => {
  const some = merchantWith({ loop: { destinations: ['31'] } });
  const east = { whole: '31', byItem: {} };

  test('a return whose delivery names one of them has its RMA, and nothing is asked', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '31' }));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.asked.destination).toBe(0);
  });

  test('a return whose delivery names another has no RMA: nothing is asked and nothing sent', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '99' }));
    expect(driver.waiting).toEqual([]);
    expect(driver.status).toBe('cancelled');
    expect(driver.reason).toContain('Loop destination 99');
  });

  test('a return whose delivery names none is pending while Loop is asked, and then has its RMA', () => {
    const driver = drive(some, [], east);
    driver.tell(loopTells());
    expect(driver.status).toBe('pending');
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.status).toBe('open');
    expect(events(driver)).toEqual(['return.created', 'destination.told', 'rma.sent', 'rma.created']);
    expect(driver.timeline[1]?.detail).toBe('Loop destination 31');
  });

  test('Loop is asked once: later news of the same return need no second answer', () => {
    const driver = drive(some, [], east);
    driver.tell(loopTells());
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SOCKS')] }), label);
    driver.run();
    expect(driver.asked.destination).toBe(1);
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SOCKS']);
  });

  test('Loop is asked once also where news come while the answer is awaited', () => {
    const driver = drive(some, ['lost'], east);
    driver.tell(loopTells());
    driver.run(1);
    driver.tell(loopTells({ trigger: 'return.updated', at: later }));
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.asked.destination).toBe(1);
    expect(driver.status).toBe('open');
  });

  test('Loop is not asked for a return that was cancelled meanwhile', () => {
    const driver = drive(some, [], east);
    driver.tell(loopTells(), cancelled);
    driver.run();
    expect(driver.asked.destination).toBe(0);
    expect(driver.status).toBe('cancelled');
  });

  test('an answer that names another destination means that no RMA is opened', () => {
    const driver = drive(some, [], { whole: '99', byItem: {} });
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('cancelled');
    expect(driver.heldByMasonHub).toBeNull();
  });

  test('a return that is moved to another destination loses its RMA', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '31' }));
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, destinationId: '99' }));
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    expect(driver.status).toBe('cancelled');
  });

  test('an answer that names none needs attention, and a retry asks Loop again', () => {
    const driver = drive(some);
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('does not say which destination');
    expect(isRetryable(driver.facts)).toBe(true);
    driver.tell(retry);
    expect(driver.status).toBe('pending');
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.asked.destination).toBe(2);
  });

  test('a receipt for a return that is bound elsewhere needs attention: the parcel came to MasonHub', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '99' }), received(good));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('Loop destination 99');
    expect(driver.taken).toEqual([]);
  });

  test('a receipt that came first is decided once Loop has told the destination', () => {
    const driver = drive(some, [], east);
    driver.tell(received(good), loopTells());
    driver.run();
    expect(driver.status).toBe('processing');
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

  test('about an item that was added after the decision keeps the refund, and what it says stops it', () => {
    const some = merchantWith({ loop: { destinations: ['1042'] } });
    const ours = item('SHIRT', { lineItemId: '71', destinationId: '1042' });
    const added = item('SOCKS', { lineItemId: '73' });
    const driver = opened(some, loopTells({ items: [ours] }));
    driver.tell(receiptTold(receiptOf(shirt)));
    expect(driver.waiting).toContain('message');
    driver.tell(loopTells({ trigger: 'return.updated', items: [ours, added], at: later }));
    expect(dueSteps(driver.facts)).toEqual(['destination']);
    driver.tell({ kind: 'destinationTold', destination: { whole: '1042', byItem: {} } });
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × SOCKS missing');
  });
});
