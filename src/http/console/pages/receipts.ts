import type { ReceiptLine } from '../../../returns/return.ts';

/** The SKU of a line; the warehouse can receive an item that has none. */
export function skuWords({ sku }: Pick<ReceiptLine, 'sku'>): string {
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
