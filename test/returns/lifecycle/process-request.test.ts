import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { isRetryable } from '../../../src/returns/record.ts';
import { bad, decided, events, good, opened, told } from '../courses.ts';
import { drive } from '../driver.ts';
import { loopTells, receiptTold as received } from '../fixtures.ts';
import { at, closed, merchant, retry, withExtra, withoutRefunds } from '../news.ts';

describe('a process request that Loop has queued', () => {
  const givenUp: ReturnEvent = {
    kind: 'stepFailed',
    step: 'closing',
    why: 'Loop has not closed the return.',
  };

  test('is asked after until Loop has closed the return', () => {
    const driver = told(good);
    expect(dueSteps(driver.facts)).toEqual(['closing']);
    driver.run();
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.waiting).toEqual(['closing']);
    driver.loopClosesSilently();
    driver.run();
    expect(driver.status).toBe('processed');
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(driver.timeline.at(-1)).toEqual({ event: 'details.closed', detail: null });
  });

  test('is not asked after any more once the webhook says that the return is closed', () => {
    const driver = told(good);
    driver.loopCloses(closed);
    expect(dueSteps(driver.facts)).toEqual([]);
    driver.run();
    expect(events(driver)).not.toContain('details.closed');
  });

  test('is asked after only once it is accepted, and never for a flag, a hold or a closed return', () => {
    expect(dueSteps(decided(good).facts)).toEqual(['message']);
    expect(dueSteps(told(bad).facts)).toEqual([]);
    expect(dueSteps(told(good, withoutRefunds).facts)).toEqual([]);
    const early = opened();
    early.tell(closed, received(good));
    expect(dueSteps(early.facts)).toEqual([]);
  });

  test('and that is open when Loop is asked is no news', () => {
    const { facts } = told(good);
    expect(apply(facts, { kind: 'stateTold', state: 'open', word: null }, merchant, at)).toEqual({
      after: facts,
      timeline: [],
      steps: [],
    });
  });

  test('and that is closed is not open again, whatever an answer from before says', () => {
    const driver = told(good);
    driver.loopCloses(closed);
    const { facts } = driver;
    for (const state of ['open', 'review', 'cancelled', 'unknown'] as const) {
      expect(apply(facts, { kind: 'stateTold', state, word: null }, merchant, at).after).toEqual(facts);
    }
  });

  test.each(['cancelled', 'expired'] as const)(
    'and that is %s when Loop is asked needs attention',
    (state) => {
      const driver = told(good);
      driver.tell({ kind: 'stateTold', state, word: null });
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain(`Loop says that the return is ${state}`);
      expect(isRetryable(driver.facts)).toBe(false);
    },
  );

  test('and that is never closed needs attention, and a retry goes on asking without another request', () => {
    const driver = told(good);
    driver.tell(givenUp);
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(apply(driver.facts, retry, merchant, at).steps).toEqual(['closing']);
    driver.tell(retry);
    expect(driver.status).toBe('processing');
    driver.loopClosesSilently();
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toHaveLength(1);
  });

  test('and that was given up needs nobody any more once Loop closes the return after all', () => {
    const driver = told(good);
    driver.tell(givenUp);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('and whose note could not be added still needs attention once Loop closes the return', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    driver.run();
    driver.tell(
      received(withExtra),
      { kind: 'messageAccepted', stateWhenSent: null },
      { kind: 'noteRefused', why: 'Too long.' },
    );
    driver.loopCloses(closed);
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.notes).toHaveLength(1);
  });
});

describe('a refusal by Loop', () => {
  const refusal = (state: 'closed' | 'cancelled' | 'review' | null): ReturnEvent => ({
    kind: 'messageRefused',
    why: `Loop refused: the return is ${state}.`,
    state,
  });

  test('of the process request because the return is closed means that it is processed', () => {
    const driver = decided(good);
    driver.tell(refusal('closed'));
    expect(driver.status).toBe('processed');
  });

  test('of the flag because the return is closed needs attention', () => {
    const driver = decided(bad);
    driver.tell(refusal('closed'));
    expect(driver.status).toBe('attention');
  });

  test.each(['review', 'cancelled', null] as const)(
    'with the state %s needs attention, with the words of Loop',
    (state) => {
      const driver = decided(good);
      driver.tell(refusal(state));
      expect(driver.status).toBe('attention');
      expect(driver.reason).toBe(`Loop refused: the return is ${state}.`);
      expect(events(driver)).toContain('process.refused');
      driver.run();
      expect(driver.taken).toEqual([]);
    },
  );

  test('is over once Loop closes the return, whichever of the two is heard first', () => {
    for (const isRefusedFirst of [true, false]) {
      const driver = decided(good);
      if (isRefusedFirst) driver.tell(refusal('review'));
      driver.loopCloses(closed);
      if (!isRefusedFirst) driver.tell(refusal('review'));
      expect(driver.status).toBe('processed');
      expect(driver.facts.loop?.state).toBe('closed');
    }
  });
});

describe('a process request that Loop queued and could not carry out', () => {
  test('needs attention, with what Loop said', () => {
    const driver = told(good);
    driver.loopFailsToProcess();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('The card was declined');
  });

  test('needs attention also where Loop gives no reason', () => {
    const driver = told(good);
    driver.tell({ kind: 'processingFailed', message: null });
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('Loop gave no reason');
  });

  test('is sent again when a person asks for it, and then takes effect once', () => {
    const driver = told(good);
    driver.loopFailsToProcess();
    driver.tell(retry);
    expect(driver.status).toBe('received');
    expect(dueSteps(driver.facts)).toEqual(['message']);
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.taken).toHaveLength(1);
  });

  test('is over once Loop closes the return after all', () => {
    const driver = told(good);
    driver.loopFailsToProcess();
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('is only noted for a return that is closed already, or that was never to be processed', () => {
    const done = told(good);
    done.loopCloses(closed);
    done.tell({ kind: 'processingFailed', message: 'Too late' });
    expect(done.status).toBe('processed');

    const flagged = told(bad);
    flagged.tell({ kind: 'processingFailed', message: 'By hand' });
    expect(flagged.status).toBe('flagged');
    expect(events(flagged).at(-1)).toBe('return.processing.failed');
  });
});
