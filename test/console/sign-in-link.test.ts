import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { startBrowser } from './chromium.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** Opens an address, and tells which addresses were asked for on the way. */
async function open(path: string, options: { javaScriptEnabled?: boolean } = {}) {
  const context = await browser.newContext({ baseURL: world.url, ...options });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
  await page.goto(path);
  return { page, asked, [Symbol.asyncDispose]: () => context.close() };
}

test('a link with the token behind its # signs in, and the token is in no address from then on', async () => {
  await using opened = await open(`/console/returns?status=open#token=${opsToken}`);
  const { page, asked } = opened;
  await page.getByRole('heading', { level: 1, name: 'Returns' }).waitFor();
  expect(page.url()).toBe(`${world.url}/console/returns?status=open`);
  expect(asked).toContain(`POST ${world.url}/console/session`);
  expect(asked.join()).not.toContain(opsToken);
  await page.goBack();
  expect(page.url()).not.toContain(opsToken);
});

test('a link with another token says that it is not the one, once', async () => {
  await using opened = await open('/console#token=not-the-token');
  const { page, asked } = opened;
  await page.getByRole('alert').waitFor();
  expect(page.url()).not.toContain('not-the-token');
  expect(asked.filter((one) => one.startsWith('POST'))).toHaveLength(1);
});

test('without script, or without a token, the page asks for it', async () => {
  await using still = await open(`/console#token=${opsToken}`, { javaScriptEnabled: false });
  expect(await still.page.getByLabel('Ops token').inputValue()).toBe('');
  await using bare = await open('/console#other=1');
  expect(await bare.page.getByLabel('Ops token').inputValue()).toBe('');
  expect(bare.asked.filter((one) => one.startsWith('POST'))).toEqual([]);
});
