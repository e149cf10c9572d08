import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOG_LEVELS, readSettings, SETTING_NAMES, type Settings } from '../../src/config/environment.ts';
import { ConfigurationError } from '../../src/config/errors.ts';

const DEFAULTS: Settings = {
  host: '0.0.0.0',
  port: 3000,
  databaseUrl: null,
  dataDir: '.data',
  merchantsFile: 'merchants.yaml',
  publicUrl: null,
  opsToken: null,
  opsUsersFile: null,
  oidc: null,
  trustedProxies: [],
  alertWebhookUrl: null,
  pollIntervalMs: 600_000,
  retentionMs: 2_592_000_000,
  logLevel: 'info',
};

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings', () => {
  test('are the defaults in an empty environment', () => {
    expect(readSettings({})).toEqual(DEFAULTS);
  });

  test('are the defaults where every variable is empty', () => {
    expect(readSettings(Object.fromEntries(SETTING_NAMES.map((name) => [name, ''])))).toEqual(DEFAULTS);
  });

  test('are what the environment says, and other variables do not matter', () => {
    expect(
      readSettings({
        HOST: '127.0.0.1',
        PORT: '8080',
        DATABASE_URL: 'postgres://loop:secret@db:5432/loop',
        DATA_DIR: '/var/lib/masonhub-loop',
        MERCHANTS_FILE: '/etc/merchants.yaml',
        PUBLIC_URL: 'https://returns.example.com',
        OPS_TOKEN: 'x',
        TRUSTED_PROXIES: '10.0.0.0/8, ::1',
        ALERT_WEBHOOK_URL: 'https://chat.example.com/hooks/T1?sig=2',
        POLL_INTERVAL: '2s',
        RETENTION: '1h',
        LOG_LEVEL: 'silent',
        PATH: '/bin',
      }),
    ).toEqual({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: 'postgres://loop:secret@db:5432/loop',
      dataDir: '/var/lib/masonhub-loop',
      merchantsFile: '/etc/merchants.yaml',
      publicUrl: 'https://returns.example.com',
      opsToken: 'x',
      opsUsersFile: null,
      oidc: null,
      trustedProxies: ['10.0.0.0/8', '::1'],
      alertWebhookUrl: 'https://chat.example.com/hooks/T1?sig=2',
      pollIntervalMs: 2_000,
      retentionMs: 3_600_000,
      logLevel: 'silent',
    });
  });

  test.each<[string, string, Partial<Settings>]>([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['HOST', 'localhost', { host: 'localhost' }],
    ['HOST', '::', { host: '::' }],
    [
      'DATABASE_URL',
      'postgresql:///loop?host=/run/postgresql',
      {
        databaseUrl: 'postgresql:///loop?host=/run/postgresql',
      },
    ],
    ...[
      'postgres://u:a,b@db/loop?target_session_attrs=any',
      'postgres://%2Frun%2Fpostgresql/loop?sslmode=require',
      'postgres:///loop?host=/run/postgresql&sslmode=verify-full',
    ].map((url): [string, string, Partial<Settings>] => ['DATABASE_URL', url, { databaseUrl: url }]),
    ['PUBLIC_URL', 'https://returns.example.com/', { publicUrl: 'https://returns.example.com' }],
    ['PUBLIC_URL', 'https://example.com:8443/returns//', { publicUrl: 'https://example.com:8443/returns' }],
    ['POLL_INTERVAL', '1s', { pollIntervalMs: 1_000 }],
    ['POLL_INTERVAL', '1000ms', { pollIntervalMs: 1_000 }],
    ['POLL_INTERVAL', '1d', { pollIntervalMs: 86_400_000 }],
    ['RETENTION', '3650d', { retentionMs: 315_360_000_000 }],
    ...LOG_LEVELS.map((level): [string, string, Partial<Settings>] => [
      'LOG_LEVEL',
      level,
      { logLevel: level },
    ]),
  ])('%s=%s is accepted', (name, value, expected) => {
    expect(readSettings({ [name]: value })).toEqual({ ...DEFAULTS, ...expected });
  });
});

const POSTGRES_FIX =
  'DATABASE_URL: the value is not a PostgreSQL address. Write it as postgres://user:password@host:5432/database, with the signs @ : / ? # and % in the password percent-encoded; or unset it to use the embedded PostgreSQL.';
const ONE_SERVER_FIX =
  'Give the one address that always leads to the primary: that of a proxy such as HAProxy, or the one your cloud names for writing.';
const ONE_SERVER = `DATABASE_URL: the value names more than one server. ${ONE_SERVER_FIX}`;
const PUBLIC_FIX =
  'Give the https address the vendors reach the service at, such as https://returns.example.com; or unset it to register no webhooks.';
const ALERT_FIX =
  'ALERT_WEBHOOK_URL: the value is not an http or https address without a user name. Give the address that alerts are posted to, such as an incoming webhook of a chat; or unset it to post none.';
const PORT_FIX = 'is not a port. Give a whole number from 0 to 65535; 0 takes a free port.';
const DURATION_FIX =
  'is not a duration. Give a whole number and a unit (ms, s, m, h, d) with nothing between, such as 10m.';
const HOST_FIX =
  'is not an address to listen on. Give a host name or an IP address alone, such as 0.0.0.0; the port is PORT.';

