import { assetPath } from '../assets.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';

/** What there is to sign in with, beside the ops token. */
export interface SignInForms {
  readonly password: boolean;
  readonly singleSignOn: boolean;
}

export interface SignInAsked {
  /** Where the person was going. */
  readonly next: string;
  /** What was wrong with the try before; null where there was none. */
  readonly wrong: string | null;
}

/** Asks who it is: by name and password, by single sign-on or, as a last choice, by the ops token. */
export function signInPage(forms: SignInForms, { next, wrong }: SignInAsked): Page {
  const isTokenLast = forms.password || forms.singleSignOn;
  return {
    title: 'Sign in',
    place: null,
    formToken: null,
    updates: 'never',
    content: html`
      ${wrong === null ? null : html`<p class="notice trouble" role="alert">${wrong}</p>`}
      ${forms.singleSignOn ? singleSignOn(next) : null}
      ${forms.password ? passwordForm(next) : null}
      ${
        isTokenLast
          ? html`<details class="last-choice"><summary>Sign in with the ops token</summary>${tokenForm(next, true)}</details>`
          : tokenForm(next, false)
      }
      <script type="module" src="${assetPath('sign-in.js')}"></script>`,
  };
}

function singleSignOn(next: string): Html {
  const query = new URLSearchParams({ next });
  return html`<p><a class="button" href="/console/session/sso?${query}">Sign in with single sign-on</a></p>`;
}

function passwordForm(next: string): Html {
  return html`<form method="post" action="/console/session" class="stacked">
    <label for="name">Name</label>
    <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required autofocus>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required aria-describedby="password-hint">
    <p id="password-hint" class="hint">A session lasts for twelve hours.</p>
    <input type="hidden" name="next" value="${next}">
    <button>Sign in</button>
  </form>`;
}

/** @param isLast whether there is something better above it, which has the focus */
function tokenForm(next: string, isLast: boolean): Html {
  const field = (focus: Html | null) =>
    html`<input id="token" name="token" type="password" autocomplete="${isLast ? 'off' : 'current-password'}" required ${focus} aria-describedby="token-hint">`;
  return html`<form method="post" action="/console/session" class="stacked">
    <label for="token">Ops token</label>
    ${field(isLast ? null : html`autofocus`)}
    <p id="token-hint" class="hint">The value of the service's setting OPS_TOKEN. A session lasts for twelve hours.</p>
    <input type="hidden" name="next" value="${next}">
    <button>${isLast ? 'Sign in with the token' : 'Sign in'}</button>
  </form>`;
}
