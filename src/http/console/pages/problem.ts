import type { HttpError } from '../../errors.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';

const titles = new Map([
  [400, 'Not understood'],
  [403, 'Not allowed'],
  [404, 'Not found'],
  [409, 'Nothing to do'],
  [429, 'Too many tries'],
]);

/** Says what is wrong with a request, in the console's own dress. */
export function problemPage(error: HttpError): Page {
  return {
    title: titles.get(error.status) ?? 'Something failed',
    place: null,
    formToken: null,
    updates: 'never',
    content: html`<p>${error.message}</p><p><a href="/console">To the overview</a></p>`,
  };
}
