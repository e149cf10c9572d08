import { isIP } from 'node:net';
import type { LevelWithSilent } from 'pino';
import { z } from 'zod';
import { readDatabaseAddress } from './database-address.ts';
import { durationInMilliseconds } from './duration.ts';
import { ConfigurationError } from './errors.ts';
import { nearest } from './nearest.ts';
import type { Reader, Reading } from './reading.ts';
import {
  joinSignIn,
  type OidcSettings,
  readIssuer,
  readOpsToken,
  readProxies,
  readScopes,
} from './sign-in-settings.ts';
import { readVariable } from './variables.ts';
import { readWebAddress } from './web-address.ts';

/** pino's levels, the quietest last. */
export const LOG_LEVELS = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
] as const satisfies readonly LevelWithSilent[];
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** A secret: it holds the database's password. `null`: an embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  merchantsFile: string;
  /** https, without a trailing slash. */
  publicUrl: string | null;
  /** A secret. `null`: the operators' routes answer 403. */
  opsToken: string | null;
  /** Those who may sign in to the console by name and password. `null`: nobody may. */
  opsUsersFile: string | null;
  /** `null`: there is no single sign-on. */
  oidc: OidcSettings | null;
  /** Addresses, or ranges of them, whose word counts for where a request comes from. */
  trustedProxies: readonly string[];
  /** A secret: whoever has it can post there. `null`: nobody is told. */
  alertWebhookUrl: string | null;
  pollIntervalMs: number;
  retentionMs: number;
  logLevel: LogLevel;
}

/** Each setting by its name in the environment; what it reads is a problem and its fix, or the value. */
const environmentSchema = z.object({
  HOST: setting('0.0.0.0', readHost),
  PORT: setting('3000', readPort),
  DATABASE_URL: optionalSetting(readDatabaseUrl),
  DATA_DIR: setting('.data', asItIs),
  MERCHANTS_FILE: setting('merchants.yaml', asItIs),
  PUBLIC_URL: optionalSetting(readPublicUrl),
  OPS_TOKEN: optionalSetting(readOpsToken),
  OPS_USERS_FILE: optionalSetting(asItIs),
  OIDC_ISSUER: optionalSetting(readIssuer),
  OIDC_CLIENT_ID: optionalSetting(asItIs),
  OIDC_CLIENT_SECRET: optionalSetting(asItIs),
  OIDC_SCOPES: setting('openid profile email', readScopes),
  OIDC_GROUPS_CLAIM: setting('groups', asItIs),
  OIDC_ACT_GROUP: optionalSetting(asItIs),
  TRUSTED_PROXIES: optionalSetting(readProxies),
  ALERT_WEBHOOK_URL: optionalSetting(readAlertAddress),
  POLL_INTERVAL: setting('10m', durationBetween('1s', '1d')),
  RETENTION: setting('30d', durationBetween('1h', '3650d')),
  LOG_LEVEL: setting('info', readLogLevel),
});

/** The names of every setting that `readSettings` knows. */
export const SETTING_NAMES: readonly string[] = Object.keys(environmentSchema.shape);

/** Those that hold a secret: each may be in a file instead, which the variable `NAME_FILE` names. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'OPS_TOKEN',
  'OIDC_CLIENT_SECRET',
  'ALERT_WEBHOOK_URL',
] as const satisfies readonly (keyof typeof environmentSchema.shape)[];

/**
 * Reads the service's settings, each from the variable of its name; an empty variable counts as unset.
 * A secret one may be in a file: see `readVariable`.
 *
 * @param env usually `process.env`
 * @returns the settings, defaults filled in, durations in milliseconds
 * @throws {ConfigurationError} one problem for each setting that does not parse, naming the setting, what is
 *   wrong with its value and the fix, and for each that another one needs. The values of DATABASE_URL, OPS_TOKEN,
 *   OIDC_CLIENT_SECRET, ALERT_WEBHOOK_URL and PUBLIC_URL are not repeated.
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const secrets = SECRET_SETTINGS.map((name) => {
    const variable = readVariable(env, name);
    if (variable.kind === 'problem') problems.push(`${name}: ${variable.problem}`);
    return [name, variable.kind === 'value' ? variable.value : undefined] as const;
  });
  const result = environmentSchema.safeParse({ ...env, ...Object.fromEntries(secrets) });
  if (!result.success) {
    for (const { path, message } of result.error.issues) {
      problems.push(`${path.map(String).join('.')}: ${message}`);
    }
  }
  if (!result.success || problems.length > 0) throw new ConfigurationError(problems);
  const read = result.data;
  const { oidc, problems: missing } = joinSignIn(read);
  if (missing.length > 0) throw new ConfigurationError(missing);
  return {
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    dataDir: read.DATA_DIR,
    merchantsFile: read.MERCHANTS_FILE,
    publicUrl: read.PUBLIC_URL,
    opsToken: read.OPS_TOKEN,
    opsUsersFile: read.OPS_USERS_FILE,
    oidc,
    trustedProxies: read.TRUSTED_PROXIES ?? [],
    alertWebhookUrl: read.ALERT_WEBHOOK_URL,
    pollIntervalMs: read.POLL_INTERVAL,
    retentionMs: read.RETENTION,
    logLevel: read.LOG_LEVEL,
  };
}

/** A setting that always has a value: its default is written as a person would write it. */
function setting<Value>(byDefault: string, read: Reader<Value>) {
  return z
    .string()
    .optional()
    .transform((given, context) => settle(read(given || byDefault), context));
}

