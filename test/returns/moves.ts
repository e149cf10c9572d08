import fc from 'fast-check';
import type { LabelEvent, LoopReturnEvent, ReturnEvent } from '../../src/returns/events.ts';
import type { ReturnItem, ToldDestination } from '../../src/returns/loop-facts.ts';
import type { ReceiptPolicy } from '../../src/returns/policy.ts';
import type { Receipt } from '../../src/returns/return.ts';
import { type Fate, fates } from './desk.ts';
import type { Driver } from './driver.ts';
import {
  answerTells,
  extra,
  found,
  item,
  labelTold,
  listed,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold,
} from './fixtures.ts';

/** What can befall a return from outside, whatever its parcels are. */

export const good = receiptOf(found('SHIRT', { available: 1 }), found('PANTS', { available: 1 }));
export const receipts: readonly Receipt[] = [
  good,
  { ...good, lines: [...good.lines, extra('HAT', { available: 1 })] },
  receiptOf(found('SHIRT', { damaged: 1 }), found('PANTS', { available: 1 })),
  receiptOf(found('SHIRT', { available: 1 })),
  receiptOf(found('HAT', { available: 1 })),
  receiptOf(),
];

/** Something that happens to a return from outside, or a few of its waiting steps being taken. */
export type Move =
  | { readonly kind: 'tell'; readonly event: ReturnEvent }
  | { readonly kind: 'run'; readonly steps: number }
  | { readonly kind: 'loop garbles'; readonly event: LoopReturnEvent; readonly items: readonly ReturnItem[] }
  | { readonly kind: 'masonhub garbles'; readonly receipt: Receipt }
  | { readonly kind: 'masonhub records'; readonly receipt: Receipt }
  | { readonly kind: 'masonhub shows all' }
  | { readonly kind: 'merchant changes'; readonly receipts: ReceiptPolicy }
  | { readonly kind: 'parcel moves'; readonly to: 'moving' | 'delivered' }
  | { readonly kind: 'loop closes' | 'loop closes silently' | 'loop fails to process' };

export const day = (number: number) => `2026-03-0${number}T10:00:00.000Z`;
export const closed = loopTells({ trigger: 'return.closed', state: 'closed', at: day(8) });
export const tell = (event: ReturnEvent): Move => ({ kind: 'tell', event });
const voided = (label: LabelEvent): LabelEvent => ({ ...label, standing: 'void' });

const news: fc.Arbitrary<Move> = fc
  .oneof(
    fc.constantFrom<ReturnEvent>(
      loopTells(),
      loopTells({ trigger: 'return.updated', at: day(2), labels: [listed('1Z999AA10123456784')] }),
      loopTells({ trigger: 'return.updated', at: day(3), items: [item('SHIRT')] }),
      loopTells({ trigger: 'return.updated', at: day(4), items: [item('SHIRT'), item('PANTS'), item('')] }),
      loopTells({ trigger: 'return.updated', at: day(4), destinationId: '99' }),
      loopTells({ trigger: 'return.updated', at: day(5), destinationId: '31' }),
      loopTells({ trigger: 'return.updated', at: day(3), items: [item('')] }),
      loopTells({ trigger: 'return.updated', at: null, state: 'review' }),
      loopTells({ trigger: 'return.updated', at: day(4), state: 'review' }),
      loopTells({ trigger: 'return.updated', at: day(4), state: 'unknown', stateWord: 'partial' }),
      loopTells({
        trigger: 'return.updated',
        at: day(5),
        labels: [{ ...listed('1Z999'), standing: 'void' }],
      }),
      loopTells({ trigger: 'return.updated', at: day(5), packageReference: 'HR200250DB9E' }),
      answerTells({ at: day(1), updatedAt: day(2), labels: [listed('1Z222AA10123456784')] }),
      answerTells({ at: day(3), updatedAt: day(5), items: [item('SHIRT')] }),
      answerTells({ at: null, updatedAt: day(4), state: 'review' }),
      answerTells({ at: day(4), updatedAt: day(6), state: 'unknown', stateWord: 'processing' }),
      labelTold('1Z999AA10123456784', day(1)),
      labelTold('1Z111AA10123456784', day(2)),
      voided(labelTold('1Z999AA10123456784', day(3), 'label.updated')),
      labelTold(null),
      { kind: 'carrier', status: 'inTransit' },
      { kind: 'receiving', stage: 'onDock' },
      { kind: 'receiving', stage: 'receivingStarted' },
    ),
    fc.constantFrom(...receipts).map(receiptTold),
  )
  .map(tell);
