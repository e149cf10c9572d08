import { describe, expect, test } from 'vitest';
import type { ReturnItem } from '../../../src/returns/loop-facts.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { bad, decided, events, good, opened, told } from '../courses.ts';
import { type Driver, drive } from '../driver.ts';
import { extra, item, listed, loopTells, receiptOf, receiptTold as received } from '../fixtures.ts';
import { cancelled, closed, later, latest, merchant, onDock, withoutRefunds } from '../news.ts';

const opensAgain = loopTells({ trigger: 'return.updated', at: latest });
const opensWithMore = loopTells({
  trigger: 'return.updated',
  at: latest,
  items: [item('SHIRT'), item('PANTS'), item('HAT')],
});
const closesLater = loopTells({ trigger: 'return.closed', state: 'closed', at: latest });

describe('a change in Loop while the warehouse has the parcel', () => {
  const change = (...items: readonly ReturnItem[]) =>
    loopTells({ trigger: 'return.updated', at: later, items });
  const receiving = (): Driver => {
    const driver = opened();
    driver.tell(onDock);
    return driver;
  };

  test('is written down and changes no RMA', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT'), item('SOCKS')));
    driver.run();
    expect(driver.status).toBe('receiving');
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SHIRT', 'PANTS']);
    expect(driver.timeline.at(-1)?.event).toBe('return.changed');
    expect(driver.timeline.at(-1)?.detail).toContain('Loop now has 1 × SHIRT, 1 × SOCKS');
  });

  test('is written down once, and not where nothing on the RMA would change', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT')), change(item('SHIRT')));
    expect(events(driver).filter((event) => event === 'return.changed')).toHaveLength(1);
    const same = receiving();
    same.tell(change(item('SHIRT'), item('PANTS')));
    expect(events(same)).not.toContain('return.changed');
  });

  test('that the receipt fits refunds all the same', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT')), received(good));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.facts.outcome?.why).toContain('Every unit of the RMA was received into available');
  });

  test('that the receipt does not fit is for the merchant: it is flagged, and says what does not fit', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT'), item('PANTS'), item('SOCKS')), received(good));
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.reason).toContain('changed in Loop');
    expect(driver.reason).toContain('1 × SOCKS missing');
    expect(driver.notes).toEqual(['Warehouse check: 1 × SOCKS missing; 1 × SHIRT fine; 1 × PANTS fine.']);
  });

  test('that adds units of an item counts those beyond the RMA', () => {
    const driver = receiving();
    const more = receiptOf(...good.lines, extra('SHIRT', { available: 1 }));
    driver.tell(change(item('SHIRT', { units: 2 }), item('PANTS')), received(more));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('to something that can have no RMA is for the merchant', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT'), item('PANTS'), item('')), received(good));
    driver.run();
    expect(driver.taken.map((message) => message.kind)).toEqual(['flag']);
    expect(driver.notes[0]).toContain('changed in Loop');
  });

  test('takes nothing from a receipt that shows a fault: its words come first', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT')), received(bad));
    expect(driver.facts.outcome).toMatchObject({ kind: 'flag', why: '1 × SHIRT damaged' });
  });

  test('of labels and dates alone is no change', () => {
    const driver = receiving();
    const relabelled = loopTells({ trigger: 'return.updated', at: later, labels: [listed('1Z111')] });
    driver.tell(relabelled, received(good));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(events(driver)).not.toContain('return.changed');
  });
});

describe('a return that is changed in Loop while the process request is on its way', () => {
  test('needs attention where something was added that never came, and nothing is sent', () => {
    const driver = decided(good);
    driver.tell(opensWithMore);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × HAT missing');
    expect(isRetryable(driver.facts)).toBe(false);
    expect(driver.taken).toEqual([]);
  });

  test('is processed where it is changed back, or has less than came', () => {
    for (const items of [[item('SHIRT'), item('PANTS')], [item('SHIRT')]]) {
      const driver = decided(good);
      driver.tell(opensWithMore, loopTells({ trigger: 'return.updated', at: latest, items }));
      driver.run();
      expect(driver.status).toBe('processing');
      expect(driver.taken).toHaveLength(1);
    }
  });

  test('is processed once Loop has closed it, however it was changed', () => {
    const driver = decided(good);
    driver.tell(opensWithMore);
    driver.loopCloses(closesLater);
    expect(driver.status).toBe('processed');
  });
});

describe('a return that Loop ends early', () => {
  test.each(['cancelled', 'expired'] as const)(
    'as %s while the warehouse has the parcel needs attention',
    (state) => {
      const driver = opened();
      driver.tell(onDock, loopTells({ trigger: 'return.updated', state, at: later }));
      driver.run();
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain(`the return is ${state}`);
      expect(driver.heldByMasonHub).not.toBeNull();
    },
  );

  test('and whose parcel comes all the same needs attention, and nothing is sent', () => {
    const driver = drive(merchant, ['ok', 'refused']);
    driver.tell(loopTells());
    driver.run();
    driver.tell(cancelled, received(good));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('by closing it while the process request is on its way is processed', () => {
    const driver = decided(good);
    driver.loopCloses(closed);
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toEqual([]);
  });

  test('by closing it while the flag is on its way needs attention', () => {
    const driver = decided(bad);
    driver.loopCloses(closed);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × SHIRT damaged');
    expect(driver.taken).toEqual([]);
  });

  test('by cancelling it while the process request is on its way needs attention', () => {
    const driver = decided(good);
    driver.tell(cancelled);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('by cancelling it after it had queued the process request needs attention: it will never close', () => {
    const driver = told(good);
    expect(driver.status).toBe('processing');
    driver.tell(cancelled);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('cancelled');
  });

  test('by closing it after all is processed, though it had told late that it was cancelled', () => {
    const driver = told(good);
    driver.tell(cancelled, opensAgain);
    expect(driver.status).toBe('processing');
    driver.loopCloses(closesLater);
    expect(driver.status).toBe('processed');
    expect(driver.taken).toHaveLength(1);
  });

  test.each([
    ['process request', good, 'processing'],
    ['flag', bad, 'flagged'],
  ])(
    'by cancelling it while the %s is on its way, and opens again, is told as it was decided',
    (_, receipt, status) => {
      const driver = decided(receipt);
      driver.tell(cancelled, opensAgain);
      expect(driver.status).toBe('received');
      driver.run();
      expect(driver.status).toBe(status);
      expect(driver.taken).toHaveLength(1);
    },
  );

  test('and opens again with something that never came needs attention, and nothing is sent', () => {
    const driver = decided(good);
    driver.tell(cancelled, opensWithMore);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × HAT missing');
    expect(driver.taken).toEqual([]);
  });

  test('by closing it after the flag is processed', () => {
    const driver = told(bad);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('by closing it while it is held is processed', () => {
    const driver = told(good, withoutRefunds);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });
});
