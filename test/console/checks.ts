import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

const checker = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Gives the checker to each page of a context as it is loaded: the browser is sent it once, not for each of them. */
export const bringChecker = (context: BrowserContext) => context.addInitScript({ path: checker });

const checked = z.object({ wrong: z.array(z.string()), passed: z.array(z.string()) });

/**
 * All of its rules are applied; naming each element that is as it should be takes longer than that, and so does
 * sending here what nobody reads.
 */
const run = `axe.run({ resultTypes: ['violations'] }).then(({ violations, passes }) => ({
  wrong: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
  passed: passes.map(({ id }) => id),
}))`;

/** What the checker complains of, and the rules that it could apply, on a page that `bringChecker` gave it to. */
const check = async (page: Page) => checked.parse(await page.evaluate(run));

/** How wide the content is, and how wide the screen, in pixels. */
async function widths(page: Page): Promise<{ content: number; screen: number }> {
  const measured = await page.evaluate(
    '({ content: document.documentElement.scrollWidth, screen: window.innerWidth })',
  );
  return z.object({ content: z.number(), screen: z.number() }).parse(measured);
}

/** A page needs no scrolling sideways. */
export async function fits(page: Page, where: string): Promise<void> {
  const { content, screen } = await widths(page);
  expect(content, where).toBeLessThanOrEqual(screen);
}

/** A page fits its screen and passes axe, which can apply these rules among others. */
export async function isWellAsItIs(page: Page, where: string, rules: readonly string[] = []): Promise<void> {
  const { wrong, passed } = await check(page);
  expect(wrong, where).toEqual([]);
  expect(passed, where).toEqual(expect.arrayContaining([...rules]));
  await fits(page, where);
}

/**
 * The same on screens of these widths, in pixels, and on each of them in both themes. The page is not loaded again:
 * that costs more than a check, and nothing on it but its stylesheet knows of screens and themes.
 */
export async function isWell(
  page: Page,
  name: string,
  rules: readonly string[],
  screens: readonly number[],
): Promise<void> {
  for (const width of screens) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await isWellAsItIs(page, `${name}, ${colorScheme}, ${width} pixels wide`, rules);
    }
  }
}
