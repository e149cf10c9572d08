import { assetPath } from '../assets.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';

/** Asks for the ops token. */
export function signInPage({ next, wrong }: { next: string; wrong: boolean }): Page {
  return {
    title: 'Sign in',
    place: null,
    formToken: null,
    updates: 'never',
    content: html`
      ${wrong ? html`<p class="notice trouble" role="alert">This is not the ops token.</p>` : null}
      <form method="post" action="/console/session" class="stacked">
        <label for="token">Ops token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus aria-describedby="token-hint">
        <p id="token-hint" class="hint">The value of the service's setting OPS_TOKEN. A session lasts for twelve hours.</p>
        <input type="hidden" name="next" value="${next}">
        <button>Sign in</button>
      </form>
      <script type="module" src="${assetPath('sign-in.js')}"></script>`,
  };
}
