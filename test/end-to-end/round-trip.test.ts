import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject, recordsOf } from '../../src/stand-ins/json.ts';
import type { CallbackEnvelope } from '../../src/stand-ins/masonhub/envelopes.ts';
import { personalValues } from '../../src/stand-ins/personal-data.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    merchants: {
      acme: {
        returnReasons: { 'Item was too big': 'tooBig' },
        masonhubSettings: { receiveInto: 'under-investigation' },
      },
    },
  });
});
afterAll(async () => {
  await world.stop();
});

const recordOf = (id: string) => world.masonhub.rmas.get(id)?.record;

/** Delivers a message whose RMA was changed on the way, wherever its version keeps the RMA. */
async function deliverChanged(envelope: CallbackEnvelope, change: (rma: JsonObject) => JsonObject) {
  const data = envelope.data.map((item) =>
    isObject(item['details']) ? { ...item, details: change(item['details']) } : change(item),
  );
  const [answer] = await world.masonhub.deliver({ ...envelope, data });
  expect(answer).toMatchObject({ status: 200 });
}

const linesOf = (rma: JsonObject) => recordsOf(rma['line_items']) ?? [];
/** Changes the first line of an RMA. */
const firstLine = (change: JsonObject) => (rma: JsonObject) => ({
  ...rma,
  line_items: linesOf(rma).map((line, index) => (index === 0 ? { ...line, ...change } : line)),
});

describe('a new return', () => {
  it("opens an RMA under Loop's return id, with Loop's own label and nothing of MasonHub's", async () => {
    const id = await world.open([
      { sku: 'TEE-1', reason: ' item WAS too big ', comment: 'It did not fit Nobody-Firstname' },
      { sku: 'TEE-1', reason: 'Item was too big' },
      { sku: 'CAP-2', reason: 'I changed my mind' },
    ]);
    const [label] = world.loop.returns.get(id)?.labels ?? [];
    expect(recordOf(id)).toEqual({
      customer_identifier: id,
      manifest_id: id,
      generate_return_label: false,
      package_id: label?.trackingNumber,
      return_type: 'rma_submitted_by_customer',
      line_items: [
        {
          customer_sku_id: 'TEE-1',
          quantity: 2,
          return_reason_code: 'tooBig',
          return_notes: expect.any(String),
          return_inventory_status: 'under-investigation',
        },
        {
          customer_sku_id: 'CAP-2',
          quantity: 1,
          return_reason_code: 'other',
          return_notes: 'I changed my mind',
          return_inventory_status: 'under-investigation',
        },
      ],
    });
  });

  it('brings nothing personal to MasonHub', async () => {
    await world.open([{ sku: 'TEE-1', reason: 'Too big', comment: 'A comment that is for Loop only' }]);
    const heard = JSON.stringify(world.masonhub.calls);
    for (const value of [...personalValues, 'A comment that is for Loop only'])
      expect(heard).not.toContain(value);
  });

  it('is opened without a label under a package id of its own, which the late label replaces', async () => {
    const id = await world.open([{ sku: 'TEE-1' }], { label: 'late' });
    expect(recordOf(id)).toMatchObject({ package_id: id });
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
    await until(
      () => recordOf(id)?.['package_id'] === '1Z999AA10123456784',
      () => `the tracking number in ${JSON.stringify(recordOf(id))}`,
    );
    expect(recordOf(id)).toMatchObject({ customer_identifier: id, generate_return_label: false });
    await world.untilQuiet();
    expect(await world.returnOf(id)).toMatchObject({ status: 'open', trackingNumber: '1Z999AA10123456784' });
    expect(world.masonhub.rmas.get(id)?.version).toBe(2);
  });

  it('that changes its items before the parcel comes changes its RMA', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.loop.updateReturn(id, { items: [{ sku: 'CAP-2' }, { sku: 'CAP-2' }] });
    await until(
      () => world.masonhub.rmas.get(id)?.lines[0]?.sku === 'CAP-2',
      () => JSON.stringify(recordOf(id)),
    );
    expect(world.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'CAP-2', quantity: 2 }]);
  });

  it.each(['cancelReturn', 'expireReturn'] as const)(
    'that ends in Loop by %s takes its RMA with it',
    async (end) => {
      const id = await world.open([{ sku: 'TEE-1' }]);
      await world.loop[end](id);
      await world.untilStatus(id, 'cancelled');
      expect(world.masonhub.rmas.get(id)?.status).toBe('deleted');
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    },
  );

  it('whose item has no SKU needs attention, and the reason says which item', async () => {
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }, { sku: '' }] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(world.loop.returns.get(id)?.lineItems[1]?.lineItemId);
    expect(reason).toContain('SKU');
    expect(world.masonhub.rmas.has(id)).toBe(false);
  });
});

