import { expect, test } from 'vitest';
import { defaultReceiptPolicy } from '../../src/returns/policy.ts';
import { rule, verdictOf } from '../../src/returns/ruling.ts';
import { found, receiptOf, returnWith, rmaFor } from './fixtures.ts';

test.each([
  ['is replaced', 'qc', 'available'],
  ['was replaced before', 'available', 'qc'],
] as const)(
  'while an RMA that %s is not answered, the status that either of the two asked for is an echo',
  (_when, held, onTheWire) => {
    const facts = returnWith(
      {},
      {
        confirmed: { ...rmaFor(['SHIRT', 1]), receiveInto: held },
        sent: { ...rmaFor(['SHIRT', 1]), receiveInto: onTheWire },
        receipts: [receiptOf(found('SHIRT', { available: 1 }, { detailed: false }))],
        sentPolicy: defaultReceiptPolicy,
      },
    );
    const verdict = verdictOf(facts);
    expect(verdict).toMatchObject({ kind: 'refundable', isEcho: true });
    if (verdict !== null) expect(rule(facts, verdict)).toEqual({ kind: 'ask' });
  },
);
