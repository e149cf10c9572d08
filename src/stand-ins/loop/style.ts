/** The shop that the stand-in is. */
export const SHOP_ID = 65_432;

/** How one delivery writes things down: Loop's types drift from delivery to delivery. */
export interface PayloadStyle {
  numbers: 'number' | 'text';
  dates: 'iso' | 'sql';
  exchangeVariant: 'blank' | 'object';
  /** A list, or the older top-level `carrier`, `tracking_number`, `label_status`. */
  labels: 'list' | 'top-level';
  /** What an absent barcode or reason looks like. */
  absent: 'blank' | 'null';
}

/** The styles that deliveries go through in turn when a test names no others. */
export const usualStyles: readonly PayloadStyle[] = [
  { numbers: 'number', dates: 'iso', exchangeVariant: 'blank', labels: 'list', absent: 'null' },
  { numbers: 'text', dates: 'sql', exchangeVariant: 'object', labels: 'top-level', absent: 'blank' },
  { numbers: 'text', dates: 'iso', exchangeVariant: 'object', labels: 'list', absent: 'blank' },
  { numbers: 'number', dates: 'sql', exchangeVariant: 'blank', labels: 'top-level', absent: 'null' },
];

/**
 * Goes through the styles, again and again.
 * @returns the next one at each call
 * @throws at a call, where there is no style
 */
export function inTurn(styles: readonly PayloadStyle[]): () => PayloadStyle {
  let turn = 0;
  return () => {
    const style = styles[turn % styles.length];
    turn += 1;
    if (style === undefined) throw new Error('The stand-in Loop needs at least one payload style');
    return style;
  };
}

/** JSON the way PHP writes it: slashes and everything beyond ASCII are escaped. */
export function phpJson(payload: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(payload)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, escaped);
}

/** A date in the delivery's style. */
export function date(value: Date, style: PayloadStyle): string {
  const seconds = value.toISOString().slice(0, 19);
  return style.dates === 'iso' ? `${seconds}+00:00` : seconds.replace('T', ' ');
}

/** An id or a number in the delivery's style. One that would lose digits stays a text, as it would in PHP. */
export function number(digits: string, style: PayloadStyle): number | string {
  const value = Number(digits);
  return style.numbers === 'number' && String(value) === digits && Number.isSafeInteger(value)
    ? value
    : digits;
}

/** What stands where there is nothing. */
export function absent(style: PayloadStyle): '' | null {
  return style.absent === 'blank' ? '' : null;
}
