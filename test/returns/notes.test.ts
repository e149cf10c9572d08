import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { besideRefundNote, describeVerdict, flagNote } from '../../src/returns/notes.ts';
import { firstPolicy } from '../../src/returns/policy.ts';
import { type Finding, judge, type Verdict } from '../../src/returns/receipt.ts';
import { extra, found, receiptOf, rmaFor } from './fixtures.ts';

function finding(sku: string, disposition: string, units: number, ...notes: string[]): Finding {
  return { sku, disposition, units, notes };
}

function exception(findings: readonly Finding[], extras: readonly Finding[] = []): Verdict {
  return { kind: 'exception', findings, waiting: [], good: [], extras, isEcho: false };
}

function refundable(...extras: readonly Finding[]): Verdict {
  return { kind: 'refundable', findings: [], waiting: [], good: [], extras, isEcho: false };
}

describe('the note beside a flag', () => {
  test("says which SKU, how many, why, and the warehouse's own words", () => {
    const verdict = exception([
      finding('SHIRT', 'damaged', 1, 'Has a hole'),
      finding('PANTS-32', 'missing', 2),
    ]);
    expect(flagNote(verdict)).toBe(
      'Warehouse check: 1 × SHIRT damaged ("Has a hole"); 2 × PANTS-32 missing.',
    );
  });

  test('of a judged receipt names what is wrong first, then what is right, then what was extra', () => {
    const verdict = judge(
      rmaFor(['SHIRT', 1], ['PANTS', 1], ['SOCKS', 3]),
      [
        receiptOf(
          found('SHIRT', { available: 1 }),
          found('PANTS', { quarantine: 1 }),
          found('SOCKS', { available: 2 }),
          extra('HAT', { available: 1 }),
        ),
      ],
      firstPolicy,
    );
    expect(flagNote(verdict)).toBe(
      'Warehouse check: 1 × PANTS in quarantine; 1 × SOCKS missing; 1 × SHIRT fine; 2 × SOCKS fine; also came: 1 × HAT in good condition.',
    );
  });

  test.each([
    ['damaged', 'damaged'],
    ['missing', 'missing'],
    ['short', 'short'],
    ['qc', 'held for quality control'],
    ['quality-control', 'held for quality control'],
    ['quarantine', 'in quarantine'],
    ['under-investigation', 'under investigation'],
    ['refurbishing', 'sent to refurbishing'],
    ['disposed', 'disposed of'],
    ['unaccounted', 'received, but not accounted for'],
    ['lost-in-space', 'lost-in-space'],
    ['constructor', 'constructor'],
    ['tostring', 'tostring'],
  ])('says %s in words a support person knows: %s', (disposition, words) => {
    expect(flagNote(exception([finding('SHIRT', disposition, 1)]))).toBe(
      `Warehouse check: 1 × SHIRT ${words}.`,
    );
  });

  test('says so where the parcel held something that has no SKU', () => {
    const verdict = exception([finding('SHIRT', 'missing', 1)], [finding('', 'available', 1)]);
    expect(flagNote(verdict)).toContain('1 × item without a SKU in good condition');
  });

  test("has the beginning of the warehouse's words where all of them would not fit", () => {
    const words = `Torn at the ${'left '.repeat(50)}sleeve`;
    const note = flagNote(exception([finding('SHIRT', 'damaged', 1, words)]));
    expect(note).toMatch(/^Warehouse check: 1 × SHIRT damaged \("Torn at the left .* le?f?t?…"\)\.$/);
    expect(note.length).toBeGreaterThan(160);
  });

  test('has no half of a character where it begins with them', () => {
    for (const before of ['', 'a', 'ab']) {
      const words = `${before}${'😀'.repeat(120)}`;
      expect(flagNote(exception([finding('SHIRT', 'damaged', 1, words)]))).toMatch(/"(a|ab)?😀+…"/u);
    }
  });

  test('has the beginning of what it says of each of several', () => {
    const found = ['AA1', 'BB1', 'CC1', 'DD1'].map((sku) =>
      finding(sku, 'damaged', 1, `${sku} ${'x'.repeat(110)}`),
    );
    const note = flagNote(exception(found));
    for (const { sku } of found) expect(note).toMatch(new RegExp(`1 × ${sku} damaged \\("${sku} x+…"\\)`));
  });

  test("leaves the warehouse's words out where not even their beginnings fit, and keeps SKU, count and why", () => {
    const sku = 'S'.repeat(210);
    const verdict = exception([finding(sku, 'damaged', 1, 'x'.repeat(250))]);
    expect(flagNote(verdict)).toBe(`Warehouse check: 1 × ${sku} damaged.`);
  });

  test('says how many findings it leaves out where not all of them fit', () => {
    const many = Array.from({ length: 40 }, (_, index) => finding(`SKU-${1000 + index}`, 'missing', 1));
    const note = flagNote(exception(many));
    const named = many.filter((one) => note.includes(`1 × ${one.sku} missing`));
    expect(named.length).toBeGreaterThan(5);
    expect(note).toContain(`; and ${many.length - named.length} more.`);
  });

  test('points to the receipt where not even one finding fits', () => {
    expect(flagNote(exception([finding('x'.repeat(250), 'damaged', 1)]))).toBe(
      "Warehouse check: 1 findings, too long to list; see the warehouse's receipt.",
    );
  });

  test('stays within the limit where only the words about extra items are too many', () => {
    for (let length = 60; length < 140; length += 1) {
      const verdict = exception(
        [finding('A'.repeat(length), 'damaged', 1)],
        [finding('B'.repeat(100), 'available', 1)],
      );
      expect(flagNote(verdict).length, `a SKU of ${length} characters`).toBeLessThan(255);
      expect(flagNote(verdict)).not.toContain('and 0 more');
    }
  });

  test('never lists an extra item as if it were a fault of the return', () => {
    const verdict = exception(
      [finding('SHIRT', 'damaged', 1)],
      Array.from({ length: 20 }, (_, index) => finding(`EXTRA-${index}`, 'available', 1)),
    );
    const beforeExtras = flagNote(verdict).split('also came')[0] ?? '';
    expect(beforeExtras).toContain('SHIRT damaged');
    expect(beforeExtras).not.toContain('EXTRA');
  });
});

