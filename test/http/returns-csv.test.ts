import { connect, type Socket } from 'node:net';
import { parse } from 'csv-parse/sync';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import type { PageOfReturns, Position } from '../../src/returns-store/return-filter.ts';
import type { ReturnSummary } from '../../src/returns-store/summary.ts';
import { vendors } from '../../src/vendors.ts';
import { emptyOperations } from '../support/operations.ts';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { storeReturns } from '../support/stored-returns.ts';
import { until } from '../support/until.ts';

const linesOf = (text: string): string[][] => parse(text, { bom: true, record_delimiter: '\r\n' });

describe('a list as a CSV file', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    const line = { sku: 'TEE-1', units: 3, reason: 'other', note: null, orderReference: null };
    const units = (disposition: string, count: number) => ({ disposition, units: count, note: null });
    await storeReturns(world, [
      {
        loop_return_id: '1',
        order_name: '#90508',
        tracking_number: '9400111899223197428490',
        status: 'flagged',
        reason: '1 × MUG damaged ("Handle\nbroken"), 2 fine',
        confirmed: { rmaNumber: '1', packageId: '1', receiveInto: 'qc', lines: [line] },
        receipts: [
          {
            lines: [
              {
                sku: 'TEE-1',
                onRma: true,
                counted: 3,
                received: [units('available', 2), units('damaged', 1)],
              },
            ],
            note: null,
          },
        ],
        created_at: new Date('2026-11-22T09:12:26.595Z'),
        docked_at: new Date('2026-11-26T13:40:02.509Z'),
        received_at: new Date('2026-11-26T14:03:11.725Z'),
        decided_at: new Date('2026-11-26T14:03:11.726Z'),
        status_since: new Date('2026-11-26T14:03:11.754Z'),
      },
      {
        loop_return_id: '2',
        status: 'attention',
        reason: 'Return 2: SKU unknown',
        cause: 'Return …: SKU unknown',
        created_at: new Date('2026-11-21T00:00:00Z'),
      },
      ...['=1+1', '+1', '-1', '@A1', '\t=1', '\r=1', ' =1', "'=1"].map((order_name, index) => ({
        loop_return_id: `3${index}`,
        order_name,
        status: 'held',
        created_at: new Date(Date.UTC(2026, 10, 1, 0, index)),
      })),
    ]);
    await world.query(
      `insert into outcomes (merchant, loop_return_id, kind, why, message, decided_at)
        values ('acme', '1', 'flag', '', 'accepted', now())`,
    );
  });
  afterAll(() => world.stop());

  it('has a line for each return under the names of the columns, and empty cells for what is not known', async () => {
    const { text, status, headers } = await world.api('/api/returns.csv?from=2026-11-02');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(linesOf(text)).toEqual([
      'Merchant,Return,RMA,Order,Tracking number,Status,Reason,Decision,What came,Expected units,Created,At the dock,Received,Decided,Status since'.split(
        ',',
      ),
      [
        'acme',
        '1',
        '1',
        '#90508',
        '9400111899223197428490',
        'flagged',
        '1 × MUG damaged ("Handle\nbroken"), 2 fine',
        'flag',
        '2 available, 1 damaged',
        '3',
        '2026-11-22T09:12:26.595Z',
        '2026-11-26T13:40:02.509Z',
        '2026-11-26T14:03:11.725Z',
        '2026-11-26T14:03:11.726Z',
        '2026-11-26T14:03:11.754Z',
      ],
      [
        ...['acme', '2', '2', '', '', 'attention', 'Return …: SKU unknown', '', '', ''],
        ...['2026-11-21T00:00:00.000Z', '', '', '', '2026-11-21T00:00:00.000Z'],
      ],
    ]);
  });

  it('begins with the mark by which Excel knows UTF-8, and has the line ends of RFC 4180', async () => {
    const reply = await fetch(`${world.url}/api/returns.csv?status=attention`, {
      headers: { authorization: `Bearer ${opsToken}` },
    });
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(bytes.toString().split('\r\n')).toHaveLength(3);
    expect(bytes.toString().endsWith('\r\n')).toBe(true);
  });

  it('has no cell that a spreadsheet takes for a formula', async () => {
    const { text } = await world.api('/api/returns.csv?status=held&sort=oldest');
    const orders = linesOf(text)
      .slice(1)
      .map(([, , , order]) => order);
    expect(orders).toEqual(["'=1+1", "'+1", "'-1", "'@A1", "'\t=1", "'\r=1", ' =1', "'=1"]);
  });

  it('is saved by a name that says what it is of, whatever was asked for', async () => {
    const nameFor = async (query: Record<string, string>) =>
      (await world.api(`/api/returns.csv?${new URLSearchParams(query)}`)).headers.get('content-disposition');
    const today = new Date().toISOString().slice(0, 10);
    expect(await nameFor({})).toBe(`attachment; filename="returns-${today}.csv"`);
    expect(await nameFor({ merchant: 'acme', status: 'held' })).toBe(
      `attachment; filename="returns-acme-held-${today}.csv"`,
    );
    expect(await nameFor({ merchant: '"; x="é\r\n../a' })).toBe(
      `attachment; filename="returns--x-a-${today}.csv"`,
    );
  });

  it('has only its names where nothing is left', async () => {
    expect(linesOf((await world.api('/api/returns.csv?merchant=nobody')).text)).toHaveLength(1);
  });

  it('is an error like any other where a parameter is not understood, or the token is missing', async () => {
    for (const query of ['status=melted', 'cursor=x', 'from=soon'])
      expect(await world.api(`/api/returns.csv?${query}`)).toMatchObject({
        status: 400,
        json: { error: { code: 'invalid_request' } },
      });
    expect(await world.api('/api/returns.csv', { headers: { authorization: '' } })).toMatchObject({
      status: 401,
    });
  });
});

