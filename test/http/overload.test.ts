import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../support/reply.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { endpoints, goodBody } from './at-the-endpoints.ts';

/** A database that takes connections but stores no delivery, until it is let go. */
async function holdUp(world: World): Promise<{ letGo(): Promise<void> }> {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('lock table deliveries in access exclusive mode');
  return {
    letGo: async () => {
      await client.query('rollback');
      await client.end();
    },
  };
}

const bodyOf = (index: number) =>
  JSON.stringify({ topic: 'restock', trigger: 'restock.created', id: `${index}` });
const deliver = (world: World, index: number) => {
  const body = bodyOf(index);
  return world.post('/webhooks/loop/acme', body, world.signed(body));
};

describe.concurrent('more than the database takes', () => {
  it('is turned away at once, and what was taken on is stored as soon as the database goes on', async () => {
    await using world = await startWorld();
    await world.untilQuiet();
    const held = await holdUp(world);
    const first = [deliver(world, 1), deliver(world, 2)];
    const turnedAway: Reply[] = [];
    let sent = first.length;
    const reply = await until(
      () => {
        sent += 1;
        void deliver(world, sent).then((one) => one.status === 503 && turnedAway.push(one));
        return turnedAway[0];
      },
      () => 'a delivery that is turned away while others still wait',
    ).finally(() => held.letGo());
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(reply.json).toMatchObject({ error: { code: 'not_durable' } });
    for (const reply of await Promise.all(first)) expect(reply.status).toBe(200);
    const [row] = await world.query('select count(*) from deliveries');
    expect(Number(row?.['count'])).toBeGreaterThanOrEqual(first.length);
  });

  it('is turned away before it is read, where the bodies of others fill the memory', async () => {
    await using world = await startWorld();
    const { hostname, port } = new URL(world.url);
    const sockets = Array.from({ length: 64 }, () => connect(Number(port), hostname));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write(
        `POST /webhooks/loop/acme HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 1048576\r\n\r\n{`,
      );
    }
    const reply = await until(
      async () => {
        const one = await deliver(world, 1);
        return one.status === 503 && one;
      },
      () => 'a 503 while 64 MiB of bodies are announced',
    );
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await world.api('/health/live')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await until(
      async () => (await deliver(world, 1)).status === 200,
      () => 'the endpoint open again, once those clients are gone',
    );
  });
});

describe.concurrent('a database that hangs', () => {
  it('is answered for with a 503 in time, and a delivery that it then stored after all is a duplicate', async () => {
    await using world = await startWorld();
    const id = await world.open([{ sku: 'TEE-1' }]);
    const body = JSON.stringify(world.loop.payloadOf(id, 'return.updated'));
    const held = await holdUp(world);
    const reply = await world
      .post('/webhooks/loop/acme', body, world.signed(body))
      .finally(() => held.letGo());
    expect(reply.status).toBe(503);
    await until(
      async () => (await world.post('/webhooks/loop/acme', body, world.signed(body))).json,
      () => 'an answer',
    );
    const again = await world.post('/webhooks/loop/acme', body, world.signed(body));
    expect(again.json).toEqual({ status: 'duplicate' });
  });
});

describe('while the database is out of reach', () => {
  it.each(endpoints)(
    '$endpoint answers 503 with Retry-After, and takes the same delivery afterwards',
    async (endpoint) => {
      await using alone = await startWorld();
      const body = goodBody(endpoint);
      const proof = endpoint.source === 'loop' ? alone.signed(body) : alone.proven();
      const post = () => alone.post(`${endpoint.path}acme`, body, proof);
      await alone.cutDatabase();
      const reply = await post();
      expect(reply).toMatchObject({ status: 503, json: { error: { code: 'not_durable' } } });
      const seconds = Number(reply.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(1_800);
      const lines = alone.log.filter(({ status }) => status === 503);
      expect(lines).toMatchObject([{ level: 50, code: 'not_durable', err: { message: expect.any(String) } }]);

      await alone.mendDatabase();
      expect(await post()).toMatchObject({ status: 200, json: { status: 'accepted' } });
      const key = createHash('sha256').update(body).digest('hex');
      if (endpoint.source === 'loop')
        expect(await alone.query('select 1 from deliveries where key = $1', [key])).toHaveLength(1);
    },
  );

  it('returns wait, and are opened once it is back', async () => {
    await using alone = await startWorld({ merchants: { acme: { loop: { retryDelayMs: 100 } } } });
    await alone.cutDatabase();
    const creating = alone.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await until(
      () => alone.log.some(({ status }) => status === 503),
      () => 'a delivery that could not be stored',
    );
    await alone.mendDatabase();
    const id = await creating;
    await alone.untilStatus(id, 'open');
    await alone.masonhub.receive(id);
    await alone.untilStatus(id, 'processed');
    expect(alone.told(id).processed).toBe(1);
  });
});
