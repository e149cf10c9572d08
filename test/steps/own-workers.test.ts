import { expect, test } from 'vitest';
import { OwnWorkers } from '../../src/steps/own-workers.ts';

/** Workers of a queue whose jobs are as long under way as they are told. */
async function workersOf(count: number) {
  const woken: string[] = [];
  const ends: (() => void)[] = [];
  const handlers: ((job: string) => Promise<string>)[] = [];
  const workers = new OwnWorkers({ notifyWorker: (id) => void woken.push(id) });
  const carryOut = (job: string) => new Promise<string>((resolve) => void ends.push(() => resolve(job)));
  await workers.start('rmas/acme', count, carryOut, async (handler) => {
    handlers.push(handler);
    return `worker-${handlers.length}`;
  });
  const [first = carryOut] = handlers;
  return { workers, woken, ends, handlers, first };
}

test('one worker is woken at a time, each in its turn', async () => {
  const { workers, woken } = await workersOf(2);
  for (let job = 0; job < 3; job += 1) workers.wake('rmas/acme');
  expect(woken).toEqual(['worker-1', 'worker-2', 'worker-1']);
});

test('one that is busy is left alone while another is free', async () => {
  const { workers, woken, first, ends } = await workersOf(2);
  const underWay = first('a job');
  for (let job = 0; job < 2; job += 1) workers.wake('rmas/acme');
  expect(woken).toEqual(['worker-2', 'worker-2']);
  ends[0]?.();
  expect(await underWay).toBe('a job');
  workers.wake('rmas/acme');
  expect(woken.at(-1)).toBe('worker-1');
});

test('where all are busy, each of them looks again afterwards', async () => {
  const { workers, woken, handlers } = await workersOf(2);
  for (const handler of handlers) void handler('a job');
  workers.wake('rmas/acme');
  expect(woken).toEqual(['worker-1', 'worker-2']);
});

test('one whose jobs failed is free again', async () => {
  const woken: string[] = [];
  const workers = new OwnWorkers({ notifyWorker: (id) => void woken.push(id) });
  const started: (() => Promise<void>)[] = [];
  const failing = () => Promise.reject(new Error('The vendor is away'));
  await workers.start('rmas/acme', 2, failing, async (handler) => {
    started.push(() => handler(undefined));
    return `worker-${started.length}`;
  });
  await expect(started[0]?.()).rejects.toThrow('The vendor is away');
  workers.wake('rmas/acme');
  expect(woken).toEqual(['worker-1']);
});

test('nobody is woken for a queue that has no worker here, or has none any more', async () => {
  const { workers, woken } = await workersOf(1);
  workers.wake('rmas/borealis');
  workers.forget('rmas/acme');
  workers.wake('rmas/acme');
  expect(woken).toEqual([]);
});
