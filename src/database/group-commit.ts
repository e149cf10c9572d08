/** Bounds the memory while the database does not answer; each item can be a megabyte. */
const mostWaiting = 2_000;

/**
 * Lets items that arrive together share one commit. An item that finds nothing under way is committed
 * at once; those that arrive meanwhile form the next group, so an idle service waits for nothing and a
 * busy one commits once for many.
 * @param commit stores a group and answers each item, in order; an error is every item's answer
 * @param largest how many items a group holds at most
 */
export function groupCommit<Item, Answer>(
  commit: (items: readonly Item[]) => Promise<readonly Answer[]>,
  largest: number,
): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item;
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

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) {
        reject(new Error('Too many deliveries wait for the database.'));
        return;
      }
      waiting.push({ item, resolve, reject });
      if (!committing) void commitAll();
    });
}
