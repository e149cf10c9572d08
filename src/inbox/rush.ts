/** Many deliveries at once: those that come in go before the work on those that are stored. */
export interface Rush {
  /** Tells of a group of deliveries that was just stored together. */
  stored(count: number): void;
  /**
   * Resolves once the rush is over, at once where there is none; in a long one, after a turn's wait.
   * @param stopping ends the wait as well
   */
  giveWay(stopping: AbortSignal): Promise<void>;
}

/** Smaller groups come in at any time; they leave enough of the processor. */
const fewest = 8;
const lastsMs = 50;
/** What is stored goes on in a rush as well, in fewer and larger batches. */
const longestWaitMs = 5_000;

/**
 * Vendors wait for their answer, and send again what was not answered; nobody waits for the work behind
 * the door. In a rush it would take more than half of the processor.
 * @param clock one that never goes back, in milliseconds
 */
export function openRush(
  clock: () => number,
  wait: (ms: number, stopping: AbortSignal) => Promise<void>,
): Rush {
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
