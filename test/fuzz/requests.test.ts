import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { vendors } from '../../src/vendors.ts';
import { emptyOperations } from '../support/operations.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
const escaped: unknown[] = [];
const note = (error: unknown) => void escaped.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note).on('uncaughtException', note);
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
  process.off('unhandledRejection', note).off('uncaughtException', note);
});

const path = '/webhooks/loop/acme';
const body = JSON.stringify({ topic: 'return', trigger: 'return.created', id: '78000001', line_items: [] });
const wrong = 'AAAA';
const right = () => world.signed(body)['x-loop-signature'] ?? '';

function open(): Socket {
  const { hostname, port } = new URL(world.url);
  return connect(Number(port), hostname);
}

/** Sends bytes as they stand, and reads until the service closes the connection. */
async function exchange(bytes: string): Promise<{ status: number | null; head: string; json: unknown }> {
  const socket = open();
  let text = '';
  socket.on('data', (part) => {
    text += part.toString();
  });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  // The service may close while the rest is still being written.
  socket.on('error', () => {});
  socket.write(bytes);
  await closed;
  const [head = '', rest = ''] = text.split('\r\n\r\n', 2);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  return { status: status === undefined ? null : Number(status), head, json: tryJson(rest) };
}

function tryJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}

const post = (headers: readonly string[], sent = body, to = path) =>
  [
    `POST ${to} HTTP/1.1`,
    'Host: x',
    'Connection: close',
    'Content-Type: application/json',
    ...headers,
    '',
    sent,
  ].join('\r\n');
const length = `Content-Length: ${body.length}`;
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

