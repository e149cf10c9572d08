import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';
import type { OidcSettings } from '../../src/config/sign-in-settings.ts';
import { freePort } from './free-port.ts';

export interface Account {
  readonly preferred_username?: string;
  readonly email?: string;
  readonly groups?: readonly string[];
}

/** A real provider of OpenID Connect on a port of this machine, with a login page of one field. */
export interface IdentityProvider extends AsyncDisposable {
  readonly settings: OidcSettings;
  /** How often somebody has asked it for anything. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

const clientId = 'returns-console';
const clientSecret = 'a-secret-of-the-client';

/**
 * @param accounts by what a person types into the login page; it is also the provider's word for them
 * @param inIdToken whether the ID token says who it is, or only where the provider is asked once more
 */
export async function startIdentityProvider(
  callbackUrl: string,
  accounts: Readonly<Record<string, Account>>,
  { inIdToken = false }: { inIdToken?: boolean } = {},
): Promise<IdentityProvider> {
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [callbackUrl] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['a-key-of-the-provider'] },
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username'], email: ['email'] },
    conformIdTokenClaims: !inIdToken,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/login/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  let asked = 0;
  const answer = provider.callback();
  const server = createServer((request, response) => {
    asked += 1;
    const work = request.url?.startsWith('/login/')
      ? logIn(provider, request, response)
      : answer(request, response);
    Promise.resolve(work).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(Number(new URL(issuer).port), '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    settings: {
      issuer,
      clientId,
      clientSecret,
      scopes: 'openid profile email',
      groupsClaim: 'groups',
      actGroup: 'returns-desk',
    },
    asked: () => asked,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The login page, and what comes of it: `no` is somebody who changes their mind. */
async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><html lang="en"><title>Log in</title><form method="post">
      <label for="login">Login</label><input id="login" name="login" autofocus><button>Log in</button></form></html>`);
    return;
  }
  const login = new URLSearchParams(await textOf(request)).get('login') ?? '';
  const result = login === 'no' ? { error: 'access_denied' } : { login: { accountId: login } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}
