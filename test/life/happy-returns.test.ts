import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly, startSilently } from './worlds.ts';

const items = [{ sku: 'TEE-1' }, { sku: 'CAP-2' }];
const bag = 'HR200250DB9E';
const recordOf = ({ masonhub }: World, id: string) => masonhub.rmas.get(id)?.record;

describe.each([
  ['a webhook', startQuietly],
  ['a pull alone', startSilently],
] as const)('a return that is dropped off without a label, told by %s', (_how, start) => {
  let world: World;
  beforeAll(async () => {
    world = await start();
  });
  afterAll(async () => {
    await world.stop();
  });

  const untilPackage = (id: string, number: string) =>
    until(
      () => recordOf(world, id)?.['package_id'] === number,
      () => `package ${number} in ${JSON.stringify(recordOf(world, id))}`,
    );

  it('has its RMA replaced when the number of its bag comes to be known, and goes on to its refund', async () => {
    const id = await world.open(items, { method: 'happyReturns' });
    const before = recordOf(world, id);
    expect(before).toMatchObject({ package_id: id });
    await world.loop.givePackageReference(id, bag);
    await untilPackage(id, bag);
    await world.untilQuiet();
    expect(recordOf(world, id)).toEqual({ ...before, package_id: bag });
    expect(world.masonhub.rmas.get(id)?.version).toBe(2);
    expect(await world.returnOf(id)).toMatchObject({ status: 'open', trackingNumber: bag });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('keeps the number of its bag while other things about it change', async () => {
    const id = await world.open(items, { method: 'happyReturns' });
    await world.loop.givePackageReference(id, bag);
    await untilPackage(id, bag);
    await world.loop.updateReturn(id, { items: [...items, { sku: 'MUG-9' }] });
    await until(
      () => world.masonhub.rmas.get(id)?.lines.length === 3,
      () => JSON.stringify(world.masonhub.rmas.get(id)),
    );
    expect(recordOf(world, id)).toMatchObject({ package_id: bag });
  });

  it('is known by a label of its own where it gets one after all', async () => {
    const id = await world.open(items, { method: 'happyReturns' });
    await world.loop.givePackageReference(id, bag);
    await untilPackage(id, bag);
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
    await untilPackage(id, '1Z999AA10123456784');
  });

  it('gets its RMA although Loop closed it at the drop-off', async () => {
    const id = await world.open(items, { method: 'happyReturns' });
    await world.loop.givePackageReference(id, bag);
    await untilPackage(id, bag);
    await world.loop.closeReturn(id);
    await until(
      async () => (await world.returnOf(id))?.reason?.includes('closed'),
      () => 'the end of the return',
    );
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)?.status).toBe('open');
  });
});
