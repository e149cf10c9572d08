import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSettings, SETTING_NAMES } from '../../src/config/environment.ts';
import { parseMerchants } from '../../src/config/merchants.ts';

const healthcheck = z.object({ test: z.array(z.string()) });
const file = z.object({
  services: z.object({
    service: z.object({
      build: z.string(),
      restart: z.string(),
      stop_grace_period: z.string(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })),
      ports: z.array(z.string()),
      env_file: z.array(z.object({ path: z.string(), required: z.boolean() })),
      environment: z.record(z.string(), z.string()),
      configs: z.array(z.object({ source: z.string(), target: z.string() })),
      volumes: z.array(
        z.object({
          type: z.string(),
          source: z.string(),
          target: z.string(),
          read_only: z.boolean(),
          bind: z.object({ create_host_path: z.boolean() }),
        }),
      ),
      healthcheck,
    }),
    postgres: z.object({
      image: z.string(),
      restart: z.string(),
      ports: z.never().optional(),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      healthcheck,
    }),
  }),
  configs: z.record(z.string(), z.object({ content: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

const path = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));
const compose = file.parse(parse(await readFile(path, 'utf8')));
const { service, postgres } = compose.services;

/** `${NAME}`, `${NAME:-default}` and `${NAME:+instead}`, as Docker Compose fills them in. */
function filledIn(text: string, env: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-+])([^}]*))?\}/g, (_, name: string, sign?: string, other = '') => {
    const value = env[name] ?? '';
    if (sign === '+') return value === '' ? '' : other;
    return value === '' && sign === '-' ? other : value;
  });
}

function settingsWith(env: Record<string, string>) {
  const filled = Object.entries(service.environment).map(([name, value]) => [name, filledIn(value, env)]);
  return readSettings(Object.fromEntries(filled));
}

test('the service is built from this folder, and waits for a healthy PostgreSQL 18', () => {
  expect(service.build).toBe('.');
  expect(postgres.image).toBe('postgres:18');
  expect(service.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
});

test('both come back after a crash, and both say whether they are well', () => {
  expect([service.restart, postgres.restart]).toEqual(['unless-stopped', 'unless-stopped']);
  expect(service.healthcheck.test).toEqual(['CMD', 'node', 'src/healthcheck.ts', 'ready']);
  expect(postgres.healthcheck.test).toContain('pg_isready');
});

test('the service has more than its ten seconds to stop', () => {
  expect(Number(/^(\d+)s$/.exec(service.stop_grace_period)?.[1])).toBeGreaterThan(10);
});

test('the database is on a named volume, where the image of PostgreSQL 18 keeps it', () => {
  expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql']);
  expect(Object.keys(compose.volumes)).toEqual(['postgres']);
});

test('every variable set for the service is a setting it knows, and reads well', () => {
  for (const name of Object.keys(service.environment)) expect(SETTING_NAMES).toContain(name);
  expect(settingsWith({})).toMatchObject({ host: '0.0.0.0', port: 3000 });
  expect(service.ports).toEqual(['3000:3000']);
});

test.for([{}, { POSTGRES_PASSWORD: 'another' }])('the service finds the database with %o', (env) => {
  const url = new URL(settingsWith(env).databaseUrl ?? '');
  expect({
    host: url.hostname,
    POSTGRES_USER: url.username,
    POSTGRES_PASSWORD: url.password,
    POSTGRES_DB: url.pathname.slice(1),
  }).toEqual({
    host: 'postgres',
    POSTGRES_USER: postgres.environment['POSTGRES_USER'],
    POSTGRES_PASSWORD: filledIn(postgres.environment['POSTGRES_PASSWORD'] ?? '', env),
    POSTGRES_DB: postgres.environment['POSTGRES_DB'],
  });
});

test('a fresh checkout needs no .env and no merchants file: it starts with no merchants', () => {
  expect(service.env_file).toEqual([{ path: '.env', required: false }]);
  const { merchantsFile } = settingsWith({});
  const [empty] = service.configs;
  expect(empty?.target).toBe(merchantsFile);
  const content = compose.configs[empty?.source ?? '']?.content ?? '';
  expect(parseMerchants(content, {}, 'merchants.yaml').size).toBe(0);
});

test('MERCHANTS_FILE names a file on this machine, which is mounted where the service reads it', () => {
  const env = { MERCHANTS_FILE: './merchants.yaml' };
  const [mount, ...others] = service.volumes;
  expect(others).toEqual([]);
  expect(mount).toMatchObject({ type: 'bind', read_only: true, bind: { create_host_path: false } });
  expect(filledIn(mount?.source ?? '', env)).toBe('./merchants.yaml');
  expect(mount?.target).toBe(settingsWith(env).merchantsFile);
});
