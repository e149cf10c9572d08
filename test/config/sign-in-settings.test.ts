import { describe, expect, test } from 'vitest';
import { readSettings } from '../../src/config/environment.ts';
import { ConfigurationError } from '../../src/config/errors.ts';

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const token = 'a-token-of-some-length';
const oidc = {
  OIDC_ISSUER: 'https://login.example.com/realms/ops/',
  OIDC_CLIENT_ID: 'returns',
  OIDC_CLIENT_SECRET: 'hunter2',
  PUBLIC_URL: 'https://returns.example.com',
  OPS_TOKEN: token,
};

describe('the ops token', () => {
  test.each(['x', 'fifteen-letters'])('may be %s where nobody signs in by name', (OPS_TOKEN) => {
    expect(readSettings({ OPS_TOKEN }).opsToken).toBe(OPS_TOKEN);
  });

  test.each([
    ['a space behind it', ' '],
    ['a space in it', ' hunter2'],
    ['a second line break behind it', '\n'],
    ['a letter with an accent', 'é'],
  ])('that no request can carry, with %s, is not taken, and not repeated', (_what, more) => {
    const problem =
      'OPS_TOKEN: the value has a space, a line break or a letter with an accent in it, which no request can carry. Write the token alone; in a file, with one line break behind it at most. Make one with: openssl rand -hex 32';
    expect(problemsOf({ OPS_TOKEN: token + more })).toEqual([problem]);
  });

  test.each([
    ['OPS_USERS_FILE', { OPS_USERS_FILE: 'operators.yaml' }],
    ['OIDC_ISSUER', oidc],
  ])('has to be there, and long, with %s', (name, env) => {
    const fix = `${name} is set: the keys of everybody's sessions come from it. Make one with: openssl rand -hex 32`;
    expect(problemsOf({ ...env, OPS_TOKEN: '' })).toEqual([`OPS_TOKEN: is not set, and ${fix}`]);
    expect(problemsOf({ ...env, OPS_TOKEN: 'fifteen-letters' })).toEqual([
      `OPS_TOKEN: has fewer than 16 characters, and ${fix}`,
    ]);
    expect(problemsOf({ ...env, OPS_TOKEN: token })).toEqual([]);
  });
});

describe('single sign-on', () => {
  test('has an issuer as it is written, and asks for the usual unless it is told more', () => {
    expect(readSettings(oidc).oidc).toEqual({
      issuer: 'https://login.example.com/realms/ops/',
      clientId: 'returns',
      clientSecret: 'hunter2',
      scopes: 'openid profile email',
      groupsClaim: 'groups',
      actGroup: null,
    });
    const more = {
      OIDC_SCOPES: ' openid  groups',
      OIDC_GROUPS_CLAIM: 'roles',
      OIDC_ACT_GROUP: 'returns-desk',
    };
    expect(readSettings({ ...oidc, ...more }).oidc).toMatchObject({
      scopes: 'openid groups',
      groupsClaim: 'roles',
      actGroup: 'returns-desk',
    });
  });

  test('is off without an issuer, whatever else is set', () => {
    expect(readSettings({ ...oidc, OIDC_ISSUER: '' }).oidc).toBeNull();
  });

  test('names everything that an issuer needs', () => {
    const problems = problemsOf({ OIDC_ISSUER: oidc.OIDC_ISSUER });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'OPS_TOKEN',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
      'PUBLIC_URL',
    ]);
  });

  test.each(['http://localhost:9000', 'http://127.0.0.1:9000/a', 'http://[::1]:9000'])(
    'takes %s, which is on this machine',
    (OIDC_ISSUER) => {
      expect(readSettings({ ...oidc, OIDC_ISSUER }).oidc?.issuer).toBe(OIDC_ISSUER);
    },
  );

  test.each([
    'login.example.com',
    'http://login.example.com',
    'https://u:hunter2@login.example.com',
    'https://login.example.com?hunter2',
    'http://localhost.example.com',
  ])('refuses the issuer %s, and does not repeat it', (OIDC_ISSUER) => {
    const problems = problemsOf({ ...oidc, OIDC_ISSUER });
    expect(problems).toEqual([
      expect.stringMatching(/^OIDC_ISSUER: the value is not an issuer's https address/),
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('has to ask for an identity', () => {
    expect(problemsOf({ ...oidc, OIDC_SCOPES: 'profile' })).toEqual([
      expect.stringMatching(/^OIDC_SCOPES: the value does not have openid\./),
    ]);
  });
});

test.each(['10.0.0.5', '10.0.0.0/8, 192.0.2.0/24', '::1', 'fd00::/8'])(
  'TRUSTED_PROXIES takes %s',
  (TRUSTED_PROXIES) => {
    expect(readSettings({ TRUSTED_PROXIES }).trustedProxies.join(', ')).toBe(TRUSTED_PROXIES);
  },
);

test.each(['true', '*', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.5,', 'proxy.example.com'])(
  'TRUSTED_PROXIES refuses %s',
  (TRUSTED_PROXIES) => {
    expect(problemsOf({ TRUSTED_PROXIES })).toEqual([
      expect.stringMatching(/^TRUSTED_PROXIES: ".*" is no address/),
    ]);
  },
);
