import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startSilently } from './worlds.ts';

let world: World;

beforeAll(async () => {
  world = await startSilently({ merchants: { acme: {}, shows: { loop: { listItems: 'shown' } } } });
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const late = '1Z999AA10123456784';
const rmaOf = (id: string, slug = 'acme') => world.vendorsOf(slug).masonhub.rmas.get(id);
const nothing = { processed: 0, flagged: 0, notes: [] };

describe('one pull', () => {
  it('asks for each state that Loop does not list by itself, and for nothing else', async () => {
    const { loop } = world.vendorsOf('shows');
    const pulled = () => loop.calls.filter(({ name }) => name === 'list');
    await until(
      () => pulled().length >= 6,
      () => `two pulls; there were ${JSON.stringify(pulled())}`,
    );
    const states = pulled()
      .slice(0, 6)
      .map(({ query }) => query['state']);
    expect(states).toEqual([undefined, 'cancelled', 'review', undefined, 'cancelled', 'review']);
    expect(loop.calls.every(({ name, status }) => name === 'list' && status === 200)).toBe(true);
  });
});

describe.concurrent('a return whose webhooks were lost', () => {
  it.each(['cancelled', 'canceled', 'Cancelled'])('and that is %s has its RMA deleted', async (word) => {
    const id = await world.open([tee]);
    await world.loop.putInState(id, word);
    await world.untilStatus(id, 'cancelled');
    expect(rmaOf(id)?.status).toBe('deleted');
    expect(world.told(id)).toEqual(nothing);
  });

  it('and that is cancelled although its parcel comes is not refunded', async () => {
    const id = await world.open([tee]);
    await world.masonhub.progress(id, 'receivingStarted');
    await world.untilStatus(id, 'receiving');
    await world.loop.cancelReturn(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/cancelled.*warehouse has the parcel/);
    await world.masonhub.receive(id);
    await world.untilQuiet();
    expect(await world.statusOf(id)).toBe('attention');
    expect(world.loop.calls.filter(({ returnId, name }) => returnId === id && name === 'process')).toEqual(
      [],
    );
  });

  it.each(['review', 'in_review', 'Needs Review'])('and that begins in %s gets its RMA', async (state) => {
    const id = await world.open([tee, cap], { state });
    const [label] = world.loop.returns.get(id)?.labels ?? [];
    expect(rmaOf(id)).toMatchObject({
      record: { package_id: label?.trackingNumber },
      lines: [{ sku: 'TEE-1' }, { sku: 'CAP-2' }],
    });
  });

  it('and that changes while it is in review has its RMA changed', async () => {
    const id = await world.open([tee], { state: 'review' });
    await world.loop.updateReturn(id, { items: [tee, cap] });
    await until(
      () => rmaOf(id)?.lines.length === 2,
      () => JSON.stringify(rmaOf(id)),
    );
  });

  it('and that is cancelled before it was ever heard of leaves no RMA', async () => {
    const id = await world.loop.createReturn({ items: [tee] });
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    expect(rmaOf(id)).toBeUndefined();
  });
});

describe.concurrent.each([
  ['leaves line items out', 'acme'],
  ['shows line items', 'shows'],
])('where the list %s, an edited return', (_how, slug) => {
  /** A return that Loop has edited, and whose edit was pulled: from now on its rows have the same `edited_at`. */
  async function edited(label: 'now' | 'late'): Promise<string> {
    const { loop } = world.vendorsOf(slug);
    const id = await loop.createReturn({ items: [tee], label });
    await world.untilStatus(id, 'open', slug);
    await loop.updateReturn(id, { items: [tee, cap], orderName: '#777' });
    await until(
      () => rmaOf(id, slug)?.lines.length === 2,
      () => JSON.stringify(rmaOf(id, slug)),
    );
    return id;
  }
  const untilPackage = (id: string, number: string) =>
    until(
      () => rmaOf(id, slug)?.record['package_id'] === number,
      () => JSON.stringify(rmaOf(id, slug)),
    );

  it('has a label that comes later on its RMA', async () => {
    const { loop } = world.vendorsOf(slug);
    const id = await edited('late');
    const before = loop.returns.get(id)?.editedAt;
    await loop.addLabel(id, { carrier: 'UPS', trackingNumber: late });
    expect(loop.returns.get(id)?.editedAt).toEqual(before);
    await untilPackage(id, late);
    expect(rmaOf(id, slug)?.lines).toMatchObject([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    expect(await world.returnOf(id, slug)).toMatchObject({ status: 'open', trackingNumber: late });
  });

  it('has a label that replaces another on its RMA', async () => {
    const { loop } = world.vendorsOf(slug);
    const id = await edited('now');
    await loop.replaceLabel(id, { carrier: 'UPS', trackingNumber: late });
    await untilPackage(id, late);
  });
});
