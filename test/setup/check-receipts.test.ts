import { describe, expect, it } from 'vitest';
import { receiptsFinding } from '../../src/setup/check-receipts.ts';
import { merchantWith } from '../returns/fixtures.ts';

type Changes = Parameters<typeof merchantWith>[0];

function found(changes: Changes = {}, unset: Parameters<typeof receiptsFinding>[0]['unset'] = []) {
  return receiptsFinding({ merchant: merchantWith(changes), unset });
}

describe('what check says of receipts', () => {
  it('is what refunds, what waits, and for how long', () => {
    expect(found()).toEqual({
      mark: 'good',
      title: 'Receipts',
      text: 'refund: available; wait, 7d at most: qc, quality-control, under-investigation',
    });
    const receipts = { refund: ['available', 'refurbished'], wait: ['qc'], waitForMs: 36 * 3_600_000 };
    expect(found({ receipts })).toMatchObject({
      mark: 'good',
      text: 'refund: available, refurbished; wait, 36h at most: qc',
    });
  });

  it('is that none waits, where none does', () => {
    expect(found({ receipts: { wait: [] } })).toMatchObject({ text: 'refund: available; none waits' });
  });

  describe('where RMAs ask for a status that is refunded', () => {
    const masonhub = { receiveInto: 'available' } as const;

    it('is a hint that a receipt without details proves nothing', () => {
      expect(found({ masonhub })).toMatchObject({
        mark: 'hint',
        details: [
          'RMAs ask for units to be received into available. A receipt without details that says available may only repeat that: it proves nothing, and a person has to look at it.',
        ],
        fix: 'Let masonhub.receiveInto be another status, which is in receipts.wait. Or write receipts.trustRequestedStatus: true, and what is repeated is refunded.',
      });
    });

    it('is no hint where the merchant trusts what is repeated', () => {
      expect(found({ masonhub, receipts: { trustRequestedStatus: true } })).toMatchObject({ mark: 'good' });
    });
  });

  describe('where RMAs ask for a status that is in neither list', () => {
    it.each([true, false])(
      'is a hint that its units are flagged (trusting what is repeated: %s)',
      (trusts) => {
        const receipts = { trustRequestedStatus: trusts };
        expect(found({ masonhub: { receiveInto: 'quarantine' }, receipts })).toMatchObject({
          mark: 'hint',
          details: [
            'RMAs ask for units to be received into quarantine. That is in neither list, so units that are left in it are flagged.',
          ],
          fix: 'Write quarantine into receipts.refund or receipts.wait, or change masonhub.receiveInto.',
        });
      },
    );

    it('never advises to refund what may not be', () => {
      expect(found({ masonhub: { receiveInto: 'damaged' } })).toMatchObject({
        fix: 'Write damaged into receipts.wait, or change masonhub.receiveInto.',
      });
    });
  });

  it('is nothing as long as a variable in them is not set', () => {
    const unset = [{ field: 'receipts.refund', variable: 'GOOD' }];
    expect(found({}, unset)).toEqual({
      mark: 'skipped',
      title: 'Receipts',
      text: 'not shown until its variables are set',
    });
    const elsewhere = [{ field: 'loop.apiKey', variable: 'ACME_LOOP_API_KEY' }];
    expect(found({}, elsewhere)).toMatchObject({ mark: 'good' });
  });
});
