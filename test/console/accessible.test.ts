import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { storeReturns } from '../support/stored-returns.ts';
import { bringChecker, fits, isWell } from './checks.ts';
import { startBrowser } from './chromium.ts';
import { fill, type Sample, sampleOptions } from './sample.ts';
import { pagesOf, signIn } from './visit.ts';

let world: World;
let browser: Browser;
let sample: Sample;

/** As many as make a list of more than one page. */
const others = Array.from({ length: 40 }, (_, index) => ({
  loop_return_id: String(30_000 + index),
  status: 'processed',
  decision: 'process',
  order_name: `#7${index}`,
  tracking_number: `7946000030${index}`,
  created_at: new Date(Date.now() - (40 + index) * 86_400_000),
}));

beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(sampleOptions), startBrowser()]);
  sample = await fill(world, { mostPerDay: 1 });
  await storeReturns(world, others);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

it('every page passes axe in both themes, and needs no scrolling sideways, on a desk and on phones', {
  timeout: 240_000,
}, async () => {
  const context = await browser.newContext({ baseURL: world.url });
  await bringChecker(context);
  const page = await context.newPage();
  const closed = page.locator('details:not([open]) > summary');
  const passes = async (name: string, rules: readonly string[]) => {
    await isWell(page, name, rules, [1280, 390]);
    await page.setViewportSize({ width: 320, height: 800 });
    await fits(page, `${name}, 320 pixels wide`);
    // Where the page has brought itself up to date meanwhile, what was checked is still open.
    expect(await closed.count(), name).toBe(0);
  };
  await page.goto('/console');
  await passes('sign-in', ['color-contrast', 'label', 'document-title']);
  await signIn(page, opsToken);
  for (const [name, path] of Object.entries(pagesOf(sample))) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(path);
    while ((await closed.count()) > 0) await closed.first().click();
    await passes(name, ['color-contrast', 'heading-order', 'landmark-one-main']);
  }
  await context.close();
});

it('has a dark theme that is dark, and a light one that is light', async () => {
  const grounds: string[] = [];
  const context = await browser.newContext({ baseURL: world.url });
  const page = await context.newPage();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto('/console');
    grounds.push(z.string().parse(await page.evaluate('getComputedStyle(document.body).backgroundColor')));
  }
  await context.close();
  expect(grounds).toEqual(['rgb(246, 247, 249)', 'rgb(18, 22, 27)']);
});
