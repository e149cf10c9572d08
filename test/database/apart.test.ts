import { expect, test } from 'vitest';
import { groupCommitApart } from '../../src/database/apart.ts';
import { type Bounds, Overloaded } from '../../src/database/group-commit.ts';
import { until } from '../support/until.ts';

const bounds: Bounds = { largest: 10, mostWaiting: 3, longestWaitMs: 60_000, clock: () => 0 };
const startedAt = new Date('2026-11-26T12:00:00Z');

/** Commits that fail where one of the broken has something in them, at once or, by themselves, when it is said. */
function openCommits() {
  const broken = new Set<string>();
  const committed: string[][] = [];
  const giveUp: (() => void)[] = [];
  const commits = groupCommitApart(
    async (items: readonly string[], patience) => {
      if (items.some((item) => broken.has(ownerOf(item)))) {
        if (patience === 'usual') await new Promise<void>((resolve) => giveUp.push(resolve));
        throw new Error('no answer');
      }
      committed.push([...items]);
      return items.map((item) => `kept ${item}`);
    },
    ownerOf,
    bounds,
    () => startedAt,
  );
  return { ...commits, broken, committed, giveUp };
}

const ownerOf = (item: string) => item.split(' ', 1)[0] ?? '';

/** Fails all that waits as soon as it is tried. */
async function failNext(giveUp: (() => void)[]): Promise<void> {
  const fail = await until(
    () => giveUp.shift(),
    () => 'a commit that is tried',
  );
  fail();
}

test('those who arrive together share a commit, whoever they are', async () => {
  const { store, committed } = openCommits();
  const answers = await Promise.all(['acme 1', 'acme 2', 'zenith 1'].map(store));
  expect(answers).toEqual(['kept acme 1', 'kept acme 2', 'kept zenith 1']);
  expect(committed).toEqual([['acme 1'], ['acme 2', 'zenith 1']]);
});

test('others do not wait while one is tried again and again, neither those of the same group nor those after it', async () => {
  const { store, broken, giveUp, failing } = openCommits();
  broken.add('zenith');
  const first = store('acme 1');
  const lost = store('zenith 1');
  const beside = store('acme 2');
  expect(await Promise.all([first, beside])).toEqual(['kept acme 1', 'kept acme 2']);
  expect(await store('acme 3')).toBe('kept acme 3');
  expect(failing().size).toBe(0);
  await failNext(giveUp);
  await expect(lost).rejects.toThrow('no answer');
  expect([...failing()]).toEqual([['zenith', { error: new Error('no answer'), since: startedAt }]]);
});

test('one whose commits fail is by themselves until one has worked, and then with the others again', async () => {
  const { store, broken, giveUp, failing, committed } = openCommits();
  broken.add('zenith');
  const lost = store('zenith 1');
  await failNext(giveUp);
  await expect(lost).rejects.toThrow('no answer');
  broken.clear();
  await Promise.all(['acme 1', 'zenith 2', 'acme 2'].map(store));
  expect(committed).toEqual([['acme 1'], ['zenith 2'], ['acme 2']]);
  expect(failing().size).toBe(0);
  committed.length = 0;
  await Promise.all(['acme 3', 'zenith 3', 'acme 4'].map(store));
  expect(committed).toEqual([['acme 3'], ['zenith 3', 'acme 4']]);
});

test('one whose commits fail is turned away when too much waits, and nobody else is', async () => {
  const { store, broken, giveUp } = openCommits();
  broken.add('zenith');
  const first = Promise.allSettled([store('zenith 1')]);
  await until(
    () => giveUp.length > 0,
    () => 'the try by itself',
  );
  const waiting = Promise.allSettled([2, 3, 4].map((n) => store(`zenith ${n}`)));
  await expect(store('zenith 5')).rejects.toThrow(Overloaded);
  await expect(store('acme 1')).resolves.toBe('kept acme 1');
  await failNext(giveUp);
  await failNext(giveUp);
  const ends = [...(await first), ...(await waiting)].map(({ status }) => status);
  expect(ends).toEqual(Array.from({ length: 4 }, () => 'rejected'));
});

test('one who is said to work again is by themselves until a commit has worked', async () => {
  const { store, broken, giveUp, failing, recovered, committed } = openCommits();
  broken.add('zenith');
  const lost = store('zenith 1');
  await failNext(giveUp);
  await expect(lost).rejects.toThrow('no answer');
  broken.clear();
  recovered('zenith');
  expect(failing().size).toBe(0);
  await Promise.all(['acme 1', 'zenith 2', 'acme 2'].map(store));
  expect(committed).toEqual([['acme 1'], ['zenith 2'], ['acme 2']]);
  committed.length = 0;
  await Promise.all(['acme 3', 'zenith 3', 'acme 4'].map(store));
  expect(committed.flat().sort()).toEqual(['acme 3', 'acme 4', 'zenith 3']);
  expect(committed.some((group) => group.includes('zenith 3') && group.length > 1)).toBe(true);
});
