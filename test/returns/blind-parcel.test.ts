import { describe, expect, test } from 'vitest';
import { isNewsOf, keptOf } from '../../src/returns/blind-parcel.ts';
import type { ReceiptEvent } from '../../src/returns/events.ts';
import type { Receipt } from '../../src/returns/return.ts';
import { found, merchantWith } from './fixtures.ts';
import { merchant } from './news.ts';
import { blind, own, pants, second, shirt } from './two-boxes.ts';

describe('a box without an RMA whose record MasonHub does not date', () => {
  const box = (packageId: string, dates: Partial<Receipt>, ...lines: Receipt['lines']): Receipt => {
    return { ...blind(packageId, ...lines).receipt, masonHubId: 'box-1', ...dates };
  };
  const heard = (trigger: ReceiptEvent['trigger'], receipt: Receipt): ReceiptEvent => {
    return { kind: 'receipt', trigger, receipt };
  };

  test('keeps the number that MasonHub, asked, has shown where a callback of before tells of another', () => {
    const told = box(own, { toldAt: '2026-03-04T10:00:00.000Z' }, shirt);
    const shown = box(second, { shownAt: '2026-03-04T11:00:00.000Z' }, shirt);
    const kept = keptOf(told, heard('receipt.pulled', shown), true, merchant);
    expect(kept).toMatchObject({ isCorrected: true, isLate: false });
    const late = box(own, { toldAt: '2026-03-04T10:30:00.000Z' }, shirt);
    expect(keptOf(kept.receipt, heard('receipt', late), true, merchant)).toMatchObject({
      receipt: { packageId: second },
      isCorrected: false,
      isLate: true,
    });
  });

  test('is nothing new where MasonHub shows in words that cannot be understood what a callback has told', () => {
    const told = box(second, { toldAt: '2026-03-04T10:00:00.000Z' }, pants);
    const shown = {
      ...box(second, { shownAt: '2026-03-04T10:10:00.000Z' }),
      unread: 'a quantity is no number',
    };
    expect(isNewsOf(told, shown)).toBe(false);
  });
});

describe('a box of which no return is known, that MasonHub shows without details', () => {
  const [ten, eleven] = ['2026-03-04T10:00:00.000Z', '2026-03-04T11:00:00.000Z'];
  const into = merchantWith({ masonhub: { receiveInto: 'available' } });
  const box = (dates: Partial<Receipt>, line: Receipt['lines'][number]): Receipt => {
    return { ...blind(own, line).receipt, ...dates };
  };
  const damaged = found('SHIRT', { damaged: 1 });
  const echo = found('SHIRT', { available: 1 }, { detailed: false });
  const shownAs = (line: Receipt['lines'][number], dates: Partial<Receipt> = {}) => {
    return {
      kind: 'receipt',
      trigger: 'receipt.pulled',
      receipt: box({ shownAt: eleven, ...dates }, line),
    } as const;
  };
  const toldAs = (line: Receipt['lines'][number], dates: Partial<Receipt> = {}) => {
    return { kind: 'receipt', trigger: 'receipt', receipt: box({ toldAt: ten, ...dates }, line) } as const;
  };

  test.each<[string, Receipt['lines'][number]]>([
    ['damaged', damaged],
    ['in quality control', found('SHIRT', { qc: 1 })],
  ])('keeps the details by which its unit is %s', (_what, line) => {
    expect(keptOf(toldAs(line).receipt, shownAs(echo), false, into)).toMatchObject({ isLate: true });
  });

  test.each<[string, Receipt, ReceiptEvent]>([
    ['is good by its details', toldAs(shirt).receipt, shownAs(echo)],
    [
      'is shown in another status than was asked for',
      toldAs(damaged).receipt,
      shownAs(found('SHIRT', { qc: 1 }, { detailed: false })),
    ],
    [
      'is shown beside another one',
      toldAs(damaged).receipt,
      shownAs(found('SHIRT', { available: 2 }, { detailed: false })),
    ],
    [
      'is of a record that has changed since',
      toldAs(damaged, { changedAt: ten }).receipt,
      shownAs(echo, { changedAt: eleven }),
    ],
    ['is told of, without details, by a callback', toldAs(damaged).receipt, toldAs(echo, { toldAt: eleven })],
  ])('has no more than what is shown where the unit %s', (_what, before, event) => {
    const kept = keptOf(before, event, false, into);
    expect(kept).toMatchObject({ isLate: false, receipt: { lines: event.receipt.lines } });
  });

  test('hears details of before, which come late, and not as what MasonHub has shown since', () => {
    const kept = keptOf(shownAs(echo).receipt, toldAs(damaged), false, into);
    expect(kept).toMatchObject({ isLate: false, receipt: { lines: [damaged] } });
    expect(kept.receipt).not.toHaveProperty('shownAt');
  });

  test('hears nothing good of before where what is shown may be in quality control', () => {
    const inQc = found('SHIRT', { qc: 1 }, { detailed: false });
    expect(keptOf(shownAs(inQc).receipt, toldAs(shirt), false, merchant)).toMatchObject({ isLate: true });
    expect(keptOf(shownAs(inQc).receipt, toldAs(damaged), false, merchant)).toMatchObject({ isLate: false });
    expect(keptOf(shownAs(echo).receipt, toldAs(shirt), false, into)).toMatchObject({ isLate: false });
    const withNone = found('SHIRT', { available: 1, damaged: 0 });
    expect(keptOf(shownAs(inQc).receipt, toldAs(withNone), false, merchant)).toMatchObject({ isLate: true });
    expect(keptOf(shownAs(echo).receipt, toldAs(shirt), false, into)).toMatchObject({ isLate: false });
  });

  test.each([own, null])(
    'keeps the number that is shown, whichever the details of before have: %s',
    (packageId) => {
      const shown = shownAs(echo, { packageId: second, masonHubId: 'box-1' }).receipt;
      const kept = keptOf(shown, toldAs(damaged, { packageId, masonHubId: 'box-1' }), false, into);
      expect(kept).toMatchObject({ isLate: false, receipt: { packageId: second, lines: [damaged] } });
    },
  );

  test('leaves both to its return once that is known', () => {
    expect(keptOf(toldAs(damaged).receipt, shownAs(echo), true, into)).toMatchObject({ isLate: false });
    expect(keptOf(shownAs(echo).receipt, toldAs(damaged), true, into)).toMatchObject({ isLate: true });
  });

  test('has the number that the details of before have where none is shown', () => {
    const shown = shownAs(echo, { packageId: null, masonHubId: 'box-1' }).receipt;
    const kept = keptOf(shown, toldAs(damaged, { masonHubId: 'box-1' }), false, into);
    expect(kept.receipt.packageId).toBe(own);
  });
});
