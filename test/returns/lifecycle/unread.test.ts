import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { bad, decided, events, good, opened } from '../courses.ts';
import { type Driver, drive } from '../driver.ts';
import {
  answerTells,
  found,
  item,
  labelTold,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold,
} from '../fixtures.ts';
import { later, latest, merchant, partial, retry } from '../news.ts';

const inVain: ReturnEvent = { kind: 'stepFailed', step: 'receipt', why: 'MasonHub shows no such RMA.' };

/** Items of a return and receipts that a vendor tells in words that this service does not understand. */

describe('a return whose items are not understood', () => {
  const items = [item('SHIRT'), item('PANTS')];
  const created = loopTells();
  const updated = loopTells({ trigger: 'return.updated', at: later });
  const more = [...items, item('HAT')];

  test('has no RMA until Loop, asked, has told them', () => {
    const driver = drive(merchant, ['lost', 'refused']);
    driver.loopGarbles(created, items);
    expect(driver.status).toBe('pending');
    expect(driver.waiting).toEqual(['details']);
    expect(driver.timeline[0]?.detail).toContain('not understood: line_items');
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.lines.map(({ sku }) => sku)).toEqual(['SHIRT', 'PANTS']);
    expect(events(driver)).toEqual(['return.created', 'details.told', 'rma.sent', 'rma.created']);
  });

  test('keeps the RMA that it has, and has it changed once the items are told', () => {
    const driver = opened();
    driver.loopGarbles(updated, [item('SOCKS')]);
    expect(driver.waiting).toEqual(['details']);
    expect(driver.heldByMasonHub?.lines).toHaveLength(2);
    expect(driver.status).toBe('open');
    driver.run();
    expect(driver.heldByMasonHub?.lines.map(({ sku }) => sku)).toEqual(['SOCKS']);
  });

  test('gets no refund message for a good receipt until the items are told', () => {
    const driver = opened();
    driver.loopGarbles(updated, items);
    driver.tell(receiptTold(good));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.status).toBe('receiving');
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is asked for its state after its items, where neither was understood and a refund waits for both', () => {
    const driver = opened();
    driver.loopGarbles(partial, items);
    driver.tell(receiptTold(good));
    const shown = answerTells({ state: 'unknown', stateWord: 'partial', at: later, updatedAt: latest });
    const told = apply(
      driver.facts,
      { ...shown, trigger: 'details.told' },
      merchant,
      new Date('2026-03-03T10:00:00Z'),
    );
    expect(told.after.outcome?.kind).toBe('process');
    expect(told.steps).toEqual(['details']);
  });

  test('is flagged where the items, once told, are more than came', () => {
    const driver = opened();
    driver.loopGarbles(updated, more);
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.reason).toContain('1 × HAT missing');
  });

  test('is flagged at once for a bad receipt', () => {
    const driver = opened();
    driver.loopGarbles(updated, items);
    driver.tell(receiptTold(bad));
    expect(dueSteps(driver.facts)).toEqual(['details', 'message']);
    driver.run();
    expect(driver.status).toBe('flagged');
  });

  test('has its refund message held back, and needs nobody, where it was decided before', () => {
    const driver = decided(good);
    driver.loopGarbles(updated, items);
    expect(driver.status).toBe('received');
    expect(dueSteps(driver.facts)).toEqual(['details']);
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('needs attention where it was decided before, and the items, once told, are more than came', () => {
    const driver = decided(good);
    driver.loopGarbles(updated, more);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × HAT missing');
    expect(driver.taken).toEqual([]);
  });

  test('is asked for its items before its destination', () => {
    const some = merchantWith({ loop: { destinations: ['31'] } });
    const driver = drive(some, [], { whole: '31', byItem: {} });
    driver.loopGarbles(created, items);
    expect(driver.waiting).toEqual(['details']);
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.asked.destination).toBe(1);
  });

  test('needs attention where Loop cannot be asked, until Loop tells them after all', () => {
    const driver = drive(merchant, ['given-up']);
    driver.loopGarbles(created, items);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(apply(driver.facts, retry, merchant, new Date('2026-03-03T10:00:00Z')).steps).toEqual(['details']);
    driver.tell(updated);
    driver.run();
    expect(driver.status).toBe('open');
  });

  test('ends where Loop ends it, and needs nobody for its items', () => {
    const driver = drive(merchant, ['given-up']);
    driver.loopGarbles(created, items);
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', state: 'cancelled', at: later }));
    expect(driver.status).toBe('cancelled');
    expect(dueSteps(driver.facts)).toEqual([]);
  });
});

