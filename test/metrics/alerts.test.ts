import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../stand-ins/receiver.ts';
import { freePort } from '../support/free-port.ts';
import { startWorld, type World, type WorldOptions } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Scrape, untilScrape } from './scrape.ts';

async function startAlertedWorld(options: WorldOptions = {}) {
  const closing = new AsyncDisposableStack();
  const receiver = await startReceiver();
  closing.defer(() => receiver.close());
  const world = await startWorld({ ...options, alertWebhookUrl: `${receiver.url}hooks/hunter2` });
  closing.defer(() => world.stop());
  const alerts = () => receiver.received.map(({ body }): unknown => JSON.parse(body));
  return {
    world,
    receiver,
    alerts,
    untilAlerts: (count: number) =>
      until(
        () => alerts().length >= count && alerts(),
        () => `${count} alerts; there were ${JSON.stringify(alerts())}`,
      ),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Whatever the service still has to tell has been told. */
const untilTold = (world: World) =>
  until(
    async () => {
      const waiting = `select 1 from pgboss.job where name = 'alerts' and state in ('created', 'retry', 'active')`;
      return (await world.query(waiting)).length === 0;
    },
    () => 'an end of the alerts',
  );
const retry = (world: World, id: string) => world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' });

describe.concurrent('a return that comes to need attention', () => {
  it('is told once, again after a retry that fails, and not for what is repeated', async () => {
    await using here = await startAlertedWorld();
    const { world, alerts, untilAlerts } = here;
    world.masonhub.refuseSku('GONE-1');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    await untilAlerts(1);
    expect(alerts()[0]).toEqual({
      kind: 'attention',
      merchant: 'acme',
      return: id,
      reason,
      text: `Return ${id} of acme needs attention. ${reason}`,
    });
    await world.loop.deliver(world.loop.payloadOf(id, 'return.updated'));
    await world.loop.updateReturn(id, {});
    await world.loop.failProcessing(id, 'It is only said, and changes nothing.');
    await world.untilQuiet();
    await untilTold(world);
    expect(await world.statusOf(id)).toBe('attention');
    expect(alerts()).toHaveLength(1);

    await world.retry(id);
    await untilAlerts(2);
    await world.untilQuiet();
    await untilTold(world);
    expect(alerts()).toHaveLength(2);
    expect(alerts()[1]).toMatchObject({ kind: 'attention', return: id });
  });

  it('is told of, listed and counted once Loop has told of it, and not before', async () => {
    await using here = await startAlertedWorld();
    const { world, alerts, untilAlerts } = here;
    await world.untilQuiet();
    world.loop.silence();
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const receipt = { customer_identifier: id, package_id: 'P1', status: 'received', line_items: 'none' };
    const body = JSON.stringify({
      message_type: 'rmaEvent',
      message_id: randomUUID(),
      api_version: '1.0',
      data: [{ id: randomUUID(), ...receipt }],
    });
    const answer = await world.post('/callbacks/masonhub/acme', body, world.proven());
    expect(answer.json).toEqual({ status: 'accepted' });
    await world.untilQuiet();
    await untilTold(world);
    const work = async () => (await world.api('/api/work')).json;
    const isCounted = (count: number) => (now: Scrape) =>
      now.value('masonhub_loop_returns', { merchant: 'acme', status: 'attention' }) === count;
    expect(alerts()).toEqual([]);
    expect(await work()).toEqual({ causes: [], overdue: [] });
    expect((await world.api('/api/returns?status=attention')).json).toMatchObject({ returns: [] });
    expect((await retry(world, id)).status).toBe(404);
    expect(world.log.filter(({ msg }) => msg === 'a return needs attention')).toEqual([]);
    await untilScrape(isCounted(0), world);

    world.loop.resume();
    await world.loop.deliver(world.loop.payloadOf(id, 'return.created'));
    const { reason } = await world.untilStatus(id, 'attention');
    await untilAlerts(1);
    expect(alerts()).toEqual([expect.objectContaining({ kind: 'attention', return: id, reason })]);
    expect(await work()).toMatchObject({ causes: [{ count: 1, longest: id, canRetry: true }] });
    await untilScrape(isCounted(1), world);
    await world.retry(id);
  });

  it('holds nothing up where the receiver is down: it is told once that is back', async () => {
    await using here = await startAlertedWorld({ pace: { tries: 3 } });
    const { world, receiver, alerts, untilAlerts } = here;
    receiver.answerNext({ status: 503 }, { status: 500 });
    world.masonhub.refuseSku('GONE-1');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    await untilAlerts(3);
    await untilTold(world);
    expect(new Set(alerts().map((alert) => JSON.stringify(alert))).size).toBe(1);
    const keys = receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(alerts()[0]).toMatchObject({ return: id });
  });

  it('is given up after a number of tries, aloud and without the address, while returns go on', async () => {
    const port = await freePort();
    await using world = await startWorld({ alertWebhookUrl: `http://127.0.0.1:${port}/hooks/hunter2` });
    const mend = world.masonhub.refuseSku('GONE-1');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    await world.untilStatus(id, 'attention');
    const other = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(other);
    await world.untilStatus(other, 'processed');
    const said = await until(
      () => world.log.find(({ msg }) => msg === 'an alert was not delivered, and is given up'),
      () => JSON.stringify(world.log),
    );
    expect(said).toMatchObject({ level: 50, merchant: 'acme', return: id, kind: 'attention' });
    await untilTold(world);
    const tries = world.log.filter(({ msg }) => msg.startsWith('an alert was not delivered'));
    expect(tries).toHaveLength(3);
    expect(JSON.stringify(world.log)).not.toContain('hunter2');
    mend();
    await world.retry(id);
    await world.untilStatus(id, 'open');
  });
});

describe.concurrent('a connection that pauses', () => {
  it('is told when its pause begins, not at each request that tries, and again when it pauses anew', async () => {
    await using here = await startAlertedWorld();
    const { world, alerts, untilAlerts } = here;
    await world.untilQuiet();
    world.masonhub.revokeKey(true);
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const refusals = () => world.masonhub.calls.filter(({ status }) => status === 401).length;
    await until(
      () => refusals() >= 4,
      () => `four refusals; there were ${refusals()}`,
    );
    await untilTold(world);
    expect(alerts()).toEqual([
      {
        kind: 'paused',
        merchant: 'acme',
        vendor: 'masonhub',
        reason: expect.stringContaining('masonhub.apiToken'),
        text: expect.stringMatching(/^Nothing is sent to masonhub for acme\. .*masonhub\.apiToken/),
      },
    ]);
    world.masonhub.revokeKey(false);
    await world.untilStatus(id, 'open');
    world.masonhub.revokeKey(true);
    await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilAlerts(2);
    world.masonhub.revokeKey(false);
    await world.untilQuiet();
    await untilTold(world);
    expect(alerts()).toHaveLength(2);
  });

  it('for a moment, because it is limited, is nothing to tell; for long it is', async () => {
    await using here = await startAlertedWorld();
    const { world, alerts, untilAlerts } = here;
    world.masonhub.answerNext('create', { status: 429, body: {}, headers: { 'retry-after': '1' } });
    await world.open([{ sku: 'TEE-1' }]);
    await world.untilQuiet();
    await untilTold(world);
    expect(alerts()).toEqual([]);
    world.masonhub.answerNext('create', { status: 429, body: {}, headers: { 'retry-after': '600' } });
    await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilAlerts(1);
    expect(alerts()[0]).toMatchObject({ kind: 'paused', vendor: 'masonhub' });
  });
});

describe('without an address', () => {
  it('nothing is kept to be told', async () => {
    await using world = await startWorld();
    world.masonhub.refuseSku('GONE-1');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    await world.untilStatus(id, 'attention');
    expect(await world.query(`select 1 from pgboss.job where name = 'alerts'`)).toEqual([]);
  });
});