const cancelling: fc.Arbitrary<Move> = fc
  .constantFrom('cancelled', 'expired')
  .map((state) => tell(loopTells({ trigger: 'return.updated', state, at: day(7) })));
const reopening: fc.Arbitrary<Move> = fc
  .constantFrom([item('SHIRT'), item('PANTS')], [item('SHIRT'), item('PANTS'), item('HAT')], [item('SHIRT')])
  .map((items) => tell(loopTells({ trigger: 'return.updated', items, at: day(8) })));
export const running: fc.Arbitrary<Move> = fc
  .integer({ min: 1, max: 3 })
  .map((steps) => ({ kind: 'run', steps }));
const garbling: fc.Arbitrary<Move> = fc.oneof(
  fc
    .record({
      event: fc.constantFrom(
        loopTells(),
        loopTells({ trigger: 'return.updated', at: day(4) }),
        answerTells({ at: day(4), updatedAt: day(6) }),
      ),
      items: fc.constantFrom([item('SHIRT'), item('PANTS')], [item('SHIRT'), item('PANTS'), item('HAT')]),
    })
    .map((garbled): Move => ({ kind: 'loop garbles', ...garbled })),
  fc.constantFrom(...receipts).map((receipt): Move => ({ kind: 'masonhub garbles', receipt })),
);
const parcelMoving: fc.Arbitrary<Move> = fc
  .constantFrom('moving', 'delivered')
  .map((to): Move => ({ kind: 'parcel moves', to }));
const retrying: fc.Arbitrary<Move> = fc.constant(tell({ kind: 'retryRequested', by: 'anna' }));
const loopActs: fc.Arbitrary<Move> = fc.constantFrom<Move>(
  { kind: 'loop closes' },
  { kind: 'loop closes silently' },
  { kind: 'loop fails to process' },
);

export const someMoves = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: news },
    { weight: 6, arbitrary: running },
    { weight: 1, arbitrary: cancelling },
    { weight: 1, arbitrary: reopening },
    { weight: 2, arbitrary: retrying },
    { weight: 3, arbitrary: loopActs },
    { weight: 2, arbitrary: garbling },
    { weight: 2, arbitrary: parcelMoving },
  ),
  { maxLength: 25 },
);
export const anyFates: fc.Arbitrary<Fate[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('ok' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...fates) },
  ),
  { maxLength: 10 },
);
export const anyMerchant = fc
  .record({
    refunds: fc.oneof(
      { weight: 3, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    partialRmas: fc.boolean(),
    dispositions: fc.boolean(),
    destinations: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant(['31']) },
    ),
    keptItems: fc.constantFrom('expect', 'leaveOff'),
  })
  .map(({ destinations, ...settings }) => merchantWith({ ...settings, loop: { destinations } }));
/** What Loop answers where it is asked for the destination. */
export const anyDestination: fc.Arbitrary<ToldDestination> = fc
  .constantFrom('31', '31', '99', null)
  .map((whole) => ({ whole, byItem: {} }));

export function move(driver: Driver, next: Move): void {
  switch (next.kind) {
    case 'tell':
      driver.tell(next.event);
      break;
    case 'run':
      driver.run(next.steps);
      break;
    case 'loop garbles':
      driver.loopGarbles(next.event, next.items);
      break;
    case 'masonhub garbles':
      driver.masonHubGarbles(next.receipt);
      break;
    case 'masonhub records':
      driver.masonHubRecords(next.receipt);
      break;
    case 'masonhub shows all':
      driver.masonHubShowsAll();
      break;
    case 'merchant changes':
      driver.merchantChanges(next.receipts);
      break;
    case 'parcel moves':
      driver.parcelMoves(next.to);
      break;
    case 'loop closes':
      driver.loopCloses(closed);
      break;
    case 'loop closes silently':
      driver.loopClosesSilently();
      break;
    case 'loop fails to process':
      driver.loopFailsToProcess();
      break;
  }
}
