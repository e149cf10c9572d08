import { expect, it } from 'vitest';
import { begin, look, times, untilEnded } from '../bulk-retries/asking.ts';
import { startProcess } from '../support/process.ts';
import { send } from '../support/reply.ts';
import { opsToken, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { placeWithDatabase, returnAt, untilStatus } from './place.ts';

const at = (url: string): Pick<World, 'api'> => ({
  api: (path, init = {}) =>
    send(url + path, { ...init, headers: { authorization: `Bearer ${opsToken}`, ...init.headers } }),
});

it('a bulk retry whose process is killed goes on in the next one, and each return is retried once', async () => {
  await using here = await placeWithDatabase({}, 'started');
  const { folder, vendors, settings } = here;
  await using first = startProcess(folder, settings);
  const url = await first.untilListening();
  vendors.sendTo(url);
  const teach = vendors.masonhub.refuseSku('GONE-1');
  const ids = await Promise.all(times(25, () => vendors.loop.createReturn({ items: [{ sku: 'GONE-1' }] })));
  for (const id of ids) await untilStatus(url, id, 'attention');
  teach();
  const bulkRetry = await begin(at(url), { q: 'GONE-1' });
  await until(
    async () => (await look(at(url), bulkRetry)).counts.retried > 0,
    () => 'the first return to be retried',
  );
  first.send('SIGKILL');
  await first.ended();

  await using second = startProcess(folder, settings);
  const next = await second.untilListening();
  vendors.sendTo(next);
  expect((await look(at(next), bulkRetry)).counts.waiting).toBeGreaterThan(0);
  // What a killed process had in its hands is handed out again when its heartbeat has been missed for a while,
  // which can be longer than a test usually waits.
  const takenUp = () =>
    until(
      async () => (await look(at(next), bulkRetry)).counts.waiting < 15,
      () => 'somebody to take it up again',
    );
  await takenUp().catch(takenUp);
  const ended = await untilEnded(at(next), bulkRetry);
  expect(ended.counts).toMatchObject({ retried: 25, 'nothing-failed': 0, failed: 0 });
  for (const id of ids) {
    await untilStatus(next, id, 'open');
    const timeline = (await returnAt(next, id))?.timeline ?? [];
    expect(timeline.filter(({ event }) => event === 'retry')).toHaveLength(1);
  }
});
