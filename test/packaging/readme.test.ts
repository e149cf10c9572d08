import { readdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTING_NAMES } from '../../src/config/environment.ts';
import { parseMerchants } from '../../src/config/merchants.ts';
import { parseYaml } from '../../src/config/yaml-file.ts';
import { buildApp } from '../../src/http/app.ts';
import { makeInstruments } from '../../src/metrics/instruments.ts';
import { statuses } from '../../src/returns/return.ts';
import { vendors } from '../../src/vendors.ts';
import { emptyOperations } from '../support/operations.ts';
import { fileText, pageNames, tableUnder, textOf } from '../support/pages.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const pages = new Map(
  await Promise.all((await pageNames()).map(async (name) => [name, await fileText(name)] as const)),
);
const readme = pages.get('README.md') ?? '';
const settings = 'src/config/README.md';
const http = 'src/http/README.md';

const code = (cell: string | undefined) => /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? cell ?? '';

describe('the settings', () => {
  test('are those that the service reads, in its order', async () => {
    const listed = await tableUnder(settings, 'Settings');
    expect(listed.map(([name]) => code(name))).toEqual(SETTING_NAMES);
  });

  test('have the defaults that .env.example shows', async () => {
    const example = [...(await fileText('.env.example')).matchAll(/^#([A-Z_]+)=(.*)$/gm)];
    const shown = example.map(([, name, value]) => [name, value === '' ? 'unset' : value]);
    const listed = await tableUnder(settings, 'Settings');
    expect(listed.map(([name, byDefault]) => [code(name), code(byDefault)])).toEqual(shown);
  });
});

test('the statuses are those a return can have', async () => {
  const listed = await tableUnder('src/returns/README.md', 'Statuses');
  expect(listed.map(([status]) => code(status))).toEqual([...statuses]);
});

test('the routes are those that answer', async () => {
  const log = pino({ level: 'silent' });
  const app = await buildApp({
    vendors,
    log,
    operations: emptyOperations(),
    opsToken: null,
    store: async () => 'accepted',
    now: () => new Date(),
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
  });
  try {
    await app.ready();
    const described = Object.entries(app.swagger().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const listed = await tableUnder(http, 'Routes');
    expect(listed.map(([route]) => code(route))).toEqual([
      ...described,
      'GET /',
      'GET /console',
      'GET /docs',
    ]);
    expect((await app.inject('/console')).statusCode).toBe(403);
    expect((await app.inject('/docs')).statusCode).toBe(200);
    expect((await app.inject('/docs/json')).statusCode).toBe(200);
  } finally {
    await app.close();
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
  const listed = (await tableUnder(http, 'Errors')).flatMap(([status = '', names = '']) =>
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
  const listed = await tableUnder('src/metrics/README.md', 'Metrics');
  expect(new Map(listed.map(([name, labels = '']) => [code(name), labels]))).toEqual(
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
  const [, ...listed] = await tableUnder(settings, 'The merchants file');
  expect(listed.map(([field]) => code(field))).toEqual(fields);
});

test('the shortest entry of a merchant is one that the service takes', () => {
  const [, entry = ''] = /```yaml\n(merchants:[\s\S]*?)```/.exec(readme) ?? [];
  const names = [...entry.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'value']);
  expect([...parseMerchants(entry, Object.fromEntries(names), 'README.md').keys()]).toEqual(['acme']);
});

test('a field with a variable in it that a page shows is YAML that the service takes', async () => {
  const all = [...pages, ['merchants.example.yaml', await fileText('merchants.example.yaml')] as const];
  const shown = all.flatMap(([name, page]) =>
    [...page.matchAll(/`(\w+: [^`\n]*\$\{[^`\n]*)`|^ *(\w+: [^#\n]*\$\{[^#\n]*)/gm)].map(
      ([, inText, inBlock]) => [name, inText ?? inBlock ?? ''] as const,
    ),
  );
  expect(shown.map(([, text]) => text)).toContainEqual(expect.stringMatching(/^webhookSecret: \[/));
  for (const [name, text] of shown) expect(() => parseYaml(text, name, String), text).not.toThrow();
});

test('a new user sees the two commands first', () => {
  const [, block = ''] = /^```sh\n([\s\S]*?)^```/m.exec(readme) ?? [];
  expect(block).toMatch(/^npm ci && npm run demo .*\nnpm ci && npm test /);
});

test('every npm script that a page names exists', async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await fileText('package.json')));
  const named = [...[...pages.values()].join('\n').matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(
    ([, run, short]) => run ?? short,
  );
  expect(named).not.toEqual([]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

describe('the links', () => {
  /** As GitHub makes them. */
  const anchorsOf = (page: string) =>
    [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    );

  /** Where the links of a page lead: a path from the project's folder, and the anchor there if there is one. */
  const linksOf = (name: string, page: string) =>
    [...textOf(page).matchAll(/\]\(((?!https?:)[^)]+)\)/g)].map(([, target = '']) => {
      const [path = '', anchor] = target.split('#');
      return { target, file: path === '' ? name : normalize(join(dirname(name), path)), anchor };
    });

  test.each([...pages])('of %s lead somewhere', async (name, page) => {
    for (const { target, file, anchor } of linksOf(name, page)) {
      await expect(fileText(file), target).resolves.not.toBe('');
      if (anchor !== undefined) expect(anchorsOf(pages.get(file) ?? ''), target).toContain(anchor);
    }
  });

  test('under "Where to read on" lead to every page that there is', async () => {
    const table = await tableUnder('README.md', 'Where to read on');
    const reached = linksOf('README.md', table.flat().join('\n')).map(({ file }) => file);
    expect(new Set(['README.md', ...reached])).toEqual(new Set(pages.keys()));
  });

  test('no page has two headings of one name, which would share an anchor', () => {
    for (const [name, page] of pages) {
      const anchors = anchorsOf(page);
      expect(new Set(anchors).size, name).toBe(anchors.length);
    }
  });
});
