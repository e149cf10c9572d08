import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/service.ts';
import { storeReturns } from '../support/stored-returns.ts';
import { startBrowser } from './chromium.ts';
import { open, tabTo } from './keyboard.ts';
import { openSignedIn } from './visit.ts';

/** What somebody at the desk does with the work list and with lists of returns. */

let world: World;
let browser: Browser;

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const id = (kind: number, index: number) => String(kind * 10_000 + index);

beforeAll(async () => {
  [world, browser] = await Promise.all([
    startWorld({ merchants: { acme: {}, borealis: {} } }),
    startBrowser(),
  ]);
  await stickTwelve();
  const late = [0, 1, 2].map((index) => ({
    loop_return_id: id(2, index),
    merchant: 'borealis',
    status: 'receiving',
    ageing_stage: 'dock',
    ageing_since: ago(4),
    created_at: ago(30),
  }));
  const done = Array.from({ length: 60 }, (_, index) => ({
    loop_return_id: id(3, index),
    status: 'processed',
    order_name: `#7${index}`,
    tracking_number: `79460000${id(3, index)}`,
    terms: [`7${index}`, `79460000${id(3, index)}`],
    created_at: ago(40 + index),
    status_since: ago(index + 1),
  }));
  await storeReturns(world, [...late, ...done]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** MasonHub refuses the RMAs of twelve returns for the same SKU, each a day before the one before it. */
async function stickTwelve(): Promise<void> {
  world.masonhub.refuseSku('SCARF');
  const ids = Array.from({ length: 12 }, (_, index) => id(1, index));
  for (const one of ids) await world.loop.createReturn({ id: one, items: [{ sku: 'SCARF' }] });
  for (const one of ids) await world.untilStatus(one, 'attention');
  for (const [index, one] of ids.entries()) {
    await world.query('update returns set status_since = $1 where loop_return_id = $2', [
      ago(index + 1),
      one,
    ]);
  }
}

const visit = (path: string, options: BrowserContextOptions = {}) =>
  openSignedIn(browser, world, path, options);

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe('the work list', () => {
  it('says each cause once, the number of its returns, since when, and what to do', async () => {
    await using visited = await visit('/console');
    const { page } = visited;
    for (const path of ['/console', '/console/work']) {
      await page.goto(path);
      const items = page.locator('.causes > li');
      expect(await items.count()).toBe(1);
      const text = (await items.first().textContent())?.replace(/\s+/g, ' ') ?? '';
      expect(text).toMatch(
        /SKU not found in catalog: 'SCARF'\. acme · 12 returns, the first 10011 12 days ago/,
      );
      expect(text.match(/then retry/g)).toHaveLength(1);
      const late = page.locator('#overdue tbody tr', { hasText: 'At the warehouse' });
      expect((await late.textContent())?.replace(/\s+/g, ' ')).toMatch(/3 days.*borealis 3.*4 days ago/);
    }
    expect(await page.locator('#overdue tbody tr').count()).toBe(6);
    expect(visited.complaints).toEqual([]);
  });

  it('leads by keyboard to the returns of a cause, and back from it', async () => {
    await using visited = await visit('/console');
    const { page } = visited;
    await open(page, 'Work');
    await page.getByRole('heading', { name: 'Work', exact: true }).waitFor();
    await open(page, '12 returns');
    await page.getByRole('heading', { name: '12 returns, newest first' }).waitFor();
    await tabTo(page, 'Retry all of these…');
    await page.goto('/console/work');
    await page.locator('main').focus();
    await open(page, 'borealis 3');
    await page.getByRole('heading', { name: '3 returns, longest in their status first' }).waitFor();
    await open(page, 'Remove: merchant borealis');
    await page.locator('.chips', { hasNotText: 'merchant borealis' }).waitFor();
  });

  it('asks to retry just the returns of a cause, or of a list', async () => {
    await using visited = await visit('/console/work');
    const { page } = visited;
    const fields = async () =>
      z
        .record(z.string(), z.string())
        .parse(
          await page.evaluate(
            `Object.fromEntries(new FormData(document.querySelector('form[action="/console/retries"]')))`,
          ),
        );
    expect(await page.getByRole('button', { name: 'Retry all 12…' }).count()).toBe(1);
    expect(await fields()).toEqual({
      form: expect.stringMatching(/./),
      merchant: 'acme',
      status: 'attention',
      cause: expect.stringContaining("'SCARF'"),
    });
    await page.goto('/console/returns?status=attention&q=scarf&sort=oldest');
    expect(await page.getByRole('button', { name: 'Retry all of these…' }).count()).toBe(1);
    expect(await fields()).toMatchObject({ status: 'attention', q: 'scarf' });
    await page.goto('/console/returns?status=processed');
    expect(await page.getByRole('button', { name: 'Retry all of these…' }).count()).toBe(0);
  });

  it('is calm where nothing waits', async () => {
    await using visited = await visit('/console/work');
    const { page } = visited;
    expect(await page.locator('#connections').textContent()).toContain('Every connection works.');
    expect(await page.locator('#rejected').textContent()).toContain('Everything that came was understood.');
  });
});

describe('a list', () => {
  it('counts by status, for all or for one merchant, and says no number where none is known', async () => {
    await using visited = await visit('/console/returns');
    const { page } = visited;
    const tabs = async () =>
      (await page.getByRole('navigation', { name: 'Status' }).getByRole('link').allTextContents()).map(
        (text) => text.trim(),
      );
    expect(await tabs()).toEqual(['all 75', 'needs attention 12', 'receiving 3', 'closed in Loop 60']);
    await page.goto('/console/returns?merchant=borealis');
    expect(await tabs()).toEqual(['all 3', 'receiving 3']);
    await page.goto('/console/returns?q=scarf');
    expect(await tabs()).toHaveLength(12);
    expect((await tabs()).join()).not.toMatch(/\d/);
  });

  it('is found by a beginning, sorted and shared by its address, with the keyboard alone', async () => {
    await using visited = await visit('/console');
    const { page } = visited;
    await open(page, 'Returns');
    await page.getByRole('heading', { name: 'Returns', exact: true }).waitFor();
    await tabTo(page, 'q');
    await page.keyboard.type('79460000300');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '50 of the returns, newest first' }).waitFor();
    expect(page.url()).toMatch(/\/console\/returns\?q=79460000300$/);
    await open(page, 'Status, since');
    await page.getByRole('heading', { name: /longest in their status first/ }).waitFor();
    const sorted = page.locator('th[aria-sort=ascending]');
    expect(await sorted.textContent()).toBe('Status, since');
    expect(await page.locator('.returns .id a').first().textContent()).toBe('30059');
    await open(page, 'Status, since');
    await page.locator('th[aria-sort=descending]').waitFor();
    expect(await page.locator('.returns .id a').first().textContent()).toBe('30000');
    await open(page, 'Next page');
    await page.getByRole('heading', { name: /^10 of the returns/ }).waitFor();
    const address = page.url();
    await using colleague = await visit(address);
    expect(await colleague.page.locator('.returns .id a').allTextContents()).toEqual(
      await page.locator('.returns .id a').allTextContents(),
    );
  });

  it('that finds nothing says what was asked for, and lets each of it go', async () => {
    await using visited = await visit(
      '/console/returns?merchant=acme&q=nowhere&from=2026-01-01&decision=hold',
    );
    const { page } = visited;
    expect(await page.locator('#found').textContent()).toMatch(/no return fits.*begins with “nowhere”/s);
    expect((await page.locator('.chips li').allTextContents()).map((text) => text.trim())).toEqual([
      'begins with “nowhere” ×',
      'merchant acme ×',
      'decided: hold ×',
      'created from 2026-01-01 ×',
      'Remove all',
    ]);
    await page.getByRole('link', { name: 'Remove: begins with “nowhere”' }).click();
    expect(new URL(page.url()).search).toBe('?merchant=acme&decision=hold&from=2026-01-01');
    await page.getByRole('link', { name: 'Remove all filters' }).click();
    await page.getByRole('heading', { name: '50 of 75 returns, newest first' }).waitFor();
  });

  it.each([true, false])('stays as dense as somebody likes it, with script: %s', async (script) => {
    await using visited = await visit('/console/returns?merchant=acme', { javaScriptEnabled: script });
    const { page } = visited;
    await page.getByRole('link', { name: 'compact' }).click();
    expect(new URL(page.url()).search).toBe('?merchant=acme');
    await page.goto('/console/returns');
    expect(await page.locator('table.returns').getAttribute('class')).toContain('compact');
    await page.getByRole('link', { name: 'comfortable' }).click();
    expect(await page.locator('table.returns').getAttribute('class')).toContain('comfortable');
  });

  it('takes two lines a return on a phone, and fifty of them are soon scrolled', async () => {
    await using visited = await visit('/console/returns', phone);
    const { page } = visited;
    const rows = page.locator('.returns tbody tr');
    expect(await rows.count()).toBe(50);
    const tallest = z
      .number()
      .parse(
        await page.evaluate(
          `Math.max(...[...document.querySelectorAll('.returns tbody tr')].map((row) => row.offsetHeight))`,
        ),
      );
    expect(tallest).toBeLessThan(80);
    const height = z.number().parse(await page.evaluate('document.documentElement.scrollHeight'));
    expect(height).toBeLessThan(6_000);
    await page.getByRole('link', { name: 'needs attention' }).tap();
    await page.getByRole('heading', { name: '12 returns, newest first' }).waitFor();
    await rows.first().getByRole('link').tap();
    await page.getByRole('heading', { name: /^Return 10/ }).waitFor();
  });
});
