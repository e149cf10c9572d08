import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly } from './worlds.ts';

const tee = { sku: 'TEE-1' };
let count = 0;

/** A return that is known here, with its RMA's number, before Loop tells of it. */
async function known(world: World): Promise<{ id: string; rmaNumber: string }> {
  count += 1;
  const [id, rmaNumber] = [String(88_000_000 + count), String(77_000_000 + count)];
  await world.query(
    `insert into returns (merchant, loop_return_id, rma_number, status, stage, timeline_length, status_since, created_at, updated_at)
      values ('acme', $1, $2, 'pending', 'expected', 0, now(), now(), now())`,
    [id, rmaNumber],
  );
  return { id, rmaNumber };
}

async function opened(world: World): Promise<{ id: string; rmaNumber: string }> {
  const names = await known(world);
  await world.loop.createReturn({ id: names.id, items: [tee] });
  await world.untilStatus(names.id, 'open');
  return names;
}

/**
 * The number of a return's first RMA is Loop's return id. It is a fact of its own all the same: what MasonHub is told
 * and tells is about the RMA, what Loop is told and tells is about the return.
 */
describe('a return whose RMA bears another number than the return', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ pollIntervalMs: 1000 });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('has it opened, changed and deleted in MasonHub under that number', async () => {
    const { id, rmaNumber } = await opened(world);
    expect(world.masonhub.rmas.get(id)).toBeUndefined();
    await world.loop.updateReturn(id, { items: [tee, { sku: 'CAP-2' }] });
    await until(
      () => world.masonhub.rmas.get(rmaNumber)?.version === 1,
      () => 'the change of the RMA',
    );
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    expect(world.masonhub.rmas.get(rmaNumber)?.status).toBe('deleted');
  });

  it('takes the receipt of that number for its own, and has Loop process the return', async () => {
    const { id, rmaNumber } = await opened(world);
    await world.masonhub.receive(rmaNumber);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    expect(await world.returnOf(rmaNumber)).toBeNull();
  });

  it('takes the receipt that the pull finds, too', async () => {
    const { id, rmaNumber } = await opened(world);
    world.masonhub.silence();
    await world.masonhub.receive(rmaNumber);
    await world.untilStatus(id, 'processed');
    world.masonhub.resume();
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is shown with both, found by both, and the calls for it are its own', async () => {
    const { id, rmaNumber } = await opened(world);
    const shown = await world.returnOf(id);
    expect(shown).toMatchObject({ loopReturnId: id, rmaNumber, status: 'open' });
    // A pull that comes before the webhook asks Loop for the return.
    expect(shown?.calls.filter(({ vendor }) => vendor === 'masonhub')).toMatchObject([
      { vendor: 'masonhub', body: expect.stringContaining(`"customer_identifier":"${rmaNumber}"`) },
    ]);
    for (const q of [id, rmaNumber]) {
      const found = await world.api(`/api/returns?q=${q}`);
      expect(found.json).toMatchObject({ returns: [{ loopReturnId: id, rmaNumber }] });
    }
  });
});

it('asks for the RMA by its own number where its receipt could not be understood', async () => {
  const world = await startQuietly();
  onTestFinished(() => world.stop());
  const { id, rmaNumber } = await opened(world);
  world.masonhub.silence();
  await world.masonhub.receive(rmaNumber, [{ ...tee, status: 'damaged' }]);
  const envelope = { message_type: 'rmaEvent', message_id: `unread-${id}` };
  const data = [
    { customer_identifier: rmaNumber, event_type: 'received', status: 'received', line_items: 1 },
  ];
  await world.post('/callbacks/masonhub/acme', JSON.stringify({ ...envelope, data }), world.proven());
  await world.untilStatus(id, 'flagged');
  world.masonhub.resume();
  expect(world.told(id)).toMatchObject({ processed: 0, flagged: 1 });
  const asked = world.masonhub.calls.filter(
    ({ name, query }) => name === 'find' && query['cid'] !== undefined,
  );
  expect(asked.map(({ query }) => query['cid'])).toEqual([rmaNumber]);
});
