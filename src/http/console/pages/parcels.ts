import type { UnannouncedParcel } from '../../../returns-store/unannounced.ts';
import { type Html, html, returnPath, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { foundWords, skuWords } from './receipts.ts';

export interface UnannouncedList {
  /** The newest. */
  readonly parcels: readonly UnannouncedParcel[];
  /** How many there are in all. */
  readonly count: number;
  readonly formToken: string | null;
}

/**
 * Parcels that the warehouse received without an RMA, and of which no return is known. What the warehouse wrote
 * about them is not shown: where it looks for a parcel's sender, that can be personal.
 */
export function parcelsPage({ parcels, count, formToken }: UnannouncedList): Page {
  return {
    title: 'Parcels nobody announced',
    place: 'Overview',
    formToken,
    updates: 'whole',
    content: html`
      <p>The warehouse received these without an RMA, and the number on the box is that of no return, or of several. Nothing was sent to Loop. As soon as it is the number of exactly one return, the parcel counts to that by itself and leaves this list.</p>
      ${live('parcels', heading(count), parcels.length === 0 ? none : parcelTable(parcels))}
      ${count <= parcels.length ? null : html`<p class="hint">The newest ${parcels.length} are shown.</p>`}
      <p class="hint">Where several returns bear the number, nobody but a person can tell which one it is of: compare them with what came, and settle the right one in Loop.</p>`,
  };
}

const none = html`<p class="fine">None. Every parcel that the warehouse received is known to be of a return.</p>`;

function heading(count: number): string {
  return count === 1 ? '1 parcel' : `${count.toLocaleString('en')} parcels, newest first`;
}

function parcelTable(parcels: readonly UnannouncedParcel[]): Html {
  return table(
    'Parcels nobody announced, newest first',
    [
      { title: 'Number on the box' },
      { title: 'Merchant' },
      { title: 'What was in it' },
      { title: 'Since' },
      { title: 'Returns with this number' },
    ],
    parcels.map((one) => [one.packageId, one.merchant, contents(one), time(one.receivedAt), returns(one)]),
  );
}

function contents({ receipt }: UnannouncedParcel): Html {
  if (receipt.unread !== undefined) return html`<span>What was received could not be understood</span>`;
  if (receipt.lines.length === 0) return html`<span>Nothing is listed</span>`;
  const lines = receipt.lines.map((line) => `${skuWords(line)}: ${foundWords(line, 'without notes')}`);
  return html`<ul class="plain">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function returns({ merchant, loopReturnIds }: UnannouncedParcel): Html | null {
  if (loopReturnIds.length === 0) return null;
  return html`<ul class="plain">${loopReturnIds.map((id) => html`<li><a href="${returnPath(merchant, id)}">${id}</a></li>`)}</ul>`;
}
