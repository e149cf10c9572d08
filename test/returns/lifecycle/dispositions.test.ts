import { describe, expect, test } from 'vitest';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { bad, decided, events, good, opened, told } from '../courses.ts';
import { merchantWith, receiptTold as received } from '../fixtures.ts';
import { at, closed, refused, retry } from '../news.ts';

describe("the report of each item's disposition", () => {
  const reporting = merchantWith({ dispositions: true });

  test('is due with the decision, beside the message, for a refund, a flag, a hold and a closed return', () => {
    for (const receipt of [good, bad]) {
      expect(dueSteps(decided(receipt, reporting).facts)).toEqual(['dispositions', 'message']);
    }
    const held = decided(good, merchantWith({ dispositions: true, refunds: false }));
    expect(dueSteps(held.facts)).toEqual(['dispositions']);
    const early = opened(reporting);
    early.tell(closed, received(good));
    expect(dueSteps(early.facts)).toEqual(['dispositions']);
  });

  test('is never due where the merchant does not want it', () => {
    expect(decided(good).facts.dispositions).toBe('none');
    expect(dueSteps(decided(bad).facts)).toEqual(['message']);
  });

  test('is made once', () => {
    const driver = told(good, reporting);
    driver.tell(received(good), received(good));
    driver.run();
    expect(driver.asked.dispositions).toBe(1);
    expect(driver.facts.dispositions).toBe('reported');
    expect(events(driver)).toContain('dispositions.reported');
  });

  test('that fails is written down, and holds nothing back', () => {
    const driver = decided(good, reporting);
    driver.tell({ kind: 'dispositionsFailed', why: 'Loop does not know the line item.' });
    expect(driver.status).toBe('received');
    expect(driver.timeline.at(-1)).toEqual({
      event: 'dispositions.failed',
      detail: 'Loop does not know the line item.',
    });
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.asked.dispositions).toBe(0);
  });

  test('that is given up holds nothing back either', () => {
    const driver = decided(good, reporting);
    driver.tell({ kind: 'stepFailed', step: 'dispositions', why: 'No answer after many tries.' });
    expect(driver.status).toBe('received');
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.facts.dispositions).toBe('failed');
  });

  test('is due also while a person has to look at the message', () => {
    const driver = decided(good, reporting);
    driver.tell(refused);
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual(['dispositions']);
    driver.run();
    expect(driver.facts.dispositions).toBe('reported');
    expect(driver.status).toBe('attention');
  });

  test('does not keep a retry of the message waiting', () => {
    const driver = decided(good, reporting);
    driver.tell(refused);
    expect(apply(driver.facts, retry, reporting, at).steps).toEqual(['message']);
  });
});
