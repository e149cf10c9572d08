import { userInfo } from 'node:os';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import type { MeantReturns } from '../../src/returns-store/names.ts';
import { customer } from '../../src/stand-ins/personal-data.ts';
import { eraseReturns } from '../../src/steps/erase.ts';
import { vendors } from '../../src/vendors.ts';
import { runSource } from '../support/command.ts';
import { newNumber } from '../support/parcels.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const actor = { name: 'dora', by: 'command', address: null } as const;

/** The command's work without the start of a process. */
async function eraseHere(meant: MeantReturns, mode: 'look' | 'erase' = 'erase') {
  const { db, close } = connect(world.databaseUrl, { log: pino({ level: 'silent' }) });
  try {
    return await eraseReturns({ db, vendors, now: () => new Date(), actor }, 'acme', meant, mode);
  } finally {
    await close();
  }
}

const erase = (...args: string[]) =>
  runSource('src/erase.ts', ['--merchant', 'acme', ...args], { DATABASE_URL: world.databaseUrl });

/** A return with its refund, all of whose calls are written down. */
async function refunded(sku: string, orderName: string): Promise<string> {
  const id = await world.open([{ sku }], { orderName });
  await world.masonhub.receive(id);
  await world.untilStatus(id, 'processed');
  await world.untilQuiet();
  await until(
    async () => (await callsOf(id)) > 1,
    () => `the calls of ${id}`,
  );
  return id;
}

/** What is in the audit list, the oldest first. */
const audit = () =>
  world.query(
    `select who, by, address, merchant, subject, result, details from audit where action = 'erase' order by at, id`,
  );

const callsOf = async (id: string) =>
  (await world.query('select 1 from vendor_calls where loop_return_id = $1', [id])).length;

/** The raw deliveries as they are stored, by their keys. */
async function deliveries(): Promise<Map<string, { body: string; result: string }>> {
  const rows = await world.query(
    `select key, convert_from(body, 'UTF8') as body, result, events::text as events, applied_at from deliveries`,
  );
  return new Map(
    rows.map(({ key, body, result, ...row }) => [
      String(key),
      { body: String(body), result: String(result), ...row },
    ]),
  );
}

const bodiesWith = async (text: string) =>
  [...(await deliveries()).values()].filter(({ body }) => body.includes(text)).length;

