import { afterEach, describe, expect, it } from 'vitest';
import { mostReturnsAtOnce } from '../../src/bulk-retries/bulk-retry.ts';
import { findBulkRetry } from '../../src/bulk-retries/read.ts';
import { openDatabase } from '../support/open-database.ts';
import { anna, givenBulkRetries } from './given.ts';

const database = openDatabase();
const given = (perSecond: number) => givenBulkRetries(database.db, perSecond);
const aSecondMs = 1_000;

afterEach(async () => {
  await database.pool.query('truncate returns, return_events, return_terms, bulk_retries, bulk_retry_items');
});

describe('the pace', () => {
  it('takes so many of each merchant a second, the oldest first, whatever runs how often', async () => {
    const { stuck, begin, carryOn, answers, clock } = given(2);
    await stuck('acme', ['9', '8', '7', '6', '5']);
    await stuck('zenith', ['1', '2']);
    expect(await begin('one')).toEqual({ kind: 'begun', total: 7 });
    const settled = async () => (await answers('one')).filter((line) => !line.endsWith('waiting'));

    expect(await carryOn('one')).toBe('more');
    expect(await settled()).toEqual(['9 retried', '8 retried', '1 retried', '2 retried']);
    clock.now += aSecondMs - 1;
    expect(await carryOn('one')).toBe('more');
    expect(await settled()).toHaveLength(4);
    clock.now += 1;
    expect(await carryOn('one')).toBe('more');
    expect((await settled()).slice(0, 4)).toEqual(['9 retried', '8 retried', '7 retried', '6 retried']);
    expect(await settled()).toHaveLength(6);
    clock.now += aSecondMs;
    expect(await carryOn('one')).toBe('ended');
    expect(await settled()).toHaveLength(7);
  });

  it('is one for all bulk retries of a merchant together', async () => {
    const { stuck, begin, carryOn, answers } = given(2);
    await stuck('acme', ['1', '2', '3']);
    await begin('one');
    await begin('two');
    await carryOn('one');
    await carryOn('two');
    expect(await answers('two')).toEqual(['1 waiting', '2 waiting', '3 waiting']);
  });
});

describe('an answer for each', () => {
  it('says what became of it, and one that meets a defect holds back no other', async () => {
    const { stuck, heal, begin, carryOn, answers, retries, merchants, counted } = given(100);
    await stuck('acme', ['10001', '10002', '10003', '10004', '10005']);
    await stuck('zenith', ['10006']);
    await begin('one');
    await heal('acme', '10002');
    await database.pool.query(`delete from returns where loop_return_id = '10003'`);
    merchants.delete('zenith');
    let calls = 0;
    const enqueueAlerts = async () => {
      calls += 1;
      if (calls === 2) throw new Error('A defect');
    };
    expect(await carryOn('one', { enqueueAlerts })).toBe('ended');
    expect(await answers('one')).toEqual([
      '10001 retried',
      '10002 nothing-failed',
      '10003 unknown',
      '10004 failed',
      '10005 retried',
      '10006 no-merchant',
    ]);
    expect(await retries()).toEqual({ 10001: 1, 10005: 1 });
    expect(counted).toEqual(['retried', 'nothing-failed', 'unknown', 'failed', 'retried', 'no-merchant']);
  });

  it('waits while the database takes nothing: the job fails, and a later one goes on', async () => {
    const { stuck, begin, carryOn, answers } = given(100);
    await stuck('acme', ['1', '2']);
    await begin('one');
    const enqueueAlerts = () => Promise.reject(Object.assign(new Error('No room'), { code: '53100' }));
    await expect(carryOn('one', { enqueueAlerts })).rejects.toThrow('No room');
    expect(await answers('one')).toEqual(['1 waiting', '2 waiting']);
    expect(await carryOn('one')).toBe('ended');
  });

  it('is given once where several carry it on at the same moment', async () => {
    const { stuck, begin, carryOn, retries } = given(100);
    await stuck('acme', ['1', '2', '3', '4', '5', '6']);
    await begin('at once');
    const ended = await Promise.all([carryOn('at once'), carryOn('at once'), carryOn('at once')]);
    expect(ended).toContain('ended');
    expect(await retries()).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1 });
    const { rows } = await database.pool.query(
      `select count(*)::int as entries from audit where result = 'done' and details->>'bulkRetry' = 'at once'`,
    );
    expect(rows).toEqual([{ entries: 1 }]);
  });

  it('is not there for the next return once the service stops', async () => {
    const { stuck, begin, carryOn, answers, context } = given(100);
    await stuck('acme', ['1', '2', '3']);
    await begin('one');
    const stopping = new AbortController();
    const observer = { ...context.observer, bulkRetried: () => stopping.abort() };
    expect(await carryOn('one', { observer }, stopping.signal)).toBe('more');
    expect(await answers('one')).toEqual(['1 retried', '2 waiting', '3 waiting']);
  });
});

