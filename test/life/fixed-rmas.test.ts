import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/stand-ins/masonhub/envelopes.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startSilently } from './worlds.ts';

let world: World;

/** What Loop changes together is pulled together, and goes to MasonHub together. */
beforeAll(async () => {
  world = await startSilently({ merchants: { acme: {}, zenith: {} } });
});
afterAll(async () => {
  await world.stop();
});

const slugs = ['acme', 'zenith'] as const;
const tee = { sku: 'TEE-1' };
const cap = { sku: 'CAP-2' };
const rmaOf = (slug: string, id: string) => world.vendorsOf(slug).masonhub.rmas.get(id);
const toldOf = (slug: string, id: string) => world.vendorsOf(slug).loop.returns.get(id);
const timelineOf = async (slug: string, id: string) => (await world.returnOf(id, slug))?.timeline ?? [];
const untilEvent = (slug: string, id: string, event: string) =>
  until(
    async () => (await timelineOf(slug, id)).find((entry) => entry.event === event),
    async () => `${event} of return ${id} in ${JSON.stringify(await timelineOf(slug, id))}`,
  );

/** How far a parcel is, of which no callback has told. */
type Stage = 'open' | 'tendered' | 'inTransit' | 'delivered' | 'in-receiving';
const eventsTo: Record<Stage, readonly ProgressEvent[]> = {
  open: [],
  tendered: ['tendered'],
  inTransit: ['tendered', 'inTransit'],
  delivered: ['inTransit', 'delivered'],
  'in-receiving': ['delivered', 'receivingStarted'],
};

/** One return of a merchant's for each stage, each with an RMA for one shirt. */
async function returnsAt(slug: string, wanted: readonly Stage[]): Promise<Map<Stage, string>> {
  const { loop, masonhub } = world.vendorsOf(slug);
  const ids = new Map<Stage, string>();
  for (const stage of wanted) ids.set(stage, await loop.createReturn({ items: [tee] }));
  masonhub.silence();
  for (const [stage, id] of ids) {
    await world.untilStatus(id, 'open', slug);
    for (const event of eventsTo[stage]) await masonhub.progress(id, event);
  }
  masonhub.resume();
  return ids;
}

/** A pull has just ended: what changes now is all in the next one. */
function afterPull(slug: string): Promise<true> {
  const pulls = () =>
    world.log.filter(({ msg, merchant }) => msg === 'Loop was asked for what changed' && merchant === slug);
  const before = pulls().length;
  return until(
    () => pulls().length > before,
    () => `a pull for ${slug}`,
  );
}

/**
 * The requests in which MasonHub was asked to change or delete all of them, each once: one request as a rule, and
 * two where two workers shared them. What MasonHub takes and what it refuses together is 207.
 */
function expectRequests(
  slug: string,
  name: 'replace' | 'delete',
  ids: ReadonlyMap<Stage, string>,
  taken: readonly Stage[],
): void {
  const of = ({ records }: { records: readonly Record<string, unknown>[] | null }) =>
    (records ?? []).map((record) => String(record['customer_identifier'])).sort();
  const wanted = [...ids.values()].sort();
  const found = world
    .vendorsOf(slug)
    .masonhub.calls.filter((call) => call.name === name && of(call).some((id) => wanted.includes(id)));
  expect(found.flatMap(of).sort()).toEqual(wanted);
  const takenIds = taken.flatMap((stage) => ids.get(stage) ?? []);
  for (const call of found) {
    const good = of(call).filter((id) => takenIds.includes(id)).length;
    const partly = good === 0 ? 400 : 207;
    expect(call.status, JSON.stringify(of(call))).toBe(good === of(call).length ? 200 : partly);
  }
}
const askedFor = (slug: string, id: string) =>
  world
    .vendorsOf(slug)
    .masonhub.calls.filter(({ name, query }) => name === 'find' && query['cid']?.split(',').includes(id));

/** The same for both merchants side by side: their returns have the same numbers. */
async function forEach(story: (slug: string) => Promise<void>): Promise<void> {
  await Promise.all(slugs.map(story));
}