describe('the note beside a refund', () => {
  const all = { leftOut: 0, kept: 0, elsewhere: 0 };

  test('is not written where nothing was extra and nothing was left off the RMA', () => {
    expect(besideRefundNote(refundable(), all)).toBeNull();
  });

  test('names what was extra', () => {
    const verdict = refundable(finding('HAT', 'available', 1), finding('BELT', 'damaged', 2));
    expect(besideRefundNote(verdict, all)).toBe(
      'Warehouse check: all expected items arrived. Also came: 1 × HAT in good condition; 2 × BELT damaged.',
    );
  });

  test('says how many units were not checked because they have no SKU', () => {
    expect(besideRefundNote(refundable(), { ...all, leftOut: 2 })).toBe(
      'Warehouse check: all expected items arrived. 2 without a SKU not checked.',
    );
    expect(besideRefundNote(refundable(finding('HAT', 'available', 1)), { ...all, leftOut: 2 })).toBe(
      'Warehouse check: all expected items arrived. 2 without a SKU not checked. Also came: 1 × HAT in good condition.',
    );
  });

  test('says how many units went to another destination, where nobody has checked them', () => {
    expect(besideRefundNote(refundable(), { ...all, elsewhere: 3 })).toBe(
      'Warehouse check: all expected items arrived. 3 bound for another destination not checked.',
    );
  });

  test('always says that the items were also came, however many there are', () => {
    const many = Array.from({ length: 40 }, (_, index) => finding(`EXTRA-${index}`, 'available', 1));
    expect(besideRefundNote(refundable(...many), all)).toMatch(/also came/i);
  });
});

describe("a verdict in words for a status's reason", () => {
  test('names everything, without a limit', () => {
    const many = Array.from({ length: 40 }, (_, index) => finding(`SKU-${index}`, 'missing', 1));
    const words = describeVerdict(exception(many, [finding('HAT', 'available', 1)]));
    for (const one of many) expect(words).toContain(`1 × ${one.sku} missing`);
    expect(words).toMatch(/also came: 1 × HAT in good condition$/);
  });

  test('has no words where everything is as it should be', () => {
    expect(describeVerdict(refundable())).toBe('');
  });
});

describe('for any verdict', () => {
  const text = (maxLength: number) =>
    fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
      fc.string({ unit: fc.constantFrom('👕', 'é', 'x'), minLength: 1, maxLength }),
    );
  const anyFinding: fc.Arbitrary<Finding> = fc.record({
    sku: fc.oneof(text(12), text(100)),
    disposition: fc.oneof(
      fc.constantFrom('damaged', 'missing', 'available', 'qc', 'toString', 'constructor', '__proto__'),
      text(60),
    ),
    units: fc.integer({ min: 1, max: 1_000_000 }),
    notes: fc.array(fc.oneof(text(20), text(250)), { maxLength: 3 }),
  });
  const anyException = fc
    .tuple(anyFinding, fc.array(anyFinding, { maxLength: 12 }), fc.array(anyFinding, { maxLength: 4 }))
    .map(([first, rest, extras]) => exception([first, ...rest], extras));

  test('a note has under 255 characters', () => {
    fc.assert(
      fc.property(anyException, fc.nat(), (verdict, leftOut) => {
        expect(flagNote(verdict).length).toBeLessThan(255);
        expect(
          (besideRefundNote(verdict, { leftOut, kept: leftOut, elsewhere: leftOut }) ?? '').length,
        ).toBeLessThan(255);
      }),
      { numRuns: 1000 },
    );
  });

  test('a note is never cut inside a character', () => {
    fc.assert(
      fc.property(anyException, fc.nat(), (verdict, leftOut) => {
        expect(flagNote(verdict).isWellFormed()).toBe(true);
        expect(
          (besideRefundNote(verdict, { leftOut, kept: leftOut, elsewhere: leftOut }) ?? '').isWellFormed(),
        ).toBe(true);
      }),
    );
  });

  test('a note is never empty and always ends its sentence', () => {
    fc.assert(
      fc.property(anyException, (verdict) => {
        expect(flagNote(verdict)).toMatch(/^Warehouse check: [\s\S]+\.$/);
      }),
    );
  });

  test('each finding that is short enough on its own is named, with its count and why', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^[A-Z]{3}-\d{2}$/), fc.integer({ min: 1, max: 9 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (parts) => {
          const note = flagNote(exception(parts.map(([sku, units]) => finding(sku, 'damaged', units))));
          for (const [sku, units] of parts) expect(note).toContain(`${units} × ${sku} damaged`);
        },
      ),
    );
  });
});
