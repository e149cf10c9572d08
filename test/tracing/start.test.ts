import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { asksForTraces } from '../../src/tracing/start.ts';
import { placeWithDatabase, untilStatus } from '../process/place.ts';
import { freePort } from '../support/free-port.ts';
import { fileText } from '../support/pages.ts';
import { startProcess } from '../support/process.ts';
import { until } from '../support/until.ts';
import { startCollector } from './collector.ts';

const endpoint = 'http://127.0.0.1:4318';
const recorder = fileURLToPath(new URL('record-modules.ts', import.meta.url));

describe('traces are asked for by the standard variables', () => {
  it.each([
    [false, {}],
    [true, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }],
    [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }],
    [true, { OTEL_TRACES_EXPORTER: 'otlp' }],
    [true, { OTEL_TRACES_EXPORTER: 'console', OTEL_SDK_DISABLED: 'false' }],
    [false, { OTEL_TRACES_EXPORTER: 'none' }],
    [false, { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [false, { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }],
    [false, { OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_EXPORTER: 'otlp' }],
    [false, { OTEL_SERVICE_NAME: 'masonhub-loop', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint }],
  ])('%s: %j', (asked, env) => {
    expect(asksForTraces(env)).toBe(asked);
  });
});

/** A trace of whoever asks the service for something. */
const asked = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };

/** What is seen of a service that started with these variables, took a return, was asked with a trace and ended. */
async function runWith(variables: Record<string, string>) {
  await using here = await placeWithDatabase({}, 'started');
  const settings = { ...here.settings, ...variables, NODE_OPTIONS: `--import ${recorder}` };
  await using service = startProcess(here.folder, settings);
  const url = await service.untilListening();
  here.vendors.sendTo(url);
  const id = await here.vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  await untilStatus(url, id, 'open');
  await fetch(`${url}/docs/json`, { headers: asked });
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  const loads = [...service.stderr.matchAll(/^loads (.+)$/gm)].map(([, name = '']) => name);
  return { loaded: [...new Set(loads)].sort(), log: service.stdout };
}

/** The same with a collector, and what that got. */
async function traceWith(variables: Record<string, string>) {
  await using collector = await startCollector();
  const { loaded, log } = await runWith({ ...collector.settings, ...variables });
  const request = collector.spans().find(({ name }) => name === 'GET /docs/json');
  return { loaded, log, request, resource: collector.resources()[0] };
}

/** Types and no-ops; the job queue and the metrics import it, whoever asks for traces. */
const alwaysThere = ['@opentelemetry/api'];

it('loads nothing where nobody asks for traces', async () => {
  expect((await runWith({ OTEL_SERVICE_NAME: 'masonhub-loop' })).loaded).toEqual(alwaysThere);
});

describe('a service whose traces somebody asks for', () => {
  let traced: Awaited<ReturnType<typeof traceWith>>;
  beforeAll(async () => {
    traced = await traceWith({
      OTEL_SERVICE_NAME: 'returns',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
  });

  it('loads OpenTelemetry', () => {
    expect(traced.loaded).toEqual(
      expect.arrayContaining([
        '@opentelemetry/sdk-node',
        '@opentelemetry/instrumentation-pg',
        '@fastify/otel',
      ]),
    );
  });

  it('has the name that a variable gives it, and what others add', () => {
    expect(traced.resource).toMatchObject({
      'service.name': 'returns',
      'deployment.environment.name': 'test',
    });
  });

  it('lets nobody outside choose the trace', () => {
    expect(traced.request?.traceId).toMatch(/^[\da-f]{32}$/);
    expect(traced.request?.traceId).not.toBe('a'.repeat(32));
  });
});

describe('a service with a propagator, and a variable that OpenTelemetry does not understand', () => {
  let traced: Awaited<ReturnType<typeof traceWith>>;
  beforeAll(async () => {
    traced = await traceWith({ OTEL_PROPAGATORS: 'tracecontext', OTEL_TRACES_SAMPLER: 'sometimes' });
  });

  it('lets a proxy of ours choose the trace', () => {
    expect(traced.request).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) });
  });

  it('says in the log what is not understood, and works', () => {
    expect(traced.log).toMatch(/sometimes.*OpenTelemetry is not set up as the environment asks/);
  });
});

test('only the room of tracing knows OpenTelemetry', async () => {
  const files = (await readdir(fileURLToPath(new URL('../../src', import.meta.url)), { recursive: true }))
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => join('src', file));
  const texts = await Promise.all(files.map(async (file) => [file, await fileText(file)] as const));
  const importers = texts.filter(([, text]) => /@opentelemetry\/|@fastify\/otel/.test(text));
  expect(importers.length).toBeGreaterThan(3);
  for (const [file] of importers) expect(file).toMatch(/^src\/tracing\//);
});

describe('a collector', () => {
  it('that is away costs one line of the log, and the service works and stops as ever', async () => {
    await using here = await placeWithDatabase({}, 'started');
    await using service = startProcess(here.folder, {
      ...here.settings,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '50',
      OTEL_BSP_SCHEDULE_DELAY: '20',
    });
    const url = await service.untilListening();
    here.vendors.sendTo(url);
    await until(
      () => service.stdout.includes('traces are lost'),
      () => service.stdout,
    );
    for (let count = 0; count < 3; count += 1) {
      const id = await here.vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
      await untilStatus(url, id, 'open');
    }
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.stdout.match(/traces are lost/g)).toHaveLength(1);
    expect(service.stderr).toBe('');
  });

  it('that takes what it gets and never answers does not keep the service from stopping', async () => {
    await using collector = await startCollector({ answers: false });
    await using here = await placeWithDatabase({}, 'started');
    await using service = startProcess(here.folder, { ...here.settings, ...collector.settings });
    const url = await service.untilListening();
    here.vendors.sendTo(url);
    const id = await here.vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilStatus(url, id, 'open');
    await until(
      () => collector.text() !== '',
      () => 'the first spans',
    );
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
