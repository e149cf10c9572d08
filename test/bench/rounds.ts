/** The middle one; the mean of the two in the middle where there is none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the others lie, between its two neighbours where it falls between them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error('Nothing was measured');
  return below + (above - below) * (place - Math.floor(place));
}

/** Ratios of what was measured in the same turn: the middle one, and the bounds of the middle half. */
export interface Pairs {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** @param ones as many as there are `others`, each measured in the same turn as its counterpart */
export function paired(ones: readonly number[], others: readonly number[]): Pairs {
  const ratios = ones.map((one, index) => one / (others[index] ?? Number.NaN));
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}