describe('changes of several returns in one request', () => {
  it('are taken for parcels that are still away; what the others hold is what their receipts are held against', () =>
    forEach(async (slug) => {
      const { loop, masonhub } = world.vendorsOf(slug);
      const ids = await returnsAt(slug, ['open', 'tendered', 'inTransit', 'delivered', 'in-receiving']);
      await afterPull(slug);
      for (const id of ids.values()) await loop.updateReturn(id, { items: [tee, cap] });
      for (const [stage, id] of ids) {
        const isFixed = stage === 'delivered' || stage === 'in-receiving';
        const { detail } = await untilEvent(slug, id, isFixed ? 'rma.kept' : 'rma.replaced');
        const difference = `status is ${stage}\\. The RMA stays 1 × TEE-1.*Loop now has.*CAP-2`;
        if (isFixed) expect(detail).toMatch(new RegExp(difference));
        expect(rmaOf(slug, id)).toMatchObject({ version: isFixed ? 1 : 2 });
        expect(askedFor(slug, id)).toEqual([]);
        await masonhub.receive(id);
        await world.untilStatus(id, isFixed ? 'flagged' : 'processed', slug);
      }
      expectRequests(slug, 'replace', ids, ['open', 'tendered', 'inTransit']);
      await world.untilQuiet();
      for (const [stage, id] of ids) {
        const isFixed = stage === 'delivered' || stage === 'in-receiving';
        expect(toldOf(slug, id)).toMatchObject(
          isFixed
            ? { processedTimes: 0, flaggedTimes: 1, notes: [{ content: expect.stringContaining('CAP-2') }] }
            : { processedTimes: 1, flaggedTimes: 0, notes: [] },
        );
      }
    }));

  it.each([1, 2])('are refunded where none is taken and the receipt still fits (%s of them)', (count) =>
    forEach(async (slug) => {
      const { loop, masonhub } = world.vendorsOf(slug);
      const ids = await returnsAt(slug, count === 1 ? ['delivered'] : ['delivered', 'in-receiving']);
      await afterPull(slug);
      for (const id of ids.values()) await loop.updateReturn(id, { items: [{ ...tee, reason: 'Too big' }] });
      for (const id of ids.values()) await untilEvent(slug, id, 'rma.kept');
      expectRequests(slug, 'replace', ids, []);
      for (const id of ids.values()) {
        expect(askedFor(slug, id)).toEqual([]);
        await masonhub.receive(id);
        await world.untilStatus(id, 'processed', slug);
        expect(toldOf(slug, id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0, notes: [] });
      }
    }),
  );
});

describe('cancellations of several returns in one request', () => {
  it('delete RMAs that are open; of the others a person reads where the parcel is, and what was in it', () =>
    forEach(async (slug) => {
      const { loop, masonhub } = world.vendorsOf(slug);
      const ids = await returnsAt(slug, ['open', 'tendered', 'inTransit', 'delivered']);
      await afterPull(slug);
      for (const id of ids.values()) await loop.cancelReturn(id);
      for (const [stage, id] of ids) {
        const { reason } = await world.untilStatus(id, stage === 'open' ? 'cancelled' : 'attention', slug);
        expect(rmaOf(slug, id)?.status).toBe(stage === 'open' ? 'deleted' : stage);
        if (stage === 'open') continue;
        expect(reason).toMatch(/cancelled.*on its way/);
        expect(reason).not.toContain('SKU');
        expect(askedFor(slug, id)).toEqual([]);
        await masonhub.receive(id, [{ ...tee, status: 'damaged' }]);
        await untilEvent(slug, id, 'receipt');
        const received = await world.untilStatus(id, 'attention', slug);
        expect(received.reason).toMatch(/cancelled.*warehouse received the parcel: TEE-1: 1 damaged/);
      }
      expectRequests(slug, 'delete', ids, ['open']);
      await world.untilQuiet();
      for (const id of ids.values())
        expect(toldOf(slug, id)).toMatchObject({ processedTimes: 0, flaggedTimes: 0, notes: [] });
    }));

  it.each([1, 2])('are for a person where none is taken (%s of them), until Loop opens them again', (count) =>
    forEach(async (slug) => {
      const { loop, masonhub } = world.vendorsOf(slug);
      const ids = await returnsAt(slug, count === 1 ? ['inTransit'] : ['inTransit', 'delivered']);
      await afterPull(slug);
      for (const id of ids.values()) await loop.cancelReturn(id);
      for (const id of ids.values()) {
        const { reason } = await world.untilStatus(id, 'attention', slug);
        expect(reason).toMatch(/cancelled.*on its way/);
      }
      expectRequests(slug, 'delete', ids, []);
      for (const id of ids.values()) await loop.reopenReturn(id);
      for (const id of ids.values()) {
        await world.untilStatus(id, 'open', slug);
        await masonhub.receive(id);
        await world.untilStatus(id, 'processed', slug);
        expect(toldOf(slug, id)).toMatchObject({ processedTimes: 1, flaggedTimes: 0 });
      }
    }),
  );
});
