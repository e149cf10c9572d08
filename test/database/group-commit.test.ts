import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bounds, groupCommit, Overloaded } from '../../src/database/group-commit.ts';

/** A commit that a test ends when it wants, and the groups that were given to it. */
function heldCommits() {
  const groups: (readonly string[])[] = [];
  const held: { resolve: (answers: readonly string[]) => void; reject: (error: unknown) => void }[] = [];
  const commit = (items: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      groups.push([...items]);
      held.push({ resolve, reject });
    });
  const end = async (how: (one: (typeof held)[number], group: readonly string[]) => void) => {
    const index = groups.length - 1;
    const one = held[index];
    if (one === undefined) throw new Error('no commit is under way');
    how(one, groups[index] ?? []);
    await settled();
  };
  return {
    groups,
    commit,
    succeed: () => end((one, group) => one.resolve(group.map((item) => `kept ${item}`))),
    fail: (error: Error) => end((one) => one.reject(error)),
    answer: (answers: readonly string[]) => end((one) => one.resolve(answers)),
  };
}

const groupsOf = (largest: number): Bounds => ({
  largest,
  mostWaiting: 2_000,
  longestWaitMs: 3_000,
  clock: () => 0,
});

/** Lets everything run that waits for no outside event. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('items that share a commit', () => {
  test('an item that finds nothing under way is committed alone and at once', () => {
    const { groups, commit } = heldCommits();
    const keep = groupCommit(commit, groupsOf(10));
    void keep('first');
    expect(groups).toEqual([['first']]);
  });

  test('items that arrive during a commit share the next one, in the order of their arrival', async () => {
    const { groups, commit, succeed } = heldCommits();
    const keep = groupCommit(commit, groupsOf(10));
    const answers = Promise.all(['first', 'second', 'third', 'fourth'].map((item) => keep(item)));
    await settled();
    expect(groups).toEqual([['first']]);
    await succeed();
    expect(groups).toEqual([['first'], ['second', 'third', 'fourth']]);
    await succeed();
    expect(await answers).toEqual(['kept first', 'kept second', 'kept third', 'kept fourth']);
  });

  test('nothing is committed where nothing waits', async () => {
    const { groups, commit, succeed } = heldCommits();
    const keep = groupCommit(commit, groupsOf(10));
    void keep('first');
    await succeed();
    expect(groups).toHaveLength(1);
    void keep('second');
    expect(groups).toEqual([['first'], ['second']]);
  });

  test('a group never holds more than the largest', async () => {
    const { groups, commit, succeed } = heldCommits();
    const keep = groupCommit(commit, groupsOf(2));
    const answers = Promise.all(['1', '2', '3', '4', '5', '6'].map((item) => keep(item)));
    for (const _ of [1, 2, 3, 4]) await succeed();
    expect(groups).toEqual([['1'], ['2', '3'], ['4', '5'], ['6']]);
    expect(await answers).toHaveLength(6);
  });

  test('no two commits are under way at once', async () => {
    let underWay = 0;
    let most = 0;
    const keep = groupCommit(async (items: readonly number[]) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await settled();
      underWay -= 1;
      return items;
    }, groupsOf(3));
    await Promise.all(Array.from({ length: 20 }, (_, item) => keep(item)));
    expect(most).toBe(1);
  });

  test('an error reaches every item of its group, and only them', async () => {
    const { commit, succeed, fail } = heldCommits();
    const keep = groupCommit(commit, groupsOf(2));
    const answers = Promise.allSettled(['1', '2', '3', '4', '5'].map((item) => keep(item)));
    await succeed();
    await fail(new Error('the database is gone'));
    await succeed();
    const summary = (await answers).map((one) =>
      one.status === 'fulfilled' ? one.value : String(one.reason),
    );
    expect(summary).toEqual([
      'kept 1',
      'Error: the database is gone',
      'Error: the database is gone',
      'kept 4',
      'kept 5',
    ]);
  });

  test('an item after an error is committed as if nothing had been', async () => {
    const { groups, commit, succeed, fail } = heldCommits();
    const keep = groupCommit(commit, groupsOf(2));
    const first = keep('first');
    const refused = expect(first).rejects.toThrow('the database is gone');
    await fail(new Error('the database is gone'));
    await refused;
    const second = keep('second');
    await succeed();
    expect(await second).toBe('kept second');
    expect(groups).toEqual([['first'], ['second']]);
  });

  test('a commit that throws at once is an error like any other', async () => {
    const keep = groupCommit((_: readonly string[]): Promise<readonly string[]> => {
      throw new Error('no connection');
    }, groupsOf(2));
    await expect(keep('first')).rejects.toThrow('no connection');
    await expect(keep('second')).rejects.toThrow('no connection');
  });

  test('an item without an answer of its own is told so', async () => {
    const { commit, succeed, answer } = heldCommits();
    const keep = groupCommit(commit, groupsOf(10));
    const answers = Promise.allSettled(['1', '2', '3'].map((item) => keep(item)));
    await succeed();
    await answer(['kept 2']);
    expect((await answers).map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  test('every item gets exactly its own answer, whatever arrives when and whichever commits fail', async () => {
    const arrivals = fc.array(fc.record({ pause: fc.boolean(), fails: fc.boolean() }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 5 }), async (items, largest) => {
        const committed: number[] = [];
        const keep = groupCommit(async (group: readonly number[]) => {
          expect(group.length).toBeLessThanOrEqual(largest);
          await settled();
          if (group.some((index) => items[index]?.fails)) throw new Error(`failed ${group.join()}`);
          committed.push(...group);
          return group.map((index) => `kept ${index}`);
        }, groupsOf(largest));
        const answers: Promise<PromiseSettledResult<string>>[] = [];
        for (const [index, { pause }] of items.entries()) {
          answers.push(Promise.allSettled([keep(index)]).then(([answer]) => answer));
          if (pause) await settled();
        }
        const results = await Promise.all(answers);
        for (const [index, result] of results.entries()) {
          if (result.status === 'fulfilled') {
            expect(result.value).toBe(`kept ${index}`);
            expect(committed).toContain(index);
          } else {
            expect(String(result.reason)).toMatch(new RegExp(`failed (.*,)?${index}(,|$)`));
            expect(committed).not.toContain(index);
          }
        }
        expect(new Set(committed).size).toBe(committed.length);
      }),
      { numRuns: 60 },
    );
  });
});

test('refuses an item at once where too many wait already, and keeps those', async () => {
  const { promise: stuck, resolve: goOn } = Promise.withResolvers<void>();
  const keep = groupCommit(async (group: readonly number[]) => {
    await stuck;
    return group;
  }, groupsOf(200));
  const accepted = Array.from({ length: 2_001 }, (_, index) => keep(index));
  await expect(keep(-1)).rejects.toThrow(Overloaded);
  goOn();
  expect(await Promise.all(accepted)).toEqual(Array.from({ length: 2_001 }, (_, index) => index));
});

test('refuses an item at once where the first has waited too long, and takes items again after that', async () => {
  const { commit, succeed } = heldCommits();
  let now = 0;
  const keep = groupCommit(commit, { ...groupsOf(10), clock: () => now });
  const first = keep('first');
  const second = keep('second');
  now = 3_000;
  const third = keep('third');
  now = 3_001;
  await expect(keep('too many')).rejects.toThrow(Overloaded);
  await succeed();
  const fourth = keep('fourth');
  await succeed();
  await succeed();
  expect(await Promise.all([first, second, third, fourth])).toEqual([
    'kept first',
    'kept second',
    'kept third',
    'kept fourth',
  ]);
});

test('what is committed for all belongs to none of those who wait for it', async () => {
  const names = new AsyncLocalStorage<string>();
  const inTheNameOf: unknown[] = [];
  const commit = async (items: readonly string[]) => {
    inTheNameOf.push(names.getStore());
    await settled();
    return items.map(() => names.getStore() ?? 'nobody');
  };
  const store = groupCommit(commit, groupsOf(10));
  const answers = ['one', 'other'].map((name) =>
    names.run(name, async () => [await store(name), names.getStore()]),
  );
  expect(await Promise.all(answers)).toEqual([
    ['nobody', 'one'],
    ['nobody', 'other'],
  ]);
  expect(inTheNameOf).toEqual([undefined, undefined]);
});
