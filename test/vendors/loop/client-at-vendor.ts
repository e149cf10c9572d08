import { afterAll, beforeAll } from 'vitest';
import { openOutbound } from '../../../src/outbound/call.ts';
import { type LoopClient, loopClient } from '../../../src/vendors/loop/client.ts';
import { startVendor, type Vendor } from '../../outbound/vendor.ts';
import { merchantWith } from '../../returns/fixtures.ts';

export let vendor: Vendor;
export let client: LoopClient;
type Outbound = ReturnType<typeof openOutbound>;
export let outbound: Outbound;
export let hasty: Outbound;

/** Starts a vendor that answers as it is told, and a client of it, for the tests of a file. */
export function serveClient(): void {
  beforeAll(async () => {
    vendor = await startVendor();
    outbound = openOutbound();
    hasty = openOutbound({ connectMs: 50, headersMs: 50, bodyMs: 50 });
    const merchant = merchantWith({ loop: { apiUrl: `${vendor.url}/api/2026-10`, apiKey: 'loop-key' } });
    client = loopClient(merchant, outbound.call);
  });
  afterAll(async () => {
    await Promise.all([outbound.close(), hasty.close()]);
    await vendor.close();
  });
}
