import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { newNumber } from '../support/parcels.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';

export const tee = { sku: 'TEE-1' };
export const cap = { sku: 'CAP-2' };
export const [first, second] = ['1Z999AA10123456784', '1Z999AA10123456785'];

/** A return that comes back in two parcels, an item in each. */
export function createInTwo({ loop }: World, id: string): Promise<string> {
  const labels = [first, second].map((trackingNumber, at) => ({
    carrier: 'UPS',
    trackingNumber,
    items: [at],
  }));
  return loop.createReturn({ id, items: [tee, cap], labels });
}

/** What went somewhere of the one unit in a box. */
type Part = Readonly<Record<string, unknown>>;

const page = (...data: object[]) => ({ body: { data, limit: 100, offset: 0 } });

/** Resolves once MasonHub was asked for receipts so often, to the end. */
export async function untilPulled(world: World, times: number): Promise<void> {
  const pulls = () => world.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts').length;
  const before = pulls();
  await until(
    () => pulls() >= before + times,
    () => `${times} pulls`,
  );
}

/** The same, where each time it showed this record alone. */
export async function pulledBy(world: World, record: object, times = 1): Promise<void> {
  const pages = Array.from({ length: times }, () => [page(record), page()]).flat();
  world.masonhub.answerNext('find', ...pages);
  // One may have begun before.
  await untilPulled(world, times + 1);
}

/** Labels of a return of which the first is for its first item, and the second, which bears the number, for the other. */
export function labelled(trackingNumber: string) {
  return {
    labels: [
      { carrier: 'UPS', trackingNumber: newNumber(), items: [0] },
      { carrier: 'UPS', trackingNumber, items: [1] },
    ],
  };
}

/** A box without an RMA, and how MasonHub tells, or shows, that its one unit went somewhere. */
export function box(world: World) {
  const [id, number] = [randomUUID(), newNumber()];
  const shown = (now: string, disposition: string, part: Part = { quantity: 1 }) => ({
    id,
    customer_identifier: null,
    package_id: now,
    status: 'received',
    line_items: [
      {
        customer_sku_id: tee.sku,
        not_on_original_rma: true,
        quantity_received: 0,
        receiving_details: { [disposition]: [part] },
      },
    ],
  });
  /** @param hour as of which hour of a day; null where it is not said */
  const tell = async (hour: number | null, disposition: string, now = number, part?: Part) => {
    const updated_at = hour === null ? null : `2026-11-01T${hour}:00:00Z`;
    const details = { ...shown(now, disposition, part), updated_at };
    const data = [{ id: randomUUID(), customer_identifier: null, status: 'received', details }];
    const message = { message_type: 'rmaEvent', message_id: randomUUID(), api_version: '2.0', data };
    const answer = await world.post('/callbacks/masonhub/acme', JSON.stringify(message), world.proven());
    expect(answer.json).toEqual({ status: 'accepted' });
    await world.untilQuiet();
  };
  return { id, number, shown, tell };
}
