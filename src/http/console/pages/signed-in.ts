import { html } from '../html.ts';
import type { Page } from '../layout.ts';

/**
 * What follows a sign-in by a provider. The browser has come from another site and would not show the session's
 * cookie if it were sent on from there: it goes on from this page.
 */
export function signedInPage(name: string, next: string): Page {
  return {
    title: 'Signed in',
    place: null,
    formToken: null,
    updates: 'never',
    leadsTo: next,
    content: html`<p>You are signed in as ${name}.</p><p><a href="${next}">Go on</a></p>`,
  };
}
