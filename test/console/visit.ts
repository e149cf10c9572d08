import type { Page } from 'playwright-core';
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
    returns: '/console/returns',
    'nothing-found': '/console/returns?q=nothing',
    'return-attention': `/console/returns/acme/${stuck}`,
    'return-flagged': `/console/returns/acme/${flagged}`,
    'return-waiting': `/console/returns/borealis/${waiting}`,
    'return-processed': `/console/returns/acme/${processed}`,
    'return-inspecting': `/console/returns/acme/${inspecting}`,
    'return-two-parcels': `/console/returns/acme/${twoParcels}`,
    parcels: '/console/parcels',
    rejected: '/console/rejected',
    ignored: '/console/rejected?result=ignored',
    audit: '/console/audit',
    'not-found': '/console/nowhere',
  };
}
