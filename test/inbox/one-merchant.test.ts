import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/** A part of the database that is one merchant's is out of reach, as a machine of several can be. */

let world: World;
beforeEach(async () => {
  world = await startWorld({ merchants: { acme: {}, zenith: {} } });
  await world.untilQuiet();
});
afterEach(() => world.stop());

async function breakTable(table: string): Promise<void> {
  await world.query(`create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'connection to the remote node failed' using errcode = '08006'; end $$`);
  await world.query(`create trigger broken before insert or update on ${table}
    for each row when (new.merchant = 'zenith') execute function refuse()`);
}

let sent = 0;
async function deliver(slug: string): Promise<number> {
  sent += 1;
  const body = JSON.stringify({ topic: 'restock', trigger: 'restock.created', n: sent });
  const [secret] = world.vendorsOf(slug).webhookSecrets;
  return (await world.post(`/webhooks/loop/${slug}`, body, world.signed(body, secret))).status;
}

const ready = () => world.api('/health/ready');

describe('while nothing can be stored of one merchant', () => {
  test('the others get their 200, and readiness names that merchant without failing', async () => {
    await breakTable('deliveries');
    const slugs = ['acme', 'zenith', 'acme', 'zenith', 'acme', 'acme', 'zenith', 'acme'];
    const answers = await Promise.all(slugs.map(async (slug) => ({ slug, status: await deliver(slug) })));
    expect(answers).toEqual(slugs.map((slug) => ({ slug, status: slug === 'acme' ? 200 : 503 })));
    const { status, json } = await ready();
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: 'ready',
      notStored: [{ merchant: 'zenith', why: 'a write failed (08006)', since: expect.any(String) }],
    });
  });

  test('that merchant gets 200 again once it can be, and is not named any more', async () => {
    await breakTable('deliveries');
    expect(await deliver('zenith')).toBe(503);
    await world.query('drop trigger broken on deliveries');
    expect(await deliver('zenith')).toBe(200);
    expect((await ready()).json).not.toHaveProperty('notStored');
  });

  test('readiness itself finds out that it can be again, where nothing comes for that merchant', async () => {
    await breakTable('deliveries');
    expect(await deliver('zenith')).toBe(503);
    expect((await ready()).json).toHaveProperty('notStored');
    await world.query('drop trigger broken on deliveries');
    await until(
      async () => !JSON.stringify((await ready()).json).includes('notStored'),
      () => 'readiness to notice',
    );
    expect(await world.query(`select key from deliveries where merchant = 'zenith'`)).toEqual([]);
  });
});

test('while returns of one merchant cannot be written, what was stored together is applied for the others', async () => {
  await breakTable('returns');
  const [acme, zenith] = [world.vendorsOf('acme'), world.vendorsOf('zenith')];
  const stuck = zenith.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  const ids = await Promise.all(
    Array.from({ length: 5 }, () => acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] })),
  );
  for (const id of ids) await world.untilStatus(id, 'open', 'acme');
  const id = await stuck;
  expect(await world.returnOf(id, 'zenith')).toBeNull();
  await world.query('drop trigger broken on returns');
  await world.untilStatus(id, 'open', 'zenith');
});

test('an outage of the whole database is no one merchant’s', async () => {
  await world.cutDatabase();
  expect(await deliver('zenith')).toBe(503);
  await world.mendDatabase();
  const back = await until(
    async () => {
      const answer = await ready();
      return answer.status === 200 ? answer : undefined;
    },
    () => 'readiness',
  );
  expect(back.json).not.toHaveProperty('notStored');
});