describe('a parcel on its way', () => {
  it.each([
    ['tendered', 'open'],
    ['inTransit', 'open'],
    ['delivered', 'open'],
    ['undeliverable', 'open'],
    ['onDock', 'receiving'],
    ['receivingStarted', 'receiving'],
  ] as const)('that is %s makes the return %s, and moves no money', async (event, status) => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    expect(await world.masonhub.progress(id, event)).toMatchObject({ status: 200 });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe(status);
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe('a receipt with every unit available', () => {
  it.each(['1.0', '2.0'] as const)('in version %s processes the return exactly once', async (apiVersion) => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    const [answer] = await world.masonhub.receive(id, 'all-available', { apiVersion });
    expect(answer).toMatchObject({ status: 200, attempts: { length: 1 } });
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('leaves the return processing until Loop says that it is closed', async () => {
    world.loop.closeProcessedAfter(null);
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processing');
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('processing');
    await world.loop.closeReturn(id);
    await world.untilStatus(id, 'processed');
    world.loop.closeProcessedAfter(1);
    expect(world.told(id).processed).toBe(1);
  });

  it.each([true, 'true'])('takes %j for Loop’s yes', async (yes) => {
    world.loop.answerNext('process', { body: yes, work: true });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(1);
    expect((await world.returnOf(id))?.timeline.map(({ event }) => event)).toContain('process.accepted');
  });

  it('and an extra item processes the return, and a note names the item', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'MUG-9', quantity: 2 }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [expect.stringContaining('MUG-9')] });
    expect(world.told(id).notes[0]).toContain('2');
  });

  it('and one more unit than asked for processes the return, and a note names it', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', quantity: 2 }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [expect.stringContaining('TEE-1')] });
  });

  it('with a damaged extra item processes the return all the same', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'TEE-1', status: 'damaged', extra: true }]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [expect.stringContaining('damaged')] });
  });

  it('of a return that Loop had closed before is processed without a message', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.loop.closeReturn(id);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe('a receipt with a unit that the warehouse has not decided on', () => {
  it.each(['qc', 'quality-control', 'under-investigation'])(
    'in %s makes the return inspecting, and moves no money',
    async (status) => {
      const id = await world.open([{ sku: 'TEE-1' }]);
      await world.masonhub.receive(id, [{ sku: 'TEE-1', status }]);
      const { reason } = await world.untilStatus(id, 'inspecting');
      expect(reason).toContain('1 × TEE-1');
      await world.untilQuiet();
      expect(await world.statusOf(id)).toBe('inspecting');
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    },
  );
});

describe('a receipt with anything else', () => {
  const otherStatuses = [
    'damaged',
    'quarantine',
    'refurbishing',
    'disposed',
    'short',
    'a-status-of-next-year',
  ];

  /** One flag and one note under 255 characters that holds all of the words, and never a refund. */
  async function expectFlag(id: string, ...words: string[]) {
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { processed, flagged, notes } = world.told(id);
    expect({ processed, flagged, notes: notes.length }).toEqual({ processed: 0, flagged: 1, notes: 1 });
    for (const word of words) expect(notes[0]).toContain(word);
    expect(notes[0]?.length).toBeLessThan(255);
    const messages = world.loop.calls.filter((call) => call.returnId === id);
    expect(messages.filter(({ name }) => name === 'process')).toEqual([]);
    expect(messages.filter(({ name }) => name === 'flag')).toHaveLength(1);
    const { reason } = await world.untilStatus(id, 'flagged');
    for (const word of words) expect(reason).toContain(word);
  }

  it('flags a damaged unit once, with a note that says which, how many and why', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    await world.masonhub.receive(id, [
      { sku: 'TEE-1' },
      { sku: 'CAP-2', status: 'damaged', note: 'Has a hole' },
    ]);
    await expectFlag(id, '1 × CAP-2', 'damaged', 'Has a hole');
  });

  it.each(otherStatuses)('flags a unit that was received into %s', async (status) => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status }]);
    await expectFlag(id, '1 × TEE-1');
  });

  it('flags a quantity that is short by one', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }, { sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', quantity: 2 }]);
    await expectFlag(id, '1 × TEE-1', 'missing');
  });

  it('flags an item of which nothing came', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }]);
    await expectFlag(id, '1 × CAP-2', 'missing');
  });

  it.each(['1.0', '2.0'] as const)('flags a line that is absent in version %s', async (apiVersion) => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    const envelope = world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion });
    await deliverChanged(envelope, (rma) => ({ ...rma, line_items: linesOf(rma).slice(0, 1) }));
    await expectFlag(id, '1 × CAP-2', 'missing');
  });

  it.each([
    ['an empty list of lines', []],
    ['no list of lines', undefined],
    ['null for its lines', null],
  ])('flags a receipt with %s', async (_what, line_items) => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    await deliverChanged(envelope, (rma) => ({ ...rma, line_items }));
    await expectFlag(id, '2 × TEE-1', 'missing');
  });

  it('flags a unit too many on the line when it is not available', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'TEE-1', status: 'damaged' }]);
    await expectFlag(id, '1 × TEE-1', 'damaged');
  });

  it('does not count an item that was not on the RMA for one that was', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', extra: true }]);
    await expectFlag(id, '1 × TEE-1', 'missing');
  });

  it('does not count one SKU for another', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'TEE-10' }]);
    await expectFlag(id, '1 × TEE-1 missing', 'TEE-10');
  });

  it('decides by what was asked for, not by what the callback says was asked for', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    const envelope = world.masonhub.receivedEnvelope(id, [{ sku: 'TEE-1' }]);
    await deliverChanged(envelope, (rma) => ({
      ...rma,
      line_items: linesOf(rma)
        .slice(0, 1)
        .map((line) => ({ ...line, quantity: 1 })),
    }));
    await expectFlag(id, '1 × TEE-1', '1 × CAP-2', 'missing');
  });

  it('believes the details where a line claims to be available', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await deliverChanged(envelope, firstLine({ return_inventory_status: 'available' }));
    await expectFlag(id, '1 × TEE-1', 'damaged');
  });

  it('does not refund what the details show but the warehouse did not count', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    await deliverChanged(envelope, firstLine({ quantity_received: 0 }));
    await expectFlag(id, '1 × TEE-1', 'missing');
  });

  it('keeps the note under 255 characters however much there is to say', async () => {
    const skus = Array.from({ length: 30 }, (_, index) => `A-RATHER-LONG-SKU-NUMBER-${index}`);
    const id = await world.open(skus.map((sku) => ({ sku })));
    const note = 'The dock has a lot to tell about this one, '.repeat(5);
    await world.masonhub.receive(
      id,
      skus.map((sku) => ({ sku, status: 'damaged', note })),
    );
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { flagged, notes } = world.told(id);
    expect({ flagged, notes: notes.length }).toEqual({ flagged: 1, notes: 1 });
    expect(notes[0]).toMatch(/and \d+ more/);
    expect(notes[0]?.length).toBeLessThan(255);
  });

  it('waits while the event says received but the RMA is still being received', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id);
    await deliverChanged(envelope, (rma) => ({ ...rma, status: 'in-receiving' }));
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('receiving');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
  });
});

