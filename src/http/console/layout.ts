import type { FastifyReply } from 'fastify';
import { version } from '../../config/version.ts';
import { assetPath } from './assets.ts';
import { type Html, html } from './html.ts';
import { type Viewer, viewerOf } from './viewer.ts';

const places = [
  { name: 'Overview', path: '/console' },
  { name: 'Work', path: '/console/work' },
  { name: 'Returns', path: '/console/returns' },
  { name: 'Reports', path: '/console/reports' },
  { name: 'Rejected deliveries', path: '/console/rejected' },
  { name: 'Audit', path: '/console/audit' },
] as const;

export interface Page {
  readonly title: string;
  readonly content: Html;
  /** The place in the navigation that is marked; null on pages for people who have not signed in. */
  readonly place: (typeof places)[number]['name'] | null;
  /** What a sign-out has to carry. Null where there is no session to end. */
  readonly formToken: string | null;
  /** Whether the page keeps itself up to date; those with something to fill in do not reload. */
  readonly updates: 'parts' | 'whole' | 'never';
  /** The page that follows by itself, at once. */
  readonly leadsTo?: string;
}

/** Answers with a page. */
export async function sendPage(reply: FastifyReply, page: Page): Promise<FastifyReply> {
  return reply.type('text/html; charset=utf-8').send(String(await layout(page, viewerOf(reply.request))));
}

function layout({ title, content, place, formToken, updates, leadsTo }: Page, viewer: Viewer | null): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${title} · masonhub-loop</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <link rel="icon" href="${assetPath('icon.svg')}">
    <link rel="stylesheet" href="${assetPath('style.css')}">
    ${updates === 'never' ? null : moduleScript('refresh.js')}
    ${place === null ? null : html`${moduleScript('times.js')}${moduleScript('copy.js')}`}
    ${leadsTo === undefined ? null : html`<meta http-equiv="refresh" content="0;url=${leadsTo}">`}
    ${updates === 'whole' ? html`<noscript><meta http-equiv="refresh" content="30"></noscript>` : null}
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header>
      <p class="brand">masonhub-loop</p>
      ${place === null ? null : navigation(place, formToken, viewer)}
    </header>
    <main id="main" tabindex="-1">
      <div id="freshness" role="status" aria-live="polite"></div>
      <div id="said" role="status" class="hidden"></div>
      <h1>${title}</h1>
      ${content}
    </main>
    ${place === null ? null : html`<footer><p id="zone">All times are UTC.</p><p>masonhub-loop ${version}</p></footer>`}
  </body>
</html>`;
}

/** A page's scripts run in their order; this one is first: it goes by the page as it came. */
function moduleScript(name: 'refresh.js' | 'times.js' | 'copy.js'): Html {
  return html`<script type="module" src="${assetPath(name)}"></script>`;
}

function navigation(place: Page['place'], formToken: string | null, viewer: Viewer | null): Html {
  const link = ({ name, path }: (typeof places)[number]) =>
    html`<li>${
      name === place
        ? html`<a class="place" href="${path}" aria-current="page">${name}</a>`
        : html`<a class="place" href="${path}">${name}</a>`
    }</li>`;
  return html`<nav aria-label="Console"><ul>${places.map(link)}</ul></nav>
    ${viewer === null ? null : who(viewer)}
    ${formToken === null ? null : html`<form method="post" action="/console/session/end" class="sign-out">${hiddenToken(formToken)}<button class="quiet">Sign out</button></form>`}`;
}

function who({ name, role }: Viewer): Html {
  return html`<p class="who"><span class="hidden">Signed in as </span>${name}${role === 'act' ? null : html` <span class="hint">(may view only)</span>`}</p>`;
}

/** The field by which a form proves that it is of this session. */
export function hiddenToken(formToken: string | null): Html {
  return html`<input type="hidden" name="form" value="${formToken ?? ''}">`;
}

/** A part of a page that is kept up to date while somebody looks. Its id has to be on that page only once. */
export function live(id: string, heading: string, content: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading" data-live>
    <h2 id="${id}-heading">${heading}</h2>
    ${content}
  </section>`;
}

/** What a form has done, said once on the page that follows it. */
export function notice(text: string | null): Html | null {
  return text === null ? null : html`<p class="notice" role="status">${text}</p>`;
}
