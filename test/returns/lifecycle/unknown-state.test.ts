import { describe, expect, test } from 'vitest';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { bad, decided, good, opened } from '../courses.ts';
import { labelTold, loopTells, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { latest, merchant, partial, retry } from '../news.ts';
import { pants, shirt } from '../two-boxes.ts';

/** Loop may name a state that this service does not know, or none. */

describe('a return in a state that is not known here', () => {
  test('has its RMA, which is kept up', () => {
    const driver = opened(merchant, partial);
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.lines.map(({ sku }) => sku)).toEqual(['SHIRT', 'PANTS']);
    driver.tell(labelTold('1Z999AA10123456784'));
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
  });

  test('has the word in its timeline', () => {
    expect(opened(merchant, partial).timeline[0]?.detail).toContain(
      'state "partial", which is not known here',
    );
  });

  test('is flagged at once where something is wrong, and Loop is not asked', () => {
    const driver = opened(merchant, partial);
    driver.tell(receiptTold(bad));
    expect(dueSteps(driver.facts)).toEqual(['message']);
    driver.run();
    expect(driver.status).toBe('flagged');
  });

  test('gets no refund message until Loop, asked, says a state that is known', () => {
    const driver = opened(merchant, partial);
    driver.tell(receiptTold(good));
    expect(dueSteps(driver.facts)).toEqual(['details']);
    driver.run();
    driver.run();
    expect(driver.status).toBe('received');
    expect(driver.taken).toEqual([]);
    driver.tell({ kind: 'stateTold', state: 'open', word: null });
    expect(dueSteps(driver.facts)).toEqual(['message']);
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('gets its refund message once a webhook says a state that is known', () => {
    const driver = opened(merchant, partial);
    driver.tell(receiptTold(good), loopTells({ trigger: 'return.updated', at: latest }));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is held back also where the state came to be unknown while the message was on its way', () => {
    const driver = decided(good);
    driver.tell(partial);
    expect(dueSteps(driver.facts)).toEqual(['details']);
  });

  test('is processed where Loop, asked, says that it is closed, and nothing is sent', () => {
    const driver = opened(merchant, partial);
    driver.tell(receiptTold(good));
    driver.loopClosesSilently();
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toEqual([]);
  });

  test.each(['cancelled', 'expired'] as const)(
    'needs attention where Loop, asked, says that it is %s',
    (state) => {
      const driver = opened(merchant, partial);
      driver.tell(receiptTold(good), { kind: 'stateTold', state, word: null });
      driver.run();
      expect(driver.status).toBe('attention');
      expect(driver.taken).toEqual([]);
    },
  );

  test('is not asked for where no refund waits: before the receipt, where it is held, once it is processing', () => {
    expect(dueSteps(opened(merchant, partial).facts)).toEqual([]);
    const held = opened(merchantWith({ refunds: false }), partial);
    held.tell(receiptTold(good));
    expect(dueSteps(held.facts)).toEqual([]);
    const processing = decided(good);
    processing.run();
    processing.tell(partial);
    expect(dueSteps(processing.facts)).toEqual(['closing']);
    expect(processing.status).toBe('processing');
  });

  test('needs attention where Loop never says another, and a retry asks again', () => {
    const driver = opened(merchant, partial);
    driver.tell(receiptTold(good), { kind: 'stepFailed', step: 'details', why: 'Loop still says partial.' });
    expect(driver.status).toBe('attention');
    expect(isRetryable(driver.facts)).toBe(true);
    expect(apply(driver.facts, retry, merchant, new Date('2026-03-03T10:00:00Z')).steps).toEqual(['details']);
    driver.tell(loopTells({ trigger: 'return.updated', at: latest }));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is told once: the same unknown word from an answer is no news', () => {
    const { facts } = opened(merchant, partial);
    const again = { kind: 'stateTold', state: 'unknown', word: 'partial' } as const;
    expect(apply(facts, again, merchant, new Date('2026-03-03T10:00:00Z'))).toEqual({
      after: facts,
      timeline: [],
      steps: [],
    });
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
