import { describe, expect, test } from 'vitest';
import type { Sample } from './sample.ts';
import { verdictsOn } from './verdicts.ts';

const megabyte = 2 ** 20;

/** Samples of half an hour in which all is well, but for what changes with time. */
function halfAnHour(change: (at: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 180 }, (_, index) => {
    const at = index * 10;
    return {
      at,
      memory: [150 * megabyte + (index % 5) * megabyte],
      connections: 24,
      waitingJobs: 0,
      oldestWaiting: 0.5,
      deliveries: 4000,
      oldestDelivery: 200,
      jobs: 3000,
      oldestEndedJob: 200,
      returns: at * 5,
      ended: at * 5,
      ...change(at),
    };
  });
}

const broken = (samples: readonly Sample[]) =>
  verdictsOn(samples, { seconds: 120 })
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);

describe('the verdicts on a soak', () => {
  test('are good where nothing grows but the returns', () => {
    expect(broken(halfAnHour())).toEqual([]);
  });

  test('forgive what grows only while the service warms up', () => {
    expect(broken(halfAnHour((at) => ({ memory: [Math.min(150, 50 + at) * megabyte] })))).toEqual([]);
  });

  test.each<[string, (at: number) => Partial<Sample>]>([
    ['memory of replica 1 is flat', (at) => ({ memory: [(100 + at / 20) * megabyte] })],
    ['connections do not grow', (at) => ({ connections: 20 + Math.floor(at / 200) })],
    ['no job is stuck', (at) => ({ oldestWaiting: at > 1000 ? at - 1000 : 0 })],
    ['no job is stuck', () => ({ waitingJobs: 1 })],
    ['deliveries go', (at) => ({ oldestDelivery: at })],
    ['ended jobs go', (at) => ({ oldestEndedJob: at })],
  ])('see that it does not hold: %s', (name, change) => {
    expect(broken(halfAnHour(change))).toEqual([name]);
  });

  test('say so where the run was too short to show anything', () => {
    expect(broken(halfAnHour().slice(0, 4))).toEqual(['long enough']);
    expect(broken(halfAnHour().slice(0, 20))).toEqual(['deliveries go', 'ended jobs go']);
  });
});
