import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listsEveryLabel, newNumber } from '../support/parcels.ts';
import type { World } from '../support/service.ts';
import { box, labelled, pulledBy, tee, untilPulled } from './boxes.ts';
import { startQuietly } from './worlds.ts';

/**
 * What MasonHub tells and shows of RMAs whose records do not say when they changed, with callbacks that come late: only
 * the dates of the messages, and the moments at which MasonHub was asked, say what is newer.
 */

let world: World;

beforeAll(async () => {
  world = await startQuietly({ merchants: listsEveryLabel, pollIntervalMs: 300, pace: { tries: 3 } });
});
afterAll(async () => {
  await world.stop();
});

const cap = { sku: 'CAP-1' };
const pulled = (record: object, times?: number) => pulledBy(world, record, times);

/** A callback about a record, as of so many hours ago. */
async function tellAsOf(hours: number, details: Record<string, unknown>): Promise<void> {
  const as_of = new Date(Date.now() - hours * 3_600_000).toISOString();
  const customer_identifier = details['customer_identifier'] ?? null;
  const data = [{ id: randomUUID(), customer_identifier, status: 'received', as_of, details }];
  const message = { message_type: 'rmaEvent', message_id: randomUUID(), api_version: '2.0', data };
  const answer = await world.post('/callbacks/masonhub/acme', JSON.stringify(message), world.proven());
  expect(answer.json).toEqual({ status: 'accepted' });
  await world.untilQuiet();
}

describe('a box without an RMA', () => {
  it('whose number MasonHub has corrected is not brought back by a callback of before', async () => {
    const { id, number, shown } = box(world);
    const right = newNumber();
    const one = await world.open([cap, tee], labelled(number));
    const other = await world.open([cap, tee], labelled(right));
    await tellAsOf(3, shown(number, 'available'));
    await pulled(shown(right, 'available'));
    await tellAsOf(2, shown(number, 'available'));
    await pulled(shown(right, 'available'), 2);
    await world.masonhub.receive(one, [cap]);
    await world.untilQuiet();
    expect(world.told(one).processed).toBe(0);
    const rows = await world.query('select package_id, loop_return_id from blind_parcels where parcel = $1', [
      id,
    ]);
    expect(rows).toEqual([{ package_id: right, loop_return_id: other }]);
  });

  it('counts as MasonHub showed it last, also at the second poll since a callback', async () => {
    const { number, shown } = box(world);
    const one = await world.open([cap, tee], labelled(number));
    await tellAsOf(3, shown(number, 'qc'));
    await pulled(shown(number, 'available'));
    await pulled(shown(number, 'damaged'), 2);
    await world.masonhub.receive(one, [cap]);
    await world.untilQuiet();
    expect(world.told(one)).toMatchObject({ processed: 0, flagged: 1 });
  });

  it('that MasonHub, asked, still shows as it was known is not taken back by a callback of before', async () => {
    const { number, shown } = box(world);
    const one = await world.open([cap, tee], labelled(number));
    await tellAsOf(3, shown(number, 'qc'));
    await pulled(shown(number, 'qc'), 2);
    await tellAsOf(2, shown(number, 'available'));
    await world.masonhub.receive(one, [cap]);
    await world.untilQuiet();
    expect(world.told(one)).toMatchObject({ processed: 0 });
  });

  it('that nobody can read needs a person once, however often MasonHub shows the RMA beside it', async () => {
    const { number, shown } = box(world);
    const one = await world.open([cap, tee], labelled(number));
    await world.masonhub.receive(one, [cap]);
    await tellAsOf(1, shown(number, 'available', { notes: 'no quantity' }));
    const { timeline } = await world.untilStatus(one, 'attention');
    await untilPulled(world, 4);
    expect((await world.returnOf(one))?.timeline).toEqual(timeline);
  });

  it('that a callback told of is not taken for one that cannot be understood where MasonHub shows it so', async () => {
    const { number, shown } = box(world);
    const one = await world.open([cap, tee], labelled(number));
    await tellAsOf(3, shown(number, 'available'));
    await pulled(shown(number, 'available', { notes: 'no quantity' }), 2);
    await world.masonhub.receive(one, [cap]);
    await world.untilQuiet();
    expect(world.told(one)).toMatchObject({ processed: 1 });
  });
});

describe('an RMA that MasonHub, asked, shows', () => {
  const record = (number: string, disposition: string) => ({
    id: `hub-${number}`,
    customer_identifier: number,
    package_id: null,
    status: 'received',
    line_items: [
      {
        customer_sku_id: tee.sku,
        quantity: 1,
        quantity_received: 1,
        receiving_details: { [disposition]: [{ quantity: 1 }] },
      },
    ],
  });

  it('as it was known is not taken back by a callback of before that moment', async () => {
    const one = await world.open([tee]);
    await tellAsOf(3, record(one, 'qc'));
    await world.untilStatus(one, 'inspecting');
    const moves = () => world.log.filter((line) => line['return'] === one).length;
    const before = moves();
    await pulled(record(one, 'qc'), 2);
    expect(moves()).toBe(before);
    await tellAsOf(2, record(one, 'available'));
    expect(await world.statusOf(one)).toBe('inspecting');
    expect(world.told(one).processed).toBe(0);
  });

  it('on a later page of a poll is known as of when that page was asked for', async () => {
    const [one, other] = [await world.open([tee]), await world.open([tee])];
    const page = (...data: object[]) => ({ body: { data, limit: 1, offset: 0 } });
    const { id, number, shown } = box(world);
    const pages = [record(one, 'qc'), record(other, 'qc'), shown(number, 'qc')].map((data) => page(data));
    world.masonhub.answerNext('find', ...pages, page());
    await untilPulled(world, 2);
    const rows = await world.query(
      `select receipts->0->>'shownAt' as shown_at from returns where loop_return_id = any($1)
       union all select receipt->>'shownAt' from blind_parcels where parcel = $2 order by 1`,
      [[one, other], id],
    );
    expect(new Set(rows.map((row) => row['shown_at'])).size).toBe(3);
  });
});
