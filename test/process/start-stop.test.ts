import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import { freshDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startProcess, temporaryFolder } from '../support/process.ts';
import { until } from '../support/until.ts';
import { place, placeWithDatabase, returnAt, untilStatus } from './place.ts';

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('the process on its own PostgreSQL', () => {
  it('starts from nothing, answers, ends well on SIGTERM, and knows everything after a restart', async () => {
    await using here = await place();
    await using data = await temporaryFolder();
    const { folder, vendors, settings } = here;
    const dataDir = data.path;
    await using first = startProcess(folder, { ...settings, DATA_DIR: dataDir });
    const url = await first.untilListening();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    vendors.sendTo(url);
    const id = await vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilStatus(url, id, 'open');
    const before = await returnAt(url, id);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
    expect(first.stderr).toBe('');
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);

    await using second = startProcess(folder, { ...settings, DATA_DIR: dataDir });
    const again = await second.untilListening();
    expect(await returnAt(again, id)).toEqual(before);
    vendors.sendTo(again);
    await vendors.masonhub.receive(id);
    await untilStatus(again, id, 'processed');
    expect(await second.stop()).toEqual({ code: 0, signal: null });
    expect(vendors.loop.returns.get(id)?.processedTimes).toBe(1);
  });

  it('that is told to stop while it starts leaves no PostgreSQL behind', async () => {
    await using here = await place();
    await using data = await temporaryFolder();
    await using service = startProcess(here.folder, { ...here.settings, DATA_DIR: data.path });
    await until(
      () => service.stdout.includes('embedded PostgreSQL is ready'),
      () => service.stdout + service.stderr,
    );
    service.send('SIGTERM');
    await service.ended();
    expect(existsSync(join(data.path, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});

describe.concurrent('a setting that does not parse', () => {
  it.each([
    ['HOST', 'http://0.0.0.0:3000', '0.0.0.0'],
    ['PORT', 'three thousand', 'whole number'],
    ['DATABASE_URL', 'mysql://root:hunter2@localhost/db', 'postgres://'],
    ['DATABASE_URL', 'postgres://root:hunter2@localhost/db?sslmode=prefer', 'sslmode=require'],
    ['PUBLIC_URL', 'http://returns.example.com', 'https'],
    ['POLL_INTERVAL', 'soon', '10m'],
    ['RETENTION', '30', 'unit'],
    ['LOG_LEVEL', 'inof', 'info'],
  ])('stops the start: %s=%s, with one message that says what to write instead', async (name, value, fix) => {
    await using here = await place();
    await using service = startProcess(here.folder, { ...here.settings, [name]: value });
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    expect(service.stdout).toBe('');
    expect(service.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(`${name}: `)]);
    expect(service.stderr).toContain(fix);
    expect(service.stderr).not.toContain('hunter2');
    expect(existsSync(join(here.folder, '.data'))).toBe(false);
  });

  it('is named together with every other', async () => {
    await using here = await place();
    await using service = startProcess(here.folder, { PORT: 'x', RETENTION: 'y', LOG_LEVEL: 'z' });
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    for (const name of ['PORT', 'RETENTION', 'LOG_LEVEL']) expect(service.stderr).toContain(`${name}: `);
    expect(service.stderr.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe.concurrent('merchants that cannot be read', () => {
  it('stop the start: a missing file is named, with the setting', async () => {
    await using here = await place();
    await using service = startProcess(here.folder, { MERCHANTS_FILE: 'not-here.yaml' });
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    expect(service.stderr).toContain('not-here.yaml');
    expect(service.stderr).toContain('MERCHANTS_FILE');
    expect(service.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(here.folder, '.data'))).toBe(false);
  });

  it.each([
    ['a missing variable', `apiKey: \${ACME_LOOP_API_KEY}`, ['acme', 'loop.apiKey', 'ACME_LOOP_API_KEY']],
    ['an unknown key', 'webhookSecrt: x', ['acme', 'webhookSecrt', 'webhookSecret']],
  ])('stop the start: %s is named with its place', async (_what, field, words) => {
    await using here = await place();
    const file = `merchants:
  acme:
    loop:
      webhookSecret: s
      ${field}
    masonhub: {account: acme, apiToken: t, callbackToken: c}
`;
    await writeFile(join(here.folder, 'merchants.yaml'), file);
    await using service = startProcess(here.folder, here.settings);
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    for (const word of words) expect(service.stderr).toContain(word);
    expect(service.stdout).toBe('');
  });
});

describe('what cannot be reached or taken', () => {
  it('stops the start: a database that is not there, without its password', async () => {
    await using here = await place();
    const port = await freePort();
    const DATABASE_URL = `postgres://user:hunter2@127.0.0.1:${port}/db`;
    await using service = startProcess(here.folder, { ...here.settings, DATABASE_URL });
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    expect(service.stderr).toContain('ECONNREFUSED');
    expect(service.stderr + service.stdout).not.toContain('hunter2');
  });

  it('stops the start: a port that somebody has, and nothing is left half started', async () => {
    await using here = await placeWithDatabase();
    await using first = startProcess(here.folder, here.settings);
    const { port } = new URL(await first.untilListening());
    await using untouched = await openFresh();
    const settings = { ...here.settings, DATABASE_URL: untouched.url, PORT: port };
    await using second = startProcess(here.folder, settings);
    expect(await second.ended()).toEqual({ code: 1, signal: null });
    expect(second.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('PORT: ')]);
    expect(second.stderr).toContain(port);
    expect(second.stdout).toBe('');
    expect(await untouched.tables()).toEqual([]);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('two processes on one database', () => {
  it('start at once on an empty one, are both ready, and share the work: each return is opened once', async () => {
    await using here = await placeWithDatabase();
    const { folder, vendors, settings } = here;
    await using one = startProcess(folder, settings);
    await using other = startProcess(folder, settings);
    const urls = await Promise.all([one.untilListening(), other.untilListening()]);
    for (const url of urls) expect((await fetch(`${url}/health/ready`)).status).toBe(200);

    const ids = await Promise.all(times(40, () => vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] })));
    const answers = await Promise.all(
      ids.flatMap((id) => {
        const body = phpJson(vendors.loop.payloadOf(id, 'return.created'));
        const signature = createHmac('sha256', vendors.webhookSecrets[0]).update(body).digest('base64');
        const headers = { 'content-type': 'application/json', 'x-loop-signature': signature };
        return urls.map(async (url) => {
          const answer = await fetch(`${url}/webhooks/loop/acme`, { method: 'POST', headers, body });
          return answer.text();
        });
      }),
    );
    expect(answers.filter((answer) => answer === '{"status":"accepted"}')).toHaveLength(40);
    expect(answers.filter((answer) => answer === '{"status":"duplicate"}')).toHaveLength(40);
    for (const [index, id] of ids.entries()) await untilStatus(urls[index % 2] ?? '', id, 'open');
    const created = vendors.masonhub.calls
      .filter(({ name }) => name === 'create')
      .flatMap(({ records }) => (records ?? []).map(({ customer_identifier }) => customer_identifier));
    expect(created.sort()).toEqual([...ids].sort());

    const [first = ''] = urls;
    vendors.sendTo(first);
    await Promise.all(ids.map((id) => vendors.masonhub.receive(id, 'all-available', { times: 2 })));
    for (const id of ids) await untilStatus(first, id, 'processed');
    expect(ids.map((id) => vendors.loop.returns.get(id)?.processedTimes)).toEqual(ids.map(() => 1));
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });
});

describe('SIGTERM while the process is busy', () => {
  it('loses nothing: what was answered is finished after a restart, and nothing happens twice', async () => {
    const spec = { loop: { retryDelayMs: 200 }, masonhub: { retryMinuteMs: 200 } };
    await using here = await placeWithDatabase(spec, 'started');
    const { folder, vendors } = here;
    const settings = { ...here.settings, PORT: String(await freePort()) };
    await using first = startProcess(folder, settings);
    const url = await first.untilListening();
    vendors.sendTo(url);
    const early = await Promise.all(
      times(20, () => vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] })),
    );
    for (const id of early) await untilStatus(url, id, 'open');

    const receipts = early.map((id, index) =>
      vendors.masonhub.receive(id, [{ sku: 'TEE-1', status: index % 2 === 0 ? 'available' : 'damaged' }]),
    );
    const creating = times(30, () => vendors.loop.createReturn({ items: [{ sku: 'CAP-2' }] }));
    await until(
      () => vendors.loop.calls.some(({ name }) => name === 'process'),
      () => 'the first refund',
    );
    expect(await first.stop()).toEqual({ code: 0, signal: null });

    await using second = startProcess(folder, settings);
    expect(await second.untilListening()).toBe(url);
    const late = await Promise.all(creating);
    for (const [answer] of await Promise.all(receipts)) expect(answer?.status).toBe(200);
    for (const id of late) await untilStatus(url, id, 'open');
    for (const [index, id] of early.entries()) {
      await untilStatus(url, id, index % 2 === 0 ? 'processed' : 'flagged');
      expect(vendors.loop.returns.get(id)).toMatchObject({
        processedTimes: index % 2 === 0 ? 1 : 0,
        flaggedTimes: index % 2 === 0 ? 0 : 1,
      });
    }
    expect([...vendors.masonhub.rmas.keys()].sort()).toEqual([...early, ...late].sort());
    expect(await second.stop()).toEqual({ code: 0, signal: null });
  });
});

/** A database that nothing has been started on. */
async function openFresh() {
  const { url, drop } = await freshDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    url,
    tables: async () =>
      (await client.query(`select relname from pg_class where relnamespace = 'public'::regnamespace`)).rows,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await drop();
    },
  };
}
