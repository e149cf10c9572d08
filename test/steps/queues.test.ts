import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { inTransaction } from '../../src/database/retry.ts';
import { sources } from '../../src/inbox/delivery.ts';
import type { JobResult, StepHandler } from '../../src/steps/jobs.ts';
import { openQueues } from '../../src/steps/queues.ts';
import { freshDatabase } from '../support/database.ts';
import { testPace } from '../support/service.ts';
import { until } from '../support/until.ts';

const log = pino({ level: 'silent' });

test('steps and deliveries are queued with the facts that call for them, or not at all', async () => {
  await using closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const { db, pool, close } = connect(database.url, { log });
  closing.defer(close);
  const queues = openQueues({
    databaseUrl: database.url,
    db,
    pace: testPace,
    log,
  });
  await queues.start();
  closing.defer(() => queues.stop(1_000));
  const nobody = async () => new Map();
  await queues.workMerchant('acme', new Map(sources.map((source) => [source, nobody])));
  // Seen from another connection, in the moment after the transaction has ended and before any other.
  const queued = async () => {
    const { rows } = await pool.query(`select name, data from pgboss.job order by name`);
    return rows;
  };
  const enqueueAll = async (trx: Parameters<typeof queues.enqueueSteps>[0]) => {
    await queues.enqueueSteps(
      trx,
      'acme',
      [{ loopReturnId: '99904598', step: 'message', afterMs: 0 }],
      new Date(),
    );
    await queues.enqueueDeliveries(trx, [{ merchant: 'acme', source: 'loop', key: 'one' }]);
  };

  const failing = db.transaction().execute(async (trx) => {
    await enqueueAll(trx);
    throw new Error('The facts could not be written');
  });
  await expect(failing).rejects.toThrow('The facts could not be written');
  expect(await queued()).toEqual([]);

  await db.transaction().execute(enqueueAll);
  expect(await queued()).toEqual([
    { name: 'deliveries', data: { deliveries: [{ merchant: 'acme', source: 'loop', key: 'one' }] } },
    {
      name: 'messages/acme',
      data: expect.objectContaining({ loopReturnId: '99904598', step: 'message' }),
    },
  ]);
});

