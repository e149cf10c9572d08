import { describe, expect, test } from 'vitest';
import type { ListedLabel } from '../../src/returns/loop-facts.ts';
import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import type { Return } from '../../src/returns/return.ts';
import { type Ruling, rule, verdictOf } from '../../src/returns/ruling.ts';
import { found, listed, receiptOf, returnWith, rmaFor } from './fixtures.ts';
import { items, labels, own, second, shirt } from './two-boxes.ts';

/** What the receipts of a return call for. */
function ruledOf(facts: Return): Ruling {
  const verdict = verdictOf(facts);
  if (verdict === null) throw new Error('there is no receipt, or no RMA');
  return rule(facts, verdict);
}

const policyWith = (changes: Partial<ReceiptPolicy>): ReceiptPolicy => ({
  ...defaultReceiptPolicy,
  ...changes,
});

describe('while the RMA that replaces another one is not answered', () => {
  /** A shirt is asked for, and has come, unless a test says otherwise. */
  const replaced = (changes: Partial<Return>): Return =>
    returnWith(
      {},
      {
        confirmed: rmaFor(['SHIRT', 1]),
        sent: rmaFor(['SHIRT', 1]),
        confirmedPolicy: defaultReceiptPolicy,
        sentPolicy: defaultReceiptPolicy,
        receipts: [receiptOf(shirt)],
        ...changes,
      },
    );
  const inQuarantine = [receiptOf(found('SHIRT', { quarantine: 1 }))];
  const lenient = policyWith({ refund: ['available', 'quarantine'] });

  test.each<[string, Partial<Return>, string]>([
    ['one unit more that it asks for is missing', { sent: rmaFor(['SHIRT', 2]) }, 'missing'],
    [
      'an item that it asks for as well is in quality control',
      { sent: rmaFor(['SHIRT', 1], ['PANTS', 1]), receipts: [receiptOf(shirt, found('PANTS', { qc: 1 }))] },
      'waiting',
    ],
    [
      'its policy calls an exception what that of the RMA before it called good',
      { confirmedPolicy: lenient, receipts: inQuarantine },
      'exception',
    ],
    [
      'its policy calls good what that of the RMA before it called an exception',
      { sentPolicy: lenient, receipts: inQuarantine },
      'exception',
    ],
  ])('nothing is refunded where %s', (_, changes, kind) => {
    const facts = replaced(changes);
    expect(verdictOf(facts)?.kind).toBe(kind);
    expect(ruledOf(facts).kind).not.toBe('refund');
  });

  const echo = [receiptOf(found('SHIRT', { available: 1 }, { detailed: false }))];

  test.each([
    ['is replaced', 'qc', 'available'],
    ['was replaced before', 'available', 'qc'],
  ] as const)('the status that an RMA that %s asked for is an echo', (_when, held, onTheWire) => {
    const facts = replaced({
      confirmed: { ...rmaFor(['SHIRT', 1]), receiveInto: held },
      sent: { ...rmaFor(['SHIRT', 1]), receiveInto: onTheWire },
      receipts: echo,
    });
    expect(verdictOf(facts)).toMatchObject({ kind: 'refundable', isEcho: true });
    expect(ruledOf(facts)).toEqual({ kind: 'ask' });
  });

  test.each([
    ['both do', true, true, 'refund'],
    ['only that of the RMA before it does', true, false, 'ask'],
    ['only its own does', false, true, 'ask'],
  ] as const)('an echo is trusted where both policies trust it: %s', (_, held, onTheWire, kind) => {
    const rma = { ...rmaFor(['SHIRT', 1]), receiveInto: 'available' as const };
    const facts = replaced({
      confirmed: rma,
      sent: rma,
      confirmedPolicy: policyWith({ trustRequestedStatus: held }),
      sentPolicy: policyWith({ trustRequestedStatus: onTheWire }),
      receipts: echo,
    });
    expect(ruledOf(facts)).toEqual({ kind });
  });
});

describe('what is merely missing', () => {
  /** The box of the RMA has come with the shirt alone. */
  const incomplete = (
    labelsOfReturn: readonly ListedLabel[],
    packageId = own,
    policy: ReceiptPolicy = defaultReceiptPolicy,
  ): Return =>
    returnWith(
      { items, labels: labelsOfReturn },
      {
        confirmed: { ...rmaFor(['SHIRT', 1], ['PANTS', 1]), packageId: own },
        receipts: [{ ...receiptOf(shirt), packageId }],
        sentPolicy: policy,
      },
    );

  test('is waited for where the label of another box covers it', () => {
    expect(ruledOf(incomplete(labels))).toMatchObject({ kind: 'parcel', trackingNumber: second });
  });

  test('is flagged at once for a merchant who waits for no other box', () => {
    expect(ruledOf(incomplete(labels, own, policyWith({ secondParcelForMs: 0 })))).toEqual({ kind: 'flag' });
  });

  test.each([
    [
      'was only made anew for items of the box that has come',
      [listed(own, '71', '72'), listed(second, '72')],
      own,
    ],
    [
      'is of the RMA, whose box the dock knows by another number',
      [listed(own, '71', '72')],
      'TYPED-AT-THE-DOCK',
    ],
  ] as const)('is flagged at once where the label in use that covers it %s', (_, ofReturn, packageId) => {
    expect(ruledOf(incomplete(ofReturn, packageId))).toEqual({ kind: 'flag' });
  });
});
