import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import { newReturn, type Return } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { bad, decided, events, good, opened, told } from '../courses.ts';
import { drive } from '../driver.ts';
import {
  found,
  item,
  labelTold,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold,
  receiptTold as received,
  rmaFor,
} from '../fixtures.ts';
import { at, closed, label, later, merchant, onDock, retry, withExtra, withoutRefunds } from '../news.ts';
import { pants } from '../two-boxes.ts';

describe('the decision', () => {
  test('is to process where every unit is available and refunds are enabled', () => {
    expect(decided(good).facts.outcome).toEqual({
      kind: 'process',
      why: 'Every unit of the RMA was received into available.',
      note: null,
      message: 'due',
      noteState: 'none',
    });
  });

  test('is to process with a note where an extra item was in the parcel', () => {
    const driver = told(withExtra);
    expect(driver.taken.map((message) => message.kind)).toEqual(['process']);
    expect(driver.notes).toHaveLength(1);
    expect(driver.notes[0]).toContain('1 × HAT');
  });

  test('is to flag, with a note, where one unit is damaged', () => {
    const driver = told(bad);
    expect(driver.facts.outcome?.kind).toBe('flag');
    expect(driver.notes).toEqual(['Warehouse check: 1 × SHIRT damaged; 1 × PANTS fine.']);
  });

  test('is told to Loop first, and the note follows once Loop has accepted the message', () => {
    const driver = decided(bad);
    expect(driver.waiting).toEqual(['message']);
    driver.tell({ kind: 'messageAccepted', stateWhenSent: null });
    expect(
      apply(decided(bad).facts, { kind: 'messageAccepted', stateWhenSent: null }, merchant, at).steps,
    ).toEqual(['note']);
    expect(driver.status).toBe('flagged');
  });

  test('is to flag also where refunds are not enabled: flags are always sent', () => {
    const driver = told(bad, withoutRefunds);
    expect(driver.status).toBe('flagged');
    expect(driver.notes).toHaveLength(1);
  });

  test('is to flag where the receipt has no lines at all', () => {
    expect(decided(receiptOf()).facts.outcome?.kind).toBe('flag');
  });

  test('is none where Loop had closed the return before its receipt, and all units are available', () => {
    const driver = opened();
    driver.tell(label);
    driver.run();
    driver.tell(closed);
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.reason).toContain('closed the return before the parcel came');
    driver.tell(received(good));
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.facts.outcome?.kind).toBe('none');
    expect(driver.taken).toEqual([]);
  });

  test('needs attention where Loop had closed the return and then a unit is damaged', () => {
    const driver = opened();
    driver.tell(closed, received(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × SHIRT damaged');
    expect(driver.taken).toEqual([]);
  });

  test('is made on what this service sent: less of it is an exception, whatever Loop says afterwards', () => {
    const driver = opened();
    driver.tell(onDock);
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SHIRT')] }));
    driver.tell(received(receiptOf(found('SHIRT', { available: 1 }))));
    expect(driver.facts.outcome).toMatchObject({ kind: 'flag', why: '1 × PANTS missing' });
  });

  test('waits for what MasonHub, asked, says of the RMA whose answer was lost', () => {
    const driver = drive(merchant, ['lost']);
    driver.tell(loopTells());
    driver.run(1);
    expect(driver.status).toBe('pending');
    driver.tell(received(good));
    expect(driver.facts).toMatchObject({ confirmed: null, outcome: null });
    expect(statusOf(driver.facts)).toMatchObject({
      status: 'receiving',
      reason: expect.stringContaining('once MasonHub, asked, shows'),
    });
    driver.run();
    expect(driver.status).toBe('processing');
    expect(events(driver).filter((event) => event === 'rma.sent')).toHaveLength(1);
  });

  test('has MasonHub asked at once for the RMA whose answer was lost, as it answers again, and once', () => {
    const [told, sent] = [loopTells(), { kind: 'rmaSent', rma: rmaFor(['SHIRT', 1], ['PANTS', 1]) }] as const;
    const hear = (facts: Return, event: ReturnEvent) => apply(facts, event, merchant, at);
    const unanswered = hear(hear(newReturn(merchant.slug, '99904598'), told).after, sent).after;
    const first = hear(unanswered, received(good));
    expect(first.steps).toEqual(['rma']);
    expect(hear(first.after, received(good)).steps).toEqual([]);
  });

  test('never refunds on the old RMA where a larger one is on the wire, not yet answered', () => {
    const driver = opened();
    const items = [item('SHIRT'), item('PANTS'), item('SOCKS')];
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items }));
    driver.tell({ kind: 'rmaSent', rma: rmaFor(['SHIRT', 1], ['PANTS', 1], ['SOCKS', 1]) });
    driver.tell(received(good));
    expect(driver.facts.outcome?.kind).not.toBe('process');
  });

  test('is written into the timeline once', () => {
    const driver = decided(good);
    driver.tell(received(good), received(good));
    driver.run();
    expect(events(driver).filter((event) => event.startsWith('decided.'))).toEqual([
      'decided.process',
      'decided.by',
    ]);
  });

  test('is made once: a second receipt, a retry and further news change neither its kind nor its words', () => {
    const driver = told(bad);
    const before = driver.facts.outcome;
    driver.tell(received(good), retry, label, loopTells({ trigger: 'return.updated', at: later }), onDock);
    driver.run();
    expect(driver.facts.outcome).toEqual(before);
    expect(driver.taken).toHaveLength(1);
  });

  test('waits while a person has to look', () => {
    const driver = opened();
    driver.tell({ kind: 'stepFailed', step: 'destination', why: 'Loop is down.' });
    driver.tell(received(good));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    driver.run();
    expect(driver.status).toBe('processing');
  });
});

describe('where a return may have an RMA without some of its items', () => {
  const partial = merchantWith({ partialRmas: true });
  const withoutSku = loopTells({ items: [item('SHIRT'), item('PANTS'), item('')] });

  test('the timeline says how many units are left off', () => {
    const driver = drive(partial);
    driver.tell(withoutSku);
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.timeline[0]?.detail).toContain('1 of them without a usable SKU');
  });

  test('a refund says in a note how many were not checked', () => {
    const driver = drive(partial);
    driver.tell(withoutSku);
    driver.run();
    driver.tell(received(good));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.reason).toContain('1 without a usable SKU, which the warehouse did not check');
    expect(driver.notes).toEqual([
      'Warehouse check: all expected items arrived. 1 without a SKU not checked.',
    ]);
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