/** A setting that may be left out. */
function optionalSetting<Value>(read: Reader<Value>) {
  return z
    .string()
    .optional()
    .transform((given, context) => (given ? settle(read(given), context) : null));
}

function settle<Value>(reading: Reading<Value>, context: z.RefinementCtx): Value {
  if ('value' in reading) return reading.value;
  context.addIssue(reading.problem);
  return z.NEVER;
}

function asItIs(text: string): Reading<string> {
  return { value: text };
}

function readHost(text: string): Reading<string> {
  if (isIP(text) !== 0 || /^[A-Za-z0-9.-]+$/.test(text)) return { value: text };
  return {
    problem: `${shown(text)} is not an address to listen on. Give a host name or an IP address alone, such as 0.0.0.0; the port is PORT.`,
  };
}

function readPort(text: string): Reading<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return { value: port };
  return {
    problem: `${shown(text)} is not a port. Give a whole number from 0 to 65535; 0 takes a free port.`,
  };
}

function readDatabaseUrl(text: string): Reading<string> {
  const reading = readDatabaseAddress(text);
  return 'problem' in reading ? reading : { value: text };
}

function readPublicUrl(text: string): Reading<string> {
  // The vendors call only https addresses.
  const reading = readWebAddress(text, ['https:']);
  if ('address' in reading) return { value: reading.address };
  return {
    problem: `the value ${reading.problem}. Give the https address the vendors reach the service at, such as https://returns.example.com; or unset it to register no webhooks.`,
  };
}

function readAlertAddress(text: string): Reading<string> {
  const url = URL.parse(text);
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  if (isWeb && url.username === '' && url.password === '') return { value: url.href };
  return {
    problem:
      'the value is not an http or https address without a user name. Give the address that alerts are posted to, such as an incoming webhook of a chat; or unset it to post none.',
  };
}

function durationBetween(shortest: string, longest: string): Reader<number> {
  const least = durationInMilliseconds(shortest) ?? 0;
  const most = durationInMilliseconds(longest) ?? Number.MAX_SAFE_INTEGER;
  return (text) => {
    const milliseconds = durationInMilliseconds(text);
    if (milliseconds === null) {
      return {
        problem: `${shown(text)} is not a duration. Give a whole number and a unit (ms, s, m, h, d) with nothing between, such as 10m.`,
      };
    }
    if (milliseconds < least) {
      return { problem: `${shown(text)} is too short. Give a duration from ${shortest} to ${longest}.` };
    }
    if (milliseconds > most) {
      return { problem: `${shown(text)} is too long. Give a duration from ${shortest} to ${longest}.` };
    }
    return { value: milliseconds };
  };
}

function readLogLevel(text: string): Reading<LogLevel> {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return { value: level };
  return {
    problem: `${shown(text)} is not a log level; the nearest is ${nearest(text, LOG_LEVELS)}. Give one of ${LOG_LEVELS.join(', ')}.`,
  };
}

/** A bad value, quoted. A long one is left out: it may be another setting's secret in the wrong place. */
function shown(text: string): string {
  return text.length <= 24 ? JSON.stringify(text) : 'the value';
}
