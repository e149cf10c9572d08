import { describe, expect, it } from 'vitest';
import { batch, line, openAccount, rma } from './masonhub-account.ts';

const noLines = { ...rma('10001'), line_items: [] };

describe('the API', () => {
  it('wants its Bearer token, and arrays of 30 records at most', async () => {
    await using account = await openAccount();
    expect(await account.call('GET', '/rmas', undefined, 'another')).toMatchObject({ status: 401 });
    expect((await account.call('POST', '/rmas', rma('10001'))).status).toBe(400);
    expect((await account.create(...Array(31).fill(rma('10001')))).status).toBe(400);
    expect(account.hub.rmas.size).toBe(0);
  });

  it('answers for each new record, in shapes that change from answer to answer', async () => {
    await using account = await openAccount();
    const answers = [];
    for (const id of ['10001', '10002', '10003', '10004', '10005'])
      answers.push(await account.create(rma(id), rma(id)));
    expect(answers.map(({ body }) => Array.isArray(body))).toEqual([false, true, false, true, false]);
    const failures = answers.map((answer) => batch(answer).results[1]);
    const taken = (id: string) => `301: '${id}' is already taken and 'customer_identifier' must be unique`;
    expect(failures).toMatchObject([
      { status: 'failure', messages: [{ field_name: 'customer_identifier', errors: [taken('10001')] }] },
      { status: 'Failure', messages: [{ customer_identifier: [taken('10002')] }] },
      { status: 'Failure', reason: expect.stringContaining(taken('10003')) },
      { status: 'failure', messages: [{ field_name: 'customer_identifier', errors: [taken('10004')] }] },
      { status: 'failure', messages: [{ customer_identifier: [taken('10005')] }] },
    ]);
    expect(account.hub.rmas.size).toBe(5);
  });

  it.each([
    ['a short identifier', { customer_identifier: '1234' }],
    ['no package and no label', { package_id: undefined }],
    ['a package id of four characters', { package_id: '1234' }],
    ['a label without an address', { generate_return_label: undefined }],
    ['a long manifest', { manifest_id: 'x'.repeat(21) }],
    ['long instructions', { customer_instructions: 'x'.repeat(251) }],
    ['a type of its own', { return_type: 'a_return' }],
    ['no lines', noLines],
    ['a quantity of 0', { line_items: [line('SKU', 0)] }],
    ['half a unit', { line_items: [line('SKU', 0.5)] }],
    ['a SKU outside the catalogue', { line_items: [line('OTHER')] }],
    ['a reason of its own', { line_items: [{ ...line('SKU'), return_reason_code: 'ugly' }] }],
    ['a note of one character', { line_items: [{ ...line('SKU'), return_notes: 'x' }] }],
    ['a long note', { line_items: [{ ...line('SKU'), return_notes: 'x'.repeat(51) }] }],
    ['a long order', { line_items: [{ ...line('SKU'), customer_order_id: 'x'.repeat(101) }] }],
    ['no status to receive into', { line_items: [{ ...line('SKU'), return_inventory_status: undefined }] }],
    ['a status that is none', { line_items: [{ ...line('SKU'), return_inventory_status: 'disposed' }] }],
  ])('refuses an RMA with %s, and takes the one beside it', async (_what, change) => {
    await using account = await openAccount({ catalogue: ['SKU'] });
    const answer = await account.create({ ...rma('10001'), ...change }, rma('10002'));
    expect(batch(answer)).toMatchObject({ records_failed: 1, records_succeeded: 1 });
    expect([...account.hub.rmas.keys()]).toEqual(['10002']);
  });

  it('takes every published status to receive into, and gives each RMA an id of its own', async () => {
    await using account = await openAccount();
    const statuses = [
      'available',
      'qc',
      'quality-control',
      'damaged',
      'quarantine',
      'refurbishing',
      'under-investigation',
    ];
    const lines = statuses.map((return_inventory_status) => ({ ...line('SKU'), return_inventory_status }));
    expect(batch(await account.create(...lines.map((one, at) => rma(`1000${at}`, one))))).toMatchObject({
      records_failed: 0,
    });
    const ids = [...account.hub.rmas.values()].map(({ id }) => id);
    expect(new Set(ids).size).toBe(statuses.length);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  });

  it('fails the whole batch when told to, and refuses what it is told to until it is not', async () => {
    await using account = await openAccount();
    const { hub } = account;
    hub.wholeBatchErrors = true;
    const accept = hub.refuseSku('BAD');
    const answer = await account.create(rma('10001'), rma('10002', line('BAD')));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
    expect(hub.rmas.size).toBe(0);
    accept();
    hub.wholeBatchErrors = false;
    hub.refuse('10001', 'No such order');
    expect(batch(await account.create(rma('10001'), rma('10002', line('BAD'))))).toMatchObject({
      records_failed: 1,
    });
  });

  it('breaks off after the work when told to, and limits requests', async () => {
    await using account = await openAccount();
    const { hub } = account;
    hub.answerNext('create', 'work-then-drop');
    await expect(account.create(rma('10001'))).rejects.toThrow();
    expect(hub.rmas.has('10001')).toBe(true);
    expect(hub.calls).toMatchObject([
      { name: 'create', status: null, records: [{ customer_identifier: '10001' }] },
    ]);
    await using limited = await openAccount({ requestsPerMinute: 0 });
    expect((await limited.call('GET', '/rmas')).status).toBe(429);
  });
});

