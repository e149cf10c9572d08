import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import { startWorld, type World } from '../support/service.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

const createCallsFor = (id: string) =>
  world.masonhub.calls
    .filter(({ name }) => name === 'create')
    .flatMap(({ records }) => records ?? [])
    .filter(({ customer_identifier }) => customer_identifier === id);

/** A return that Loop has and of which it has not told anybody. */
async function untoldReturn(): Promise<string> {
  world.loop.silence();
  const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  world.loop.resume();
  return id;
}

describe('the same webhook', () => {
  it('at once from many sides opens one RMA: one is accepted, the rest are duplicates', async () => {
    const id = await untoldReturn();
    const body = phpJson(world.loop.payloadOf(id, 'return.created'));
    const replies = await Promise.all(
      times(20, () => world.post('/webhooks/loop/acme', body, world.signed(body))),
    );
    expect(replies.map(({ status }) => status)).toEqual(times(20, () => 200));
    expect(replies.map(({ text }) => text).sort()).toEqual([
      '{"status":"accepted"}',
      ...times(19, () => '{"status":"duplicate"}'),
    ]);
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    expect(createCallsFor(id)).toHaveLength(1);
    const { timeline } = await world.untilStatus(id, 'open');
    expect(timeline.filter(({ event }) => event === 'return.created')).toHaveLength(1);
  });

  it('again later is a duplicate', async () => {
    const id = await untoldReturn();
    const deliveries = await world.loop.deliver(world.loop.payloadOf(id, 'return.created'), { times: 3 });
    expect(deliveries.map(({ attempts }) => attempts[0]?.body)).toEqual([
      '{"status":"accepted"}',
      '{"status":"duplicate"}',
      '{"status":"duplicate"}',
    ]);
  });

  it('in other words, with other types and dates, changes nothing', async () => {
    const id = await untoldReturn();
    const replies = [];
    for (const style of times(4, () => world.loop.payloadOf(id, 'return.created')))
      replies.push(...(await world.loop.deliver(style)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await world.untilStatus(id, 'open');
    await world.untilQuiet();
    expect(createCallsFor(id)).toHaveLength(1);
    expect(world.masonhub.rmas.get(id)?.version).toBe(1);
  });

  it('of an earlier moment that comes late does not open a cancelled return again', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const early = world.loop.payloadOf(id, 'return.updated');
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    await world.loop.deliver(early);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('cancelled');
    expect(createCallsFor(id)).toHaveLength(1);
  });
});

describe('the same receipt', () => {
  it('at once from many sides processes the return once: one is accepted, the rest are duplicates', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const body = JSON.stringify(world.masonhub.receivedEnvelope(id));
    const replies = await Promise.all(
      times(20, () => world.post('/callbacks/masonhub/acme', body, world.proven())),
    );
    expect(replies.map(({ text }) => text).sort()).toEqual([
      '{"status":"accepted"}',
      ...times(19, () => '{"status":"duplicate"}'),
    ]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it.each([
    ['available', 'processed', { processed: 1, flagged: 0 }],
    ['damaged', 'flagged', { processed: 0, flagged: 1 }],
  ] as const)(
    'with other message ids, at once and later, has one effect where all is %s',
    async (disposition, status, told) => {
      const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
      const units = [{ sku: 'TEE-1' }, { sku: 'CAP-2', status: disposition }];
      const envelope = () => world.masonhub.receivedEnvelope(id, units, { messageId: randomUUID() });
      await Promise.all(times(10, () => world.masonhub.deliver(envelope())));
      await world.untilStatus(id, status);
      await world.masonhub.deliver(envelope(), { times: 2 });
      await world.untilQuiet();
      expect(await world.statusOf(id)).toBe(status);
      expect(world.told(id)).toMatchObject(told);
      expect(world.told(id).notes).toHaveLength(told.flagged);
    },
  );

  it('inside one array counts once', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    expect(await world.masonhub.deliver([envelope, envelope])).toMatchObject([{ status: 200 }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(1);
  });

  it('in both versions at once processes the return once', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelopes = (['1.0', '2.0'] as const).map((apiVersion) =>
      world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion }),
    );
    await Promise.all(envelopes.map((envelope) => world.masonhub.deliver(envelope)));
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('processed');
    expect(world.told(id).processed).toBe(1);
  });

  it('and its opposite at the same moment never lead to both a refund and a flag', async () => {
    for (const id of await Promise.all(times(5, () => world.open([{ sku: 'TEE-1' }])))) {
      // Written a millisecond apart, one of them would be the older one, which changes nothing where it comes last.
      vi.useFakeTimers({ toFake: ['Date'] });
      const envelopes = [
        world.masonhub.receivedEnvelope(id),
        world.masonhub.receivedEnvelope(id, [{ sku: 'TEE-1', status: 'damaged' }]),
      ];
      vi.useRealTimers();
      await Promise.all(envelopes.map((envelope) => world.masonhub.deliver(envelope)));
      await world.untilStatus(id, 'attention');
      await world.untilQuiet();
      const { processed, flagged } = world.told(id);
      expect(processed + flagged).toBeLessThanOrEqual(1);
    }
  });

  it('that turns bad after the refund needs attention, and sends nothing more', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('TEE-1: 1 damaged');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  });
});

describe('a receipt and the end of its return', () => {
  it('of a return that Loop had cancelled needs attention, and sends nothing', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.progress(id, 'receivingStarted');
    await world.loop.cancelReturn(id);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('cancelled');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});