describe('a setting that does not parse is named with the problem and the fix', () => {
  test.each([
    ['HOST', 'http://localhost', `HOST: "http://localhost" ${HOST_FIX}`],
    ['HOST', '0.0.0.0:3000', `HOST: "0.0.0.0:3000" ${HOST_FIX}`],
    ['PORT', '80a', `PORT: "80a" ${PORT_FIX}`],
    ['PORT', '65536', `PORT: "65536" ${PORT_FIX}`],
    ['PORT', '-1', `PORT: "-1" ${PORT_FIX}`],
    ['PORT', '3000.5', `PORT: "3000.5" ${PORT_FIX}`],
    ['PORT', '0x50', `PORT: "0x50" ${PORT_FIX}`],
    ['PORT', ' 80', `PORT: " 80" ${PORT_FIX}`],
    ['DATABASE_URL', 'mysql://u:hunter2@db/loop', POSTGRES_FIX],
    ['DATABASE_URL', 'postgres://u:hunter2#x@db/loop', POSTGRES_FIX],
    ['DATABASE_URL', 'hunter2', POSTGRES_FIX],
    ['DATABASE_URL', 'postgres://u:hunter2@one:5432,two:5432/loop', ONE_SERVER],
    ['DATABASE_URL', 'postgres://u:hunter2@one,two/loop', ONE_SERVER],
    ['DATABASE_URL', 'postgres:///loop?user=u&password=hunter2&host=one%2Ctwo', ONE_SERVER],
    [
      'DATABASE_URL',
      'postgres://u:hunter2@db/loop?target_session_attrs=read-write',
      `DATABASE_URL: target_session_attrs is not understood here. Leave it out. ${ONE_SERVER_FIX}`,
    ],
    ['PUBLIC_URL', 'returns.example.com', `PUBLIC_URL: the value is not a web address. ${PUBLIC_FIX}`],
    ['PUBLIC_URL', 'http://example.com', `PUBLIC_URL: the value does not start with https://. ${PUBLIC_FIX}`],
    [
      'PUBLIC_URL',
      'https://u:hunter2@example.com',
      `PUBLIC_URL: the value holds a user name or password. ${PUBLIC_FIX}`,
    ],
    ['PUBLIC_URL', 'https://example.com/?', `PUBLIC_URL: the value holds a '?' or '#' part. ${PUBLIC_FIX}`],
    ['ALERT_WEBHOOK_URL', 'hunter2', ALERT_FIX],
    ['ALERT_WEBHOOK_URL', 'https://u:hunter2@example.com/', ALERT_FIX],
    ['POLL_INTERVAL', '10', `POLL_INTERVAL: "10" ${DURATION_FIX}`],
    ['POLL_INTERVAL', 'often', `POLL_INTERVAL: "often" ${DURATION_FIX}`],
    ['POLL_INTERVAL', '999ms', 'POLL_INTERVAL: "999ms" is too short. Give a duration from 1s to 1d.'],
    ['POLL_INTERVAL', '25h', 'POLL_INTERVAL: "25h" is too long. Give a duration from 1s to 1d.'],
    ['RETENTION', '59m', 'RETENTION: "59m" is too short. Give a duration from 1h to 3650d.'],
    ['RETENTION', '3651d', 'RETENTION: "3651d" is too long. Give a duration from 1h to 3650d.'],
    [
      'LOG_LEVEL',
      'wran',
      'LOG_LEVEL: "wran" is not a log level; the nearest is warn. Give one of trace, debug, info, warn, error, fatal, silent.',
    ],
  ])('%s=%s', (name, value, message) => {
    expect(problemsOf({ [name]: value })).toEqual([message]);
  });

  test('a long value, perhaps a secret in the wrong place, is not repeated', () => {
    expect(problemsOf({ PORT: 'postgres://user:hunter2@db/loop' })).toEqual([`PORT: the value ${PORT_FIX}`]);
  });

  test('all of them at once, a line each', () => {
    const env = { PORT: 'x', RETENTION: 'x', LOG_LEVEL: 'x' };
    expect(problemsOf(env).map((problem) => problem.split(':')[0])).toEqual(Object.keys(env));
    expect(() => readSettings(env)).toThrow(problemsOf(env).join('\n'));
  });
});

describe('.env.example', () => {
  const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n');
  const settings = lines.flatMap((line) => {
    const [, name, value] = /^#?([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });

  test('lists exactly the settings that are read', () => {
    expect(settings.map(({ name }) => name)).toEqual(SETTING_NAMES);
  });

  test('shows the defaults', () => {
    const shown = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    expect(readSettings(shown)).toEqual(DEFAULTS);
    const unset = settings.filter(({ value }) => value === '').map(({ name }) => name);
    expect(unset).toEqual([
      'DATABASE_URL',
      'PUBLIC_URL',
      'OPS_TOKEN',
      'OPS_USERS_FILE',
      'OIDC_ISSUER',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
      'OIDC_ACT_GROUP',
      'TRUSTED_PROXIES',
      'ALERT_WEBHOOK_URL',
    ]);
  });

  test('has every setting commented out, under one line of meaning', () => {
    for (const { name } of settings) {
      const at = lines.findIndex((line) => line.startsWith(`#${name}=`));
      expect(lines.slice(at - 2, at)).toEqual(['', expect.stringMatching(/^# .+\.$/)]);
    }
  });
});
