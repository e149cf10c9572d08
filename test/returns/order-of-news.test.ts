import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../src/returns/events.ts';
import { drive } from './driver.ts';
import { labelTold, listed, loopTells, merchantWith, receiptTold } from './fixtures.ts';
import { day, receipts } from './moves.ts';

describe('the order in which news come', () => {
  const parts: readonly ReturnEvent[] = [
    loopTells(),
    labelTold('1Z999AA10123456784', day(1)),
    labelTold('1Z999AA10123456784', day(3), 'label.updated'),
    labelTold('1Z111AA10123456784', day(2)),
    loopTells({ trigger: 'return.updated', at: day(2), labels: [listed('1Z999AA10123456784')] }),
    { kind: 'receiving', stage: 'receivingStarted' },
  ];

  test('does not matter: same status, same messages, same notes, also with repeats', () => {
    const course = fc.constantFrom(...receipts).chain((receipt) => {
      const all = [...parts, receiptTold(receipt)];
      return fc
        .array(fc.constantFrom(...all), { maxLength: 5 })
        .chain((repeats) =>
          fc.shuffledSubarray([...all, ...repeats], { minLength: all.length + repeats.length }),
        )
        .map((shuffled) => ({ all, shuffled }));
    });
    const end = (refunds: boolean, sequence: readonly ReturnEvent[]) => {
      const driver = drive(merchantWith({ refunds }));
      for (const event of sequence) {
        driver.tell(event);
        driver.run();
      }
      const { status, reason, notes, facts } = driver;
      return {
        status,
        reason,
        notes,
        messages: driver.taken.map((message) => message.kind),
        outcome: facts.outcome,
      };
    };
    fc.assert(
      fc.property(fc.boolean(), course, (refunds, { all, shuffled }) => {
        expect(end(refunds, shuffled)).toEqual(end(refunds, all));
      }),
      { numRuns: 1000 },
    );
  });
});
