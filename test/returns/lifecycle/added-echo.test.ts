import { describe, expect, test } from 'vitest';
import type { Merchant } from '../../../src/config/merchants.ts';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { newReturn, type ReceiptLine, type Return, type Rma } from '../../../src/returns/return.ts';
import { receiptsToAsk } from '../../../src/returns/ruling.ts';
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
import { at, later } from '../news.ts';
import { blind } from '../two-boxes.ts';

describe('what Loop has added since the RMA was fixed, and came as a bare echo', () => {
  const into = merchantWith({ masonhub: { receiveInto: 'available' } });
  const trusting = merchantWith({
    masonhub: { receiveInto: 'available' },
    receipts: { trustRequestedStatus: true },
  });
  const asked: Rma = { ...rmaFor(['SHIRT', 1]), receiveInto: 'available' };
  const both = [item('SHIRT'), item('PANTS')];
  const added = loopTells({ trigger: 'return.updated', at: later, items: both });
  const atTheDock: ReturnEvent = { kind: 'carrier', status: 'delivered' };
  const beside = (line: Partial<ReceiptLine>) =>
    receiptTold(receiptOf(found('SHIRT', { available: 1 }), { ...bareLine, ...line }));
  const bareLine = found('PANTS', { available: 1 }, { detailed: false });

  const box = blind('1Z111', bareLine);

  function hear(of: Merchant, ...events: readonly ReturnEvent[]): Return {
    return hearOf(asked, of, ...events);
  }

  function hearOf(rma: Rma, of: Merchant, ...events: readonly ReturnEvent[]): Return {
    const opened: ReturnEvent[] = [
      loopTells({ items: [item('SHIRT')] }),
      { kind: 'rmaSent', rma },
      { kind: 'rmaAccepted', rma, how: 'created' },
      atTheDock,
    ];
    return [...opened, ...events].reduce(
      (facts, event) => apply(facts, event, of, at).after,
      newReturn(of.slug, RETURN_ID),
    );
  }

  test('is asked about by what the RMA asked for, whatever the merchant asks for by now', () => {
    const facts = hear(merchantWith(), added, beside({}));
    expect(facts.outcome).toBeNull();
    expect(dueSteps(facts)).toContain('receipt');
    expect(receiptsToAsk(facts)).toEqual(facts.receipts);
    const otherBox = receiptTold(receiptOf(found('SHIRT', { available: 1 })));
    expect(receiptsToAsk(hear(merchantWith(), added, otherBox, box))).toEqual([box.receipt]);
  });

  test('is no echo where the RMA asked for another status than the merchant does by now', () => {
    const edited = [item('SHIRT', { reason: 'Too big', units: 1 })];
    const facts = hearOf(
      rmaFor(['SHIRT', 1]),
      into,
      loopTells({ trigger: 'return.updated', at: later, items: edited }),
      receiptTold(receiptOf(found('SHIRT', { available: 1 }, { detailed: false }))),
    );
    expect(facts.outcome?.kind).toBe('process');
  });

  test.each<[string, Partial<ReceiptLine>]>([
    ['said to be on the RMA', {}],
    ['said not to be', { onRma: false }],
  ])('is asked about, and then for a person, %s', (_, line) => {
    const facts = hear(into, added, beside(line));
    expect(facts.outcome).toBeNull();
    expect(dueSteps(facts)).toContain('receipt');
    const pulled = { ...beside(line), trigger: 'receipt.pulled' } as const;
    const answered = apply(facts, pulled, into, at).after;
    expect(statusOf(answered)).toMatchObject({ status: 'attention' });
    expect(statusOf(answered).reason).toContain('says only available');
    expect(answered.outcome).toBeNull();
  });

  test('is asked about by its own parcel, where it came in one without an RMA', () => {
    const facts = hear(into, added, box, receiptTold(receiptOf(found('SHIRT', { available: 1 }))));
    expect(facts.outcome).toBeNull();
    expect(receiptsToAsk(facts).map(({ packageId }) => packageId)).toEqual(['1Z111']);
    const answered = apply(facts, { ...box, trigger: 'receipt.pulled' }, into, at).after;
    expect(statusOf(answered).reason).toContain('The receipt of parcel 1Z111 has no details');
  });

  test('is for a person where it was added between the decision and the message', () => {
    const facts = hear(into, beside({}), added);
    expect(facts.outcome?.kind).toBe('process');
    expect(dueSteps(facts)).not.toContain('message');
    expect(statusOf(facts)).toMatchObject({ status: 'attention' });
    expect(statusOf(facts).reason).toContain('only what is asked for, without details');
  });

  test('is refunded where the merchant trusts what was asked for, and where details say so', () => {
    expect(hear(trusting, added, beside({})).outcome?.kind).toBe('process');
    expect(hear(into, added, beside({ detailed: true })).outcome?.kind).toBe('process');
  });
});
