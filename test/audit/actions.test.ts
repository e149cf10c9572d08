import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const audit = (action: string) =>
  world.query(
    `select who, by, address, merchant, subject, result, details from audit where action = $1 order by at, id`,
    [action],
  );
const machine = { who: 'ops token', by: 'token', address: '127.0.0.1' };

test('a retry is in the audit list with the return, whether there was anything to try or not', async () => {
  const teach = world.masonhub.refuseSku('HAT-1');
  const id = await world.loop.createReturn({ items: [{ sku: 'HAT-1' }] });
  await world.untilStatus(id, 'attention');
  teach();
  const retry = (of: string) => world.api(`/api/returns/acme/${of}/retry`, { method: 'POST' });
  await world.retry(id);
  const { timeline } = await world.untilStatus(id, 'open');
  expect(timeline).toContainEqual({
    at: expect.any(String),
    event: 'retry',
    detail: 'rma, asked for by ops token',
  });
  expect((await retry(id)).status).toBe(409);
  expect((await retry('no-such-return')).status).toBe(404);
  const about = { ...machine, merchant: 'acme', subject: id, details: {} };
  expect(await audit('retry')).toEqual([
    { ...about, result: 'retried' },
    { ...about, result: 'nothing failed' },
  ]);
});

test('a retry that cannot be written down does not happen', async () => {
  const forget = world.masonhub.refuseSku('HAT-2');
  const id = await world.loop.createReturn({ items: [{ sku: 'HAT-2' }] });
  await world.untilStatus(id, 'attention');
  forget();
  await world.query('alter table audit rename to hidden');
  const reply = await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' });
  await world.query('alter table hidden rename to audit');
  expect(reply.status).toBe(500);
  await world.untilQuiet();
  const found = await world.returnOf(id);
  expect(found?.status).toBe('attention');
  expect(found?.timeline.map(({ event }) => event)).not.toContain('retry');
});

test('a replay is there when it begins and when it is done, with what was chosen in words', async () => {
  const path = '/api/deliveries/replay?merchant=acme&source=loop&result=rejected&why=id%3A+expected';
  expect((await world.api(path, { method: 'POST' })).status).toBe(200);
  const about = { ...machine, merchant: 'acme', subject: 'rejected deliveries from loop: id: expected' };
  expect(await audit('replay')).toEqual([
    { ...about, result: 'begun', details: {} },
    { ...about, result: 'done', details: { replayed: 0, accepted: 0, ignored: 0, rejected: 0 } },
  ]);
});

test('what was chosen is cut between characters, so that it can be written down', async () => {
  const why = `${'a'.repeat(199)}👟 and more`;
  const query = new URLSearchParams({ merchant: 'borealis', why });
  expect((await world.api(`/api/deliveries/replay?${query}`, { method: 'POST' })).status).toBe(200);
  const [{ subject } = { subject: null }] = await world.query(
    `select subject from audit where merchant = 'borealis'`,
  );
  expect(subject).toMatch(/a👟$/u);
});