describe('the list of RMAs', () => {
  const listed = async (account: Awaited<ReturnType<typeof openAccount>>, query: string) => {
    const { status, body } = await account.call('GET', `/rmas?${query}`);
    expect(status, query).toBe(200);
    return body.data.map((found: { customer_identifier: string | null }) => found.customer_identifier);
  };

  it('is searched by number, id, status, date of creation and page', async () => {
    await using account = await openAccount();
    await account.create(rma('10001'), rma('10002'), rma('10003'));
    await account.hub.receive('10002');
    const [first, , third] = [...account.hub.rmas.values()];
    expect(await listed(account, 'cid=10003')).toEqual(['10003']);
    expect(await listed(account, `id=${third?.id},${first?.id}`)).toEqual(['10001', '10003']);
    expect(await listed(account, `id=${third?.id}&id=${first?.id}`)).toEqual(['10001', '10003']);
    expect(await listed(account, 'status=received')).toEqual(['10002']);
    expect(await listed(account, 'limit=2&offset=1')).toEqual(['10002', '10003']);
    expect(await listed(account, 'edt=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await listed(account, 'sdt=2020-01-01T00:00:00Z')).toHaveLength(3);
    const summary = await account.call('GET', '/rmas?list_type=summary&limit=1');
    expect(summary.body).toMatchObject({ limit: 1, offset: 0, list_type: 'summary', data: { length: 1 } });
    expect(summary.body.data[0]).not.toHaveProperty('line_items');
  });

  it('holds 30 where no limit is given', async () => {
    await using account = await openAccount();
    const numbers = Array.from({ length: 31 }, (_, at) => `1${String(at).padStart(4, '0')}`);
    await account.create(...numbers.slice(1).map((number) => rma(number)));
    await account.create(rma('10000'));
    expect(await listed(account, '')).toHaveLength(30);
    expect(await listed(account, 'limit=100')).toHaveLength(31);
  });

  it.each(['limit=101', 'limit=0', 'limit=few', 'offset=-1', 'sdt=yesterday', 'list_type=long'])(
    'is refused for %s',
    async (query) => {
      await using account = await openAccount();
      expect((await account.call('GET', `/rmas?${query}`)).status).toBe(400);
    },
  );

  it('takes 30 ids at most', async () => {
    await using account = await openAccount();
    const ids = Array(31).fill('vf79fyn5').join(',');
    expect(await account.call('GET', `/rmas?id=${ids}`)).toMatchObject({
      status: 400,
      body: {
        error: { code: 'INVALID_PARAMETER', details: { field: 'id', max_allowed: 30, provided: 31 } },
      },
    });
  });

  it('takes one number as cid, and several only where it is told to', async () => {
    await using strict = await openAccount();
    await using lenient = await openAccount({ cid: 'list' });
    for (const account of [strict, lenient]) await account.create(rma('10001'), rma('10002'));
    expect(await listed(strict, 'cid=10001,10002')).toEqual([]);
    expect(await listed(lenient, 'cid=10001,10002')).toEqual(['10001', '10002']);
  });
});
