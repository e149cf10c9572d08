import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startBrowser } from './chromium.ts';
import { tabTo } from './keyboard.ts';
import { openConsole, openSignedIn, signIn } from './visit.ts';

let world: World;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** A return whose RMA MasonHub refuses until the function that comes with it is called. */
async function stuckReturn(sku: string): Promise<{ id: string; teach: () => void }> {
  const teach = world.masonhub.refuseSku(sku);
  const id = await world.loop.createReturn({ items: [{ sku }] });
  await world.untilStatus(id, 'attention');
  return { id, teach };
}

const visit = (options: BrowserContextOptions = {}) => openConsole(browser, world, options);
const visitSignedIn = (path: string, options: BrowserContextOptions = {}) =>
  openSignedIn(browser, world, path, options);

const badge = (page: Page) => page.locator('#state .badge');

describe.each([
  { script: true, reload: async () => {} },
  {
    script: false,
    reload: async (page: Page) => {
      await page.reload();
    },
  },
])('with script: $script', ({ script, reload }) => {
  it('somebody signs in, finds a stuck return, reads why, retries it and sees it move', async () => {
    const { id, teach } = await stuckReturn(`SCARF-${script}`);
    await using visited = await visit({ javaScriptEnabled: script });
    const { page } = visited;
    await signIn(page, opsToken);
    await page.locator('#needs').getByRole('link', { name: id }).click();
    expect(await badge(page).textContent()).toBe('needs attention');
    expect(await page.locator('#state .reason').textContent()).toMatch(/SCARF-.*retry/s);
    teach();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('is being tried again').waitFor();
    await world.untilStatus(id, 'open');
    await until(
      async () => {
        await reload(page);
        return (await badge(page).textContent()) === 'open';
      },
      () => `return ${id} to move on the page`,
    );
    expect(await page.locator('#timeline').textContent()).toMatch(/asked for another try.*RMA opened/s);
    await world.untilQuiet();
    const calls = page.locator('#timeline .call');
    await until(
      async () => {
        await reload(page);
        return /POST .*rmas.*201.*success/is.test((await calls.last().textContent()) ?? '');
      },
      () => 'the call and its answer to be on the page',
    );
    expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(0);
    expect(visited.complaints).toEqual([]);
  });

  it('the search finds by SKU and by status, page by page', async () => {
    for (let index = 0; index < 3; index += 1) await world.open([{ sku: `FOUND-${script}` }]);
    await using visited = await visitSignedIn('/console', { javaScriptEnabled: script });
    const { page } = visited;
    await page.getByRole('link', { name: 'Returns', exact: true }).click();
    const tabs = page.getByRole('navigation', { name: 'Status' });
    const opened = tabs.getByRole('link', { name: /^open/ });
    await page.getByRole('heading', { name: 'Returns', exact: true }).waitFor();
    await until(
      async () => {
        if ((await opened.count()) === 1) return true;
        // What took long to count is shown for a little longer.
        await page.reload();
        return false;
      },
      () => 'the open returns to be counted',
    );
    await opened.click();
    await page.getByRole('searchbox').fill(`found-${script}`);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('heading', { name: '3 returns, newest first' }).waitFor();
    expect(await tabs.locator('[aria-current]').textContent()).toBe('open');
    await tabs.getByRole('link', { name: 'flagged for review' }).click();
    await page.getByText('Nothing is found').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe(`found-${script}`);
  });

  it('signing out closes the endpoint', async () => {
    await using visited = await visit({ javaScriptEnabled: script });
    const { page } = visited;
    await signIn(page, opsToken);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Ops token').waitFor();
    await page.goto('/console/returns');
    expect(await page.getByLabel('Ops token').count()).toBe(1);
  });
});

it('rejected deliveries are replayed, one or all of a kind', async () => {
  const ids = await Promise.all([1, 2, 3].map(() => misunderstood()));
  await using visited = await visitSignedIn('/console');
  const { page } = visited;
  await page.getByRole('link', { name: 'See and replay all 3' }).click();
  await page.getByText('One by one').click();
  await page
    .getByRole('button', { name: /^Replay delivery/ })
    .first()
    .click();
  await page.getByText('Replayed 1: 1 understood now').waitFor();
  await page.getByRole('button', { name: 'Replay all of them' }).click();
  await page.getByText('Replayed 2: 2 understood now').waitFor();
  for (const id of ids) await world.untilStatus(id, 'open');
  expect(visited.complaints).toEqual([]);
});

/** A return whose webhook an older version of the service did not understand. */
async function misunderstood(): Promise<string> {
  const { loop } = world;
  loop.silence();
  const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  loop.resume();
  await world.query(
    `insert into deliveries (merchant, source, key, body, part, result, why, received_at)
      values ('acme', 'loop', encode(sha256($1), 'hex'), $1, 0, 'rejected', 'state: not known', now())`,
    [Buffer.from(JSON.stringify(loop.payloadOf(id, 'return.created')))],
  );
  return id;
}

it('without script the overview loads itself again', async () => {
  await using visited = await visitSignedIn('/console', { javaScriptEnabled: false });
  expect(await visited.page.locator('meta[http-equiv=refresh]').getAttribute('content')).toBe('30');
});

it('a part that is brought up to date keeps what is open and what has the focus', async () => {
  await using visited = await visitSignedIn('/console');
  const { page, complaints } = visited;
  const summary = page.locator('#days summary');
  await summary.click();
  const created = page.locator('#days .plot-name strong').first();
  const before = await created.textContent();
  await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  await until(
    async () => (await created.textContent()) !== before,
    () => 'the number of returns to change',
  );
  expect(await page.locator('#days details').getAttribute('open')).not.toBeNull();
  expect(await summary.evaluate((element) => element.ownerDocument.activeElement === element)).toBe(true);
  expect(complaints).toEqual([]);
});

it('a page that is looked at after its session has ended asks to sign in again', async () => {
  await using visited = await visit();
  await signIn(visited.page, opsToken);
  await visited.page.context().clearCookies();
  await visited.page.getByLabel('Ops token').waitFor();
});

describe('by keyboard alone', () => {
  it('a stuck return is found and retried, and each step can be seen', async () => {
    const { id, teach } = await stuckReturn('KEYS-1');
    teach();
    await using visited = await visit();
    const { page } = visited;
    await page.locator('#token:focus').waitFor();
    await page.keyboard.type(opsToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, id);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Return ${id}` }).waitFor();
    await tabTo(page, 'Retry');
    await page.keyboard.press('Enter');
    await until(
      async () => (await badge(page).textContent()) === 'open',
      () => `return ${id} to move`,
    );
  });
});
