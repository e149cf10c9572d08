import fc from 'fast-check';
import type { Merchant } from '../../src/config/merchants.ts';
import type { ReturnEvent } from '../../src/returns/events.ts';
import type { Receipt, ReceiptLine } from '../../src/returns/return.ts';
import { extra, found, item, listed, loopTells, receiptOf, receiptTold } from './fixtures.ts';
import { anyMerchant, type Move, running, someMoves, tell } from './moves.ts';
import { anyPolicy } from './parcel-generators.ts';

/** What can befall the parcels of a return: in several boxes, in inspection, with an RMA and without. */

export const ownLabel = '1Z999AA10123456784';
const otherLabels = ['1Z111AA10123456784', '1Z222AA10123456784'];

/** Loop tells of a return in two or three parcels, of which any label can be on any. */
export const inParcels = loopTells({
  items: [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })],
  labels: [ownLabel, ...otherLabels.slice(0, 1)].map((label) => listed(label)),
});

/** How the warehouse may show one unit that was asked for. */
function linesOf(sku: string): fc.Arbitrary<readonly ReceiptLine[]> {
  const good = found(sku, { available: 1 });
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant([good]) },
    {
      weight: 3,
      arbitrary: fc.constantFrom([found(sku, { qc: 1 })], [found(sku, { 'under-investigation': 1 })]),
    },
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        [found(sku, { available: 1 }, { detailed: false })],
        [found(sku, { qc: 1 }, { detailed: false })],
        [good, found(sku, { available: 1 }, { detailed: false })],
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        [found(sku, { damaged: 1 })],
        [found(sku, { refurbishing: 1 })],
        [found(sku, { damaged: 1, qc: 1 })],
        [found(sku, {}, { counted: 1 })],
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        [found(sku.toLowerCase(), { available: 1 })],
        [found(sku, { available: 1 }, { counted: 0 })],
        [found(sku, { available: 1, qc: 1 })],
        [extra(sku, { available: 1 })],
      ),
    },
  );
}

const anyLines: fc.Arbitrary<readonly ReceiptLine[]> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      [found('SHIRT', { available: 1 }), found('PANTS', { available: 1 })],
      [found('SHIRT', { available: 1 })],
      [found('PANTS', { available: 1 })],
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(linesOf('SHIRT'), linesOf('PANTS'), fc.constantFrom([], [], [], [extra('HAT', { damaged: 1 })]))
      .map((lines) => lines.flat()),
  },
);

/** MasonHub's clock; without a date, what is told last counts. */
const anyDate = fc.constantFrom(null, ...[1, 2, 3, 4, 5].map((hour) => `2026-03-02T0${hour}:00:00.000Z`));

const anyOwnReceipt: fc.Arbitrary<Receipt> = fc
  .tuple(anyLines, anyDate, fc.constantFrom(null, ownLabel))
  .map(([lines, changedAt, packageId]) => ({
    ...receiptOf(...lines),
    changedAt,
    packageId,
    masonHubId: 'hub-own',
  }));

/** A parcel without an RMA; seldom one that bears the label of the RMA's own parcel. */
const anyBlindReceipt: fc.Arbitrary<Receipt> = fc
  .tuple(anyLines, anyDate, fc.constantFrom(...otherLabels, ...otherLabels, ...otherLabels, ownLabel))
  .map(([lines, changedAt, packageId]) => ({
    ...receiptOf(...lines),
    changedAt,
    packageId,
    isBlind: true,
    masonHubId: `hub-${packageId}`,
  }));

export const anyReceiptOfAParcel = fc.oneof(anyOwnReceipt, anyBlindReceipt);

/** MasonHub begins to receive; seldom it says so again once it has received. */
const begun: fc.Arbitrary<ReturnEvent> = anyDate.map((changedAt) => ({
  kind: 'receiving',
  stage: 'receivingStarted',
  ...(changedAt === null ? {} : { asOf: { changedAt, toldAt: null } }),
}));

/** What the warehouse does, and what MasonHub tells of it, or does not. */
export const parcelMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: anyReceiptOfAParcel.map((receipt) => tell(receiptTold(receipt))) },
  {
    weight: 2,
    arbitrary: anyReceiptOfAParcel.map((receipt): Move => ({ kind: 'masonhub records', receipt })),
  },
  { weight: 1, arbitrary: fc.constant<Move>({ kind: 'masonhub shows all' }) },
  { weight: 1, arbitrary: anyOwnReceipt.map((receipt): Move => ({ kind: 'masonhub garbles', receipt })) },
  { weight: 1, arbitrary: anyBlindReceipt.map((receipt): Move => ({ kind: 'masonhub garbles', receipt })) },
  { weight: 1, arbitrary: begun.map(tell) },
  { weight: 2, arbitrary: anyPolicy.map((receipts): Move => ({ kind: 'merchant changes', receipts })) },
);

/** What has been told once is often told again. */
function withRepeats(moves: readonly Move[], repeats: readonly number[]): readonly Move[] {
  const again = repeats.flatMap((at) => moves.filter(({ kind }) => kind === 'tell').at(at) ?? []);
  return [...moves, ...again];
}

/**
 * Most histories begin with a return whose RMA stands, as only then does money move. In half of them Loop is
 * quiet, and what is due is done now and then.
 */
export const anyParcelHistory: fc.Arbitrary<readonly Move[]> = fc
  .tuple(
    fc.constantFrom(true, true, true, false),
    fc.array(fc.array(parcelMove, { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
    fc.oneof(fc.array(running, { maxLength: 15 }), someMoves),
    fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
  )
  .map(([isOpened, parcels, others, repeats]) => {
    const opening: Move[] = [tell(inParcels), { kind: 'run', steps: 3 }];
    const mixed = parcels.flatMap((some, at) => [...some, ...others.slice(at * 3, at * 3 + 3)]);
    return withRepeats(
      [...(isOpened ? opening : []), ...mixed, ...others.slice(parcels.length * 3)],
      repeats,
    );
  });

export const anyParcelMerchant: fc.Arbitrary<Merchant> = fc
  .tuple(anyMerchant, anyPolicy, fc.constantFrom('qc' as const, 'available' as const))
  .map(([merchant, receipts, receiveInto]) => ({
    ...merchant,
    receipts,
    masonhub: { ...merchant.masonhub, receiveInto },
  }));
