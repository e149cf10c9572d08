import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { tellsAllLabels } from '../support/vendors.ts';
import { startBrowser } from './chromium.ts';
import { open, tabTo } from './keyboard.ts';
import { openSignedIn } from './visit.ts';

/** How somebody reads a return, and what the browser adds to what comes from the service. */

let world: World;
let browser: Browser;
let id: string;
const [first, second] = ['9400111899223197428490', '9400111899223197428506'];

beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld({ merchants: { acme: tellsAllLabels } }), startBrowser()]);
  const labels = [
    { carrier: 'USPS', trackingNumber: first, items: [0] },
    { carrier: 'USPS', trackingNumber: second, items: [1] },
  ];
  id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }], { labels });
  await world.masonhub.receive(id, [{ sku: 'TEE-1' }]);
  await until(
    async () => (await world.returnOf(id))?.reason?.includes(second),
    () => 'the second parcel to be waited for',
  );
  await world.masonhub.receiveBlind(second, [{ sku: 'CAP-2', status: 'damaged', note: 'Torn' }]);
  await world.untilStatus(id, 'flagged');
  await world.untilQuiet();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const visit = (path: string, options: BrowserContextOptions = {}) =>
  openSignedIn(browser, world, path, options);

const flat = async (page: Page, place: string) =>
  ((await page.locator(place).textContent()) ?? '').replace(/\s+/g, ' ').trim();

describe('a moment', () => {
  const created = new Date('2026-07-01T02:30:00Z');
  const date = async () => {
    await world.query('update returns set created_at = $1 where loop_return_id = $2', [created, id]);
  };

  it('is shown in the reader’s zone, and in UTC to who points at it', async () => {
    await date();
    await using visited = await visit(`/console/returns/acme/${id}`, { timezoneId: 'America/New_York' });
    const { page, complaints } = visited;
    const time = page.locator('.life time').first();
    expect(await time.textContent()).toMatch(/^30 Jun.*22:30$/);
    expect(await time.getAttribute('title')).toContain('1 Jul 2026, 02:30:00 UTC');
    expect(await flat(page, 'footer')).toContain('Times are those of America/New York.');
    expect(complaints).toEqual([]);
  });

  it('is shown in UTC without script, which the page says', async () => {
    await date();
    await using visited = await visit(`/console/returns/acme/${id}`, {
      timezoneId: 'America/New_York',
      javaScriptEnabled: false,
    });
    const { page } = visited;
    expect(await page.locator('.life time').first().textContent()).toBe('1 Jul 2026, 02:30');
    expect(await flat(page, '#zone')).toBe('All times are UTC.');
  });

  it('that is near is as long ago as it is, and grows older on the page', async () => {
    await using visited = await visit('/console/audit');
    const { page } = visited;
    await page.clock.install({ time: new Date(Date.now() + 3 * 60_000) });
    await page.goto(`/console/returns/acme/${id}`);
    const since = page.locator('#state .panel time');
    await until(
      async () => /^[345] mins? ago$/.test((await since.textContent()) ?? ''),
      () => 'the time to be some minutes ago',
    );
    // Nothing but the page itself brings it on.
    await page.context().setOffline(true);
    await page.clock.fastForward('02:00:00');
    await until(
      async () => /^2 hrs? ago$/.test((await since.textContent()) ?? ''),
      () => 'the time to be two hours ago',
    );
  });
});

describe('a page that cannot be brought up to date', () => {
  it('says so and why, and no more once it can', async () => {
    await using visited = await visit('/console');
    const { page } = visited;
    const banner = page.locator('#freshness');
    expect(await banner.getAttribute('aria-live')).toBe('polite');
    expect(await banner.textContent()).toBe('');
    await page.context().setOffline(true);
    await page.getByText(/Not up to date since \d\d:\d\d: the service cannot be reached/).waitFor();
    await page.context().setOffline(false);
    await page.locator('#freshness:empty').waitFor({ state: 'attached' });
    await page.route('**/console', (route) => route.fulfill({ status: 503, body: 'busy' }));
    await page.getByText(/Not up to date since \d\d:\d\d: the service answers 503/).waitFor();
    expect(await page.getByRole('heading', { name: 'Overview' }).count()).toBe(1);
    await page.unroute('**/console');
    await page.locator('#freshness:empty').waitFor({ state: 'attached' });
  });
});

describe("a return's page", () => {
  it('tells one story, with what came beside what was asked for, and what Loop shows', async () => {
    await using visited = await visit(`/console/returns/acme/${id}`);
    const { page } = visited;
    expect(await page.locator('.life .passed .point').allTextContents()).toEqual([
      'Created',
      'RMA opened',
      'At the warehouse',
      'Received',
      'Decided',
    ]);
    expect(await page.locator('#parcels .differs').allTextContents()).toEqual(['1 damaged']);
    expect(await flat(page, '#loop')).toMatch(
      /review Message ?Flag the return for review, accepted Note.*Torn.* \(added\)$/,
    );
    const steps = await page.locator('#timeline .happened').allTextContents();
    expect(new Set(steps).size).toBe(steps.filter((step) => step !== 'the receipt').length + 1);
    expect(steps).toContain('RMA opened');
    expect(steps).not.toContain('the RMA is sent');
  });

  it('is read, and its numbers copied, with the keyboard alone', async () => {
    await using visited = await visit(`/console/returns/acme/${id}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page, complaints } = visited;
    await open(page, `Copy the tracking number ${second}`);
    await page.locator('#said', { hasText: `Copied ${second}` }).waitFor({ state: 'attached' });
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(second);
    const call = page.locator('#timeline .call').first();
    const summary = (await call.locator('summary').textContent())?.trim() ?? '';
    expect(summary).toMatch(/^POST .*\/rmas 201, \d+ ms$/);
    expect(await call.locator('pre').first().isVisible()).toBe(false);
    await tabTo(page, summary);
    await page.keyboard.press('Enter');
    await call.locator('pre').first().waitFor();
    expect(await call.locator('pre').first().textContent()).toMatch(/^\[\n {2}\{\n {4}"customer_identifier"/);
    expect(complaints).toEqual([]);
  });

  it('has no buttons that copy where there is no script', async () => {
    await using visited = await visit(`/console/returns/acme/${id}`, { javaScriptEnabled: false });
    const { page } = visited;
    expect(await page.locator('.copy').count()).toBe(4);
    expect(await page.locator('.copy:visible').count()).toBe(0);
  });

  it('is read on a phone from top to bottom', async () => {
    await using visited = await visit(`/console/returns/acme/${id}`, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    const { page } = visited;
    const tops = await page.locator('.life li').evaluateAll((items) => items.map((item) => item.offsetTop));
    expect(new Set(tops).size).toBe(5);
    await page.locator('#timeline .call summary').first().tap();
    await page.locator('#timeline .call pre').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