describe('npm run erase', () => {
  test('a look waits for nobody who works with the deliveries', async () => {
    const id = await refunded('TEE-9', '#70009');
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    try {
      await client.query('begin');
      await client.query('select from deliveries for update');
      const looked = eraseHere({ loopReturnId: id }, 'look');
      const waiting = `select from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock' and query like '%"deliveries"%'`;
      const waits = until(
        async () => (await world.query(waiting)).length > 0,
        () => 'somebody to wait',
      ).then(() => 'waits');
      waits.catch(() => undefined);
      expect(await Promise.race([looked, waits])).toMatchObject({ returns: [id] });
    } finally {
      await client.end();
    }
  });

  test('takes the raw deliveries and the calls of one return out, and leaves every other as it is', async () => {
    const id = await refunded('TEE-1', '#70001');
    const other = await refunded('TEE-2', '#70002');
    const before = await deliveries();
    expect(await bodiesWith(customer.email)).toBeGreaterThan(1);
    const callsOfOther = await callsOf(other);

    const ran = await erase('--return', id, '--yes');
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const after = await deliveries();
    const touched = [...before].filter(([, { body }]) => body.includes(id));
    expect(touched.length).toBeGreaterThan(2);
    expect(ran.stdout).toContain(`Raw deliveries that are gone: ${touched.length}\n`);
    for (const [key, { result }] of touched) {
      expect(after.get(key)).toMatchObject({ body: '', events: null, result });
    }
    const untouched = [...before].filter(([key]) => !touched.some(([gone]) => gone === key));
    for (const [key, row] of untouched) expect(after.get(key)).toEqual(row);
    expect(after.size).toBe(before.size);
    expect([await callsOf(id), await callsOf(other)]).toEqual([0, callsOfOther]);

    const found = await world.returnOf(id);
    expect(found).toMatchObject({ status: 'processed', calls: [] });
    expect(found?.timeline.at(-1)).toMatchObject({
      event: 'erased',
      detail: expect.stringContaining(`Raw deliveries: ${touched.length}; calls to vendors: `),
    });
    expect((await world.returnOf(other))?.timeline.at(-1)?.event).not.toBe('erased');
    const [entry] = await audit();
    expect(entry).toEqual({
      who: userInfo().username,
      by: 'command',
      address: null,
      merchant: 'acme',
      subject: id,
      result: 'done',
      details: { bodies: touched.length, calls: expect.any(Number) },
    });
  });

  test('does nothing that cannot be written down', async () => {
    const id = await refunded('TEE-3', '#70013');
    const before = await deliveries();
    await world.query('alter table audit rename to hidden');
    await expect(eraseHere({ orderName: '#70013' })).rejects.toThrow('audit');
    await world.query('alter table hidden rename to audit');
    expect(await deliveries()).toEqual(before);
    expect(await callsOf(id)).toBeGreaterThan(0);
    await eraseHere({ orderName: '#70013' });
    const { who, subject } = (await audit()).at(-1) ?? {};
    expect([who, subject]).toEqual(['dora', 'order #70013']);
  });

  test('lets a delivery that comes once more be known as one that was there', async () => {
    const body = JSON.stringify({
      ...world.loop.payloadOf(await refunded('TEE-1', '#70003'), 'return.created'),
    });
    const send = () => world.post('/webhooks/loop/acme', body, world.signed(body));
    expect((await send()).json).toEqual({ status: 'accepted' });
    await world.untilQuiet();
    const { id } = JSON.parse(body) as { id: string | number };
    await eraseHere({ loopReturnId: String(id) });
    expect((await send()).json).toEqual({ status: 'duplicate' });
    expect(await bodiesWith(`${id}`)).toBe(0);
  });

  test('takes all returns of an order, with its name as people write it', async () => {
    const ids = [await refunded('TEE-1', '#70004'), await refunded('TEE-2', '#70004')];
    const other = await refunded('TEE-1', '#700041');
    expect(await eraseHere({ orderName: '70004' })).toMatchObject({ returns: ids });
    for (const id of ids) expect(await bodiesWith(id)).toBe(0);
    expect(await bodiesWith(other)).toBeGreaterThan(2);
  });

  test('changes nothing when it is only to look, or when nobody can be asked', async () => {
    const id = await refunded('TEE-1', '#70005');
    const before = await deliveries();
    const [looked, unasked] = await Promise.all([
      erase('--return', id, '--dry-run'),
      erase('--order', '#70005'),
    ]);
    expect(looked).toMatchObject({ status: 0, stderr: '' });
    expect(looked.stdout).toMatch(
      /^Returns: \d+\nRaw deliveries that would go: \d+\nCalls.* would go: \d+\n$/,
    );
    expect(unasked).toMatchObject({ status: 2 });
    expect(unasked.stderr).toContain('Add --yes');
    expect(await deliveries()).toEqual(before);
    expect(await callsOf(id)).toBeGreaterThan(0);
    expect((await audit()).map(({ subject }) => subject)).not.toContain(id);
  });

  test('says so where there is nothing of such a return, or where it is not said which', async () => {
    const [nothing, ...unclear] = await Promise.all([
      erase('--return', '1', '--yes'),
      erase('--return', ''),
      erase('--return', '1', '--order', '#1'),
      erase('--retrun', '1'),
    ]);
    const help = await erase('--help');
    expect(nothing).toEqual({
      status: 1,
      stdout: '',
      stderr: 'There is nothing of such a return of acme. Nothing was changed.\n',
    });
    for (const { status, stderr } of unclear) {
      expect(status).toBe(2);
      expect(stderr).toContain('Write: npm run erase -- --merchant acme --return');
    }
    expect(help).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Write: npm run erase/),
      stderr: '',
    });
  });
});

