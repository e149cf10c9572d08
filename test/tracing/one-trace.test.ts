import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { version } from '../../src/config/version.ts';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import { personalValues } from '../../src/stand-ins/personal-data.ts';
import { placeWithDatabase, untilStatus } from '../process/place.ts';
import { type Ended, startProcess } from '../support/process.ts';
import { opsToken } from '../support/service.ts';
import { type ReceivedSpan, startCollector } from './collector.ts';

/** As src/metrics/README.md tells people to work it out. */
const traceOf = (id: string) => createHash('sha256').update(`acme/${id}`).digest('hex').slice(0, 32);
const line = z.looseObject({ msg: z.string(), trace_id: z.string().optional() });

const seen: {
  id: string;
  refused: string;
  text: string;
  spans: readonly ReceivedSpan[];
  resources: readonly Record<string, unknown>[];
  log: string;
  secrets: readonly string[];
  ended: Ended | null;
} = { id: '', refused: '', text: '', spans: [], resources: [], log: '', secrets: [], ended: null };

/** A return from its webhook to its refund, and one that MasonHub refuses, which alerts cannot be posted of. */
beforeAll(async () => {
  await using collector = await startCollector();
  await using here = await placeWithDatabase({}, 'started');
  const { folder, vendors, settings } = here;
  await using service = startProcess(folder, {
    ...settings,
    ...collector.settings,
    ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/services/T000/secret-of-the-chat',
    // What is sent at all is sent at the end.
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100000',
  });
  const url = await service.untilListening();
  vendors.sendTo(url);
  seen.id = await vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  await untilStatus(url, seen.id, 'open');
  await vendors.masonhub.receive(seen.id);
  await untilStatus(url, seen.id, 'processed');
  vendors.masonhub.wholeBatchErrors = true;
  vendors.masonhub.refuseSku('GONE-1');
  seen.refused = await vendors.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
  await untilStatus(url, seen.refused, 'attention');
  const authorization = `Bearer ${opsToken}`;
  // Its body comes after its headers have been dealt with.
  await sendSlowly(
    url,
    phpJson(vendors.loop.payloadOf(seen.refused, 'return.created')),
    vendors.webhookSecrets[0],
  );
  await fetch(`${url}/api/returns?q=${personalValues[0]}`, { headers: { authorization } });
  await fetch(`${url}/nowhere/${personalValues[1]}?token=${opsToken}`);
  for (const path of ['/health/live', '/health/ready', '/metrics?x']) {
    expect((await fetch(url + path, { headers: { authorization } })).status).toBe(200);
  }
  expect(collector.text()).toBe('');
  seen.ended = await service.stop();
  seen.text = collector.text();
  seen.spans = collector.spans();
  seen.resources = collector.resources();
  seen.log = service.stdout;
  const { apiKey, apiToken, callbackToken, webhookSecrets } = vendors;
  const { password } = new URL(settings.DATABASE_URL ?? '');
  seen.secrets = [apiKey, apiToken, callbackToken, ...webhookSecrets, opsToken, password, 'T000'];
});

/** Sends a webhook whose body waits until the service asks for it. */
async function sendSlowly(url: string, body: string, secret: string): Promise<void> {
  const signature = createHmac('sha256', secret).update(body).digest('base64');
  const request = httpRequest(`${url}/webhooks/loop/acme`, {
    method: 'POST',
    headers: {
      expect: '100-continue',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-loop-signature': signature,
    },
  });
  request.flushHeaders();
  await once(request, 'continue');
  request.end(body);
  const [answer] = await once(request, 'response');
  answer.resume();
  expect(answer.statusCode).toBe(200);
}

const inTrace = () => seen.spans.filter(({ traceId }) => traceId === traceOf(seen.id));
const named = (name: string, among = seen.spans) => {
  const [span, ...others] = among.filter((one) => one.name === name);
  if (span === undefined) throw new Error(`no span ${name} among ${among.map((one) => one.name)}`);
  expect(others, `more than one ${name}`).toEqual([]);
  return span;
};
const spanOf = (spanId: string | undefined) => seen.spans.find((one) => one.spanId === spanId);

