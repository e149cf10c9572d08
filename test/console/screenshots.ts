import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { opsToken, startWorld } from '../support/service.ts';
import { startBrowser } from './chromium.ts';
import { fill, sampleOptions } from './sample.ts';
import { pagesOf, signIn } from './visit.ts';

/** `npm run screenshots`: every page, in both themes and on two screens, into a folder. */
const screens = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

test('every page is photographed', async () => {
  const { SCREENSHOTS } = process.env;
  const folder = SCREENSHOTS === undefined ? await mkdtemp(join(tmpdir(), 'console-')) : resolve(SCREENSHOTS);
  await mkdir(folder, { recursive: true });
  await using world = await startWorld(sampleOptions);
  const sample = await fill(world);
  const browser = await startBrowser();
  let taken = 0;
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [screen, viewport] of Object.entries(screens)) {
        const context = await browser.newContext({ baseURL: world.url, colorScheme, viewport });
        const page = await context.newPage();
        const take = async (name: string) => {
          await page.screenshot({
            path: join(folder, `${name}-${screen}-${colorScheme}.png`),
            fullPage: true,
          });
          taken += 1;
        };
        await page.goto('/console');
        await take('sign-in');
        await signIn(page, opsToken);
        for (const [name, path] of Object.entries(pagesOf(sample))) {
          await page.goto(path);
          await take(name);
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
  console.log(`${taken} screenshots in ${folder}`);
  expect(taken).toBeGreaterThan(0);
}, 120_000);