describe('a callback', () => {
  it('carries several RMAs, and unknown and nameless ones among them hold back no other', async () => {
    const good = await world.open([{ sku: 'TEE-1' }]);
    const bad = await world.open([{ sku: 'TEE-1' }]);
    const [first, second, third, fourth] = [
      world.masonhub.receivedEnvelope(good),
      world.masonhub.receivedEnvelope(bad, [{ sku: 'TEE-1', status: 'damaged' }]),
      world.masonhub.receivedEnvelope(good),
      world.masonhub.receivedEnvelope(good),
    ];
    const unknown = third.data.map((item) => ({ ...item, customer_identifier: '7777777777' }));
    const nameless = fourth.data.map((item) => ({ ...item, customer_identifier: null }));
    const data = [...nameless, ...unknown, ...first.data, ...second.data];
    expect(await world.masonhub.deliver({ ...first, data })).toMatchObject([{ status: 200 }]);
    await world.untilStatus(good, 'processed');
    await world.untilStatus(bad, 'flagged');
    await world.untilQuiet();
    expect(world.told(good).processed).toBe(1);
    expect(world.told(bad).flagged).toBe(1);
    expect(await world.returnOf('7777777777')).toBeNull();
  });

  it('of a parcel without an RMA is kept, and touches no return that does not have its number', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const [answer] = await world.masonhub.receiveBlind('794600009999', [{ sku: 'TEE-1' }]);
    expect(answer).toMatchObject({ status: 200, attempts: [{ body: '{"status":"accepted"}' }] });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
  });

  it('of nobody, with nothing by which the parcel could be known, is ignored', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion: '1.0' });
    const data = envelope.data.map((rma) => ({
      ...rma,
      customer_identifier: null,
      package_id: null,
      id: null,
    }));
    const [answer] = await world.masonhub.deliver({ ...envelope, data });
    expect(answer).toMatchObject({ status: 200, attempts: [{ body: '{"status":"ignored"}' }] });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('open');
  });

  it('comes with others in one array, each with an effect of its own', async () => {
    const ids = [
      await world.open([{ sku: 'TEE-1' }]),
      await world.open([{ sku: 'TEE-1' }]),
      await world.open([{ sku: 'TEE-1' }]),
    ];
    const envelopes = ids.map((id, index) =>
      world.masonhub.receivedEnvelope(id, 'all-available', { apiVersion: index === 0 ? '1.0' : '2.0' }),
    );
    expect(await world.masonhub.deliver(envelopes)).toMatchObject([{ status: 200 }]);
    for (const id of ids) await world.untilStatus(id, 'processed');
  });

  it.each(['bearer', 'body', 'signature'] as const)('proves itself by %s', async (auth) => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const [answer] = await world.masonhub.receive(id, 'all-available', { auth });
    expect(answer?.status).toBe(200);
    await world.untilStatus(id, 'processed');
  });

  it('of an earlier stage changes nothing once the receipt is in', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    for (const event of ['receivingStarted', 'onDock', 'delivered', 'inTransit', 'tendered'] as const)
      expect(await world.masonhub.progress(id, event)).toMatchObject({ status: 200 });
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('flagged');
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('that comes before Loop has told of the return waits for Loop', async () => {
    world.loop.silence();
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    world.loop.resume();
    const other = await world.open([{ sku: 'TEE-1' }]);
    const envelope = world.masonhub.receivedEnvelope(other);
    const data = envelope.data.map((item) => ({ ...item, customer_identifier: id }));
    await world.masonhub.deliver({ ...envelope, data });
    await world.untilQuiet();
    expect(await world.returnOf(id)).toBeNull();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.loop.deliver(world.loop.payloadOf(id, 'return.created'));
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
    expect(world.told(other)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});
