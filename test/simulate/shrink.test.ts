import { expect, test } from 'vitest';
import { type SimulatedSchedule, simulatedSchedule } from './schedule.ts';
import { shrink } from './shrink.ts';

/** One with a trouble of each of some kinds. */
const schedule: SimulatedSchedule = {
  ...simulatedSchedule(1),
  replicas: 3,
  troubles: [
    { kind: 'call', nth: 1, fault: 'drop' },
    { kind: 'crash', replica: 0, nth: 100, downMs: 100 },
    { kind: 'delivery', nth: 3, fault: 'twice' },
  ],
};

test('the shortest story has only what the failure needs', async () => {
  const guilty = schedule.returns[3];
  const short = await shrink(
    schedule,
    async ({ returns, troubles }) =>
      returns.some(({ id }) => id === guilty?.id) && troubles.some(({ kind }) => kind === 'crash'),
  );
  expect(short.returns.map(({ id }) => id)).toEqual([guilty?.id]);
  expect(short.returns[0]?.acts).toEqual([]);
  expect(short.troubles.map(({ kind }) => kind)).toEqual(['crash']);
  expect(short.replicas).toBe(1);
});

test('what fails only as it is stays as it is', async () => {
  const all = JSON.stringify(schedule);
  expect(await shrink(schedule, async (some) => JSON.stringify(some) === all)).toEqual(schedule);
});
