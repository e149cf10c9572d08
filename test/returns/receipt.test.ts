import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/returns/receipt.ts';
import { extra, found, receiptOf, rmaFor } from './fixtures.ts';
import { anyReceipt, anyRma, refundableCase } from './generators.ts';
import { finding, type Judged, judge } from './judge.ts';
import { mayRefund } from './money-rule.ts';

describe('a receipt is refundable', () => {
  test('where every unit of the RMA is available', () => {
    const verdict = judge(
      rmaFor(['SHIRT', 2], ['PANTS', 1]),
      receiptOf(found('SHIRT', { available: 2 }), found('PANTS', { available: 1 })),
    );
    expect(verdict).toEqual({ kind: 'refundable', findings: [], extras: [] });
  });

  test('where the available units of a SKU are spread over several lines', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }), found('SHIRT', { available: 1 }));
    expect(judge(rmaFor(['SHIRT', 2]), receipt).kind).toBe('refundable');
  });

  test('where two lines of the RMA ask for one SKU and one line of the receipt has both units', () => {
    const receipt = receiptOf(found('SHIRT', { available: 2 }));
    expect(judge(rmaFor(['SHIRT', 1], ['SHIRT', 1]), receipt).kind).toBe('refundable');
  });

  test('where a status has no units at all', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1, damaged: 0 }));
    expect(judge(rmaFor(['SHIRT', 1]), receipt)).toEqual({ kind: 'refundable', findings: [], extras: [] });
  });

  test('where the warehouse counted what its details show', () => {
    const receipt = receiptOf(found('SHIRT', { available: 2 }, { counted: 2 }));
    expect(judge(rmaFor(['SHIRT', 2]), receipt).kind).toBe('refundable');
  });

  test('where more units came than were asked for, all available: the surplus is named as extra', () => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(found('SHIRT', { available: 3 })));
    expect(verdict).toEqual({
      kind: 'refundable',
      findings: [],
      extras: [finding('SHIRT', 'available', 2)],
    });
  });
});

describe('a unit on an RMA line that is not available makes an exception', () => {
  test.each([
    'damaged',
    'qc',
    'quality-control',
    'quarantine',
    'under-investigation',
    'refurbishing',
    'disposed',
    'short',
    'unknown',
    'a-status-of-next-year',
    'constructor',
    '',
  ])('in the status %j', (status) => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(found('SHIRT', { [status]: 1 })));
    expect(verdict).toEqual({ kind: 'exception', findings: [finding('SHIRT', status, 1)], extras: [] });
  });

  test('also beside available units of the same line', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1, damaged: 1 }));
    expect(judge(rmaFor(['SHIRT', 2]), receipt).findings).toEqual([finding('SHIRT', 'damaged', 1)]);
  });

  test('also where every unit that was asked for is available and a further one is damaged', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1, damaged: 1 }));
    expect(judge(rmaFor(['SHIRT', 1]), receipt)).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'damaged', 1)],
      extras: [],
    });
  });

  test("with the warehouse's own words, once each", () => {
    const receipt = receiptOf(
      found('SHIRT', { damaged: 1 }, { note: 'Has a hole' }),
      found('SHIRT', { damaged: 1 }, { note: 'Has a hole' }),
      found('SHIRT', { damaged: 1 }, { note: 'Stained' }),
    );
    expect(judge(rmaFor(['SHIRT', 3]), receipt).findings).toEqual([
      finding('SHIRT', 'damaged', 3, 'Has a hole', 'Stained'),
    ]);
  });

  test('on its own SKU only: what arrived well is not in the findings', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }), found('PANTS', { quarantine: 1 }));
    expect(judge(rmaFor(['SHIRT', 1], ['PANTS', 1]), receipt).findings).toEqual([
      finding('PANTS', 'quarantine', 1),
    ]);
  });
});

