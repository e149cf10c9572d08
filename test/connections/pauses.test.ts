import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ScriptedAnswer } from '../../src/stand-ins/desk.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const readyBody = z.looseObject({
  status: z.literal('ready'),
  paused: z.array(
    z.looseObject({ merchant: z.string(), vendor: z.string(), state: z.string(), why: z.string() }),
  ),
});
/** Null while the service is not ready, as a database may be slow on a busy machine. */
const pausedNow = async (world: World) => {
  const { status, json } = await world.api('/health/ready');
  if (status === 503) return null;
  expect(status).toBe(200);
  return readyBody.parse(json).paused;
};
const untilPaused = (world: World) =>
  until(
    async () => (await pausedNow(world))?.[0],
    () => 'a paused connection',
  );
const untilNonePaused = (world: World) =>
  until(
    async () => (await pausedNow(world))?.length === 0,
    async () => `no paused connection: ${JSON.stringify(await pausedNow(world))}`,
  );

describe.concurrent('a merchant whose key is refused', () => {
  it('by MasonHub pauses, says so loudly, and goes on by itself once the key works', async () => {
    await using world = await startWorld();
    await world.untilQuiet();
    world.masonhub.revokeKey(true);
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const paused = await untilPaused(world);
    expect(paused).toMatchObject({ merchant: 'acme', vendor: 'masonhub', state: 'refused' });
    expect(paused.why).toContain('masonhub.apiToken');
    expect(paused.why).not.toContain(world.vendors.apiToken);
    const loud = world.log.find((line) => line.msg === 'a connection is paused');
    expect(loud).toMatchObject({ level: 50, merchant: 'acme', vendor: 'masonhub' });
    expect(await world.statusOf(id)).toBe('pending');

    world.masonhub.revokeKey(false);
    await world.untilStatus(id, 'open');
    await untilNonePaused(world);
    expect(world.log.some((line) => line.msg === 'a connection works again')).toBe(true);
  });

  it('by Loop keeps its outcome however often Loop is asked, and sends it once', async () => {
    await using world = await startWorld({ pace: { tries: 1 } });
    const id = await world.open([{ sku: 'TEE-1' }]);
    world.loop.revokeKey(true);
    await world.masonhub.receive(id);
    await until(
      () => world.loop.calls.filter(({ name, status }) => name === 'process' && status === 401).length >= 3,
      () => 'three refused requests',
    );
    expect(await world.statusOf(id)).toBe('received');
    world.loop.revokeKey(false);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('sends nothing while it is paused but one request at a time to see', async () => {
    await using world = await startWorld();
    const ids = await Promise.all(Array.from({ length: 12 }, () => world.open([{ sku: 'TEE-1' }])));
    world.loop.revokeKey(true);
    await Promise.all(ids.map((id) => world.masonhub.receive(id)));
    const pauses = () => world.log.filter(({ msg }) => msg === 'a connection is paused');
    // By the third one, the last of those that had their turn before the first has left as well.
    const thirdPause = await until(
      () => pauses()[2],
      () => 'three pauses',
    );
    const thirdEnd = z.looseObject({ until: z.coerce.date() }).parse(thirdPause).until;
    const probes = await until(
      async () => {
        const sent = await world.query(
          `select at from vendor_calls where vendor = 'loop' and answer like '401%' and at > $1 order by at`,
          [thirdEnd],
        );
        return sent.length >= 3 && sent.map(({ at }) => z.date().parse(at).getTime());
      },
      () => 'three requests that see whether the key works',
    );
    for (const [index, probe] of probes.entries()) {
      const next = probes[index + 1];
      if (next !== undefined) expect(next - probe).toBeGreaterThanOrEqual(100);
    }
    world.loop.revokeKey(false);
    for (const id of ids) await world.untilStatus(id, 'processed');
  });

  it('holds up no other merchant', async () => {
    await using world = await startWorld({ merchants: { acme: {}, zenith: {} } });
    world.vendorsOf('acme').masonhub.revokeKey(true);
    world.vendorsOf('acme').loop.revokeKey(true);
    await world.vendorsOf('acme').loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilPaused(world);
    const id = await world.vendorsOf('zenith').loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open', 'zenith');
    await world.vendorsOf('zenith').masonhub.receive(id);
    await world.untilStatus(id, 'processed', 'zenith');
    const paused = await until(
      () => pausedNow(world),
      () => 'a service that is ready',
    );
    expect(paused.map(({ merchant }) => merchant)).not.toContain('zenith');
  });
});

describe.concurrent('a vendor that hangs', () => {
  it('takes no worker from other merchants', async () => {
    await using world = await startWorld({ merchants: { acme: {}, zenith: {} } });
    const acme = world.vendorsOf('acme');
    const hang = Array.from<ScriptedAnswer>({ length: 50 }).fill('hang');
    acme.masonhub.answerNext('create', ...hang);
    await Promise.all(
      Array.from({ length: 40 }, () => acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] })),
    );
    await until(
      () => acme.masonhub.calls.some(({ name }) => name === 'create'),
      () => 'a request that hangs',
    );
    const id = await world.vendorsOf('zenith').loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open', 'zenith');
    await world.vendorsOf('zenith').masonhub.receive(id);
    await world.untilStatus(id, 'processed', 'zenith');
    expect(acme.masonhub.rmas.size).toBe(0);
  });
});

describe.concurrent('a vendor that limits requests', () => {
  it.each<[string, ScriptedAnswer]>([
    ['a 429 that says how long', { status: 429, body: {}, headers: { 'retry-after': '1' } }],
    ['a 429 that does not', { status: 429, body: { message: 'Too Many Attempts.' } }],
    ['a 503 that says how long', { status: 503, html: '<h1>Busy</h1>', headers: { 'retry-after': '1' } }],
  ])('(%s) pauses that connection and no other', async (_what, answer) => {
    await using world = await startWorld({ merchants: { acme: {}, zenith: {} }, pace: { tries: 10 } });
    const id = await world.open([{ sku: 'TEE-1' }]);
    // Several, as a slow machine may look between the pause and its end.
    world.loop.answerNext('process', answer, answer, answer);
    await world.masonhub.receive(id);
    const paused = await untilPaused(world);
    expect(paused).toMatchObject({ merchant: 'acme', vendor: 'loop', state: 'limited' });
    // MasonHub's connection goes on meanwhile.
    await world.open([{ sku: 'TEE-1' }]);
    await world.untilStatus(id, 'processed');
    await untilNonePaused(world);
    expect(world.told(id).processed).toBe(1);
  });

  it('is not asked again before it says, however many wait', async () => {
    await using world = await startWorld({ pace: { tries: 1 } });
    const ids = await Promise.all(Array.from({ length: 8 }, () => world.open([{ sku: 'TEE-1' }])));
    world.loop.answerNext(
      'process',
      ...Array.from<ScriptedAnswer>({ length: 4 }).fill({
        status: 429,
        body: {},
        headers: { 'retry-after': '2' },
      }),
    );
    await Promise.all(ids.map((id) => world.masonhub.receive(id)));
    for (const id of ids) await world.untilStatus(id, 'processed');
    for (const id of ids) expect(world.told(id).processed).toBe(1);
    const calls = world.loop.calls.filter(({ name }) => name === 'process');
    const limited = calls.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(4);
    for (const { at, returnId } of limited) {
      const next = calls.find((call) => call.returnId === returnId && call.at > at);
      expect((next?.at.getTime() ?? 0) - at.getTime()).toBeGreaterThan(1_900);
    }
  });
});
