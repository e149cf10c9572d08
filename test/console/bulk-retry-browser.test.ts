import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causeOf, stuckReturns } from '../bulk-retries/asking.ts';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { bringChecker, isWellAsItIs } from './checks.ts';
import { startBrowser } from './chromium.ts';
import { tabTo } from './keyboard.ts';
import { signIn } from './visit.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld({ pace: { bulkRetriesPerSecond: 4 } }), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** Twelve returns stuck on one SKU that MasonHub has just learned, and the address of their list. */
async function twelve(sku: string) {
  const { ids, teach } = await stuckReturns(world, sku, 12);
  teach();
  const list = `/console/returns?${new URLSearchParams({ merchant: 'acme', cause: await causeOf(world, sku) })}`;
  return { ids, list };
}

describe.each([
  { name: 'on a phone, in the dark theme', width: 320, colorScheme: 'dark' as const, script: true },
  { name: 'on a desk, in the light theme', width: 1280, colorScheme: 'light' as const, script: true },
  { name: 'without script', width: 1280, colorScheme: 'light' as const, script: false },
])('$name', ({ width, colorScheme, script }) => {
  it('somebody retries all twelve returns of a list with the keyboard alone, and sees an answer for each', async () => {
    const { ids, list } = await twelve(`KEYS-${width}-${script}`);
    const context = await browser.newContext({
      baseURL: world.url,
      colorScheme,
      viewport: { width, height: 700 },
      javaScriptEnabled: script,
    });
    await bringChecker(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content.Security.Policy|Refused/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(list);
    await signIn(page, opsToken);
    // Axe is a script: without, there is nothing more to see than with it.
    const looks = (where: string) => (script ? isWellAsItIs(page, where) : Promise.resolve());
    await looks('list');
    if (script) await tabTo(page, 'Retry all of these…');
    else await page.getByRole('button', { name: 'Retry all of these…' }).focus();
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { level: 1, name: 'Retry 12 returns?' }).waitFor();
    await looks('question');
    const which = await page.getByRole('table').textContent();
    expect(which).toMatch(/acme[\s\S]*KEYS-[\s\S]*12/);
    expect(await world.query('select id from bulk_retries where ended_at is null')).toEqual([]);
    if (script) await tabTo(page, 'Retry all 12');
    else await page.getByRole('button', { name: 'Retry all 12' }).focus();
    await page.keyboard.press('Enter');

    await page.waitForURL(/\/console\/retries\/[0-9a-f-]{36}$/);
    expect(await page.getByRole('progressbar').getAttribute('max')).toBe('12');
    await looks('running');
    if (!script) {
      await until(
        async () => (await world.query('select id from bulk_retries where ended_at is null')).length === 0,
        () => 'the end of the bulk retry',
      );
      // As the browser does by itself, after half a minute.
      await page.reload();
      expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
    }
    await page.getByRole('heading', { name: 'Retried 12 of 12' }).waitFor();
    await looks('progress');
    for (const id of ids) {
      const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: id }) });
      expect(await row.textContent()).toMatch(/retried/);
    }
    await page.getByRole('link', { name: 'All bulk retries' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bulk retries' }).waitFor();
    await looks('latest');
    expect(complaints).toEqual([]);
    for (const id of ids) await world.untilStatus(id, 'open');
    await context.close();
  }, 90_000);
});
