import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { bad, decided, events, good, told } from '../courses.ts';
import type { Driver } from '../driver.ts';
import { answerTells, extra, loopTells, merchantWith, receiptTold } from '../fixtures.ts';

/** Loop accepts to process a return and then puts it into review: out of stock, or no money for the refund. */

const later = '2026-03-02T10:00:00.000Z';
const latest = '2026-03-03T10:00:00.000Z';
const review = loopTells({ trigger: 'return.updated', state: 'review', at: later });
const closed = loopTells({ trigger: 'return.closed', state: 'closed', at: latest });
const retry: ReturnEvent = { kind: 'retryRequested', by: 'anna' };
const accepted = (stateWhenSent: 'open' | 'review' | null): ReturnEvent => ({
  kind: 'messageAccepted',
  stateWhenSent,
});

function reviewed(): Driver {
  const driver = told(good);
  driver.tell(review);
  return driver;
}

describe('a return that is put into review after Loop had accepted to process it', () => {
  test.each<[string, ReturnEvent]>([
    ['by a webhook', review],
    ['by a webhook without a date', loopTells({ trigger: 'return.updated', state: 'review', at: null })],
    ['by a pull', answerTells({ state: 'review', updatedAt: later })],
    ['by the details that Loop is asked for', { kind: 'stateTold', state: 'review', word: null }],
  ])('needs attention at once, told %s, with what to do', (_, event) => {
    const driver = told(good);
    expect(driver.status).toBe('processing');
    driver.tell(event);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('put it into Needs Review instead');
    expect(driver.reason).toContain('process it there or retry here');
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(events(driver).at(-1)).toBe('attention');
  });

  test('needs attention also where that is heard before the answer that it is accepted', () => {
    const driver = decided(good);
    driver.tell(review);
    expect(driver.status).toBe('received');
    driver.tell(accepted('open'));
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('Needs Review');
  });

  test('needs nobody where it was in review when the request left: the merchant lets those be processed', () => {
    for (const stateWhenSent of ['review', null] as const) {
      const driver = decided(good);
      driver.tell(review, accepted(stateWhenSent));
      expect(driver.status).toBe('processing');
      driver.tell(loopTells({ trigger: 'return.updated', state: 'review', at: latest }));
      expect(driver.status).toBe('processing');
    }
  });

  test('is found by asking where no webhook says so', () => {
    const driver = told(good);
    driver.run();
    expect(driver.waiting).toEqual(['closing']);
    const asked = apply(
      driver.facts,
      { kind: 'stateTold', state: 'review', word: null },
      merchantWith(),
      new Date('2026-03-03T10:00:00Z'),
    );
    expect(asked.timeline.map(({ event }) => event)).toEqual(['details.review', 'attention']);
  });

  test.each<[string, ReturnEvent]>([
    ['a webhook', closed],
    ['a pull', answerTells({ state: 'closed', updatedAt: latest })],
  ])('is processed once it closes after all, told by %s', (_, event) => {
    const driver = reviewed();
    driver.tell(event);
    expect(driver.status).toBe('processed');
    expect(driver.facts.problem).toBeNull();
    expect(dueSteps(driver.facts)).toEqual([]);
  });

  test('is no more than that until it closes: that it is open again does not say that it was processed', () => {
    const driver = reviewed();
    driver.tell(loopTells({ trigger: 'return.updated', at: latest }));
    expect(driver.status).toBe('attention');
  });

  test('is asked to be processed once more where a person retries', () => {
    const driver = reviewed();
    expect(isRetryable(driver.facts)).toBe(true);
    driver.tell(retry);
    expect(driver.status).toBe('received');
    expect(driver.waiting).toContain('message');
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.taken).toHaveLength(1);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('needs attention for what was wrong before that, first', () => {
    const driver = decided({ ...good, lines: [...good.lines, extra('HAT', { available: 1 })] });
    driver.tell(accepted('open'), { kind: 'noteRefused', why: 'Too long.' }, review);
    expect(driver.reason).toBe('Too long.');
  });
});

test('a return that is flagged is in review, and needs nobody for it', () => {
  const driver = told(bad);
  driver.tell(review);
  expect(driver.status).toBe('flagged');
});

test('a return that is held, or not received yet, can be in review, and needs nobody for it', () => {
  const held = told(good, merchantWith({ refunds: false }));
  held.tell(review);
  expect(held.status).toBe('held');
  const early = decided(good);
  early.tell(review, receiptTold(good));
  expect(early.status).toBe('received');
});
