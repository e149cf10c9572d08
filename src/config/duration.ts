/** A day in milliseconds. */
export const aDayMs = 86_400_000;

const MILLISECONDS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', aDayMs],
]);

/**
 * Reads a duration: a whole number and a unit with nothing between them, `500ms`, `2s`, `10m`, `1h` or `30d`.
 *
 * @returns milliseconds; `null` where the text is no such duration, or too large to be counted exactly
 */
export function durationInMilliseconds(text: string): number | null {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  const milliseconds = Number(amount) * (MILLISECONDS.get(unit) ?? Number.NaN);
  return Number.isSafeInteger(milliseconds) ? milliseconds : null;
}

/** A duration as `durationInMilliseconds` reads it, in the largest unit that it is a whole number of: `7d`, `36h`. */
export function writtenDuration(milliseconds: number): string {
  const fitting = [...MILLISECONDS].filter(([, length]) => milliseconds % length === 0);
  const [unit, length] = fitting.at(-1) ?? ['ms', 1];
  return `${milliseconds / length}${unit}`;
}
