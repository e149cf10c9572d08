import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What is done for all of a group is done in nobody's name: otherwise it would count as a part of the request that
 * happened to begin it.
 */
export const inNobodysName = AsyncLocalStorage.snapshot();

/** What a group commit takes on before it turns items away. */
export interface Bounds {
  /** How many items a group holds at most. */
  readonly largest: number;
  /** How many items may wait. Bounds the memory while the database does not answer. */
  readonly mostWaiting: number;
  /** How long the first of those that wait may have waited before no more are taken on, in milliseconds. */
  readonly longestWaitMs: number;
  /** A clock that never goes back, in milliseconds. */
  readonly clock: () => number;
}

/** More comes in than the database takes. Nothing was stored of the item that gets this. */
export class Overloaded extends Error {}

/**
 * Lets items that arrive together share one commit. An item that finds nothing under way is committed
 * at once; those that arrive meanwhile form the next group, so an idle service waits for nothing and a
 * busy one commits once for many. What is taken on is never dropped; what would wait too long is turned
 * away at once, with `Overloaded`.
 * @param commit stores a group and answers each item, in order; an error is every item's answer
 */
export function groupCommit<Item, Answer>(
  commit: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { largest, mostWaiting, longestWaitMs, clock }: Bounds,
): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item;
    readonly since: number;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let committing = false;

  async function commitAll(): Promise<void> {
    committing = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, largest);
      waiting = waiting.slice(largest);
      try {
        const answers = await commit(group.map((one) => one.item));
        for (const [index, one] of group.entries()) {
          const answer = answers[index];
          if (answer === undefined) one.reject(new Error('A delivery got no answer from its group.'));
          else one.resolve(answer);
        }
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    committing = false;
  }

  function isOverloaded(): boolean {
    const [first] = waiting;
    return waiting.length >= mostWaiting || (first !== undefined && clock() - first.since > longestWaitMs);
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (isOverloaded()) {
        reject(new Overloaded('More comes in than the database takes.'));
        return;
      }
      waiting.push({ item, since: clock(), resolve, reject });
      if (!committing) void inNobodysName(commitAll);
    });
}