describe('a delivery', () => {
  const callback = (...messages: { id: string; numbers: (string | number)[] }[]) =>
    JSON.stringify(
      messages.map(({ id, numbers }) => ({
        message_type: 'rmaEvent',
        message_id: id,
        api_version: '2.0',
        data: numbers.map((number) => ({ customer_identifier: number, event_type: 'inTransit' })),
      })),
    );
  const send = (body: string) => world.post('/callbacks/masonhub/acme', body, world.proven());

  test('that tells of several returns loses its body for all of them, and nothing else of the others', async () => {
    const id = await refunded('TEE-1', '#70006');
    const other = await refunded('TEE-2', '#70007');
    await send(callback({ id: 'both', numbers: [id, other] }, { id: 'other', numbers: [other] }));
    await world.untilQuiet();
    // One has the key that an older version gave it.
    await world.query(`update deliveries set key = 'both' where key like 'both-%'`);
    const shownBefore = await world.returnOf(other);
    expect(await eraseHere({ loopReturnId: id })).toMatchObject({ shared: 2 });
    const rows = await world.query(
      `select part, length(body) as size, events from deliveries where key = 'both' or key like 'other-%' order by part`,
    );
    const told = [expect.objectContaining({ rmaNumber: other })];
    expect(rows).toEqual([
      { part: 0, size: 0, events: told },
      { part: 1, size: 0, events: told },
    ]);
    expect(await world.returnOf(other)).toEqual(shownBefore);
  });

  test('that was not understood goes where it names the return, and stays where more was in it', async () => {
    const id = await refunded('TEE-1', '#70008');
    const post = async (body: string) =>
      (await world.post('/webhooks/loop/acme', body, world.signed(body))).status;
    expect(
      await post(JSON.stringify({ topic: 'return', trigger: 'return.created', number: Number(id) })),
    ).toBe(422);
    expect(await post(JSON.stringify({ topic: 'return', trigger: 'return.created', number: `${id}0` }))).toBe(
      422,
    );
    const mixed = callback({ id: 'understood', numbers: [id] }, { id: 'not understood', numbers: [] });
    await send(mixed.replace('"data":[]', '"data":"?"'));
    await world.untilQuiet();
    expect(await eraseHere({ loopReturnId: id })).toMatchObject({ unread: 1 });
    const rejected = await world.query(
      `select length(body) > 0 as is_there, convert_from(body, 'UTF8') like '%number%' as is_webhook
       from deliveries where result = 'rejected' order by 1, 2`,
    );
    expect(rejected).toEqual([
      { is_there: false, is_webhook: false },
      { is_there: true, is_webhook: false },
      { is_there: true, is_webhook: true },
    ]);
  });

  test.each([
    ['#DE/1001', '#DE\\/1001'],
    ['Nº1002', 'N\\u00ba1002'],
    ['Nº1003', 'N\\u00BA1003'],
    ['Nº/1004', 'Nº\\/1004'],
    ['🧦/1005', '\\ud83e\\udde6\\/1005'],
    ['"1006"', '\\"1006\\"'],
  ])(
    'that was not understood goes by the order %s, which JSON may write as %s',
    async (orderName, written) => {
      const body = `{"topic":"return","trigger":"return.created","order_name":"${written}"}`;
      expect((await world.post('/webhooks/loop/acme', body, world.signed(body))).status).toBe(422);
      expect(await eraseHere({ orderName })).toMatchObject({ bodies: 1 });
      expect(await bodiesWith(written)).toBe(0);
    },
  );

  test('that has the number on a box in another letter case goes as well', async () => {
    const number = newNumber();
    const id = await world.open([{ sku: 'TEE-1' }], {
      orderName: '#70010',
      labels: [{ carrier: 'UPS', trackingNumber: number }],
    });
    await world.masonhub.receiveBlind(number.toLowerCase(), [{ sku: 'TEE-1' }]);
    await world.untilStatus(id, 'processed');
    Object.assign(world.masonhub.blindParcels.at(-1)?.record ?? {}, { package_id: number });
    await world.masonhub.receiveBlind(number, [{ sku: 'TEE-1' }], { later: true });
    await world.untilQuiet();
    expect(await bodiesWith(number.toLowerCase())).toBe(1);
    await eraseHere({ loopReturnId: id });
    expect([await bodiesWith(number.toLowerCase()), await bodiesWith(number)]).toEqual([0, 0]);
  });

  test('that still has to be applied stays until then', async () => {
    const id = await refunded('TEE-1', '#70009');
    await world.query(
      `update deliveries set applied_at = null where key = (
        select key from deliveries where position($1::bytea in body) > 0 limit 1)`,
      [Buffer.from(id)],
    );
    expect(await eraseHere({ loopReturnId: id })).toMatchObject({ waiting: 1 });
    expect(await bodiesWith(id)).toBe(1);
  });
});
