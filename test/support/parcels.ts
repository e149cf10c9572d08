import { randomInt } from 'node:crypto';
import { usualStyles } from '../../src/stand-ins/loop/style.ts';
import type { World } from './service.ts';

/** A merchant whose Loop lists every label with a return; what older deliveries show is only the youngest. */
export const listsEveryLabel = {
  acme: { loop: { styles: usualStyles.filter(({ labels }) => labels === 'list') } },
};

export function newNumber(): string {
  return `1Z${randomInt(1e11, 2e11)}`;
}

export interface TwoBoxes {
  readonly id: string;
  readonly first: string;
  readonly second: string;
}

/** A return with a label for each of its two items, TEE-1 and CAP-2; its RMA is under the first one. */
export async function openInTwoBoxes(world: World): Promise<TwoBoxes> {
  const [first, second] = [newNumber(), newNumber()];
  const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }], {
    labels: [
      { carrier: 'UPS', trackingNumber: first, items: [0] },
      { carrier: 'UPS', trackingNumber: second, items: [1] },
    ],
  });
  return { id, first, second };
}

/** The same, once the first box has been received under the RMA. */
export async function receiveFirstBox(world: World): Promise<TwoBoxes> {
  const boxes = await openInTwoBoxes(world);
  await world.masonhub.receive(boxes.id, [{ sku: 'TEE-1' }]);
  await world.untilStatus(boxes.id, 'receiving');
  return boxes;
}
