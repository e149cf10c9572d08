import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { bad, decided, good } from '../courses.ts';

/** Two workers can have one job: what one gives up, the other may get an answer to, in either order. */

const message: ReturnEvent = { kind: 'stepFailed', step: 'message', why: 'Loop gave no answer.' };
const note: ReturnEvent = { kind: 'stepFailed', step: 'note', why: 'Loop gave no answer.' };
const accepted: ReturnEvent = { kind: 'messageAccepted', stateWhenSent: null };

describe('a message that was given up, and that Loop accepted after all', () => {
  test.each([
    ['process', good, 'processing'],
    ['flag', bad, 'flagged'],
  ] as const)('(%s) needs nobody, and is not sent again', (_kind, receipt, status) => {
    const driver = decided(receipt);
    driver.tell(message);
    expect(driver.status).toBe('attention');
    driver.tell(accepted, { kind: 'noteAdded' });
    expect(driver.status).toBe(status);
    expect(isRetryable(driver.facts)).toBe(false);
    expect(dueSteps(driver.facts)).not.toContain('message');
  });

  test('and that Loop refuses as closed by then has had its effect all the same', () => {
    const driver = decided(good);
    driver.tell(message, { kind: 'messageRefused', why: 'Return is closed.', state: 'closed' });
    expect(driver.status).toBe('processed');
    expect(isRetryable(driver.facts)).toBe(false);
  });

  test('and failed at, which Loop told before, is still for a person', () => {
    const driver = decided(good);
    driver.tell({ kind: 'processingFailed', message: 'The payment provider said no' }, accepted);
    expect(driver.status).toBe('attention');
  });
});

describe('a message that Loop has accepted', () => {
  test('is not given up any more', () => {
    const driver = decided(good);
    driver.tell(accepted);
    const { facts, timeline } = driver;
    driver.tell(message);
    expect([driver.facts, driver.timeline]).toEqual([facts, timeline]);
  });
});

describe('a note', () => {
  test('that was given up, and was added after all, needs nobody', () => {
    const driver = decided(bad);
    driver.tell(accepted, note);
    expect(driver.status).toBe('attention');
    driver.tell({ kind: 'noteAdded' });
    expect(driver.status).toBe('flagged');
  });

  test('that was added is not given up any more', () => {
    const driver = decided(bad);
    driver.tell(accepted, { kind: 'noteAdded' }, note);
    expect(driver.status).toBe('flagged');
  });
});
