import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { tellsAllLabels } from '../support/vendors.ts';
import { readPage } from './read.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    merchants: {
      acme: tellsAllLabels,
      zenith: { receipts: { refund: ['available', 'refurbishing'], wait: [] } },
    },
  });
});
afterAll(() => world.stop());

/** What a section of a return's page says. */
async function section(id: string, heading: string, next: string, slug = 'acme'): Promise<string> {
  const page = await readPage(world, `/console/returns/${slug}/${id}`);
  return page.slice(page.indexOf(` ${heading} `), page.indexOf(` ${next} `)).trim();
}
const came = (id: string) => section(id, 'What was asked for, and what came', 'What was decided');
const decided = (id: string, slug?: string) =>
  section(id, 'What was decided', 'What the merchant sees in Loop', slug);

const [first, second] = ['1Z999AA10123456784', '1Z999AA10123456791'];

describe("a return's page", () => {
  it('shows each parcel that came, with its number and whether it came without an RMA', async () => {
    const labels = [
      { carrier: 'UPS', trackingNumber: first, items: [0] },
      { carrier: 'UPS', trackingNumber: second, items: [1] },
    ];
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }], { labels });
    expect(await came(id)).toMatch(/TEE-1 other 1 CAP-2 other 1 No receipt yet\./);
    await world.masonhub.receiveBlind(second, [{ sku: 'CAP-2', status: 'damaged', note: 'Torn' }]);
    await world.untilQuiet();
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }]);
    await world.untilStatus(id, 'flagged');
    await world.untilQuiet();
    const text = await came(id);
    expect(text).toContain(`SKU Asked for Parcel ${first} Parcel ${second}, without an RMA In all`);
    expect(text).toContain('TEE-1 other 1 1 available – as asked');
    expect(text).toContain('CAP-2 other 1 nothing 1 damaged ("Torn") 1 damaged');
  });

  it('says by which policy it was decided, also once the merchants file says something else', async () => {
    const { loop, masonhub } = world.vendorsOf('zenith');
    const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open', 'zenith');
    const policy =
      'The policy of when the RMA was sent: A unit is good as available or refurbishing; when all are, the return is refunded. Nothing is waited for in quality control. Where units are only missing, another parcel on its way is waited for, up to 14 days. Everything else is flagged for review.';
    expect(await decided(id, 'zenith')).toBe(`What was decided Nothing yet. ${policy}`);
    await world.changeMerchants((merchants) => {
      const zenith = merchants.get('zenith');
      if (zenith === undefined) throw new Error('zenith is gone');
      merchants.set('zenith', { ...zenith, receipts: { ...zenith.receipts, refund: ['available'] } });
    });
    await masonhub.receive(id, [{ sku: 'TEE-1', status: 'refurbishing' }]);
    await world.untilStatus(id, 'processed', 'zenith');
    expect(await decided(id, 'zenith')).toContain(policy);
  });

  it('says nothing of a policy where no RMA was sent', async () => {
    const id = await world.loop.createReturn({ items: [{ sku: '' }] });
    await world.untilStatus(id, 'attention');
    expect(await decided(id)).toBe('What was decided Nothing yet.');
  });
});
