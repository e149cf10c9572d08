import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { bad, decided, good, told } from '../courses.ts';
import { drive } from '../driver.ts';
import { listed, loopTells } from '../fixtures.ts';
import { merchant, refused, retry, withExtra } from '../news.ts';
import { blind, inTwoBoxes, own, pants, shirt } from '../two-boxes.ts';

/** What goes wrong beside a message that has come to nothing: the message stays what a person has to look at. */

const rmaRefused: ReturnEvent = { kind: 'rmaRefused', why: 'MasonHub would not change the RMA.', rma: null };
const failedInLoop: ReturnEvent = { kind: 'processingFailed', message: 'The exchange item is out of stock.' };

describe('a refused refund message', () => {
  test('is not covered up by an RMA that is refused after it, and both are mended by one retry', () => {
    const driver = drive(merchant);
    driver.tell(inTwoBoxes);
    driver.run();
    driver.tell(blind(own, shirt, pants));
    expect(driver.facts.outcome?.kind).toBe('process');
    const third = { ...listed('1Z999AA10123456800'), lineItemIds: ['71', '72'] };
    driver.tell(loopTells({ trigger: 'return.updated', labels: [third], at: '2026-03-02T10:00:00.000Z' }));
    driver.tell(refused, rmaRefused);
    expect(driver.facts.problem?.step).toBe('message');
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(dueSteps(driver.facts)).toContain('message');
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.taken).toHaveLength(1);
  });

  test('of which Loop says that it is closed needs nobody, also where Loop had failed at it before', () => {
    const driver = decided(good);
    driver.tell({ kind: 'messageAccepted', stateWhenSent: 'open' }, failedInLoop);
    expect(driver.status).toBe('attention');
    driver.tell({ kind: 'messageRefused', why: 'Return is closed.', state: 'closed' });
    expect(driver.status).toBe('processed');
    expect(dueSteps(driver.facts)).toEqual([]);
  });
});

test('that Loop could not process a return is not covered up by a note that it would not take', () => {
  const driver = decided(withExtra);
  driver.tell({ kind: 'messageAccepted', stateWhenSent: 'open' }, failedInLoop);
  driver.tell({ kind: 'noteRefused', why: 'Loop would not take the note.' });
  expect(driver.reason).toContain('out of stock');
  driver.tell(retry);
  driver.run();
  expect(driver.status).toBe('processing');
  expect(driver.notes).toHaveLength(1);
});

test('what failed before a message comes to nothing gives way to it', () => {
  const driver = told(bad);
  driver.tell({ kind: 'noteRefused', why: 'Loop would not take the note.' });
  expect(driver.facts.problem?.step).toBe('note');
  driver.tell(refused);
  expect(driver.facts.problem?.step).toBe('message');
});
