import { expect, test } from 'vitest';
import {
  type Actor,
  type AuditEntry,
  type AuditPosition,
  listAudit,
  recordAction,
  recordActions,
  recordWork,
} from '../../src/audit/audit.ts';
import { openDatabase } from '../support/open-database.ts';

const database = openDatabase();
const anna: Actor = { name: 'anna', by: 'password', address: '192.0.2.7' };
const machine: Actor = { name: 'ops token', by: 'token', address: '192.0.2.8' };
const stranger = { name: null, by: 'password', address: '192.0.2.9' } as const;
const retried = (subject: string) =>
  ({ action: 'retry', merchant: 'acme', subject, result: 'retried' }) as const;
const minute = (number: number) => new Date(Date.UTC(2026, 10, 26, 9, number));
const all = { after: null, limit: 100 };

const list = (filter: Parameters<typeof listAudit>[1] = {}) => listAudit(database.db, filter, all);

test('what is written down is listed, newest first, with who, how, from where and what came of it', async () => {
  await recordAction(database.db, minute(1), stranger, {
    action: 'sign-in',
    merchant: null,
    subject: null,
    result: 'refused',
  });
  await recordAction(database.db, minute(2), anna, { ...retried('1'), details: { step: 'rma', tries: 3 } });
  expect(await list()).toEqual([
    {
      id: expect.any(Number),
      at: minute(2),
      who: 'anna',
      by: 'password',
      address: '192.0.2.7',
      action: 'retry',
      merchant: 'acme',
      subject: '1',
      result: 'retried',
      details: { step: 'rma', tries: 3 },
    },
    expect.objectContaining({ who: null, by: 'password', action: 'sign-in', result: 'refused', details: {} }),
  ]);
});

test('an entry of a transaction that does not come about is not there either', async () => {
  const before = await list();
  const work = database.db.transaction().execute(async (trx) => {
    await recordAction(trx, minute(3), anna, retried('2'));
    throw new Error('something else failed');
  });
  await expect(work).rejects.toThrow('something else failed');
  expect(await list()).toEqual(before);
});

test.each([
  ['changed', `update audit set who = 'somebody else'`],
  ['changed, where it does not matter', `update audit set who = 'somebody else' where id < 0`],
  ['removed', 'delete from audit'],
  ['emptied', 'truncate audit'],
])('the list cannot be %s, whoever asks the database for it', async (_, statement) => {
  const before = await list();
  expect(before).not.toEqual([]);
  await expect(database.pool.query(statement)).rejects.toThrow('The audit list only grows');
  expect(await list()).toEqual(before);
});

test('a list of many is read page by page, each entry once, also those of one moment', async () => {
  const ids = Array.from({ length: 7 }, (_, index) => String(index));
  await recordActions(database.db, minute(10), machine, ids.map(retried));
  const seen: AuditEntry[] = [];
  let after: AuditPosition | null = null;
  for (;;) {
    const page: AuditEntry[] = await listAudit(database.db, { who: 'ops token' }, { after, limit: 3 });
    seen.push(...page);
    after = page.at(-1) ?? null;
    if (page.length < 3) break;
  }
  expect(seen.map(({ subject }) => subject)).toEqual(ids.toReversed());
});

test('it is filtered by who and by what', async () => {
  const by = (entries: readonly AuditEntry[]) =>
    new Set(entries.map(({ who, action }) => `${who} ${action}`));
  expect(by(await list({ who: 'anna' }))).toEqual(new Set(['anna retry']));
  expect(by(await list({ action: 'sign-in' }))).toEqual(new Set(['null sign-in']));
  expect(await list({ who: 'anna', action: 'replay' })).toEqual([]);
});

test('work that takes long is there when it begins, and again with its counts when it is done', async () => {
  const asked = { action: 'replay', merchant: null, subject: 'rejected deliveries' } as const;
  const ofReplay = async () =>
    (await list({ action: 'replay' })).map(({ result, details }) => ({ result, details }));
  let atWork: unknown = null;
  const work = async () => {
    atWork = await ofReplay();
    return { replayed: 2 };
  };
  expect(await recordWork(database.db, () => minute(20), anna, asked, work)).toEqual({ replayed: 2 });
  expect(atWork).toEqual([{ result: 'begun', details: {} }]);
  const fails = async () => {
    throw new Error('cut off');
  };
  await expect(recordWork(database.db, () => minute(21), anna, asked, fails)).rejects.toThrow('cut off');
  expect(await ofReplay()).toEqual([
    { result: 'begun', details: {} },
    { result: 'done', details: { replayed: 2 } },
    { result: 'begun', details: {} },
  ]);
});