describe('the trace of a return', () => {
  it('holds its life from the webhook to the refund, across jobs', () => {
    const trace = inTrace();
    for (const name of [
      'delivery return.created',
      'step rma',
      'masonhub rmas.create',
      'delivery receipt',
      'step message',
      'loop process',
      'delivery return.closed',
    ]) {
      expect(named(name, trace).attributes).toMatchObject({
        'masonhub_loop.merchant': 'acme',
        'masonhub_loop.return': seen.id,
      });
    }
    expect(named('delivery receipt', trace).attributes).toMatchObject({
      'masonhub_loop.delivery': expect.stringMatching(/^[\da-f-]{36}-[\da-f]{16}$/),
      'masonhub_loop.event': 'receipt',
      'masonhub_loop.status': 'received',
    });
    expect(named('step message', trace)).toMatchObject({
      attributes: { 'masonhub_loop.attempt': 1, 'masonhub_loop.result': 'done' },
      events: ['messageAccepted'],
    });
  });

  it('has each call within its step, with its answer, its request and its statements', () => {
    const trace = inTrace();
    for (const [step, call] of [
      ['step rma', 'masonhub rmas.create'],
      ['step message', 'loop process'],
    ] as const) {
      const { spanId, parentSpanId, attributes } = named(call, trace);
      expect(spanOf(parentSpanId)?.name).toBe(step);
      expect(attributes['http.response.status_code']).toBeOneOf([200, 201]);
      const within = trace.filter((one) => one.parentSpanId === spanId);
      expect(within.map(({ name }) => name)).toEqual(['POST']);
    }
    const statements = trace.filter(({ parentSpanId }) => spanOf(parentSpanId)?.name === 'step rma');
    expect(statements.map(({ attributes }) => attributes['db.query.text'])).toContain('commit');
  });

  it('leads from each delivery to the request that brought it, and to the job that applied it', () => {
    for (const [delivery, request] of [
      ['delivery return.created', 'POST /webhooks/loop/:merchant'],
      ['delivery receipt', 'POST /callbacks/masonhub/:merchant'],
    ] as const) {
      const linked = named(delivery, inTrace()).links.map(({ spanId }) => spanOf(spanId));
      expect(linked.map((span) => span?.name)).toEqual([request, 'process deliveries']);
      expect(linked[0]).toMatchObject({
        events: ['stored'],
        attributes: { 'masonhub_loop.merchant': 'acme', 'http.response.status_code': 200 },
      });
    }
  });

  it('knows the request of a delivery however its bytes come', () => {
    const requests = seen.spans.filter(({ name }) => name === 'POST /webhooks/loop/:merchant');
    expect(requests.length).toBeGreaterThan(3);
    for (const { events } of requests) expect(events).toEqual(['stored']);
  });

  it('is named in the lines of the log that tell of the return', () => {
    const lines = seen.log
      .trimEnd()
      .split('\n')
      .map((text) => line.parse(JSON.parse(text)));
    const moved = lines.filter(({ msg, return: id }) => msg === 'a return moved on' && id === seen.id);
    expect(moved.length).toBeGreaterThan(4);
    expect(new Set(moved.map(({ trace_id }) => trace_id))).toEqual(new Set([traceOf(seen.id)]));
    const [cameIn] = lines.filter(({ msg }) => msg === 'a delivery came in');
    const request = named('delivery return.created', inTrace()).links[0];
    expect(cameIn).toMatchObject({ trace_id: request?.traceId, span_id: request?.spanId });
  });
});

describe('what is sent', () => {
  it('is all there once SIGTERM has ended the process, in good order', () => {
    expect(seen.ended).toEqual({ code: 0, signal: null });
    expect(seen.spans.length).toBeGreaterThan(50);
    for (const { parentSpanId } of seen.spans) {
      if (parentSpanId !== '') expect(spanOf(parentSpanId)).toBeDefined();
    }
    expect(seen.log).not.toContain('traces are lost');
  });

  it('says which service it is', () => {
    for (const resource of seen.resources)
      expect(resource).toMatchObject({ 'service.name': 'masonhub-loop', 'service.version': version });
  });

  it('holds no secret and nothing personal, no address, and not what statements are filled in with', () => {
    expect(seen.spans.some(({ name }) => name === 'GET /api/returns')).toBe(true);
    expect(seen.spans.some(({ name }) => name === 'GET (none)')).toBe(true);
    const alerts = seen.spans.filter(({ name }) => name === 'process alerts').map(({ spanId }) => spanId);
    const posted = seen.spans.filter(({ parentSpanId }) => alerts.includes(parentSpanId));
    expect(posted.some(({ attributes }) => attributes['url.full'] === 'http://127.0.0.1:1')).toBe(true);
    for (const word of [...seen.secrets, ...personalValues, 'TEE-1', 'GONE-1'])
      expect(seen.text).not.toContain(word);
  });

  it('has no probes and no scrapes', () => {
    expect(seen.text).not.toMatch(/health|"\/metrics/);
  });

  it('marks what failed, without its words', () => {
    const call = seen.spans.find(
      ({ name, traceId }) => name === 'masonhub rmas.create' && traceId === traceOf(seen.refused),
    );
    expect(call?.status).toEqual({ code: 2 });
    expect(named('GET (none)')).toMatchObject({ attributes: { 'http.response.status_code': 404 } });
    expect(named('GET (none)').status.message).toBeUndefined();
  });
});
