import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findBulkRetry } from '../../src/bulk-retries/read.ts';
import { openDatabase } from '../support/open-database.ts';
import { givenBulkRetries } from './given.ts';

const database = openDatabase();

/** What can happen to a bulk retry, in any order; a number is how many returns go well before. */
const happening = fc.oneof(
  fc.record({ what: fc.constant('carried on' as const), by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    what: fc.constant('killed before the commit' as const),
    after: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({ what: fc.constant('killed after the commit' as const), after: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ what: fc.constant('shut down' as const), after: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ what: fc.constant('a moment later' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
  fc.constant({ what: 'asked for again' as const }),
  fc.constant({ what: 'stopped' as const }),
);
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

test('whatever is repeated, killed or stopped, each return has one answer and is retried as that says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 8 }), async (happenings) => {
      const given = givenBulkRetries(database.db, 2);
      const { stuck, begin, carryOn, clock, retries, answers } = given;
      await database.pool.query(
        'truncate returns, return_events, return_terms, bulk_retries, bulk_retry_items',
      );
      const ids = ['1', '2', '3', '4', '5'];
      await stuck('acme', ids);
      const id = crypto.randomUUID();
      await begin(id);
      const seen = new Map<string, string>();
      for (const one of happenings) {
        await happens(given, id, one);
        for (const line of await answers(id)) {
          const [of = '', state = ''] = line.split(' ');
          // An answer is for good.
          if (seen.has(of)) expect(state).toBe(seen.get(of));
          else if (state !== 'waiting') seen.set(of, state);
        }
      }
      while ((await carryOn(id)) === 'more') clock.now += 1_000;

      const lines = await answers(id);
      expect(lines.map((line) => line.split(' ')[0])).toEqual(ids);
      const retried = lines.flatMap((line) => (line.endsWith(' retried') ? [line.split(' ')[0] ?? ''] : []));
      expect(await retries()).toEqual(Object.fromEntries(retried.map((of) => [of, 1])));
      expect(await auditOf(id)).toEqual({ retried });
      expect((await findBulkRetry(database.db, id))?.endedAt).not.toBeNull();
      if (!happenings.some(({ what }) => what === 'stopped')) expect(retried).toEqual(ids);
    }),
    { numRuns: 20 },
  );
});

type Given = ReturnType<typeof givenBulkRetries>;

async function happens(
  { carryOn, begin, stop, clock, context }: Given,
  id: string,
  one: Happening,
): Promise<void> {
  let well = 0;
  const passes = (after: number) => {
    well += 1;
    return well <= after;
  };
  switch (one.what) {
    case 'carried on':
      await Promise.all(Array.from({ length: one.by }, () => carryOn(id)));
      return;
    case 'killed before the commit': {
      // An error that says the database is away is neither repeated nor taken for the return's own.
      const enqueueAlerts = async () => {
        if (!passes(one.after)) throw Object.assign(new Error('killed'), { code: '53100' });
      };
      await carryOn(id, { enqueueAlerts }).catch(onlyKilled);
      return;
    }
    case 'killed after the commit': {
      const bulkRetried = () => {
        if (!passes(one.after)) throw new Error('killed');
      };
      await carryOn(id, { observer: { ...context.observer, bulkRetried } }).catch(onlyKilled);
      return;
    }
    case 'shut down': {
      const stopping = new AbortController();
      const bulkRetried = () => {
        if (!passes(one.after)) stopping.abort();
      };
      await carryOn(id, { observer: { ...context.observer, bulkRetried } }, stopping.signal);
      return;
    }
    case 'a moment later':
      clock.now += one.ms;
      return;
    case 'asked for again':
      await begin(id);
      return;
    case 'stopped':
      await stop(id);
  }
}

function onlyKilled(error: unknown): void {
  if (!(error instanceof Error) || error.message !== 'killed') throw error;
}

/** The returns of a bulk retry that the audit list has, by what came of them. */
async function auditOf(id: string): Promise<Record<string, string[]>> {
  const { rows } = await database.pool.query<{ result: string; subjects: string[] }>(
    `select result, array_agg(subject order by subject) as subjects from audit
      where action = 'retry' and details->>'bulkRetry' = $1 group by result`,
    [id],
  );
  return { retried: [], ...Object.fromEntries(rows.map(({ result, subjects }) => [result, subjects])) };
}
