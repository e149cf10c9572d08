/** How a vendor's allowance of requests was used, from the moments at which requests arrived. */
export interface Usage {
  readonly requests: number;
  /** Requests for each minute between the first and the last, as a share of the allowance. */
  readonly share: number;
  /** The most requests within any sixty seconds. */
  readonly mostInAMinute: number;
}

const aMinute = 60_000;

/**
 * @param times when requests arrived, in milliseconds
 * @param perMinute the allowance
 */
export function usageOf(times: readonly number[], perMinute: number): Usage {
  const sorted = [...times].sort((one, other) => one - other);
  const first = sorted[0] ?? 0;
  const minutes = ((sorted.at(-1) ?? 0) - first) / aMinute;
  let mostInAMinute = 0;
  let begin = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[begin] ?? at) >= aMinute) begin += 1;
    mostInAMinute = Math.max(mostInAMinute, index - begin + 1);
  }
  const share = minutes === 0 ? 0 : sorted.length / minutes / perMinute;
  return { requests: sorted.length, share, mostInAMinute };
}
