import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customer } from '../../src/stand-ins/personal-data.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startBrowser } from './chromium.ts';
import { openSignedIn } from './visit.ts';

let world: World;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld({ merchants: { acme: {}, zenith: {} } }), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const visit = () => openSignedIn(browser, world, '/console/parcels');

/** Opens the list, once a parcel with this number is in it, or no more. */
async function openList(page: Page, number: string, is: 'listed' | 'gone') {
  const row = page.locator('#parcels tbody tr', { hasText: number });
  await until(
    async () => {
      await page.goto('/console/parcels');
      return (await row.count()) === (is === 'listed' ? 1 : 0);
    },
    async () => `parcel ${number} to be ${is}; the page says ${await page.locator('main').textContent()}`,
  );
  return row;
}

const label = (trackingNumber: string) => ({ labels: [{ carrier: 'UPS', trackingNumber }] });

describe('parcels nobody announced', () => {
  it('are a page that says so in words while there are none, and the overview is silent', async () => {
    await using alone = await startWorld();
    const text = async (path: string) => (await alone.api(path)).text;
    expect(await text('/console/parcels')).toContain('None. Every parcel that the warehouse received');
    expect(await text('/console')).not.toContain('/console/parcels');
  });

  it('are linked from the overview with their number, and listed with what was in them and since when', async () => {
    const { masonhub } = world.vendorsOf('zenith');
    await masonhub.receiveBlind('1Z999AA10123456784', [
      { sku: 'TEE-1', quantity: 2 },
      { sku: 'MUG-1', status: 'damaged' },
      { sku: 'MUG-1' },
    ]);
    await using visited = await visit();
    const { page } = visited;
    await openList(page, '1Z999AA10123456784', 'listed');
    await page.goto('/console');
    await page.getByRole('link', { name: '1 parcel nobody announced' }).click();
    await page.getByRole('heading', { level: 1, name: 'Parcels nobody announced' }).waitFor();
    const cells = await page.locator('#parcels tbody tr td').allTextContents();
    const { received_at: since } = (await world.query('select received_at from blind_parcels'))[0] ?? {};
    expect(cells.map((cell) => cell.trim())).toEqual([
      '1Z999AA10123456784',
      'zenith',
      expect.stringMatching(/^TEE-1: 2 available\s*MUG-1: 1 damaged, 1 available$/),
      expect.any(String),
      '–',
    ]);
    expect(await page.locator('#parcels time').getAttribute('datetime')).toBe(
      since instanceof Date ? since.toISOString() : since,
    );
  });

  it('leave the list as soon as one return bears their number', async () => {
    await world.masonhub.receiveBlind('1Z999AA10123456791', [{ sku: 'TEE-1' }]);
    await using visited = await visit();
    const { page } = visited;
    await openList(page, '1Z999AA10123456791', 'listed');
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }], ...label('1Z999AA10123456791') });
    await openList(page, '1Z999AA10123456791', 'gone');
    await world.untilStatus(id, 'processed');
  });

  it('lead to the returns where several bear their number, and to no return of another merchant', async () => {
    const number = '1Z999AA10123456807';
    const ids = [
      await world.open([{ sku: 'TEE-1' }], label(number)),
      await world.open([{ sku: 'MUG-1' }], label(number)),
    ];
    const zenith = world.vendorsOf('zenith').loop;
    const other = await zenith.createReturn({ id: '66000001', items: [{ sku: 'TEE-1' }], ...label(number) });
    await world.untilStatus(other, 'open', 'zenith');
    const bySku = await world.open([{ sku: number }]);
    await world.masonhub.receiveBlind(number, [{ sku: 'TEE-1' }]);
    await using visited = await visit();
    const { page } = visited;
    const row = await openList(page, number, 'listed');
    const links = row.getByRole('link');
    expect(await links.allTextContents()).toEqual(ids);
    for (const one of [other, bySku]) expect(await page.locator('main').textContent()).not.toContain(one);
    await links.first().click();
    await page.getByRole('heading', { level: 1, name: `Return ${ids[0]}` }).waitFor();
    expect(await page.locator('#parcels').textContent()).toContain('No receipt yet.');
  });

  it('show nothing that the warehouse wrote about them: it may be personal', async () => {
    const from = `From ${customer.firstName} ${customer.lastName}, ${customer.street}`;
    await world.masonhub.receiveBlind(
      '1Z999AA10123456814',
      [{ sku: 'TEE-1', status: 'damaged', note: from }],
      { notes: from },
    );
    await using visited = await visit();
    const row = await openList(visited.page, '1Z999AA10123456814', 'listed');
    expect(await row.textContent()).toContain('1 damaged');
    for (const path of ['/console/parcels', '/api/parcels/unannounced']) {
      const { text } = await world.api(path);
      expect(text).toContain('1Z999AA10123456814');
      expect(text).not.toContain(customer.lastName);
    }
  });
});