describe('a bulk retry', () => {
  it('ends only once as many returns as it is of have an answer: some may be seen a moment later', async () => {
    const { stuck, begin, carryOn } = given(100);
    await stuck('acme', ['1', '2']);
    await begin('one');
    await database.pool.query('update bulk_retries set total = 3');
    expect(await carryOn('one')).toBe('more');
    expect(await findBulkRetry(database.db, 'one')).toMatchObject({ state: 'running', endedAt: null });
    await database.pool.query('update bulk_retries set total = 2');
    expect(await carryOn('one')).toBe('ended');
    expect(await findBulkRetry(database.db, 'one')).toMatchObject({ state: 'done' });
  });

  it('of an operator of single sign-on is told from one of the users file by the same name', async () => {
    const { stuck, begin, carryOn, stop } = given(1);
    await stuck('acme', ['1', '2']);
    const other = { ...anna, by: 'sso' } as const;
    await begin('one', {}, { actor: other });
    await carryOn('one');
    await stop('one', other);
    const { rows } = await database.pool.query(`select detail from return_events where event = 'retry'`);
    expect(rows).toEqual([{ detail: 'rma, asked for by anna (single sign-on)' }]);
    expect(await findBulkRetry(database.db, 'one')).toMatchObject({ stoppedBy: 'anna (single sign-on)' });
  });

  it('that somebody stops leaves the rest as it is, at once', async () => {
    const { stuck, begin, carryOn, stop, answers, retries } = given(2);
    await stuck('acme', ['1', '2', '3', '4']);
    await begin('one');
    await carryOn('one');
    expect(await stop('one')).toBe('stopped');
    expect(await answers('one')).toEqual(['1 retried', '2 retried', '3 stopped', '4 stopped']);
    expect(await findBulkRetry(database.db, 'one')).toMatchObject({ state: 'stopped', stoppedBy: 'anna' });
    expect(await stop('one')).toBe('over');
    expect(await stop('another')).toBe('unknown');
    expect(await carryOn('one')).toBe('ended');
    expect(await retries()).toEqual({ 1: 1, 2: 1 });
  });

  it('whose stop was cut off is stopped by its next job', async () => {
    const { stuck, begin, carryOn, answers } = given(100);
    await stuck('acme', ['1', '2']);
    await begin('one');
    await database.pool.query(`update bulk_retries set stopped_at = now(), stopped_by = 'ben'`);
    expect(await carryOn('one')).toBe('ended');
    expect(await answers('one')).toEqual(['1 stopped', '2 stopped']);
  });

  it('that is asked for twice under one id begins once, also at the same moment', async () => {
    const { stuck, begin, enqueued } = given(100);
    await stuck('acme', ['1', '2']);
    const begun = await Promise.all([begin('one'), begin('one'), begin('one')]);
    expect(begun.map(({ kind }) => kind).sort()).toEqual(['begun', 'known', 'known']);
    expect(await begin('one')).toEqual({ kind: 'known', total: 2 });
    expect(enqueued).toEqual(['one']);
  });

  it('takes no return that came to its filter later', async () => {
    const { stuck, begin, answers } = given(100);
    await stuck('acme', ['1']);
    await begin('one');
    await stuck('acme', ['2']);
    expect(await answers('one')).toEqual(['1 waiting']);
  });

  it('of no returns, or of more than are carried out at once, is not begun, and leaves nothing behind', async () => {
    const { begin, stuck, enqueued } = given(100);
    expect(await begin('none')).toEqual({ kind: 'none' });
    await stuck('acme', ['1']);
    await database.pool.query(`insert into returns
      select (jsonb_populate_record(r, jsonb_build_object('loop_return_id', 'copy ' || n, 'rma_number', 'copy ' || n))).*
      from returns r, generate_series(1, ${mostReturnsAtOnce}) n`);
    expect(await begin('many')).toEqual({ kind: 'too-many' });
    expect(await begin('seen', {}, { atMost: 2 })).toEqual({ kind: 'too-many' });
    expect(await begin('few', { q: '1' }, { atMost: 1 })).toEqual({ kind: 'begun', total: 1 });
    expect(await findBulkRetry(database.db, 'many')).toBeNull();
    const { rows } = await database.pool.query('select bulk_retry from bulk_retry_items');
    expect(rows).toEqual([{ bulk_retry: 'few' }]);
    expect(enqueued).toEqual(['few']);
  });
});
