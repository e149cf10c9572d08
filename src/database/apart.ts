import { type Bounds, groupCommit } from './group-commit.ts';

/** `once`: others wait behind this try, and have to go on. `usual`: only those wait whose trouble it is. */
export type Patience = 'once' | 'usual';

/** Somebody of whom nothing could be committed, and when that began. */
export interface Failing {
  readonly error: unknown;
  readonly since: Date;
}

export interface ApartCommit<Item, Answer> {
  store(item: Item): Promise<Answer>;
  /** By their names, those whose last commit failed. */
  failing(): ReadonlyMap<string, Failing>;
  /** Says that commits of somebody may work again: the next one of theirs that does shows it. */
  recovered(owner: string): void;
}

/**
 * A group commit in which the trouble of one stays theirs: where tables are spread over several machines and one
 * of these is down, a group that has something for it fails as a whole. Each of those in it then gets commits of
 * their own, beside those of the others, until one of them has worked.
 * @param commit stores a group, as `groupCommit` has it
 * @param ownerOf whose an item is
 */
export function groupCommitApart<Item, Answer>(
  commit: (items: readonly Item[], patience: Patience) => Promise<readonly Answer[]>,
  ownerOf: (item: Item) => string,
  bounds: Bounds,
  now: () => Date,
): ApartCommit<Item, Answer> {
  /** Null for those of whom it is not known yet whether the trouble is theirs. */
  const apart = new Map<string, Failing | null>();
  const lanes = new Map<string, (item: Item) => Promise<Answer>>();

  const together = groupCommit<Item, { readonly answer: Answer } | null>(async (group) => {
    try {
      const answers = await commit(group, 'once');
      return answers.map((answer) => ({ answer }));
    } catch {
      for (const item of group) {
        const owner = ownerOf(item);
        if (!apart.has(owner)) apart.set(owner, null);
      }
      return group.map(() => null);
    }
  }, bounds);

  function laneOf(owner: string): (item: Item) => Promise<Answer> {
    const known = lanes.get(owner);
    if (known !== undefined) return known;
    const lane = groupCommit<Item, Answer>(async (group) => {
      try {
        const answers = await commit(group, 'usual');
        apart.delete(owner);
        return answers;
      } catch (error) {
        apart.set(owner, { error, since: apart.get(owner)?.since ?? now() });
        throw error;
      }
    }, bounds);
    lanes.set(owner, lane);
    return lane;
  }

  return {
    store: async (item) => {
      const owner = ownerOf(item);
      const kept = apart.has(owner) ? null : await together(item);
      return kept === null ? laneOf(owner)(item) : kept.answer;
    },
    failing: () =>
      new Map(
        [...apart].flatMap(([owner, failing]) => (failing === null ? [] : [[owner, failing] as const])),
      ),
    recovered: (owner) => {
      if (apart.has(owner)) apart.set(owner, null);
    },
  };
}
