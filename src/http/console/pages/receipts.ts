import type { Receipt, ReceiptLine, Return } from '../../../returns/return.ts';
import { type Html, html, table } from '../html.ts';

/** What the warehouse found: the parcel of the return's own RMA first, then those that came without one. */
export function whatCame({ receipts }: Pick<Return, 'receipts'>): Html {
  if (receipts.length === 0) return html`<p>No receipt yet.</p>`;
  const inOrder = receipts.toSorted((one, other) => Number(one.isBlind) - Number(other.isBlind));
  return html`${inOrder.map(parcel)}`;
}

function parcel(receipt: Receipt, index: number): Html {
  const name = receipt.packageId === null ? 'The parcel of the RMA' : `Parcel ${receipt.packageId}`;
  return html`<article aria-labelledby="parcel-${index}">
    <h3 id="parcel-${index}">${name}</h3>
    ${receipt.isBlind ? html`<p class="hint">It came without an RMA, and counts here by the number on it.</p>` : null}
    ${receipt.lines.length === 0 ? html`<p>The receipt has no lines.</p>` : lineTable(receipt)}
  </article>`;
}

function lineTable({ packageId, lines, isBlind }: Receipt): Html {
  return table(
    `Lines of the receipt of ${packageId ?? 'the RMA'}`,
    [{ title: 'SKU' }, { title: 'Found' }],
    lines.map((line) => [
      skuWords(line),
      `${foundWords(line, 'with notes')}${line.onRma || isBlind ? '' : ' – not on the RMA'}`,
    ]),
  );
}

/** The SKU of a line; the warehouse can receive an item that has none. */
export function skuWords({ sku }: ReceiptLine): string {
  return sku === '' ? 'without a SKU' : sku;
}

/**
 * How many units of a line went where.
 * @param notes whether the warehouse's own words are shown beside them
 */
export function foundWords({ received }: ReceiptLine, notes: 'with notes' | 'without notes'): string {
  const found = received
    .filter(({ units }) => units > 0)
    .map(({ units, disposition, note }) => {
      const said = note === null || notes === 'without notes' ? '' : ` ("${note}")`;
      return `${units} ${disposition}${said}`;
    });
  return found.join(', ') || 'nothing';
}
