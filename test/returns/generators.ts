import fc from 'fast-check';
import type { Receipt, ReceiptLine, Rma, RmaLine } from '../../src/returns/return.ts';
import { RETURN_ID } from './fixtures.ts';
import type { Case, LineSeen, ParcelSeen } from './money-rule.ts';
import { aDay, anyLineSeen, anyParcel, anyPolicy, mostly } from './parcel-generators.ts';

/** Few SKUs, so that lines meet. */
const sku = fc.constantFrom('SHIRT', 'PANTS', 'SOCKS');

const disposition = fc.oneof(
  { weight: 5, arbitrary: fc.constant('available') },
  { weight: 1, arbitrary: fc.constantFrom('damaged', 'qc', 'quarantine', 'short', 'missing', 'unknown') },
);

const note = fc.option(fc.constantFrom('Has a hole', 'Stained', 'No tag'));

const rmaLine: fc.Arbitrary<RmaLine> = fc.record({
  sku,
  units: fc.integer({ min: 1, max: 3 }),
  reason: fc.constantFrom('tooBig', 'other'),
  note: fc.constant(null),
  orderReference: fc.constant(null),
});

export const anyRma: fc.Arbitrary<Rma> = fc
  .tuple(rmaLine, fc.array(rmaLine, { maxLength: 3 }))
  .map(([first, rest]) => ({
    rmaNumber: RETURN_ID,
    packageId: RETURN_ID,
    receiveInto: 'qc',
    lines: [first, ...rest],
  }));

const anyLine: fc.Arbitrary<ReceiptLine> = fc.record({
  sku: fc.oneof({ weight: 5, arbitrary: sku }, { weight: 1, arbitrary: fc.constant('HAT') }),
  onRma: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  counted: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 1 }),
  detailed: fc.constant(true),
  received: fc.array(fc.record({ disposition, units: fc.integer({ min: 0, max: 4 }), note }), {
    maxLength: 3,
  }),
});

export const anyReceipt: fc.Arbitrary<Receipt> = fc.record({
  masonHubId: fc.constant(null),
  packageId: fc.constant(null),
  isBlind: fc.constant(false),
  changedAt: fc.constant(null),
  toldAt: fc.constant(null),
  lines: fc.array(anyLine, { maxLength: 6 }),
  note: fc.constant(null),
});

/** An RMA with a receipt that holds all of it, available, in lines of one unit or of several, among extras. */
export const refundableCase: fc.Arbitrary<{ asked: Rma; receipt: Receipt }> = fc
  .tuple(
    anyRma,
    fc.infiniteStream(fc.boolean()),
    fc.array(
      anyLine.map((line) => ({ ...line, onRma: false })),
      { maxLength: 2 },
    ),
  )
  .map(([asked, joined, extras]) => {
    const lines: ReceiptLine[] = [];
    const coin = (): boolean => joined.next().value === true;
    for (const { sku: asks, units } of asked.lines) {
      const parts = coin() ? [units] : Array.from({ length: units }, () => 1);
      for (const part of parts) {
        lines.push({
          sku: asks,
          onRma: true,
          counted: coin() ? part : null,
          detailed: true,
          received: [{ disposition: 'available', units: part, note: null }],
        });
      }
    }
    const lines_ = [...extras, ...lines];
    return {
      asked,
      receipt: {
        masonHubId: null,
        packageId: null,
        isBlind: false,
        changedAt: null,
        toldAt: null,
        lines: lines_,
        note: null,
      },
    };
  });

/** Few SKUs, and now and then two that differ in their spelling only. */
const askedLine = fc.record({
  sku: fc.constantFrom('TEE', 'TEE', 'TEE', 'HAT', 'HAT', 'HAT', 'tee', 'hat '),
  units: fc.integer({ min: 1, max: 3 }),
});

/** Parcels of any kind, which seldom fit what was asked for. */
const unrelated: fc.Arbitrary<Case> = fc.record({
  asked: fc.array(askedLine, { minLength: 1, maxLength: 3 }),
  receiveInto: fc.constantFrom('available', 'qc', 'damaged', 'refurbishing'),
  policy: anyPolicy,
  parcels: fc.array(anyParcel, { maxLength: 4 }),
  refundsEnabled: mostly(true),
  anotherParcelOnItsWay: fc.boolean(),
  askedAgain: fc.boolean(),
  waitedForMs: fc.constantFrom(0, aDay - 1, aDay, 7 * aDay - 1, 7 * aDay, 14 * aDay - 1, 14 * aDay),
});

type Roll = (sides: number) => number;

