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

const tee = { sku: 'TEE-1' };
const line = { customer_sku_id: 'TEE-1', quantity: 1, quantity_received: 'one' };
const pulls = () => world.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts');

/** MasonHub shows one RMA for so many times, whatever it is asked, and each of the pulls ends. */
function shows(record: object, times: number): void {
  const page = { status: 200, body: { limit: 100, offset: 0, data: [record] } };
  world.masonhub.answerNext('find', ...Array.from({ length: times }, () => page));
}

describe('a received RMA that a pull shows and nobody can read, of which no callback came', () => {
  it('needs attention once, until MasonHub shows it as it is', async () => {
    const id = await world.open([tee]);
    world.masonhub.silence();
    const record = { id: 'x1', customer_identifier: id, status: 'received', line_items: [line] };
    shows(record, 25);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/could not be understood: line_items\.0\.quantity_received: /);
    await until(
      () => pulls().some((line) => line['unreadable'] === 1),
      () => JSON.stringify(pulls().at(-1)),
    );
    const before = pulls().length;
    await until(
      () => pulls().length >= before + 2,
      () => 'two more pulls',
    );
    const { timeline = [] } = (await world.returnOf(id)) ?? {};
    expect(timeline.filter(({ event }) => event === 'receipt.unread')).toHaveLength(1);
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });
});
