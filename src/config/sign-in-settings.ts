import { isIP } from 'node:net';
import type { Reading } from './reading.ts';
import { headerWord } from './secrets.ts';

/** The provider of single sign-on, by OpenID Connect. */
export interface OidcSettings {
  /** As the provider writes it. https, or http on this machine alone. */
  readonly issuer: string;
  readonly clientId: string;
  /** A secret. */
  readonly clientSecret: string;
  /** Space-separated. */
  readonly scopes: string;
  /** The claim that names a person's groups. */
  readonly groupsClaim: string;
  /** Who is in it may act. `null`: nobody may who signs in so. */
  readonly actGroup: string | null;
}

const localHosts = ['localhost', '127.0.0.1', '[::1]'];

/** An issuer stays as it is written, as it has to be the provider's own word. */
export function readIssuer(text: string): Reading<string> {
  const url = URL.parse(text);
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && localHosts.includes(url.hostname));
  if (url !== null && isSafe && url.username === '' && url.password === '' && !/[?#]/.test(text)) {
    return { value: text };
  }
  return {
    problem:
      "the value is not an issuer's https address without a user name, '?' or '#'. Write it as the provider does, such as https://login.example.com/realms/ops; http is for a provider on this machine alone.",
  };
}

export function readScopes(text: string): Reading<string> {
  const scopes = text.split(/\s+/).filter((scope) => scope !== '');
  if (scopes.includes('openid')) return { value: scopes.join(' ') };
  return {
    problem:
      'the value does not have openid. Write scopes with spaces between, such as openid profile email.',
  };
}

/** Addresses and ranges of addresses, with commas between. */
export function readProxies(text: string): Reading<readonly string[]> {
  const proxies = text.split(',').map((one) => one.trim());
  const bad = proxies.find((one) => !isAddressRange(one));
  if (bad === undefined) return { value: proxies };
  return {
    problem: `${JSON.stringify(bad.slice(0, 24))} is no address or range of addresses. Give the proxies' own addresses with commas between, such as 10.0.0.5 or 10.0.0.0/8.`,
  };
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** One that no request can carry would lock everybody out, and nothing would say why. */
export function readOpsToken(text: string): Reading<string> {
  if (headerWord.test(text)) return { value: text };
  return {
    problem:
      'the value has a space, a line break or a letter with an accent in it, which no request can carry. Write the token alone; in a file, with one line break behind it at most. Make one with: openssl rand -hex 32',
  };
}

export const shortestOpsToken = 16;

/** The settings for signing in, each by its name in the environment. */
export interface ReadSignIn {
  readonly PUBLIC_URL: string | null;
  readonly OPS_TOKEN: string | null;
  readonly OPS_USERS_FILE: string | null;
  readonly OIDC_ISSUER: string | null;
  readonly OIDC_CLIENT_ID: string | null;
  readonly OIDC_CLIENT_SECRET: string | null;
  readonly OIDC_SCOPES: string;
  readonly OIDC_GROUPS_CLAIM: string;
  readonly OIDC_ACT_GROUP: string | null;
}

/**
 * Puts together what people sign in with.
 * @returns the provider, if there is one; and what is missing for them to sign in by name
 */
export function joinSignIn(read: ReadSignIn): { oidc: OidcSettings | null; problems: readonly string[] } {
  const tokenProblems = problemsOfToken(read);
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = read;
  if (issuer === null) return { oidc: null, problems: tokenProblems };
  const given = 'is not set, and OIDC_ISSUER is. The provider gives it to each client; or unset OIDC_ISSUER.';
  const problems = [
    ...tokenProblems,
    ...(clientId === null ? [`OIDC_CLIENT_ID: ${given}`] : []),
    ...(clientSecret === null ? [`OIDC_CLIENT_SECRET: ${given}`] : []),
    ...(read.PUBLIC_URL === null
      ? [
          'PUBLIC_URL: is not set, and OIDC_ISSUER is: the provider leads people back to it. Give the https address of this service, or unset OIDC_ISSUER.',
        ]
      : []),
  ];
  const oidc = {
    issuer,
    clientId: clientId ?? '',
    clientSecret: clientSecret ?? '',
    scopes: read.OIDC_SCOPES,
    groupsClaim: read.OIDC_GROUPS_CLAIM,
    actGroup: read.OIDC_ACT_GROUP,
  };
  return { oidc, problems };
}

/** The token opens everything, and the keys of every session come from it. */
function problemsOfToken({ OPS_TOKEN: token, OPS_USERS_FILE, OIDC_ISSUER }: ReadSignIn): string[] {
  const why = OIDC_ISSUER !== null ? 'OIDC_ISSUER' : OPS_USERS_FILE !== null ? 'OPS_USERS_FILE' : null;
  if (why === null || (token !== null && token.length >= shortestOpsToken)) return [];
  const what = token === null ? 'is not set' : `has fewer than ${shortestOpsToken} characters`;
  return [
    `OPS_TOKEN: ${what}, and ${why} is set: the keys of everybody's sessions come from it. Make one with: openssl rand -hex 32`,
  ];
}
