import { afterAll, beforeAll } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

export let world: World;

/** Starts one service for all tests of a file. */
export function serveInspections(): void {
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(async () => {
    await world.stop();
  });
}

export const tee = { sku: 'TEE-1' };
export const cap = { sku: 'CAP-2' };
export const nothing = { processed: 0, flagged: 0, notes: [] };
export const inQc = { ...tee, status: 'qc' };
export const eventsOf = async (id: string) =>
  (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

/** A return whose only unit is in quality control. */
export async function inspected(): Promise<string> {
  const id = await world.open([tee]);
  await world.masonhub.receive(id, [inQc]);
  await world.untilStatus(id, 'inspecting');
  return id;
}
