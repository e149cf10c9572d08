import { describe, expect, test } from 'vitest';
import type { Merchant } from '../../../src/config/merchants.ts';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { newReturn, type Receipt, type Return, type Rma } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import {
  found,
  item,
  loopTells,
  merchantWith,
  RETURN_ID,
  receiptOf,
  receiptTold,
  rmaFor,
} from '../fixtures.ts';
import { at, later, latest, merchant } from '../news.ts';
import { blind } from '../two-boxes.ts';

/** A receipt under the number of an RMA for which MasonHub has not answered: whose it is, nobody knows yet. */

const rma = rmaFor(['SHIRT', 1]);
const intoAvailable: Rma = { ...rma, receiveInto: 'available' };
const into = { masonhub: { receiveInto: 'available' } } as const;
const one = loopTells({ items: [item('SHIRT')] });
const good = receiptOf(found('SHIRT', { available: 1 }));
const damaged = receiptOf(found('SHIRT', { damaged: 1 }));
const bare = (word: string): Receipt => receiptOf(found('SHIRT', { [word]: 1 }, { detailed: false }));
const time = (hour: string) => `2026-03-04T${hour}:00.000Z`;
const shown = (receipt: Receipt) => ({ ...receipt, shownAt: time('12:10') });
const pulled = (receipt: Receipt): ReturnEvent => ({
  kind: 'receipt',
  trigger: 'receipt.pulled',
  receipt: shown(receipt),
});
const adopted = (asked: Rma, receipt: Receipt): ReturnEvent => ({
  kind: 'rmaAccepted',
  rma: asked,
  how: 'adopted',
  origin: 'opened',
  asked,
  receipt: shown(receipt),
});
const closed = loopTells({ trigger: 'return.closed', state: 'closed', at: later, items: [item('SHIRT')] });
const givenUp: ReturnEvent = { kind: 'stepFailed', step: 'rma', why: 'MasonHub did not answer.' };

function hear(of: Merchant, ...events: readonly ReturnEvent[]): Return {
  return events.reduce((facts, event) => apply(facts, event, of, at).after, newReturn(of.slug, RETURN_ID));
}

/** Sent, without an answer. */
const unanswered = (...events: readonly ReturnEvent[]) =>
  hear(merchant, one, { kind: 'rmaSent', rma }, ...events);

describe('details told before MasonHub has answered for the RMA', () => {
  const trusting = merchantWith({ ...into, receipts: { trustRequestedStatus: true } });
  const told = receiptTold({ ...damaged, toldAt: time('11:00') });

  test.each<[string, Merchant, Rma, string]>([
    ['where the merchant trusts what was asked for', trusting, intoAvailable, 'available'],
    ['where he does not', merchantWith(into), intoAvailable, 'available'],
    ['where it was asked for quality control', merchant, rma, 'qc'],
  ])('are not undone by what a poll shows without any, before or after them, %s', (_, of, asked, word) => {
    const [sent, poll] = [{ kind: 'rmaSent', rma: asked } as const, pulled(bare(word))];
    const answer = adopted(asked, bare(word));
    expect(hear(of, one, sent, told, poll, answer).outcome?.kind).toBe('flag');
    expect(hear(of, one, sent, poll, told, answer).outcome?.kind).toBe('flag');
  });
});

test.each<[string, ReturnEvent]>([
  [
    'was changed in words that cannot be understood',
    loopTells({ trigger: 'return.updated', at: later, items: [], unread: 'line_items: x' }),
  ],
  [
    'has an item without a SKU by now',
    loopTells({ trigger: 'return.updated', at: later, items: [item('')] }),
  ],
])('MasonHub is asked whose it is also where the return %s, and what is damaged is flagged', (_, change) => {
  const before = unanswered(change);
  expect(dueSteps(before)).not.toContain('rma');
  const { after: facts, steps } = apply(before, receiptTold(damaged), merchant, at);
  expect(steps).toEqual(['rma']);
  expect(apply(facts, adopted(rma, damaged), merchant, at).after.outcome?.kind).toBe('flag');
});

test('an RMA that MasonHub would not delete is not ours where it never answered that it opened it', () => {
  const cancelled = loopTells({
    trigger: 'return.updated',
    state: 'cancelled',
    at: later,
    items: [item('SHIRT')],
  });
  const facts = unanswered(
    cancelled,
    { kind: 'rmaDeleteSent' },
    { kind: 'rmaFixed', task: 'delete', stage: 'moving', status: 'inTransit' },
    loopTells({ trigger: 'return.updated', state: 'open', at: latest, items: [item('SHIRT')] }),
    receiptTold(bare('available')),
  );
  expect(facts).toMatchObject({ sent: rma, confirmed: null, outcome: null });
  expect(dueSteps(facts)).toEqual(['rma']);
});

describe('a return that the merchant closes', () => {
  test.each<[string, ReturnEvent]>([
    ['would not open the RMA', { kind: 'rmaRefused', why: 'The number is taken.', rma }],
    ['never answered for it', givenUp],
  ])('needs nobody any more where MasonHub %s', (_, failure) => {
    const before = unanswered(receiptTold(good), failure, closed);
    const after = unanswered(receiptTold(good), closed, failure);
    for (const facts of [before, after]) {
      expect(statusOf(facts).status).toBe('processed');
      expect(dueSteps(facts)).toEqual([]);
    }
  });
});

test('what a SKU counts as is written down when the receipt comes', () => {
  const otherwise = receiptTold(receiptOf(found('shirt', { available: 1 })));
  const { timeline } = apply(unanswered(), otherwise, merchant, at);
  expect(timeline[0]?.detail).toContain('shirt counts as SHIRT');
});

describe('MasonHub is asked anew', () => {
  test('for the receipt of the RMA, and not for a box without one', () => {
    const box = apply(unanswered(), blind('1Z111', found('SHIRT', { available: 1 })), merchant, at);
    expect(box.steps).toEqual([]);
    expect(statusOf(box.after).reason).toBeNull();
    expect(apply(box.after, receiptTold(damaged), merchant, at).steps).toEqual(['rma']);
  });

  test('not where a box without an RMA comes once that was given up', () => {
    const box = blind('1Z111', found('SHIRT', { available: 1 }));
    expect(unanswered(givenUp, box).problem).toMatchObject({ step: 'rma' });
  });

  test('for the RMA alone: another step that was given up stays for a person', () => {
    const failed: ReturnEvent = { kind: 'stepFailed', step: 'destination', why: 'Loop is down.' };
    expect(unanswered(failed, receiptTold(damaged)).problem).toMatchObject({ step: 'destination' });
  });
});