describe('a receipt that is not understood', () => {
  const unread: ReturnEvent = { kind: 'receiptUnread', why: 'data.0.line_items: expected a list' };
  const garbled = (receipt: Receipt, driver: Driver = opened()): Driver => {
    driver.masonHubGarbles(receipt);
    return driver;
  };

  test('needs attention at once, and MasonHub is asked for the RMA', () => {
    const driver = opened();
    driver.tell(unread);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('data.0.line_items: expected a list');
    expect(driver.reason).toContain('MasonHub is asked for the RMA');
    expect(driver.waiting).toEqual(['receipt']);
    expect(driver.facts).toMatchObject({ outcome: null, stage: 'receiving' });
    expect(events(driver).slice(-2)).toEqual(['receipt.unread', 'attention']);
  });

  describe('where MasonHub only showed it, asked,', () => {
    const [before, then, after] = ['2026-03-04T11', '2026-03-04T12', '2026-03-04T13'].map(
      (hour) => `${hour}:00:00.000Z`,
    );
    const shown = (changedAt: string | null = null): ReturnEvent => ({ ...unread, shown: { changedAt } });

    test('goes the way of one that it told, and is noted once however often it is shown', () => {
      const driver = opened();
      driver.tell(shown(), shown(), shown(after));
      expect(driver.status).toBe('attention');
      expect(driver.waiting).toEqual(['receipt']);
      expect(events(driver).filter((event) => event === 'receipt.unread')).toHaveLength(1);
    });

    test.each([
      ['before', before],
      ['at the same time', then],
      ['at a time that it does not tell', null],
    ])('is nothing new of a receipt that is known, where it was changed %s', (_when, changedAt) => {
      for (const undecided of [good, receiptOf(found('SHIRT', { qc: 1 }))]) {
        const driver = opened();
        driver.tell(receiptTold({ ...undecided, changedAt: then ?? null }));
        const known = driver.facts;
        driver.tell(shown(changedAt));
        expect(driver.facts).toEqual(known);
      }
    });

    test('is news where it was changed since, and leaves what was decided', () => {
      const driver = opened();
      driver.tell(receiptTold({ ...good, changedAt: then ?? null }));
      const { outcome } = driver.facts;
      driver.tell(shown(after));
      expect(driver.status).toBe('attention');
      expect(driver.facts.outcome).toEqual(outcome);
    });
  });

  test.each([
    ['processing', good],
    ['flagged', bad],
  ])('is decided once MasonHub has shown it: %s', (status, receipt) => {
    const driver = garbled(receipt);
    driver.run();
    expect(driver.status).toBe(status);
    expect(events(driver)).toContain('receipt.pulled');
    expect(dueSteps(driver.facts)).not.toContain('receipt');
  });

  test('is decided once it comes by itself in words that are understood', () => {
    const driver = garbled(good);
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('leaves the RMA as it is', () => {
    const driver = garbled(good);
    driver.tell(labelTold('1Z999AA10123456784'));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
  });

  test('still needs attention where MasonHub cannot be asked, and a retry asks again', () => {
    const driver = garbled(good, opened());
    driver.tell(inVain);
    expect(statusOf(driver.facts)).toEqual({ status: 'attention', reason: 'MasonHub shows no such RMA.' });
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(apply(driver.facts, retry, merchant, new Date('2026-03-03T10:00:00Z')).steps).toEqual(['receipt']);
    driver.tell(retry);
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('that could not be asked for is over once it comes by itself', () => {
    const driver = garbled(good);
    driver.tell({ kind: 'stepFailed', step: 'receipt', why: 'No answer.' }, receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('that comes after one that was understood holds the message back until it is known', () => {
    const driver = garbled(good, decided(good));
    expect(dueSteps(driver.facts)).toEqual(['receipt']);
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.timeline.map(({ detail }) => detail)).toContain('The same receipt again.');
  });

  test('that turns out to prove nothing is asked for once more, and then needs attention', () => {
    const driver = opened(merchantWith({ masonhub: { receiveInto: 'available' } }));
    driver.masonHubGarbles(receiptOf(...good.lines.map((line) => ({ ...line, detailed: false }))));
    driver.run(1);
    expect(driver.waiting).toEqual(['receipt']);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('asked once more, MasonHub says no more');
  });

  test('that turns out to differ from the first needs attention, and nothing is sent', () => {
    const driver = garbled(bad, decided(good));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('two receipts that differ');
    expect(driver.taken).toEqual([]);
  });

  test('of a return that Loop has not told of needs attention once it does, and waits for it', () => {
    const driver = drive(merchant);
    driver.tell(unread);
    expect([driver.status, driver.reason]).toEqual(['receiving', null]);
    driver.tell(loopTells());
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('a receipt that could not be understood');
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processing');
  });
});
