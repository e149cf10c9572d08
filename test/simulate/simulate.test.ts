import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Crew, openCrew } from './crew.ts';
import { simulatedSchedule } from './schedule.ts';
import { search } from './search.ts';

/** A simulation waits in real time for its database alone, of which a machine with other work takes more. */
const patience = 300_000;
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase('started');
});

afterAll(() => database.drop());

describe('the service in a simulation', () => {
  let crew: Crew;

  beforeAll(async () => {
    crew = await openCrew([database.url]);
  }, patience);

  afterAll(() => crew[Symbol.asyncDispose]());

  test(
    'brings every return to the end that its plan has, whatever goes wrong on the way',
    async () => {
      const { failing, seeds } = await search(crew, { first: 1, count: 8, mostFailing: 1 });
      expect(failing).toEqual([]);
      expect(seeds).toBe(8);
    },
    patience,
  );

  test.each([
    ['a box without an RMA that comes while its label is told: they locked each other out', 282],
    ['several messages about one box, of which each learns too late whose box it is: the same again', 836],
    [
      'a worker that stands still with the job of a message, which another then left to it: nobody had it',
      124,
    ],
    ['people who look all the time through a long outage: the simulation gave up too soon', 92],
  ])(
    'has come to terms with %s',
    async (_what, seed) => {
      const { result } = await crew.simulate(simulatedSchedule(seed));
      expect(result.findings).toEqual([]);
    },
    patience,
  );

  test(
    'does the same at the same moments for the same seed',
    async () => {
      const schedule = simulatedSchedule(10);
      const first = await crew.simulate(schedule, true);
      await crew.simulate(simulatedSchedule(2));
      expect(await crew.simulate(schedule, true)).toEqual(first);
      expect(first.result.steps).toBeGreaterThan(500);
    },
    patience,
  );

  test(
    'does something else for another',
    async () => {
      const [one, other] = [
        await crew.simulate(simulatedSchedule(3)),
        await crew.simulate(simulatedSchedule(4)),
      ];
      expect(one.result.fingerprint).not.toBe(other.result.fingerprint);
    },
    patience,
  );
});

test('a fault in the service is found soon', { timeout: patience }, async () => {
  await using crew = await openCrew([database.url], 'claim after the wire');
  const { failing } = await search(crew, { first: 1, count: 10, mostFailing: 1 });
  expect(failing[0]?.findings.map(({ kind }) => kind)).toContain('doubled');
});
