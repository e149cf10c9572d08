import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callbackPath } from '../../src/http/console/single-sign-on-routes.ts';
import { openSingleSignOn } from '../../src/operators/single-sign-on.ts';
import { startBrowsing } from '../support/browse.ts';
import { freePort } from '../support/free-port.ts';
import { type Account, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { anna, password } from '../support/operators.ts';
import {
  type App,
  clock,
  hour,
  lines,
  open,
  recorded,
  serveConsole,
  signIn,
  token,
} from './fresh-console.ts';

serveConsole();

const accounts: Record<string, Account> = {
  carla: { preferred_username: 'carla', groups: ['all', 'returns-desk'] },
  dora: { preferred_username: 'dora', groups: ['all'] },
  '4711': { email: 'erik@shop.example' },
  '0815': {},
  'ops token': { preferred_username: 'OPS Token' },
  mallory: { preferred_username: 'Ops\u00a0token', email: 'mallory@shop.example' },
  odd: { preferred_username: 'two\nlines <b>', groups: ['returns-desk'] },
};

let closing: AsyncDisposableStack;
let url: string;
beforeEach(async () => {
  closing = new AsyncDisposableStack();
  url = `http://127.0.0.1:${await freePort()}`;
});
afterEach(() => closing.disposeAsync());

interface Options {
  readonly inIdToken?: boolean;
  readonly change?: Partial<IdentityProvider['settings']>;
}

/** The console at `url`, and a provider that knows it. */
async function openBoth({ inIdToken = false, change = {} }: Options = {}) {
  const provider = closing.use(await startIdentityProvider(url + callbackPath, accounts, { inIdToken }));
  const app = await openConsole({ ...provider.settings, ...change });
  return { provider, app };
}

async function openConsole(oidc: IdentityProvider['settings'], at = url): Promise<App> {
  const singleSignOn = openSingleSignOn(oidc, url + callbackPath);
  const operators = new Map([['anna', anna]]);
  const app = await open(token, { signIn: { operators: () => operators, singleSignOn } });
  closing.defer(() => app.close());
  await app.listen({ host: '127.0.0.1', port: Number(new URL(at).port) });
  return app;
}

/** Goes from the sign-in page to the provider, and logs in there. */
async function signOn(login: string, next = '/console/rejected') {
  const browsing = startBrowsing();
  const atSignIn = await browsing.go(url + next);
  const link = /<a class="button" href="([^"]+)">Sign in with single sign-on/.exec(atSignIn.text)?.[1] ?? '';
  const atLogin = await browsing.go(new URL(link, url).href);
  expect(atLogin.text).toContain('<label for="login">');
  return { browsing, back: await browsing.go(atLogin.url, { login }) };
}

describe('who signs in at the provider', () => {
  it.each([
    ['with an ID token that says little', { inIdToken: false }],
    ['with one that says it all', { inIdToken: true }],
  ])('comes back signed in under their own name, %s', async (_, options) => {
    await openBoth(options);
    const { browsing, back } = await signOn('carla', '/console/rejected?result=ignored');
    expect(back.status).toBe(200);
    expect(back.text).toContain('You are signed in as carla.');
    expect(back.text).toContain(
      '<meta http-equiv="refresh" content="0;url=/console/rejected?result=ignored">',
    );
    const { status, text } = await browsing.go(`${url}/console/rejected`);
    expect(status).toBe(200);
    expect(text).toMatch(/Signed in as <\/span>carla</);
    expect(text).toContain('Replay');
    expect(recorded).toEqual([
      {
        name: 'carla',
        by: 'sso',
        address: '127.0.0.1',
        action: 'sign-in',
        merchant: null,
        subject: null,
        result: 'done',
        details: { provider: 'carla', role: 'act' },
      },
    ]);
  });

  it('may only view where they are not in the group that may act', async () => {
    await openBoth();
    const { browsing } = await signOn('dora');
    const { text } = await browsing.go(`${url}/console/rejected`);
    expect(text).toMatch(/dora <span class="hint">\(may view only\)/);
    expect(text).not.toContain('/console/rejected/replay');
  });

  it('may only view where no group may act', async () => {
    await openBoth({ change: { actGroup: null } });
    const { browsing } = await signOn('carla');
    expect((await browsing.go(`${url}/console`)).text).toContain('may view only');
  });

  it.each([
    ['4711', 'erik@shop.example'],
    ['0815', '0815'],
    ['mallory', 'mallory@shop.example'],
    ['odd', 'two lines &lt;b&gt;'],
  ])('as %s is called %s', async (login, name) => {
    await openBoth();
    const { back } = await signOn(login);
    expect(back.text).toContain(`You are signed in as ${name}.`);
  });

  it('is not signed in where the only name is that of the ops token', async () => {
    await openBoth();
    const { back } = await signOn('ops token');
    expect(back.status).toBe(401);
    expect(recorded).toEqual([expect.objectContaining({ name: null, by: 'sso', result: 'refused' })]);
  });

  it('is signed in for twelve hours, in every replica', async () => {
    const { provider } = await openBoth();
    const { browsing } = await signOn('carla');
    const cookie = `console_session=${browsing.cookie(url, 'console_session')}`;
    const other = await openConsole(provider.settings, `http://127.0.0.1:${await freePort()}`);
    const status = async () =>
      (await other.inject({ url: '/console/rejected', headers: { cookie } })).statusCode;
    clock.now += 12 * hour - 1;
    expect(await status()).toBe(200);
    clock.now += 1;
    expect(await status()).toBe(401);
  });

  it('can begin at one replica and end at another', async () => {
    const { app, provider } = await openBoth();
    const browsing = startBrowsing();
    const atLogin = await browsing.go(`${url}/console/session/sso`);
    await app.close();
    await openConsole(provider.settings);
    const back = await browsing.go(atLogin.url, { login: 'carla' });
    expect(back.text).toContain('You are signed in as carla.');
  });
});

