import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualStyles } from '../../src/stand-ins/loop/style.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly } from './worlds.ts';

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
/** The labels of a return's first and second item. */
const forTee = { carrier: 'UPS', trackingNumber: '1Z999AA10000000001', items: [0] };
const forCap = { carrier: 'UPS', trackingNumber: '1Z999AA10000000002', items: [1] };
/** Only a list of labels says which items each is for; older deliveries have one number at the top. */
const loop = { styles: usualStyles.filter(({ labels }) => labels === 'list') };
const skusOf = (world: World, id: string) => world.masonhub.rmas.get(id)?.lines.map(({ sku }) => sku);
const untilSkus = (world: World, id: string, skus: string[]) =>
  until(
    () => skusOf(world, id)?.join() === skus.join(),
    () => `an RMA for ${skus.join()}; it is ${skusOf(world, id)?.join()}`,
  );

/** What is missing is flagged at once, also while another parcel is on its way. */
const atOnce = { secondParcelFor: '0d' };

describe('an item that is on no label although the other is', () => {
  let world: World;
  beforeAll(async () => {
    world = await startQuietly({ merchants: { acme: { loop, receipts: atOnce } } });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('is still expected, and refunded where it comes', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    expect(skusOf(world, id)).toEqual(['TEE-1', 'CAP-2']);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('that does not come is flagged, and the note asks whether the shopper kept it', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 0,
      flagged: 1,
      notes: [expect.stringMatching(/CAP-2 missing \(on no label: kept by the shopper\?\)/)],
    });
  });

  it('is an item like any other once its label comes', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    await world.loop.addLabel(id, forCap);
    await world.untilQuiet();
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { notes } = world.told(id);
    expect(notes).toEqual([expect.stringContaining('CAP-2 missing')]);
    expect(notes.join()).not.toContain('on no label');
  });

  it('is not asked after where it was damaged, or where another is what is missing', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    await world.masonhub.receive(id, [{ ...cap, status: 'damaged' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const { notes } = world.told(id);
    expect(notes).toEqual([
      expect.stringMatching(/TEE-1 missing.*CAP-2 damaged|CAP-2 damaged.*TEE-1 missing/),
    ]);
    expect(notes.join()).not.toContain('on no label');
  });
});

describe('where a merchant has such items left off', () => {
  let world: World;
  beforeAll(async () => {
    world = await startQuietly({ merchants: { acme: { loop, keptItems: 'leaveOff', receipts: atOnce } } });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('the RMA is about the others, and the note beside the refund says that one was not expected', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    expect(skusOf(world, id)).toEqual(['TEE-1']);
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({
      processed: 1,
      flagged: 0,
      notes: [expect.stringContaining('1 on no label not expected')],
    });
  });

  it('one that comes all the same is named beside the refund', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    await world.masonhub.receive(id, [tee, cap]);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 1, notes: [expect.stringContaining('CAP-2')] });
  });

  it('it is left off once the first label names the others', async () => {
    const id = await world.open([tee, cap], { label: 'late' });
    expect(skusOf(world, id)).toEqual(['TEE-1', 'CAP-2']);
    await world.loop.addLabel(id, forTee);
    await untilSkus(world, id, ['TEE-1']);
  });

  it('it is on the RMA again once a label of its own comes, and has to be received', async () => {
    const id = await world.open([tee, cap], { labels: [forTee] });
    await world.loop.addLabel(id, forCap);
    await untilSkus(world, id, ['TEE-1', 'CAP-2']);
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id)).toEqual({ processed: 0, flagged: 1, notes: [expect.stringContaining('CAP-2')] });
  });

  it('nothing is left off any more once the warehouse has the parcel', async () => {
    const id = await world.open([tee, cap], { label: 'late' });
    await world.masonhub.progress(id, 'receivingStarted');
    await world.untilStatus(id, 'receiving');
    await world.loop.addLabel(id, forTee);
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)?.version).toBe(1);
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    expect(world.told(id).notes).toEqual([expect.stringContaining('on no label: kept by the shopper?')]);
  });

  it('a return none of whose items is on its label keeps them all', async () => {
    world.loop.silence();
    const id = await world.loop.createReturn({ items: [tee, cap], labels: [forTee, forCap] });
    world.loop.resume();
    const labels = [{ tracking_number: forTee.trackingNumber, line_items: ['1'] }];
    await world.loop.deliver({ ...world.loop.payloadOf(id, 'return.created'), labels });
    await world.untilStatus(id, 'open');
    expect(skusOf(world, id)).toEqual(['TEE-1', 'CAP-2']);
  });
});
