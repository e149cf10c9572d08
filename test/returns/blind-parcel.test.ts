import { describe, expect, test } from 'vitest';
import { isNewsOf, keptOf } from '../../src/returns/blind-parcel.ts';
import type { ReceiptEvent } from '../../src/returns/events.ts';
import type { Receipt } from '../../src/returns/return.ts';
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
    const kept = keptOf(told, heard('receipt.pulled', shown), true);
    expect(kept).toMatchObject({ isCorrected: true, isLate: false });
    const late = box(own, { toldAt: '2026-03-04T10:30:00.000Z' }, shirt);
    expect(keptOf(kept.receipt, heard('receipt', late), true)).toMatchObject({
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