describe('a request that is not HTTP as it should be', () => {
  it.each<[string, () => string]>([
    ['two lengths', () => post([`X-Loop-Signature: ${right()}`, length, 'Content-Length: 5'])],
    ['a length below zero', () => post([`X-Loop-Signature: ${right()}`, 'Content-Length: -5'])],
    [
      'a length and chunks',
      () => post([`X-Loop-Signature: ${right()}`, length, 'Transfer-Encoding: chunked'], chunked),
    ],
    [
      'chunks that are none',
      () => post([`X-Loop-Signature: ${right()}`, 'Transfer-Encoding: chunked'], 'zz\r\n\r\n'),
    ],
    ['a compressed transfer', () => post([`X-Loop-Signature: ${right()}`, 'Transfer-Encoding: gzip'])],
    ['a header of 20,000 characters', () => post([`X-Loop-Signature: ${'A'.repeat(20_000)}`, length])],
    ['a space in its address', () => post([length], body, '/webhooks/loop/a b')],
    ['a broken escape in its address', () => post([length], body, '/webhooks/loop/%zz')],
    ['another protocol', () => '\x16\x03\x01 hello\r\n\r\n'],
    ['a method that nobody knows', () => `BREW ${path} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('has %s: 400 in the one shape of errors, with every header', async (_what, bytes) => {
    const rows = await world.rowCounts();
    const { status, head, json } = await exchange(bytes());
    expect(status).toBe(400);
    expect(json).toEqual({ error: { code: 'broken_request', message: expect.any(String) } });
    for (const header of ['nosniff', "frame-ancestors 'none'", 'no-referrer', 'max-age=', 'no-store', 'DENY'])
      expect(head).toContain(header);
    expect(await world.rowCounts()).toEqual(rows);
  });
});

describe('a request that is unusual', () => {
  it.each<[string, number, () => string]>([
    [
      'comes in chunks',
      200,
      () => post([`X-Loop-Signature: ${right()}`, 'Transfer-Encoding: chunked'], chunked),
    ],
    ['expects the impossible', 200, () => post([`X-Loop-Signature: ${right()}`, 'Expect: gold', length])],
    [
      'names its host in the address',
      200,
      () => post([`X-Loop-Signature: ${right()}`, length], body, `http://x${path}`),
    ],
    [
      'says gzip and is not compressed',
      200,
      () => post([`X-Loop-Signature: ${right()}`, 'Content-Encoding: gzip', length]),
    ],
    [
      'has two wrong signatures',
      401,
      () => post([`X-Loop-Signature: ${wrong}`, `X-Loop-Signature: ${wrong}`, length]),
    ],
    [
      'has a wrong signature before the right one',
      401,
      () => post([`X-Loop-Signature: ${wrong}`, `X-Loop-Signature: ${right()}`, length]),
    ],
    ['has a long wrong signature', 401, () => post([`X-Loop-Signature: ${'A'.repeat(8_000)}`, length])],
    ['has no body and no signature', 401, () => post(['Content-Length: 0'], '')],
    [
      'has two content types',
      200,
      () => post([`X-Loop-Signature: ${right()}`, 'Content-Type: text/plain', length]),
    ],
    ['goes to a dotted merchant', 404, () => post([length], body, '/webhooks/loop/%2e%2e')],
    ['climbs', 404, () => post([length], body, '/webhooks/loop/../../api/returns')],
    ['goes to NUL', 404, () => post([length], body, '/webhooks/loop/%00')],
    ['goes to __proto__', 404, () => post([length], body, '/webhooks/loop/__proto__')],
    ['goes to constructor', 404, () => post([length], body, '/callbacks/masonhub/constructor')],
    [
      'goes to a merchant of 400 characters',
      404,
      () => post([length], body, `/webhooks/loop/${'a'.repeat(400)}`),
    ],
    [
      'goes to a merchant of 10,000 characters',
      404,
      () => post([length], body, `/webhooks/loop/${'a'.repeat(10_000)}`),
    ],
  ])('%s: %d', async (_what, expected, bytes) => {
    const { status, json } = await exchange(bytes());
    expect(status).toBe(expected);
    if (expected !== 200)
      expect(json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  });
});

describe('a client that is slow', () => {
  it('is cut off after 30 seconds at most', async () => {
    const app = await buildApp({
      vendors,
      log: pino({ level: 'silent' }),
      operations: emptyOperations(),
      opsToken: null,
      store: async () => 'accepted',
      now: () => new Date(),
      countTurnedAway: () => {},
      readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
    });
    expect(app.server.requestTimeout).toBe(30_000);
    await app.ready();
    // What node does with a request that has not come to its end by then.
    const timeout = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const socket = { writable: true, written: '', destroyed: false };
    app.server.emit('clientError', timeout, {
      writable: true,
      write: (text: string) => {
        socket.written = text;
      },
      destroy: () => {
        socket.destroyed = true;
      },
    });
    expect(socket.destroyed).toBe(true);
    expect(socket.written).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(socket.written).toContain('retry-after: 30');
    expect(tryJson(socket.written.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'too_slow' } });
    await app.close();
  });

  it('holds nobody up, and one that goes away in the middle leaves nothing behind', async () => {
    const rows = await world.rowCounts();
    const sockets = Array.from({ length: 100 }, open);
    for (const socket of sockets) {
      socket.on('error', () => {}).resume();
      socket.write(post([`X-Loop-Signature: ${right()}`, length], body.slice(0, 1)));
    }
    await Promise.all(
      sockets.map((socket) =>
        until(
          () => socket.bytesWritten > 100,
          () => 'a byte on its way',
        ),
      ),
    );
    expect(await world.api('/health/live')).toMatchObject({ status: 200 });
    expect(await world.rowCounts()).toEqual(rows);
    const [half = [], reset = []] = [sockets.slice(0, 50), sockets.slice(50)];
    for (const socket of half) socket.end();
    for (const socket of reset) socket.resetAndDestroy();
    await Promise.all(
      sockets.map((socket) =>
        until(
          () => socket.destroyed || socket.readableEnded,
          () => 'an end',
        ),
      ),
    );
    for (const socket of sockets) socket.destroy();
    await turn();
    expect(await world.rowCounts()).toEqual(rows);
    const sent = body.replace('78000001', '78000002');
    expect(await world.post(path, sent, world.signed(sent))).toMatchObject({ status: 200 });
  });
});

it('nothing of that has escaped, and nothing was taken for a defect', () => {
  expect(escaped).toEqual([]);
  expect(world.log.filter(({ level }) => level >= 50)).toEqual([]);
});
