import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callbackPath } from '../../src/http/console/single-sign-on-routes.ts';
import { freePort } from '../support/free-port.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { anna, ben, password } from '../support/operators.ts';
import { startWorld, type World } from '../support/service.ts';
import { bringChecker, isWell } from './checks.ts';
import { startBrowser } from './chromium.ts';
import { tabTo } from './keyboard.ts';

let world: World;
let browser: Browser;
let provider: IdentityProvider;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const carla = { preferred_username: 'carla', groups: ['returns-desk'] };
  provider = await startIdentityProvider(publicUrl + callbackPath, { carla });
  const operators = new Map([anna, ben].map((one) => [one.name, one]));
  const signIn = { port, publicUrl, operators, oidc: provider.settings };
  [world, browser] = await Promise.all([startWorld({ signIn }), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
  await provider?.stop();
});

const screens = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

async function visit(
  options: BrowserContextOptions = {},
  prepare: (context: BrowserContext) => Promise<unknown> = async () => {},
) {
  const context = await browser.newContext({ baseURL: world.url, ...options });
  await prepare(context);
  const page = await context.newPage();
  await page.goto('/console/audit');
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

/** Types name and password, with nothing but the keyboard, from where the page puts the focus. */
async function typeIn(page: Page, name: string): Promise<void> {
  await page.locator('#name:focus').waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

describe.each(Object.entries(screens))('by keyboard alone, on a %s screen', (_, viewport) => {
  it.each([true, false])(
    'somebody signs in by name, retries, and is in the list; with script: %s',
    async (javaScriptEnabled) => {
      const sku = `KEYS-${viewport.width}-${javaScriptEnabled}`;
      const teach = world.masonhub.refuseSku(sku);
      const id = await world.loop.createReturn({ items: [{ sku }] });
      await world.untilStatus(id, 'attention');
      teach();
      await using visited = await visit({ viewport, javaScriptEnabled });
      const { page } = visited;
      await typeIn(page, 'anna');
      await page.getByRole('heading', { name: 'Audit' }).waitFor();
      expect(await page.locator('.who').textContent()).toBe('Signed in as anna');
      await page.goto(`/console/returns/acme/${id}`);
      await tabTo(page, 'Retry');
      await page.keyboard.press('Enter');
      await page.getByText('is being tried again').waitFor();
      await world.untilStatus(id, 'open');
      await page.reload();
      expect(await page.locator('main').textContent()).toContain('asked for by anna');
      await tabTo(page, 'Audit');
      await page.keyboard.press('Enter');
      const first = page.locator('#entries tbody tr').first();
      expect(await first.textContent()).toMatch(new RegExp(`anna.*retry of a return.*${id}.*retried`, 's'));
      await tabTo(page, 'Sign out');
      await page.keyboard.press('Enter');
      await page.locator('#name').waitFor();
    },
  );
});

it.each([true, false])(
  'somebody signs in at the provider and lands where they were going; with script: %s',
  async (javaScriptEnabled) => {
    await using visited = await visit({ javaScriptEnabled });
    const { page } = visited;
    await page.getByRole('link', { name: 'Sign in with single sign-on' }).click();
    await page.getByLabel('Login').fill('carla');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/audit');
    expect(await page.locator('.who').textContent()).toBe('Signed in as carla');
    await page.getByText('single sign-on').first().waitFor();
  },
);

it('who may only view is told so, and sees no button that is not for them', async () => {
  world.masonhub.refuseSku('KEYS-NONE');
  const id = await world.loop.createReturn({ items: [{ sku: 'KEYS-NONE' }] });
  await world.untilStatus(id, 'attention');
  await using visited = await visit();
  const { page } = visited;
  await typeIn(page, 'ben');
  await page.getByRole('heading', { name: 'Audit' }).waitFor();
  expect(await page.locator('.who').textContent()).toBe('Signed in as ben (may view only)');
  await page.goto(`/console/returns/acme/${id}`);
  // Copying an id changes nothing.
  expect(await page.locator('button:not([data-copy])').allTextContents()).toEqual(['Sign out']);
});

it('signing in, being refused, and the list pass axe and fit, in both themes, on a desk and on phones', async () => {
  await using visited = await visit({}, bringChecker);
  const { page } = visited;
  const look = (name: string) =>
    isWell(page, name, ['color-contrast', 'landmark-one-main'], [1280, 390, 320]);
  await page.getByText('Sign in with the ops token').click();
  await look('sign-in');
  await page.locator('#name').fill('ben');
  await page.locator('#password').fill('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await look('refused');
  await page.locator('#name').fill('ben');
  await page.locator('#password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Audit' }).waitFor();
  await look('audit');
});
