import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly } from './worlds.ts';

let world: World;

beforeAll(async () => {
  world = await startQuietly({ pollIntervalMs: 300 });
});
afterAll(async () => {
  await world.stop();
});

const aDayMs = 86_400_000;
const tee = { sku: 'TEE-1' };
const pulls = () => world.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts').length;
const finds = () => world.masonhub.calls.filter(({ name }) => name === 'find');

/** Returns of so many days ago whose parcels never came, and whose RMAs MasonHub has no more. */
async function openedLongAgo(count: number, daysAgo: number): Promise<void> {
  await world.query(
    `insert into returns (merchant, loop_return_id, rma_number, status, loop, sent, stage, receipts, timeline_length,
      status_since, created_at, updated_at)
      select 'acme', 'LOST-' || n, 'LOST-' || n, 'open', '{}', '{}', 'expected', '[]', 0, at, at, at
      from generate_series(1, $1) n, lateral (select now() - $2::int * interval '1 day' + n * interval '1 hour' as at) as dated`,
    [count, daysAgo],
  );
}

/** The same of a return that is there, and of its RMA. */
async function makeOld(id: string, daysAgo: number): Promise<void> {
  const createdAt = new Date(Date.now() - daysAgo * aDayMs);
  await world.query('update returns set created_at = $2 where loop_return_id = $1', [id, createdAt]);
  Object.assign(world.masonhub.rmas.get(id) ?? {}, { createdAt });
}

describe('a return whose parcel comes long after the list of a pull ends, and its callback never', () => {
  it('is asked for by its number when its turn comes, and the list is read no further back for it', async () => {
    const id = await world.open([tee]);
    await openedLongAgo(40, 500);
    await makeOld(id, 400);
    world.masonhub.silence();
    const calls = finds().length;
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
    const asked = finds().slice(calls);
    const lists = asked.flatMap(({ query: { sdt } }) => sdt ?? []);
    const earliest = Math.min(...lists.map((sdt) => Date.parse(sdt)));
    expect(earliest).toBeGreaterThan(Date.now() - 61 * aDayMs);
    const { calls: shownToPeople = [] } = (await world.returnOf(id)) ?? {};
    expect(JSON.stringify(shownToPeople)).not.toContain('GET /acme');
  });

  it('is one of few that a pull asks for, each of which has its turn', async () => {
    const [before, calls] = [pulls(), finds().length];
    await until(
      () => pulls() >= before + 3,
      () => 'three more pulls',
    );
    const asked = finds()
      .slice(calls)
      .flatMap(({ query: { cid } }) => cid ?? []);
    const singly = new Set(asked.filter((cid) => !cid.includes(',')));
    expect(singly.size).toBe(40);
    const turns = asked.filter((cid) => cid.includes(',')).map((cid) => cid.split(',').length);
    expect(new Set(turns)).toEqual(new Set([30]));
  });
});
