import { startWorld } from '../support/service.ts';
import { type Scrape, untilScrape } from './scrape.ts';

/** What a service tells Prometheus once it has taken a return from its webhook to its refund. */
export async function scrapeAfterRefund(): Promise<Scrape> {
  await using world = await startWorld();
  const id = await world.open([{ sku: 'TEE-1' }]);
  await world.masonhub.receive(id);
  await world.untilStatus(id, 'processed');
  return await untilScrape((now) => now.value('masonhub_loop_returns', { status: 'processed' }) === 1, world);
}
