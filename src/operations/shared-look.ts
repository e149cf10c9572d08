/** What was found, and when. */
export interface Seen<Value> {
  readonly value: Value;
  readonly at: Date;
}

/** A look that took this long is not waited for again by whoever comes while another one is under way. */
const slowMs = 50;
/** Nobody is shown what is older. */
const oldestMs = 30_000;
/** So long a look counts, as a multiple of the time that it took: then looks take a twentieth of the time at most. */
const countsFor = 20;

/** Whoever asks while somebody already looks gets the same answer: one that hangs takes one connection, not many. */
export function oneAtATime<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | null = null;
  return () => {
    underWay ??= look().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

/**
 * A look at something large that all viewers share. It is as old as that takes: with few rows a look is quick and
 * always new; with a million it counts for some seconds, and who comes later sees the last one while the next is
 * under way.
 * @param nowMs a clock that only goes on
 */
export function sharedLook<Value>(
  look: () => Promise<Value>,
  now: () => Date,
  nowMs: () => number = () => performance.now(),
): () => Promise<Seen<Value>> {
  let last: (Seen<Value> & { readonly seenMs: number; readonly tookMs: number }) | null = null;
  const again = oneAtATime(async () => {
    const at = now();
    const fromMs = nowMs();
    // While a look fails there is nothing to show: what was seen before may not hold any more.
    const value = await look().catch((error: unknown) => {
      last = null;
      throw error;
    });
    const seenMs = nowMs();
    last = { value, at, seenMs, tookMs: seenMs - fromMs };
    return last;
  });
  return async () => {
    if (last === null) return again();
    const ageMs = nowMs() - last.seenMs;
    if (ageMs < last.tookMs * countsFor && last.tookMs >= slowMs) return last;
    const looking = again();
    if (last.tookMs < slowMs || ageMs > oldestMs) return looking;
    // Whoever asks next looks again, and is told of a failure.
    looking.catch(() => undefined);
    return last;
  };
}
