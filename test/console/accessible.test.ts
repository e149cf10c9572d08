import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { check, widths } from './checks.ts';
import { startBrowser } from './chromium.ts';
import { fill, type Sample, sampleOptions } from './sample.ts';
import { pagesOf, signIn } from './visit.ts';

let world: World;
let browser: Browser;
let sample: Sample;

beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(sampleOptions), startBrowser()]);
  sample = await fill(world);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it.each([1280, 390])('every page passes axe, %i pixels wide', { timeout: 120_000 }, async (width) => {
    const context = await browser.newContext({
      baseURL: world.url,
      colorScheme,
      viewport: { width, height: 800 },
    });
    const page = await context.newPage();
    await page.goto('/console');
    const atSignIn = await check(page);
    expect(atSignIn.wrong).toEqual([]);
    expect(atSignIn.passed).toEqual(expect.arrayContaining(['color-contrast', 'label', 'document-title']));
    await signIn(page, opsToken);
    for (const [name, path] of Object.entries(pagesOf(sample))) {
      await page.goto(path);
      for (const summary of await page.locator('summary').all()) await summary.click();
      const { wrong, passed } = await check(page);
      expect(wrong, name).toEqual([]);
      expect(passed, name).toEqual(
        expect.arrayContaining(['color-contrast', 'heading-order', 'landmark-one-main']),
      );
    }
    await context.close();
  });
});

it('has a dark theme that is dark, and a light one that is light', async () => {
  const grounds: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ baseURL: world.url, colorScheme });
    const page = await context.newPage();
    await page.goto('/console');
    grounds.push(z.string().parse(await page.evaluate('getComputedStyle(document.body).backgroundColor')));
    await context.close();
  }
  expect(grounds).toEqual(['rgb(246, 247, 249)', 'rgb(18, 22, 27)']);
});

it.each([320, 390])('needs no scrolling sideways on a phone, %i pixels wide', async (width) => {
  const context = await browser.newContext({ baseURL: world.url, viewport: { width, height: 800 } });
  const page = await context.newPage();
  await page.goto('/console');
  await signIn(page, opsToken);
  for (const [name, path] of Object.entries(pagesOf(sample))) {
    await page.goto(path);
    for (const summary of await page.locator('summary').all()) await summary.click();
    const { content, screen } = await widths(page);
    expect(content, name).toBeLessThanOrEqual(screen);
  }
  await context.close();
});
