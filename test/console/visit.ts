import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { opsToken, type World } from '../support/service.ts';
import type { Sample } from './sample.ts';

/** Fills in the sign-in form. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Ops token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Every page that somebody who has signed in can see. */
export function pagesOf(sample: Sample): Record<string, string> {
  const { stuck, flagged, waiting, processed, inspecting, twoParcels } = sample;
  return {
    overview: '/console',
    work: '/console/work',
    returns: '/console/returns',
    filtered: '/console/returns?merchant=acme&decision=flag&from=2020-01-01&sort=longest',
    'of-a-cause': `/console/returns?${new URLSearchParams({ status: 'attention', cause: sample.cause })}`,
    overdue: '/console/returns?merchant=acme&overdue=flagged',
    'nothing-found': '/console/returns?q=nothing',
    'return-attention': `/console/returns/acme/${stuck}`,
    'return-flagged': `/console/returns/acme/${flagged}`,
    'return-waiting': `/console/returns/borealis/${waiting}`,
    'return-processed': `/console/returns/acme/${processed}`,
    'return-inspecting': `/console/returns/acme/${inspecting}`,
    'return-two-parcels': `/console/returns/acme/${twoParcels}`,
    report: '/console/reports',
    'report-of-one': '/console/reports?merchant=acme',
    parcels: '/console/parcels',
    rejected: '/console/rejected',
    ignored: '/console/rejected?result=ignored',
    audit: '/console/audit',
    'not-found': '/console/nowhere',
  };
}

/** A look at the console in a browser of its own. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** What the browser has complained of: blocked scripts and styles, and errors in scripts. */
  readonly complaints: readonly string[];
}

/** Opens the console, which asks to sign in. */
export async function openConsole(
  browser: Browser,
  world: World,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  return openAt('/console', await browser.newContext({ baseURL: world.url, ...options }));
}

/**
 * Opens a page of the console in a browser that has signed in before: to fill in the form costs more than to look
 * at a page, and is for the tests that are about it.
 */
export async function openSignedIn(
  browser: Browser,
  world: World,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: world.url, ...options });
  const answer = await context.request.post('/console/session', {
    form: { token: opsToken, next: '/console' },
    maxRedirects: 0,
  });
  if (answer.status() !== 303) throw new Error(`The console answered ${answer.status()} to the ops token`);
  return openAt(path, context);
}

async function openAt(path: string, context: BrowserContext): Promise<Visit> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(path);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}
