import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { sources } from '../../src/inbox/delivery.ts';
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

test('deliveries are handed out as soon as whoever stored them wakes the worker', async () => {
  await using closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const { db, close } = connect(database.url, { log });
  closing.defer(close);
  const queues = openQueues({
    databaseUrl: database.url,
    // By itself the worker would look only when the test is long over.
    pace: { ...testPace, pollingSeconds: 600 },
    log,
  });
  await queues.start();
  closing.defer(() => queues.stop(1_000));
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
