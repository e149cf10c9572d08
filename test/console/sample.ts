import { z } from 'zod';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import type { World, WorldOptions } from '../support/service.ts';
import { until } from '../support/until.ts';
import { tellsAllLabels } from '../support/vendors.ts';

/** Two shops; one has refund messages switched off. */
export const sampleOptions: WorldOptions = {
  merchants: { acme: tellsAllLabels, borealis: { refunds: false } },
  // A refused key is tried again only when everybody has looked.
  pace: { refusedPauseMs: 3_600_000 },
};

/** Returns of the sample that tests go to. */
export interface Sample {
  /** MasonHub does not know its SKU; a retry helps once `teachSku` was called. */
  readonly stuck: string;
  readonly stuckSku: string;
  /** What it needs attention for, and three others with it. */
  readonly cause: string;
  teachSku(): void;
  readonly flagged: string;
  /** One of borealis, whose Loop refuses the key. */
  readonly waiting: string;
  readonly processed: string;
  /** Received in two parcels, one of them without an RMA. */
  readonly twoParcels: string;
  readonly inspecting: string;
  /** The number on a parcel that two returns bear. */
  readonly sharedNumber: string;
}

/**
 * Returns in all stages, by way of the stand-ins, so that every page has something to show.
 * @param mostPerDay how many returns the days before today have at most, where their plots need not look real
 */
export async function fill(world: World, { mostPerDay = 8 } = {}): Promise<Sample> {
  await fillTheLastDays(world, mostPerDay);
  const { loop, masonhub } = world;
  const tee = { sku: 'TEE-RED-M', reason: 'Item was too big' };
  const mug = { sku: 'MUG-WHITE', reason: 'Damaged' };
  await world.open([tee, tee]);
  const receiving = await world.open([tee]);
  await masonhub.progress(receiving, 'onDock');
  await world.untilStatus(receiving, 'receiving');
  const processed = await world.open([tee, mug]);
  await masonhub.receive(processed);
  await world.untilStatus(processed, 'processed');
  const flagged = await world.open([tee, mug], { orderName: '#90508' });
  await masonhub.receive(flagged, [
    { sku: tee.sku },
    { sku: mug.sku, status: 'damaged', note: 'Handle broken' },
  ]);
  await world.untilStatus(flagged, 'flagged');
  const cancelled = await world.open([mug]);
  await loop.cancelReturn(cancelled);
  await world.untilStatus(cancelled, 'cancelled');
  const other = world.vendorsOf('borealis');
  const held = await other.loop.createReturn({ items: [mug] });
  await world.untilStatus(held, 'open', 'borealis');
  await other.masonhub.receive(held);
  await world.untilStatus(held, 'held', 'borealis');
  const twice = await world.open([tee]);
  await masonhub.receive(twice);
  await world.untilStatus(twice, 'processed');
  await masonhub.receive(twice, [{ sku: tee.sku, status: 'damaged' }]);
  await world.untilStatus(twice, 'attention');
  const stuckSku = 'SCARF-NEW';
  const teachSku = masonhub.refuseSku(stuckSku);
  const stuck = await loop.createReturn({ items: [{ sku: stuckSku }, tee], orderName: '#90611' });
  await world.untilStatus(stuck, 'attention');
  for (let index = 0; index < 3; index += 1) await loop.createReturn({ items: [{ sku: stuckSku }] });
  const [cause = ''] = await untilGrouped(world, 4);
  await waitTooLong(world);
  await sendNonsense(world);
  const parcels = await receiveOtherwise(world);
  const waiting = await refuseKey(world);
  return { stuck, stuckSku, cause, teachSku, flagged, waiting, processed, ...parcels };
}

/** The causes that so many returns share, once they do. */
async function untilGrouped(world: World, count: number): Promise<string[]> {
  const shared = async () => {
    const rows = await world.query(
      'select cause from returns where cause is not null group by cause having count(*) = $1',
      [count],
    );
    return z.array(z.object({ cause: z.string() })).parse(rows);
  };
  await until(
    async () => (await shared()).length > 0,
    () => `${count} returns with one cause`,
  );
  return (await shared()).map(({ cause }) => cause);
}

/** Some returns have stood still for longer than they should. */
async function waitTooLong(world: World): Promise<void> {
  await world.query(
    `update returns set ageing_since = now() - interval '9 days', status_since = now() - interval '9 days'
      where status = 'receiving'`,
  );
  await world.query(
    `update returns set ageing_since = now() - interval '30 days', status_since = now() - interval '30 days'
      where loop_return_id = (select min(loop_return_id) from returns where status = 'open' and merchant = 'acme')`,
  );
}