/** Queues whose workers would look by themselves only when the test is long over. */
async function patientQueues() {
  await using closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const { db, pool, close } = connect(database.url, { log });
  closing.defer(close);
  // As a server has it by itself: that of the tests need not keep anything.
  await pool.query(`alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = on`);
  await pool.query('set synchronous_commit = on');
  const pace = { ...testPace, pollingSeconds: 600 };
  const queues = openQueues({ databaseUrl: database.url, db, pace, log });
  await queues.start();
  closing.defer(() => queues.stop(1_000));
  const kept = closing.move();
  return { db, pool, queues, databaseUrl: database.url, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const stepOf = (loopReturnId: string) => [{ loopReturnId, step: 'message' as const, afterMs: 0 }];

test('deliveries are handed out as soon as whoever stored them wakes the worker', async () => {
  await using parts = await patientQueues();
  const { db, queues } = parts;
  const handled: string[] = [];
  const wake = await queues.workDeliveries(async (deliveries) => {
    handled.push(...deliveries.map(({ key }) => key));
  });
  for (const key of ['one', 'two']) {
    await db
      .transaction()
      .execute((trx) => queues.enqueueDeliveries(trx, [{ merchant: 'acme', source: 'loop', key }]));
    wake();
    await until(
      () => handled.at(-1) === key,
      () => `handled so far: ${handled}`,
    );
  }
  expect(handled).toEqual(['one', 'two']);
});

test('a step is handed out as soon as it is committed, also while another worker is busy', async () => {
  await using parts = await patientQueues();
  const { db, queues } = parts;
  const handled: string[] = [];
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
  const handler: StepHandler = async (jobs) => {
    handled.push(...jobs.map(({ loopReturnId }) => loopReturnId));
    if (handled.includes('99904598')) await isOver;
    return new Map(jobs.map(({ id }) => [id, { kind: 'done' }]));
  };
  await queues.workMerchant('acme', new Map([['loop', handler]]));
  for (const id of ['99904598', '99904599']) {
    await inTransaction(db, 'throw', (trx) => queues.enqueueSteps(trx, 'acme', stepOf(id), new Date()));
    await until(
      () => handled.at(-1) === id,
      () => `handled so far: ${handled}`,
    );
  }
  end();
  expect(handled).toEqual(['99904598', '99904599']);
});

test('a step that is committed while all workers are busy goes to whichever of them ends first', async () => {
  await using parts = await patientQueues();
  const { db, queues } = parts;
  const ends = new Map<string, () => void>();
  const handler: StepHandler = async (jobs) => {
    const ids = jobs.map(({ loopReturnId }) => loopReturnId);
    await new Promise<void>((resolve) => {
      for (const id of ids) ends.set(id, resolve);
    });
    return new Map(jobs.map(({ id }) => [id, { kind: 'done' }]));
  };
  await queues.workMerchant('acme', new Map([['loop', handler]]));
  const underWay = (id: string) =>
    until(
      () => ends.has(id),
      () => `under way: ${[...ends.keys()]}`,
    );
  const enqueue = (id: string) =>
    inTransaction(db, 'throw', (trx) => queues.enqueueSteps(trx, 'acme', stepOf(id), new Date()));
  for (const id of ['1', '2']) {
    await enqueue(id);
    await underWay(id);
  }
  await enqueue('3');
  ends.get('2')?.();
  await underWay('3');
  for (const end of ends.values()) end();
});

test('a step that is handed back waits as before: the next try is the first, and a failure counts on from there', async () => {
  await using closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const { db, pool, close } = connect(database.url, { log });
  closing.defer(close);
  const queues = openQueues({ databaseUrl: database.url, db, pace: testPace, log });
  await queues.start();
  closing.defer(() => queues.stop(1_000));
  const ends: JobResult[] = [
    { kind: 'handedBack' },
    { kind: 'handedBack' },
    { kind: 'retry', why: 'Loop failed' },
    { kind: 'handedBack' },
    { kind: 'done' },
  ];
  const handled: unknown[] = [];
  const handler: StepHandler = async (jobs) =>
    new Map(
      jobs.map(({ id, loopReturnId, step, since, attempt }) => {
        const end = ends[handled.length];
        if (end === undefined) throw new Error('It was handed out once too often');
        handled.push({ loopReturnId, step, since, attempt });
        return [id, end];
      }),
    );
  await queues.workMerchant('acme', new Map([['loop', handler]]));
  const since = new Date('2026-11-27T10:00:00Z');
  await inTransaction(db, 'throw', (trx) => queues.enqueueSteps(trx, 'acme', stepOf('99904598'), since));
  const waiting = async () => {
    const { rows } = await pool.query(
      `select state from pgboss.job where name = 'messages/acme' and state in ('created', 'retry', 'active')`,
    );
    return rows;
  };
  await until(
    async () => handled.length === ends.length && (await waiting()).length === 0,
    async () => `handled: ${JSON.stringify(handled)}, waiting: ${JSON.stringify(await waiting())}`,
  );
  const one = { loopReturnId: '99904598', step: 'message', since };
  expect(handled).toEqual([1, 1, 1, 2, 2].map((attempt) => ({ ...one, attempt })));
});

test('a step that another worker has got in the meantime is not there twice once it is handed back', async () => {
  await using parts = await patientQueues();
  const { db, pool, queues } = parts;
  const handler: StepHandler = async (jobs) => {
    // As the queue does it where a worker was not heard of for long.
    await pool.query(`update pgboss.job set retry_count = retry_count + 1 where name = 'messages/acme'`);
    return new Map(jobs.map(({ id }) => [id, { kind: 'handedBack' }]));
  };
  await queues.workMerchant('acme', new Map([['loop', handler]]));
  await inTransaction(db, 'throw', (trx) => queues.enqueueSteps(trx, 'acme', stepOf('1'), new Date()));
  const jobs = async () =>
    (await pool.query(`select state, retry_count as tried from pgboss.job where name = 'messages/acme'`))
      .rows;
  await until(
    async () => (await jobs()).some(({ tried }) => tried === 1),
    async () => `a job of another's: ${JSON.stringify(await jobs())}`,
  );
  await queues.stop(1_000);
  expect(await jobs()).toEqual([{ state: 'active', tried: 1 }]);
});

test('a poll that waits is brought forward by whoever starts, and there is always one', async () => {
  await using parts = await patientQueues();
  const { db, pool, queues, databaseUrl } = parts;
  const waiting = async () =>
    (
      await pool.query(
        `select id from pgboss.job where name = 'polls/acme' and state = 'created' and start_after > now()`,
      )
    ).rows;
  await queues.workPolls('acme', 3_600_000, async () => {});
  const before = await until(
    async () => {
      const rows = await waiting();
      return rows.length === sources.length && rows;
    },
    () => 'a poll of each source to wait',
  );
  await queues.stop(1_000);
  const next = openQueues({ databaseUrl, db, pace: { ...testPace, pollingSeconds: 600 }, log });
  await next.start();
  const polled: string[] = [];
  await next.workPolls('acme', 3_600_000, async (source) => void polled.push(source));
  await until(
    () => polled.length === sources.length,
    () => `polled: ${polled}`,
  );
  await next.stop(1_000);
  const ran = await pool.query(`select id from pgboss.job where name = 'polls/acme' and state = 'completed'`);
  expect(ran.rows).toEqual(expect.arrayContaining(before));
});

test('alerts are handed out as soon as they are committed, and a bulk retry as often as it goes on', async () => {
  await using parts = await patientQueues();
  const { db, queues } = parts;
  const handled: string[] = [];
  await queues.workAlerts(async () => void handled.push('alert'));
  await queues.workBulkRetries(async (id) => {
    handled.push(id);
    return handled.filter((one) => one === id).length === 2 ? 'ended' : 'more';
  });
  const told = { kind: 'paused', merchant: 'acme', vendor: 'loop', reason: 'The key is refused.' } as const;
  const soFar = () => `handled so far: ${handled}`;
  await inTransaction(db, 'throw', (trx) => queues.enqueueAlerts(trx, [told, told, told]));
  await until(() => handled.length === 3, soFar);
  await inTransaction(db, 'throw', (trx) => queues.enqueueBulkRetry(trx, 'bulk-1'));
  await until(() => handled.filter((one) => one === 'bulk-1').length === 2, soFar);
});

test('a job is made durably, and nobody waits for the disk while it is handed out', async () => {
  await using parts = await patientQueues();
  const { db, pool, queues } = parts;
  await pool.query(`create table commits (state text, synchronous text);
    create function noted() returns trigger language plpgsql as $$ begin
      insert into commits values (new.state, current_setting('synchronous_commit')); return new; end $$;
    create trigger noted after insert or update on pgboss.job_common for each row execute function noted()`);
  const handler: StepHandler = async (jobs) => new Map(jobs.map(({ id }) => [id, { kind: 'done' }]));
  await queues.workMerchant('acme', new Map([['loop', handler]]));
  await inTransaction(db, 'throw', (trx) => queues.enqueueSteps(trx, 'acme', stepOf('1'), new Date()));
  const commits = async () => (await pool.query('select state, synchronous from commits')).rows;
  const seen = await until(
    async () => {
      const rows = await commits();
      return rows.length === 3 && rows;
    },
    async () => `three commits: ${JSON.stringify(await commits())}`,
  );
  expect(seen).toEqual([
    { state: 'created', synchronous: 'on' },
    { state: 'active', synchronous: 'off' },
    { state: 'completed', synchronous: 'off' },
  ]);
});

test('the database tells nobody of a job any more where an earlier version had it do so', async () => {
  await using parts = await patientQueues();
  const { db, pool, databaseUrl } = parts;
  await pool.query('update pgboss.queue set notify = true');
  const newer = openQueues({ databaseUrl, db, pace: testPace, log });
  await newer.start();
  await newer.stop(1_000);
  const { rows } = await pool.query('select distinct notify from pgboss.queue');
  expect(rows).toEqual([{ notify: false }]);
});
