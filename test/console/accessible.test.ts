import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

const themes = ['light', 'dark'] as const;

it.each([1280, 390])(
  'every page passes axe in both themes, %i pixels wide',
  {
    timeout: 120_000,
  },
  async (width) => {
    const context = await browser.newContext({ baseURL: world.url, viewport: { width, height: 800 } });
    const page = await context.newPage();
    /** As it is shown, in one theme after the other: loading it costs more than the check. */
    const passes = async (name: string, rules: readonly string[]) => {
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme });
        const { wrong, passed } = await check(page);
        expect(wrong, `${name}, ${colorScheme}`).toEqual([]);
        expect(passed, `${name}, ${colorScheme}`).toEqual(expect.arrayContaining([...rules]));
      }
    };
    await page.goto('/console');
    await passes('sign-in', ['color-contrast', 'label', 'document-title']);
    await signIn(page, opsToken);
    for (const [name, path] of Object.entries(pagesOf(sample))) {
      await page.goto(path);
      for (const summary of await page.locator('summary').all()) await summary.click();
      await passes(name, ['color-contrast', 'heading-order', 'landmark-one-main']);
    }
    await context.close();
  },
);

it('has a dark theme that is dark, and a light one that is light', async () => {
  const grounds: string[] = [];
  for (const colorScheme of themes) {
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