/** What a warehouse does beside receiving whole parcels under their RMAs. */
async function receiveOtherwise(world: World) {
  const { masonhub } = world;
  const [tee, mug, hat] = [{ sku: 'TEE-RED-M' }, { sku: 'MUG-WHITE' }, { sku: 'HAT-WOOL' }];
  const inspecting = await world.open([tee, hat]);
  await masonhub.receive(inspecting, [tee, { ...hat, status: 'quality-control' }]);
  await world.untilStatus(inspecting, 'inspecting');
  const [first, second, shared] = [
    '9400111899223197428490',
    '9400111899223197428506',
    '9400111899223197428513',
  ];
  const labels = [
    { carrier: 'USPS', trackingNumber: first, items: [0] },
    { carrier: 'USPS', trackingNumber: second, items: [1, 2] },
  ];
  const twoParcels = await world.open([tee, mug, hat], { labels, orderName: '#90577' });
  await masonhub.receive(twoParcels, [tee]);
  await until(
    async () => (await world.returnOf(twoParcels))?.reason?.includes(second),
    () => 'the second parcel to be waited for',
  );
  await masonhub.receiveBlind(second, [mug, { ...hat, status: 'damaged', note: 'Torn at the seam' }]);
  await world.untilStatus(twoParcels, 'flagged');
  for (const items of [[tee], [mug]]) {
    await world.open(items, { labels: [{ carrier: 'USPS', trackingNumber: shared }] });
  }
  await masonhub.receiveBlind(shared, [tee, tee]);
  await masonhub.receiveBlind('1Z999AA10123456784', [{ ...mug, status: 'damaged' }, hat]);
  await world.untilQuiet();
  return { inspecting, twoParcels, sharedNumber: shared };
}

/** Authentic deliveries that nobody can understand, of two kinds, and one of no concern to returns. */
async function sendNonsense(world: World): Promise<void> {
  for (const id of ['1', '2', '3']) {
    const body = JSON.stringify({ topic: 'return', trigger: 'return.created', id: [id], line_items: [] });
    await world.post('/webhooks/loop/acme', body, world.signed(body));
  }
  const body = JSON.stringify({ message_type: 'rmaEvent', data: [{ customer_identifier: {} }] });
  await world.post('/callbacks/masonhub/acme', body, world.proven());
  const event = JSON.stringify({ message_type: 'orderEvent', data: [] });
  await world.post('/callbacks/masonhub/acme', event, world.proven());
}

/** Borealis' Loop takes the key no more; a return has to wait for that. */
async function refuseKey(world: World): Promise<string> {
  const { loop, masonhub } = world.vendorsOf('borealis');
  const id = await loop.createReturn({ items: [{ sku: 'MUG-WHITE' }] });
  await world.untilStatus(id, 'open', 'borealis');
  loop.answerNext('flag', { status: 401, body: { message: 'Unauthorized.' } });
  await masonhub.receive(id, [{ sku: 'MUG-WHITE', status: 'damaged' }]);
  await until(
    async () => (await world.api('/health/ready')).text.includes('refused'),
    () => 'the connection to pause',
  );
  return id;
}

/** Days on which a few more returns came than on others. */
const perDay = [3, 5, 4, 6, 2, 3, 7, 5, 4, 8, 6, 3, 5];

/** Lets returns run through, and then dates them back: the statistics are about two weeks. */
async function fillTheLastDays(world: World, mostPerDay: number): Promise<void> {
  const { loop, masonhub } = world;
  const skus = ['TEE-RED-M', 'HAT-WOOL', 'MUG-WHITE'];
  loop.silence();
  for (const [day, count] of perDay.entries()) {
    for (let index = 0; index < Math.min(count, mostPerDay); index += 1) {
      const id = `9980${String(day).padStart(2, '0')}${String(index).padStart(2, '0')}`;
      await loop.createReturn({ id, items: [{ sku: skus[index % 3] ?? 'TEE-RED-M' }] });
    }
  }
  loop.resume();
  const ids = [...loop.returns.keys()];
  await Promise.all(
    ids.map((id) => {
      const body = phpJson(loop.payloadOf(id, 'return.created'));
      return world.post('/webhooks/loop/acme', body, world.signed(body));
    }),
  );
  await world.untilQuiet();
  for (const [index, id] of ids.entries()) {
    const lines = masonhub.rmas.get(id)?.lines ?? [];
    const damaged = lines.map(({ sku }) => ({ sku, status: 'damaged' }));
    await masonhub.receive(id, index % 6 === 0 ? damaged : 'all-available');
  }
  await world.untilQuiet();
  await Promise.all(ids.map((id, index) => world.untilStatus(id, index % 6 === 0 ? 'flagged' : 'processed')));
  await dateBack(world);
}

/** The day is in the id. */
async function dateBack(world: World): Promise<void> {
  const back = "(13 - substr(loop_return_id, 5, 2)::int) * interval '1 day'";
  const ours = "where loop_return_id like '9980%'";
  const columns = ['created_at', 'updated_at', 'status_since', 'ageing_since'];
  await world.query(
    `update returns set ${columns.map((column) => `${column} = ${column} - ${back}`).join(', ')} ${ours}`,
  );
  await world.query(`update return_terms set created_at = created_at - ${back} ${ours}`);
  await world.query(
    `update outcomes set decided_at = decided_at - ${back} - random() * interval '4 seconds' ${ours}`,
  );
  await world.query(`update return_events set at = at - ${back} ${ours}`);
}
