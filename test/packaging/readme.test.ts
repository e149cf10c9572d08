import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTING_NAMES } from '../../src/config/environment.ts';
import { parseMerchants } from '../../src/config/merchants.ts';
import { connect } from '../../src/database/connect.ts';
import { buildApp } from '../../src/http/app.ts';
import { makeInstruments } from '../../src/metrics/instruments.ts';
import { statuses } from '../../src/returns/return.ts';
import { vendors } from '../../src/vendors.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const fileText = (name: string) => readFile(join(project, name), 'utf8');
const readme = await fileText('README.md');

/** The cells of the table under a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`README.md has no heading ${JSON.stringify(heading)}.`);
  const section = lines.slice(start + 1);
  const end = section.findIndex((line) => /^#+ /.test(line));
  const rows = section.slice(0, end < 0 ? undefined : end).filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const code = (cell: string | undefined) => /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? cell ?? '';

describe('the settings', () => {
  test('are those that the service reads, in its order', () => {
    expect(tableUnder('Settings').map(([name]) => code(name))).toEqual(SETTING_NAMES);
  });

  test('have the defaults that .env.example shows', async () => {
    const example = [...(await fileText('.env.example')).matchAll(/^#([A-Z_]+)=(.*)$/gm)];
    const shown = example.map(([, name, value]) => [name, value === '' ? 'unset' : value]);
    expect(tableUnder('Settings').map(([name, byDefault]) => [code(name), code(byDefault)])).toEqual(shown);
  });
});

test('the statuses are those a return can have', () => {
  expect(tableUnder('Statuses').map(([status]) => code(status))).toEqual([...statuses]);
});

test('the routes are those that answer', async () => {
  const log = pino({ level: 'silent' });
  const { db, close } = connect('postgres://127.0.0.1:9/none', { log });
  const app = await buildApp({
    vendors,
    log,
    db,
    merchants: new Map(),
    opsToken: null,
    keep: async () => 'accepted',
    retry: async () => 'unknown',
    now: () => new Date(),
    listSetAside: async () => [],
    replay: async () => ({ replayed: 0, accepted: 0, ignored: 0, rejected: 0 }),
    checks: [],
    listConnections: async () => [],
    merchantsProblem: () => null,
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
  });
  try {
    await app.ready();
    const described = Object.entries(app.swagger().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(tableUnder('HTTP').map(([route]) => code(route))).toEqual([
      ...described,
      'GET /console',
      'GET /docs',
    ]);
    expect((await app.inject('/console')).statusCode).toBe(403);
    expect((await app.inject('/docs')).statusCode).toBe(200);
    expect((await app.inject('/docs/json')).statusCode).toBe(200);
  } finally {
    await app.close();
    await close();
  }
});

test('the error codes are those that the service gives', async () => {
  const files = await readdir(join(project, 'src/http'), { recursive: true });
  const source = await Promise.all(
    files.filter((file) => file.endsWith('.ts')).map((file) => fileText(`src/http/${file}`)),
  );
  const given = new Map(
    [...source.join('\n').matchAll(/new HttpError\(\s*(\d{3}),\s*'(\w+)'/g)].map(
      ([, status = '', name = '']) => [name, status],
    ),
  );
  const listed = tableUnder('Errors').flatMap(([status = '', names = '']) =>
    names.split(', ').map((name): [string, string] => [code(name), status]),
  );
  expect(new Map(listed)).toEqual(given);
});

test('the metrics are those that are counted, with their labels', async () => {
  const { registry } = makeInstruments();
  const counted = (await registry.getMetricsAsJSON()).flatMap(({ name }) => {
    const metric = registry.getSingleMetric(name);
    const labels =
      metric !== undefined && 'labelNames' in metric ? z.array(z.string()).parse(metric.labelNames) : [];
    return name.startsWith('masonhub_loop_')
      ? [[name, labels.map((label) => `\`${label}\``).join(', ')]]
      : [];
  });
  expect(new Map(tableUnder('Metrics').map(([name, labels = '']) => [code(name), labels]))).toEqual(
    new Map(counted.map(([name = '', labels = '']) => [name, labels])),
  );
});

test('the fields of the merchants file are those of the example', async () => {
  const example = z
    .object({ merchants: z.object({ acme: z.record(z.string(), z.unknown()) }) })
    .parse(parse(await fileText('merchants.example.yaml')));
  const fields = Object.entries(example.merchants.acme).flatMap(([name, value]) =>
    ['loop', 'masonhub', 'receipts'].includes(name)
      ? Object.keys(Object(value)).map((key) => `${name}.${key}`)
      : name,
  );
  const [, ...listed] = tableUnder('The merchants file').map(([field]) => code(field));
  expect(listed).toEqual(fields);
});

test('the shortest entry of a merchant is one that the service takes', () => {
  const [, entry = ''] = /```yaml\n(merchants:[\s\S]*?)```/.exec(readme) ?? [];
  const names = [...entry.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'value']);
  expect([...parseMerchants(entry, Object.fromEntries(names), 'README.md').keys()]).toEqual(['acme']);
});

test('every npm script that it names exists', async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await fileText('package.json')));
  const named = [...readme.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(
    ([, run, short]) => run ?? short,
  );
  expect(named).not.toEqual([]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('every link leads somewhere', async () => {
  const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  );
  for (const [, target = ''] of readme.matchAll(/\]\(((?!https:)[^)]+)\)/g)) {
    if (target.startsWith('#')) expect(anchors).toContain(target.slice(1));
    else await expect(fileText(target), target).resolves.not.toBe('');
  }
});
