import { askedRma } from '../../../returns/own-parcel.ts';
import type { Return } from '../../../returns/return.ts';
import { type ComparedSku, compareParcels, type SkuDifference } from '../compare-parcels.ts';
import { type Html, html, table } from '../html.ts';
import { foundWords, skuWords } from './receipts.ts';

/** What was asked for and what came in each parcel, side by side, with what differs. */
export function parcelsOf(facts: Return): Html {
  const { wanted, receipts } = facts;
  const rows = compareParcels(facts);
  if (rows.length === 0) {
    const why = wanted === null || wanted.kind === 'unknown' || wanted.kind === 'rma' ? null : wanted.why;
    return html`<p>${why === null ? 'Not known yet.' : `No RMA. ${why}`}</p>${receipts.length === 0 ? null : noLines}`;
  }
  const inOrder = receipts
    .map((receipt, index) => ({ receipt, index }))
    .toSorted((one, other) => Number(one.receipt.isBlind) - Number(other.receipt.isBlind));
  const parcels = inOrder.map(({ receipt: { packageId, isBlind } }) => {
    const name = packageId === null ? 'The parcel of the RMA' : `Parcel ${packageId}`;
    return isBlind ? `${name}, without an RMA` : name;
  });
  return html`${table(
    'What was asked for and what came, by SKU',
    [
      { title: 'SKU' },
      { title: 'Asked for' },
      ...parcels.map((title) => ({ title })),
      ...(receipts.length === 0 ? [] : [{ title: 'In all' }]),
    ],
    rows.map((row) => [
      skuCell(row),
      askedUnits(row) === 0 ? null : askedUnits(row),
      ...inOrder.map(({ index }) => cameCell(row, index)),
      ...(receipts.length === 0 ? [] : [differenceCell(row, facts)]),
    ]),
  )}
  ${receipts.length === 0 ? html`<p>No receipt yet.</p>` : null}
  ${receipts.some(({ lines, unread }) => lines.length === 0 && unread === undefined) ? noLines : null}
  ${receipts.map(({ packageId, unread }) => (unread === undefined ? null : html`<p>What was in parcel ${packageId} could not be understood: ${unread}</p>`))}
  ${receipts.some(({ isBlind }) => isBlind) ? html`<p class="hint">A parcel without an RMA counts here by the number on it.</p>` : null}
  ${whereItStands(facts)}
  ${isAnyReasonUnmapped(rows) ? html`<p class="hint">A reason that is not in the merchant's returnReasons goes out as <code>other</code>. It holds nothing up.</p>` : null}`;
}

const noLines = html`<p>A receipt has no lines.</p>`;

function askedUnits({ asked }: ComparedSku): number {
  return asked.reduce((sum, { units }) => sum + units, 0);
}

function skuCell({ sku, asked }: ComparedSku): Html {
  const reasons = asked.map(({ reason, note }) => (note === null ? reason : `${reason} (${note})`));
  return html`<span><span class="sku">${skuWords({ sku })}</span>${reasons.length === 0 ? null : html`<span class="under">${[...new Set(reasons)].join(', ')}</span>`}</span>`;
}

/** Null where the parcel has no line of it. */
function cameCell({ came }: ComparedSku, index: number): string | null {
  const lines = came[index] ?? [];
  if (lines.length === 0) return null;
  return lines.map((line) => foundWords(line, 'with notes')).join(', ');
}

function differenceCell({ asked, differences }: ComparedSku, { confirmed }: Return): Html | null {
  if (confirmed === null) return null;
  if (differences.length === 0) return html`<span class="same">as asked</span>`;
  return html`<ul class="plain">${differences.map((one) => html`<li class="differs ${one.kind}">${differenceWords(one, asked.length > 0)}</li>`)}</ul>`;
}

function differenceWords({ kind, units, disposition }: SkuDifference, isAsked: boolean): string {
  const what = `${units} ${disposition}`;
  switch (kind) {
    case 'exception':
      return what;
    case 'waiting':
      return `${what}, waited for`;
    case 'extra':
      return isAsked ? `${what}, more than asked` : `${what}, not asked for`;
  }
}

function whereItStands(facts: Return): Html | null {
  const { confirmed, sent } = facts;
  const rma = askedRma(facts);
  if (rma === null) return null;
  const stands =
    confirmed !== null
      ? 'MasonHub has this RMA.'
      : sent !== null
        ? 'Sent to MasonHub, not accepted yet.'
        : 'MasonHub does not have this RMA.';
  return html`<p class="hint">${stands} Package ${rma.packageId}, to be received into ${rma.receiveInto}.</p>`;
}

function isAnyReasonUnmapped(rows: readonly ComparedSku[]): boolean {
  return rows.some(({ asked }) => asked.some(({ reason, note }) => reason === 'other' && note !== null));
}