describe('nobody is signed in', () => {
  const callback = (query: string) => `${url}${callbackPath}?${query}`;
  const turnedAway = (back: { status: number; text: string }) => {
    expect(back.status).toBe(401);
    expect(back.text).toContain('Single sign-on did not work');
    expect(recorded).toEqual([]);
  };
  const refused = (back: { status: number; text: string }) => {
    expect(back.status).toBe(401);
    expect(back.text).toContain('Single sign-on did not work');
    expect(recorded).toEqual([expect.objectContaining({ name: null, by: 'sso', result: 'refused' })]);
  };

  it('who changes their mind at the provider', async () => {
    await openBoth();
    const { browsing, back } = await signOn('no');
    refused(back);
    expect(browsing.cookie(url, 'console_session')).toBeNull();
    expect(lines.join()).toContain('access_denied');
  });

  it('who comes back without having begun here', async () => {
    await openBoth();
    turnedAway(await startBrowsing().go(callback('code=made-up&state=made-up')));
    expect(lines.join()).toContain('without having begun');
  });

  it('who comes back with the answer to another try, or a second time with the same', async () => {
    await openBoth();
    const browsing = startBrowsing();
    await browsing.go(`${url}/console/session/sso`);
    refused(await browsing.go(callback('code=made-up&state=made-up')));
    recorded.length = 0;
    turnedAway(await browsing.go(callback('code=made-up&state=made-up')));
  });

  it('who has taken longer than ten minutes', async () => {
    await openBoth();
    const browsing = startBrowsing();
    const atLogin = await browsing.go(`${url}/console/session/sso`);
    clock.now += 600_000;
    turnedAway(await browsing.go(atLogin.url, { login: 'carla' }));
  });

  it('whose cookie has been changed', async () => {
    await openBoth();
    const browsing = startBrowsing();
    await browsing.go(`${url}/console/session/sso`);
    const kept = browsing.cookie(url, 'console_sign_on') ?? '';
    expect(kept).not.toBe('');
    const other = await fetch(callback('code=x&state=x'), {
      headers: { cookie: `console_sign_on=x${kept}` },
    });
    turnedAway({ status: other.status, text: await other.text() });
  });

  it('where the provider does not take this service’s secret, and the log says so without it', async () => {
    await openBoth({ change: { clientSecret: 'hunter2-hunter2' } });
    refused((await signOn('carla')).back);
    expect(lines.join()).toContain('invalid_client');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('who has failed ten times in a minute', async () => {
    await openBoth();
    for (let tried = 0; tried < 10; tried += 1) await signOn('no');
    const { back } = await signOn('carla');
    expect(back.status).toBe(429);
  });
});

it('nobody is locked out by a page elsewhere that has their browsers come back, over and over', async () => {
  await openBoth();
  for (let called = 0; called < 11; called += 1) await startBrowsing().go(url + callbackPath);
  const { back } = await signOn('carla');
  expect(back.text).toContain('You are signed in as carla.');
  expect(recorded).toEqual([expect.objectContaining({ name: 'carla', result: 'done' })]);
});

describe('a provider that is away', () => {
  it('keeps nobody from signing in with a password or the token, and is tried again', async () => {
    const provider = await startIdentityProvider(url + callbackPath, accounts);
    await provider.stop();
    const app = await openConsole(provider.settings);
    const back = await startBrowsing().go(`${url}/console/session/sso?next=/console/returns`);
    expect(back.status).toBe(503);
    expect(back.text).toMatch(/role="alert">The provider of single sign-on does not answer\./);
    expect(back.text).toContain('name="next" value="/console/returns"');
    expect(await signIn(app)).toContain('console_session=');
    const form = new URLSearchParams({ name: 'anna', password, next: '' });
    const answer = await fetch(`${url}/console/session`, { method: 'POST', body: form, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(recorded).toHaveLength(2);

    const { port } = new URL(provider.settings.issuer);
    const wellKnown = createServer((_request, response) => {
      const at = (path: string) => provider.settings.issuer + path;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          issuer: provider.settings.issuer,
          authorization_endpoint: at('/auth'),
          token_endpoint: at('/token'),
        }),
      );
    });
    closing.defer(async () => void wellKnown.close());
    await new Promise<void>((resolve) => wellKnown.listen(Number(port), '127.0.0.1', resolve));
    const begun = await fetch(`${url}/console/session/sso`, { redirect: 'manual' });
    expect(begun.headers.get('location')).toMatch(`${provider.settings.issuer}/auth?`);
  });

  it('is asked nothing before somebody signs in by it', async () => {
    const { provider, app } = await openBoth();
    await signIn(app);
    expect(provider.asked()).toBe(0);
  });
});

it('asks the provider with a code, PKCE, state and nonce, and for this address', async () => {
  await openBoth();
  const begun = await fetch(`${url}/console/session/sso?next=//evil.example`, { redirect: 'manual' });
  const asked = Object.fromEntries(new URL(begun.headers.get('location') ?? '').searchParams);
  expect(asked).toEqual({
    client_id: 'returns-console',
    redirect_uri: url + callbackPath,
    response_type: 'code',
    scope: 'openid profile email',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(begun.headers.get('set-cookie')).toMatch(
    /^console_sign_on=.*Max-Age=600; Path=\/console\/session\/sso; HttpOnly; SameSite=Lax$/,
  );
});

it('is not offered, and not there, where no provider is set', async () => {
  const app = await open();
  expect((await app.inject('/console')).body).not.toContain('single sign-on');
  expect((await app.inject('/console/session/sso')).statusCode).not.toBe(302);
});
