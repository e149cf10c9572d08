import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/stand-ins/json.ts';
import type { ApiVersion, CallbackEnvelope } from '../../src/stand-ins/masonhub/envelopes.ts';
import type { UnitsInHand } from '../../src/stand-ins/masonhub/receiving.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly } from './worlds.ts';

let world: World;

beforeAll(async () => {
  world = await startQuietly();
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const versions = ['1.0', '2.0'] as const;
const eventsOf = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event);
const asked = (id: string) =>
  world.masonhub.calls.filter(({ name, query }) => name === 'find' && query['cid'] === id);

describe.each(versions)('a receipt in version %s', (apiVersion) => {
  it.each(['text', 'decimal', 'decimal-text'] as const)(
    'whose quantities are written as %s is read as any other',
    async (quantities) => {
      const good = await world.open([tee, tee, cap]);
      const bad = await world.open([tee, tee, cap]);
      await world.masonhub.receive(good, 'all-available', { apiVersion, quantities });
      await world.masonhub.receive(bad, [tee, cap], { apiVersion, quantities });
      await world.untilStatus(good, 'processed');
      await world.untilStatus(bad, 'flagged');
      await world.untilQuiet();
      expect(world.told(good)).toEqual({ processed: 1, flagged: 0, notes: [] });
      expect(world.told(bad).notes).toEqual([expect.stringContaining('1 × TEE-1 missing')]);
    },
  );

  it.each(['number', 'decimal-text'] as const)(
    'with half a unit (%s) is taken and flagged, and the note says what was given',
    async (quantities) => {
      const id = await world.open([tee, cap]);
      const half = [{ ...tee, quantity: 0.5 }, cap];
      const [answer] = await world.masonhub.receive(id, half, { apiVersion, quantities });
      expect(answer?.attempts.map(({ status }) => status)).toEqual([200]);
      await world.untilStatus(id, 'flagged');
      await world.untilQuiet();
      expect(world.told(id)).toEqual({
        processed: 0,
        flagged: 1,
        notes: [expect.stringMatching(/TEE-1 given as a fraction of a unit \("0\.5 available/)],
      });
    },
  );
});

/** What the warehouse really found is told with lines that nobody can read. */
async function receiveGarbled(
  id: string,
  found: readonly UnitsInHand[] | null,
  line_items: unknown,
  apiVersion: ApiVersion = '2.0',
): Promise<void> {
  const { masonhub } = world;
  masonhub.silence();
  if (found !== null) await masonhub.receive(id, found);
  masonhub.resume();
  const envelope = masonhub.receivedEnvelope(id, 'all-available', { apiVersion });
  const [answer] = await masonhub.deliver(withLines(envelope, line_items));
  expect(answer?.attempts.map(({ status }) => status)).toEqual([200]);
}

/** The same as it would have been told an hour before. */
function anHourBefore(envelope: CallbackEnvelope): CallbackEnvelope {
  const before = new Date(Date.now() - 3_600_000).toISOString();
  const dated = (item: JsonObject): JsonObject => ({
    ...item,
    as_of: before,
    ...(isObject(item['details']) ? { details: { ...item['details'], updated_at: before } } : {}),
  });
  return { ...envelope, data: envelope.data.map(dated) };
}

function withLines(envelope: CallbackEnvelope, line_items: unknown): CallbackEnvelope {
  const garbled = (item: JsonObject): JsonObject =>
    isObject(item['details'])
      ? { ...item, details: { ...item['details'], line_items } }
      : { ...item, line_items };
  return { ...envelope, data: envelope.data.map(garbled) };
}

const unreadable: readonly [string, unknown][] = [
  ['a quantity is a word', [{ customer_sku_id: 'TEE-1', quantity: 1, quantity_received: 'one' }]],
  ['a quantity is below nothing', [{ customer_sku_id: 'TEE-1', quantity: 1, quantity_received: -1 }]],
  ['the lines are a text', 'TEE-1'],
  ['a line is null', [null]],
  ['the details are a number', [{ customer_sku_id: 'TEE-1', quantity: 1, receiving_details: 7 }]],
];

describe.each(versions)('a receipt of a known RMA that cannot be understood, in version %s', (version) => {
  it.each(unreadable)(
    'because %s is taken, MasonHub is asked, and the return goes on',
    async (_why, lines) => {
      const id = await world.open([tee]);
      await receiveGarbled(id, [tee], lines, version);
      await world.untilStatus(id, 'processed');
      expect(await eventsOf(id)).toEqual(expect.arrayContaining(['receipt.unread', 'receipt.pulled']));
      expect(asked(id)).toHaveLength(1);
      expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
      const kept = await world.query(
        `select result, convert_from(body, 'UTF8') as body from deliveries
       where source = 'masonhub' and position($1 in convert_from(body, 'UTF8')) > 0`,
        [id],
      );
      expect(kept).toMatchObject([{ result: 'accepted' }]);
      expect(String(kept[0]?.['body'])).toContain(JSON.stringify(lines));
    },
  );
});

describe('a receipt that cannot be understood', () => {
  const [, lines] = unreadable[0] ?? [];

  it('is flagged where MasonHub, asked, shows what is wrong with the parcel', async () => {
    const id = await world.open([tee]);
    await receiveGarbled(id, [{ ...tee, status: 'damaged' }], lines);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: [expect.stringContaining('TEE-1 damaged')],
    });
  });

  it('is not refunded because a callback of before comes late', async () => {
    const id = await world.open([tee]);
    await receiveGarbled(id, null, lines);
    await world.untilStatus(id, 'attention');
    await world.untilQuiet();
    const { masonhub } = world;
    await masonhub.deliver(anHourBefore(masonhub.receivedEnvelope(id, 'all-available')));
    await until(
      async () => (await eventsOf(id))?.includes('receipt'),
      () => `the late receipt of ${id}`,
    );
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({ status: 'attention' });
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await masonhub.receive(id);
    await world.untilStatus(id, 'processed');
  });

  it('is for a person while MasonHub does not show the receipt, until one comes that is understood', async () => {
    const id = await world.open([tee]);
    await receiveGarbled(id, null, lines);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/receipt that could not be understood/);
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({
      status: 'attention',
      reason: expect.stringMatching(/could not be understood; asked, it says that the RMA is open/),
    });
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is for a person while MasonHub, asked, cannot be understood either; a retry asks again', async () => {
    const id = await world.open([tee]);
    const body = { data: [{ customer_identifier: id, status: 'received', line_items: lines }] };
    world.masonhub.answerNext('find', { body }, { body }, { body });
    await receiveGarbled(id, [tee], lines);
    await world.untilStatus(id, 'attention');
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('attention');
    expect(asked(id)).toHaveLength(3);
    const retried = await world.api(`/api/returns/acme/${id}/retry`, { method: 'POST' });
    expect(retried).toMatchObject({ status: 202 });
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });
});

describe.each(versions)('an RMA that is being received after its receipt, in version %s', (apiVersion) => {
  it('is refunded once MasonHub says anew that it is received', async () => {
    const { masonhub } = world;
    const id = await world.open([tee]);
    await masonhub.receive(id, [{ ...tee, status: 'qc' }], { apiVersion });
    await world.untilStatus(id, 'inspecting');
    const [begun, good] = [1, 2].map(() => masonhub.receivedEnvelope(id, 'all-available', { apiVersion }));
    if (begun === undefined || good === undefined) throw new Error('no callbacks were written');
    await masonhub.deliver({ ...begun, data: begun.data.map(inReceiving).map(inHours(2)) });
    await masonhub.deliver({ ...good, data: good.data.map(inHours(1)) });
    const { reason } = await world.untilStatus(id, 'receiving');
    expect(reason).toMatch(/later than its receipt.*not received/);
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    const message_id = `${good.message_id}-3`;
    await masonhub.deliver({ ...good, message_id, data: good.data.map(inHours(3)) });
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });
});

function inReceiving(item: JsonObject): JsonObject {
  const status = 'in-receiving';
  return isObject(item['details'])
    ? { ...item, status, details: { ...item['details'], status } }
    : { ...item, status };
}

/** The same as it would be told so many hours later. */
function inHours(hours: number): (item: JsonObject) => JsonObject {
  const date = new Date(Date.now() + hours * 3_600_000).toISOString();
  return (item) =>
    isObject(item['details'])
      ? { ...item, as_of: date, details: { ...item['details'], updated_at: date } }
      : { ...item, updated_at: date };
}
