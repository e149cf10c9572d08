/**
 * How a receipt writes its quantities: `1`, `"1"`, `1.0` or `"1.0"`, all of which MasonHub is known to send.
 * Where they are varied, every second callback of version 2.0 has texts, booleans among them.
 */
export type QuantityStyle = 'varied' | 'number' | 'text' | 'decimal' | 'decimal-text';

/**
 * What the lines of a receipt say of where the units went, in each published reading: in their
 * `receiving_details`; in `return_inventory_status`, as the status after inspection; or nowhere, where that
 * is still the status that the RMA asked for.
 */
export type LineStyle = 'details' | 'inspected' | 'asked';

declare global {
  interface JSON {
    /** In Node.js, and not yet in TypeScript's library: a value that is written into JSON as it stands. */
    rawJSON(text: string): object;
  }
}

/** A quantity as it goes into JSON; a fraction has its decimals in every style. */
export function quantityIn(style: QuantityStyle, quantity: number): unknown {
  const decimal = Number.isInteger(quantity) ? quantity.toFixed(1) : String(quantity);
  switch (style) {
    case 'varied':
    case 'number':
      return quantity;
    case 'text':
      return String(quantity);
    case 'decimal':
      return JSON.rawJSON(decimal);
    case 'decimal-text':
      return decimal;
  }
}
