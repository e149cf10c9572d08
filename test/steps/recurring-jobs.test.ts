import { PgBoss } from 'pg-boss';
import { expect, test } from 'vitest';
import { OwnWorkers } from '../../src/steps/own-workers.ts';
import { recurring } from '../../src/steps/recurring-jobs.ts';
import { freshDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

test('a job is taken although the worker that was woken for it took the one before', async () => {
  await using closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const boss = new PgBoss(database.url);
  await boss.start();
  closing.defer(() => boss.stop({ timeout: 1_000 }));
  // The look for the second job comes to nothing: as where the worker of the first one looked too soon to see
  // the second, and that of the second took the first.
  let woken = 0;
  const workers = new OwnWorkers({
    notifyWorker: (id) => {
      woken += 1;
      if (woken !== 2) boss.notifyWorker(id);
    },
  });
  const recur = recurring(boss, workers, {}, { pollingIntervalSeconds: 600 });
  const ran: string[] = [];
  let endFirst = () => {};
  const secondIsThere = new Promise<void>((resolve) => {
    endFirst = resolve;
  });
  await recur('polls', ['loop', 'masonhub'], 3_600_000, async (key) => {
    await secondIsThere;
    ran.push(key);
  });
  endFirst();
  await until(
    () => ran.length === 2,
    () => `ran: ${ran}`,
  );
  expect(ran.toSorted()).toEqual(['loop', 'masonhub']);
});
