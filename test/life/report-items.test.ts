import { describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { tellsAllLabels } from '../support/vendors.ts';
import { createInTwo, first, second, tee, untilPulled } from './boxes.ts';
import { startSilently } from './worlds.ts';

/** What Loop's ASN report shows, however often it is asked for. */
function reportWith({ loop }: World, rows: readonly object[]): void {
  loop.answerNext('asn', ...Array.from({ length: 20 }, () => ({ body: rows })));
}

/** The same of a return in two parcels, of which it has the first alone. */
function reportFirst(world: World, id: string): void {
  reportWith(world, [{ id: Number(id), return_line_item_id: '1', sku: tee.sku, tracking_number: first }]);
}

async function untilDetailsAsked({ loop }: World): Promise<void> {
  await until(
    () => loop.calls.some(({ name }) => name === 'details'),
    () => 'the details before the refund',
  );
}

const merchants = { acme: tellsAllLabels };
/** A world in which no return that a pull finds is asked for by itself: only the report shows their items. */
const startByReport = (pace: object = {}) =>
  startSilently({ merchants, pace: { returnsAskedAlone: 0, ...pace } });

describe.concurrent('a return whose webhooks never came, and whose items a report shows', () => {
  it('is asked for by itself, once, and found in the ASN report where that shows no items', async () => {
    await using world = await startSilently({ merchants });
    const id = '88270001';
    world.loop.answerNext('details', { body: { id, state: 'open' } });
    await world.loop.createReturn({ id, items: [tee] });
    await world.untilStatus(id, 'open');
    expect(world.masonhub.rmas.get(id)?.lines).toMatchObject([{ sku: 'TEE-1' }]);
    const asked = world.loop.calls.filter(({ name }) => name !== 'list').map(({ name }) => name);
    expect(asked).toEqual(['details', 'asn']);
  });

  it('is not refunded for one of its two parcels where the ASN report has that one alone', async () => {
    await using world = await startSilently({ merchants });
    const id = '88270002';
    reportFirst(world, id);
    await createInTwo(world, id);
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'receiving');
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(0);
  });

  it('is not refunded for one of its two parcels where only the ASN report was asked, which has that one alone', async () => {
    await using world = await startByReport();
    const id = '88270003';
    reportFirst(world, id);
    await createInTwo(world, id);
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id, [tee]);
    await untilDetailsAsked(world);
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(0);
  });

  it('is refunded by the ASN report where its details, asked once before that, show no items', async () => {
    await using world = await startByReport();
    const id = '88270004';
    world.loop.answerNext('details', { body: { id, state: 'open' } });
    await world.loop.createReturn({ id, items: [tee] });
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.loop.calls.filter(({ name }) => name === 'details')).toHaveLength(1);
    expect(world.told(id).processed).toBe(1);
  });

  it('waits for its other parcel where its details have the labels and the ASN report the items', async () => {
    await using world = await startSilently({ merchants });
    const id = '88270005';
    const labels = [
      { tracking_number: first, line_items: ['1'] },
      { tracking_number: second, line_items: ['2'] },
    ];
    const rows = ['TEE-1', 'CAP-2'].map((sku, at) => ({
      id: Number(id),
      return_line_item_id: `${at + 1}`,
      sku,
    }));
    world.loop.answerNext('details', { body: { id, state: 'open', labels } });
    reportWith(world, rows);
    await createInTwo(world, id);
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'receiving');
    await world.untilQuiet();
    expect(world.told(id)).toMatchObject({ processed: 0, flagged: 0 });
  });

  it('is not refunded for one of its parcels either where its list row has changed since', async () => {
    await using world = await startByReport();
    const id = '88270006';
    reportFirst(world, id);
    await createInTwo(world, id);
    await world.untilStatus(id, 'open');
    await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456786', items: [1] });
    await untilPulled(world, 2);
    await world.masonhub.receive(id, [tee]);
    await untilDetailsAsked(world);
    await world.untilQuiet();
    expect(world.told(id).processed).toBe(0);
  });

  const twoItems = ['TEE-1', 'CAP-2'].map((sku, at) => ({ line_item_id: `${at + 1}`, sku }));

  it.each<[string, object]>([
    ['cannot be understood', { line_items: twoItems.map((one) => ({ ...one, quantity: 'one' })) }],
    ['are of a moment before', { line_items: twoItems, updated_at: '2020-01-01T00:00:00Z' }],
  ])('is not refunded by the report where its details show items that %s', async (_what, shown) => {
    await using world = await startByReport({ closeWithinMs: 0 });
    const id = '88270007';
    reportFirst(world, id);
    world.loop.answerNext('details', { body: { id, state: 'open', ...shown } });
    await createInTwo(world, id);
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id, [tee]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain(
      'report of packages alone, which need not have all of them. Asked, it told no more.',
    );
    expect(world.told(id).processed).toBe(0);
  });

  it('is not refunded for one of its parcels where its details show only labels, one of which is for another item', async () => {
    await using world = await startByReport({ closeWithinMs: 0 });
    const id = '88270009';
    reportFirst(world, id);
    const labels = [
      { tracking_number: first, line_items: ['1'] },
      { tracking_number: second, line_items: ['2'] },
    ];
    world.loop.answerNext('details', { body: { id, state: 'open', labels } });
    await createInTwo(world, id);
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id, [tee]);
    await world.untilStatus(id, 'attention');
    expect(world.told(id).processed).toBe(0);
  });

  it('is refunded by the report where its details list no items, however they write that', async () => {
    await using world = await startByReport();
    const id = '88270008';
    world.loop.answerNext('details', { body: { id, state: 'open', line_items: [] } });
    await world.loop.createReturn({ id, items: [tee] });
    await world.untilStatus(id, 'open');
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id).processed).toBe(1);
  });
});