const summary = (index: number): ReturnSummary => ({
  merchant: 'acme',
  loopReturnId: String(index),
  rmaNumber: String(index),
  status: 'open',
  reason: 'x'.repeat(500),
  orderName: null,
  trackingNumber: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  cause: null,
  decision: null,
  expected: null,
  came: null,
  statusSince: new Date(0),
  ageing: null,
  dockedAt: null,
  receivedAt: null,
  decidedAt: null,
});
const next: Position = { by: 'created', at: new Date(0), merchant: 'acme', loopReturnId: '1' };

/** The service's HTTP side over a list whose pages the test makes, by their numbers. */
async function served(pageOf: (number: number) => Promise<PageOfReturns>) {
  let pages = 0;
  const log: string[] = [];
  const app = await buildApp({
    vendors,
    log: pino({ level: 'info' }, { write: (line) => void log.push(line) }),
    operations: emptyOperations({
      returns: (_filter, { limit }) => {
        expect(limit).toBeLessThanOrEqual(1_000);
        pages += 1;
        return pageOf(pages);
      },
    }),
    opsToken,
    now: () => new Date(),
    store: async () => 'accepted',
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, log, pages: () => pages, [Symbol.asyncDispose]: () => app.close() };
}

const full = Array.from({ length: 500 }, (_, index) => summary(index));
const headers = { authorization: `Bearer ${opsToken}` };

/** Asks for the file, and reads nothing of it. */
function ask(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.write(
    `GET /api/returns.csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${opsToken}\r\nconnection: close\r\n\r\n`,
  );
  return socket;
}

describe('a file that is long', () => {
  /** The number of pages that have been read once no more are. */
  const untilHeld = (pages: () => number) => {
    let [before, looks] = [0, 0];
    return until(
      () => {
        looks = pages() === before && before > 0 ? looks + 1 : 0;
        before = pages();
        return looks > 50 && before;
      },
      () => `the reading to be held; ${pages()} pages`,
    );
  };

  it('is read only as fast as it is taken, and no more once whoever takes it has gone', async () => {
    await using here = await served(async () => ({ returns: full, next }));
    const socket = ask(here.url);
    const held = await untilHeld(here.pages);
    // What the sockets between them hold, and not all that there is.
    socket.resume();
    await until(
      () => here.pages() > held + 50,
      () => `more than ${held} pages; ${here.pages()}`,
    );
    socket.destroy();
    const last = await untilHeld(here.pages);
    expect(last).toBe(here.pages());
  });

  it('breaks off where something fails on the way: it never looks whole', async () => {
    await using here = await served(async (number) => {
      if (number === 3) throw new Error('The database is gone.');
      return { returns: full, next };
    });
    const reply = await fetch(`${here.url}/api/returns.csv`, { headers });
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toThrow('terminated');
    await until(
      () => here.log.some((line) => line.includes('The database is gone.')),
      () => here.log.join(''),
    );
  });

  it('is an error like any other where the first page cannot be read', async () => {
    await using here = await served(async () => {
      throw new Error('No.');
    });
    const reply = await fetch(`${here.url}/api/returns.csv`, { headers });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      500,
      'application/json; charset=utf-8',
    ]);
  });

  it('has every page once, to the last', async () => {
    await using here = await served(async (number) => ({
      returns: [summary(number)],
      next: number < 40 ? next : null,
    }));
    const reply = await fetch(`${here.url}/api/returns.csv`, { headers });
    const ids = linesOf(await reply.text())
      .slice(1)
      .map(([, id]) => Number(id));
    expect(ids).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});