describe('an item that was not on the RMA', () => {
  const wellReceived = found('SHIRT', { available: 1 });

  test.each(['available', 'damaged', 'quarantine'])(
    'in the status %s never blocks, and is named',
    (status) => {
      const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(wellReceived, extra('HAT', { [status]: 2 })));
      expect(verdict).toEqual({ kind: 'refundable', findings: [], extras: [finding('HAT', status, 2)] });
    },
  );

  test('is one whose SKU was never asked for, even where the warehouse does not mark it', () => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(wellReceived, found('HAT', { damaged: 1 })));
    expect(verdict).toEqual({ kind: 'refundable', findings: [], extras: [finding('HAT', 'damaged', 1)] });
  });

  test('never stands in for a missing unit of the same SKU', () => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(extra('SHIRT', { available: 1 })));
    expect(verdict).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'missing', 1)],
      extras: [finding('SHIRT', 'available', 1)],
    });
  });

  test('of the same SKU does not block either, not even damaged', () => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(wellReceived, extra('SHIRT', { damaged: 1 })));
    expect(verdict).toEqual({ kind: 'refundable', findings: [], extras: [finding('SHIRT', 'damaged', 1)] });
  });

  test('is called by the SKU that the warehouse wrote, also where it differs from an expected one in letter case alone', () => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(wellReceived, extra('shirt', { damaged: 1 })));
    expect(verdict).toEqual({ kind: 'refundable', findings: [], extras: [finding('shirt', 'damaged', 1)] });
  });

  test('does not hide an exception on the RMA', () => {
    const receipt = receiptOf(found('SHIRT', { damaged: 1 }), extra('HAT', { available: 1 }));
    const verdict = judge(rmaFor(['SHIRT', 1]), receipt);
    expect(verdict.kind).toBe('exception');
    expect(verdict.extras).toEqual([finding('HAT', 'available', 1)]);
  });
});

describe('for any RMA and any receipt', () => {
  test('the verdict is what the rule, written a second time in another way, says', () => {
    fc.assert(
      fc.property(anyRma, anyReceipt, (asked, receipt) => {
        expect(judge(asked, receipt).kind).toBe(mayRefund(asked, receipt) ? 'refundable' : 'exception');
      }),
      { numRuns: 3000 },
    );
  });

  test('all units available, however they are spread over lines, are refundable; one less or one bad is not', () => {
    fc.assert(
      fc.property(refundableCase, fc.nat(), fc.nat(), ({ asked, receipt }, pick, badKind) => {
        expect(judge(asked, receipt).kind).toBe('refundable');
        expect(mayRefund(asked, receipt)).toBe(true);
        const onRma = receipt.lines.filter((line) =>
          asked.lines.some((a) => line.onRma && a.sku === line.sku),
        );
        const victim = onRma[pick % onRma.length];
        const bad = ['damaged', 'qc', 'short', 'disposed', 'Available', 'unknown'][badKind % 6] ?? 'damaged';
        const spoiled = receipt.lines.map((line) =>
          line === victim
            ? { ...line, received: [...line.received, { disposition: bad, units: 1, note: null }] }
            : line,
        );
        expect(judge(asked, { ...receipt, lines: spoiled }).kind).toBe('exception');
        const more = { ...asked, lines: asked.lines.map((line) => ({ ...line, units: line.units + 1000 })) };
        expect(judge(more, receipt).kind).toBe('exception');
      }),
    );
  });

  test('taking any one line of an exact receipt away makes an exception', () => {
    fc.assert(
      fc.property(anyRma, fc.nat(), (asked, pick) => {
        const lines = asked.lines.map((line) => found(line.sku, { available: line.units }));
        expect(judge(asked, receiptOf(...lines)).kind).toBe('refundable');
        const without = lines.filter((_, index) => index !== pick % lines.length);
        expect(judge(asked, receiptOf(...without)).kind).toBe('exception');
      }),
    );
  });

  test('the order of the lines changes nothing', () => {
    const shuffled = anyReceipt.chain((receipt) =>
      fc
        .shuffledSubarray(receipt.lines, { minLength: receipt.lines.length })
        .map((lines) => [receipt, { ...receipt, lines }] as const),
    );
    fc.assert(
      fc.property(anyRma, shuffled, (asked, [receipt, permuted]) => {
        expect(inAnyOrder(judge(asked, permuted))).toEqual(inAnyOrder(judge(asked, receipt)));
      }),
    );
  });

  test('the order of the RMA lines changes nothing', () => {
    fc.assert(
      fc.property(anyRma, anyReceipt, (asked, receipt) => {
        const reversed = { ...asked, lines: asked.lines.toReversed() };
        expect(inAnyOrder(judge(reversed, receipt))).toEqual(inAnyOrder(judge(asked, receipt)));
      }),
    );
  });

  test('an exception says why, and a refundable receipt has nothing to say', () => {
    fc.assert(
      fc.property(anyRma, anyReceipt, (asked, receipt) => {
        const verdict = judge(asked, receipt);
        expect(verdict.findings.length > 0).toBe(verdict.kind === 'exception');
        for (const one of [...verdict.findings, ...verdict.extras]) expect(one.units).toBeGreaterThan(0);
      }),
    );
  });
});

function inAnyOrder(verdict: Judged) {
  const sorted = (findings: Verdict['findings']) =>
    findings
      .map((one) => ({ ...one, notes: [...one.notes].sort() }))
      .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return { ...verdict, findings: sorted(verdict.findings), extras: sorted(verdict.extras) };
}
