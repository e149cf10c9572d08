import type { World } from '../support/service.ts';

/** By the vendor that sends them. */
export type Payloads = Readonly<Record<'loop' | 'masonhub', unknown[]>>;

/** What both vendors really send of two returns. */
export async function realPayloads(world: World): Promise<Payloads> {
  const payloads: Payloads = { loop: [], masonhub: [] };
  const { loop, masonhub } = world;
  const items = [{ sku: 'TEE-1', reason: 'Too big' }, { sku: 'MUG-9' }];
  const ids = [await world.open(items), await world.open(items, { label: 'late' })];
  for (const id of ids) {
    for (const trigger of [
      'return.created',
      'return.updated',
      'label.created',
      'return.processing.failed',
    ] as const)
      payloads.loop.push(loop.payloadOf(id, trigger));
    payloads.masonhub.push(
      masonhub.receivedEnvelope(id, [{ sku: 'TEE-1' }, { sku: 'MUG-9', status: 'damaged' }]),
    );
    payloads.masonhub.push([masonhub.receivedEnvelope(id, 'all-available', { apiVersion: '1.0' })]);
  }
  return payloads;
}

export const endpoints = [
  { name: "Loop's endpoint", source: 'loop', path: '/webhooks/loop/acme' },
  { name: "MasonHub's endpoint", source: 'masonhub', path: '/callbacks/masonhub/acme' },
] as const;
export type Endpoint = (typeof endpoints)[number];
