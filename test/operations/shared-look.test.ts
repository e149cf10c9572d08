import { expect, test } from 'vitest';
import { sharedLook } from '../../src/operations/shared-look.ts';

/** A look whose answers the test gives, on a clock that the test sets. */
function looked() {
  let ms = 0;
  let looks = 0;
  const waiting: { answer: (value: string) => void; fail: (why: Error) => void }[] = [];
  const look = () => {
    looks += 1;
    return new Promise<string>((answer, fail) => waiting.push({ answer, fail }));
  };
  const ask = sharedLook(
    look,
    () => new Date(ms),
    () => ms,
  );
  return {
    ask,
    looks: () => looks,
    pass: (by: number) => {
      ms += by;
    },
    answer: (value: string) => waiting.shift()?.answer(value),
    fail: (why: string) => waiting.shift()?.fail(new Error(why)),
  };
}

/** The first answer, which took so long. */
async function first(tookMs: number) {
  const here = looked();
  const asked = here.ask();
  here.pass(tookMs);
  here.answer('first');
  expect(await asked).toMatchObject({ value: 'first', at: new Date(0) });
  return here;
}

test('those who ask at the same time share one look', async () => {
  const { ask, answer, looks } = looked();
  const both = [ask(), ask()];
  answer('one');
  expect((await Promise.all(both)).map(({ value }) => value)).toEqual(['one', 'one']);
  expect(looks()).toBe(1);
});

test('a quick look is new each time', async () => {
  const { ask, answer, looks } = await first(49);
  const asked = ask();
  answer('second');
  expect((await asked).value).toBe('second');
  expect(looks()).toBe(2);
});

test('a slow one counts for twenty times as long as it took', async () => {
  const { ask, pass, looks } = await first(200);
  pass(3_999);
  expect(await ask()).toMatchObject({ value: 'first', at: new Date(0) });
  expect(looks()).toBe(1);
});

test('after that the last one is shown while the next is under way, and then the next', async () => {
  const { ask, pass, answer, looks } = await first(200);
  pass(4_000);
  expect((await ask()).value).toBe('first');
  expect((await ask()).value).toBe('first');
  expect(looks()).toBe(2);
  pass(200);
  answer('second');
  await new Promise(setImmediate);
  expect(await ask()).toMatchObject({ value: 'second', at: new Date(4_200) });
});

test('what is older than half a minute is not shown any more', async () => {
  const { ask, pass, answer } = await first(200);
  pass(30_001);
  const asked = ask();
  answer('second');
  expect((await asked).value).toBe('second');
});

test('after a look that failed behind their backs, whoever asks waits for a new one', async () => {
  const { ask, pass, answer, fail, looks } = await first(200);
  pass(4_000);
  expect((await ask()).value).toBe('first');
  fail('The database is gone.');
  await new Promise(setImmediate);
  const asked = ask();
  answer('third');
  expect((await asked).value).toBe('third');
  expect(looks()).toBe(3);
});

test('who waits for a look that fails is told', async () => {
  const { ask, fail } = looked();
  const asked = ask();
  fail('The database is gone.');
  await expect(asked).rejects.toThrow('The database is gone.');
});