/** Everything that was asked for came, good, in one parcel or several, and no receipt echoes: always a refund. */
export const refundableParcels: fc.Arbitrary<Case> = fc
  .tuple(
    unrelated,
    fc.array(fc.nat({ max: 59 }), { minLength: 12, maxLength: 12 }),
    fc.array(anyLineSeen, { maxLength: 2 }),
  )
  .map(([situation, dice, extras]) => {
    let rolled = 0;
    const roll: Roll = (sides) => {
      rolled += 1;
      return (dice[rolled % dice.length] ?? 0) % sides;
    };
    const keys = ['named-1', 'blind-1', 'named-2'].slice(0, 1 + roll(3));
    const dealt = goodLines(situation, roll).map((line) => ({ line, key: keys[roll(keys.length)] }));
    const parcels = keys.map((key): ParcelSeen => {
      const isBlind = key.startsWith('blind');
      const own = dealt.filter((one) => one.key === key).map(({ line }) => line);
      const lines = isBlind ? own.map((line) => ({ ...line, onRma: roll(2) === 0 })) : own;
      return {
        key,
        packageId: `1Z-${key}`,
        isBlind,
        status: 'received',
        lines: [...extras.map((line) => ({ ...line, sku: 'MUG' })), ...lines],
      };
    });
    // What came under the same key before is replaced.
    const replaced = situation.parcels.filter(({ key }) => keys.includes(key));
    return { ...situation, parcels: [...replaced, ...parcels], refundsEnabled: true };
  });

/** Lines that hold what was asked for, each of one unit or of several, now and then with one more than that. */
function goodLines({ asked, receiveInto, policy }: Case, roll: Roll): LineSeen[] {
  const isMisspelled = roll(4) === 0;
  const mayBeBare = policy.trustRequestedStatus || !policy.refund.includes(receiveInto);
  return asked.flatMap(({ sku, units }) => {
    const isOneOfTwo = asked.some((one) => one.sku !== sku && plain(one.sku) === plain(sku));
    const parts = roll(2) === 0 ? [units] : Array.from({ length: units }, () => 1);
    return parts.map((part): LineSeen => {
      const shown = part + (roll(5) === 0 ? 1 : 0);
      const detailed = !mayBeBare || roll(2) === 0;
      const disposition = policy.refund[roll(policy.refund.length)] ?? 'available';
      return {
        sku: isMisspelled && !isOneOfTwo ? ` ${plain(sku)}` : sku,
        onRma: true,
        counted: [null, part, shown][roll(3)] ?? null,
        detailed,
        received: [
          { disposition, units: shown },
          ...(detailed && roll(2) === 0 ? [{ disposition: 'damaged', units: 0 }] : []),
        ],
      };
    });
  });
}

/** Any case: parcels of any kind, or a refund of which up to two things were made different. */
export const anyCase: fc.Arbitrary<Case> = fc.oneof(
  { weight: 1, arbitrary: unrelated },
  {
    weight: 3,
    arbitrary: fc
      .tuple(refundableParcels, fc.array(fc.nat(), { maxLength: 2 }), anyLineSeen, unrelated)
      .map(([situation, picks, line, other]) => altered(situation, picks, line, other)),
  },
);

function altered(situation: Case, picks: readonly number[], line: LineSeen, other: Case): Case {
  let changed = situation;
  for (const pick of picks) {
    const changes = differences(changed, line, other);
    changed = { ...changed, ...changes[pick % changes.length] };
  }
  return changed;
}

/** What may be different of a case; most of these stop its refund, and none is sure to. */
function differences(situation: Case, line: LineSeen, other: Case): Partial<Case>[] {
  const [first, ...rest] = situation.parcels.toReversed();
  if (first === undefined) return [other];
  const last = (changes: Partial<ParcelSeen>): Partial<Case> => ({
    parcels: [...rest.toReversed(), { ...first, ...changes }],
  });
  const each = (change: (of: LineSeen) => LineSeen): Partial<Case> =>
    last({ lines: first.lines.map((of) => change(of)) });
  const [part] = line.received;
  return [
    last({ lines: first.lines.slice(1) }),
    last({ lines: first.lines.slice(0, -1) }),
    last({ lines: [...first.lines, line] }),
    last({ lines: [] }),
    last({ status: 'in-receiving' }),
    last({ isBlind: !first.isBlind, key: 'other' }),
    last({ packageId: rest[0]?.packageId ?? null }),
    { ...each((of) => ({ ...of, detailed: false })), receiveInto: 'available' },
    each((of) => ({ ...of, counted: line.counted })),
    each((of) => ({ ...of, sku: of.sku.toLowerCase() })),
    each((of) => ({ ...of, sku: `\t${plain(of.sku)}` })),
    each((of) => ({ ...of, received: of.received.map((one) => ({ ...one, ...part })) })),
    each((of) => ({ ...of, received: of.received.map((one) => ({ ...one, disposition: 'qc' })) })),
    // A further unit, shown beside those that were counted.
    each((of) => ({
      ...of,
      counted: of.received.reduce((sum, { units }) => sum + units, 0),
      received: [...of.received, { disposition: part?.disposition ?? 'qc', units: 1 }],
    })),
    { parcels: [...situation.parcels, ...other.parcels] },
    { policy: other.policy },
    { receiveInto: other.receiveInto },
    { refundsEnabled: false },
  ];
}

function plain(sku: string): string {
  return sku.trim().toLowerCase();
}
