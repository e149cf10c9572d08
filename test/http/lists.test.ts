import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { returnBody } from '../support/return-body.ts';
import { startWorld, type World } from '../support/service.ts';
import { type StoredReturn, storeReturns } from '../support/stored-returns.ts';

/** Which returns a list shows, and in which order, over the API. */

const page = z.strictObject({
  returns: z.array(returnBody.omit({ timeline: true, calls: true })),
  nextCursor: z.string().nullable(),
});
const at = (text: string) => new Date(`2026-${text}Z`);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const line = { sku: 'TEE-1', units: 2, reason: 'other', note: null, orderReference: null };
const rma = { rmaNumber: 'x', packageId: 'x', receiveInto: 'qc', lines: [line, { ...line, units: 1 }] };
const received = (disposition: string, units: number) => ({
  lines: [{ sku: 'TEE-1', onRma: true, counted: null, received: [{ disposition, units, note: null }] }],
  note: null,
});

const unknownSku = 'MasonHub refused the RMA: unknown SKU TEE_9.';
const stored: readonly StoredReturn[] = [
  {
    loop_return_id: '9001',
    terms: ['9001', '90508', '9400111', 'tee_9', 'tee-100%'],
    status: 'attention',
    cause: unknownSku,
    created_at: at('11-01T00:00:00'),
    status_since: at('11-20T00:00:00'),
  },
  {
    loop_return_id: '9002',
    terms: ['9002', '90509', '9400222', 'tee-9', 'tee-1000'],
    status: 'attention',
    cause: unknownSku,
    created_at: at('11-01T23:59:59.999'),
    status_since: at('11-10T00:00:00'),
  },
  {
    loop_return_id: '9003',
    terms: ['9003', '90510', '1zabc', 'mug\\white', 'teex9'],
    status: 'processed',
    decision: 'process',
    confirmed: rma,
    receipts: [received('available', 2), received('qc', 0), received('available', 1), received('damaged', 1)],
    created_at: at('11-02T00:00:00'),
    status_since: at('11-12T00:00:00'),
    received_at: at('11-12T00:00:00'),
    decided_at: at('11-12T06:00:00'),
  },
  {
    loop_return_id: '9004',
    merchant: 'zenith',
    terms: ['9004', '90508'],
    status: 'flagged',
    decision: 'flag',
    ageing_stage: 'flagged',
    ageing_since: daysAgo(8),
    created_at: at('11-03T00:00:00'),
    status_since: at('11-11T00:00:00'),
    received_at: at('11-10T00:00:00'),
    decided_at: at('11-13T00:00:00'),
  },
  {
    loop_return_id: '9005',
    merchant: 'zenith',
    terms: ['9005'],
    status: 'processed',
    decision: 'flag',
    differs: 'flag-closed',
    created_at: at('11-04T00:00:00'),
    status_since: at('11-14T00:00:00'),
    received_at: at('11-09T00:00:00'),
    decided_at: at('11-09T00:00:00'),
  },
  {
    loop_return_id: '9006',
    terms: ['9006'],
    status: 'flagged',
    decision: 'flag',
    ageing_stage: 'flagged',
    ageing_since: daysAgo(6),
    created_at: at('11-05T00:00:00'),
    status_since: at('11-15T00:00:00'),
  },
  {
    loop_return_id: '9007',
    terms: ['9007'],
    status: 'flagged',
    ageing_stage: 'flagged',
    ageing_since: daysAgo(30),
    created_at: at('11-06T00:00:00'),
  },
  // A label came, and Loop has not told of the return.
  { loop_return_id: '9008', terms: ['9008'], loop: null, created_at: at('11-07T00:00:00') },
];

let world: World;
beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, zenith: {} } });
  await storeReturns(world, stored);
});
afterAll(() => world.stop());

const list = async (query: Record<string, string>) => {
  const reply = await world.api(`/api/returns?${new URLSearchParams(query)}`);
  expect(reply, JSON.stringify(query)).toMatchObject({ status: 200 });
  return page.parse(reply.json);
};
const idsOf = async (query: Record<string, string>) =>
  (await list(query)).returns.map(({ loopReturnId }) => loopReturnId);

describe('a return is found by the beginning of', () => {
  it.each([
    ['its id', '900', ['9007', '9006', '9005', '9004', '9003', '9002', '9001']],
    ['all of its id', '9003', ['9003']],
    ["its order's name", '9050', ['9004', '9002', '9001']],
    ["its order's name with the sign", '#9050', ['9004', '9002', '9001']],
    ['its tracking number', '9400', ['9002', '9001']],
    ['its tracking number in capitals', '1ZAB', ['9003']],
    ['its SKU', 'tee', ['9003', '9002', '9001']],
    ['its SKU in capitals', 'TEE-', ['9002', '9001']],
    ['what nothing begins with', '003', []],
  ])('%s', async (_what, q, found) => {
    expect(await idsOf({ q })).toEqual(found);
  });

  it.each([
    ['%', 'tee-100%', ['9001']],
    ['% alone', '%', []],
    ['_', 'tee_', ['9001']],
    ['_ alone', '_', []],
    ['\\', 'mug\\', ['9003']],
    ['\\ at the end of an order', '90508\\', []],
    ["'", "tee'", []],
  ])('what has %s in it, which stands for itself', async (_what, q, found) => {
    expect(await idsOf({ q })).toEqual(found);
  });
});

describe('a list has only the returns', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['of a merchant', { merchant: 'zenith' }, ['9005', '9004']],
    ['in a status', { status: 'processed' }, ['9005', '9003']],
    [
      'in a status, where the rest is left empty',
      { status: 'processed', merchant: '', q: '', cursor: '', from: '', sort: '' },
      ['9005', '9003'],
    ],
    ['with a cause, word for word', { cause: unknownSku }, ['9002', '9001']],
    ['and not with the beginning of one', { cause: 'MasonHub refused' }, []],
    ['of which something was decided', { decision: 'flag' }, ['9006', '9005', '9004']],
    ['that Loop has ended in another way', { differs: 'flag-closed' }, ['9005']],
    ['that have stood still for too long, the longest first', { overdue: 'flagged' }, ['9007', '9004']],
    ['created on a day or later', { from: '2026-11-05' }, ['9007', '9006']],
    ['created on a day or earlier', { to: '2026-11-01' }, ['9002', '9001']],
    ['created on one day', { from: '2026-11-02', to: '2026-11-02' }, ['9003']],
    ['received on a day or earlier', { dated: 'received', to: '2026-11-10' }, ['9004', '9005']],
    ['that were received', { dated: 'received' }, ['9003', '9004', '9005']],
    ['decided on a day or later', { dated: 'decided', from: '2026-11-12' }, ['9004', '9003']],
    ['of a merchant and a decision', { merchant: 'acme', decision: 'flag' }, ['9006']],
    ['of a search and a status', { q: '9050', status: 'attention' }, ['9002', '9001']],
    ['of a search and a merchant', { q: '90508', merchant: 'zenith' }, ['9004']],
    [
      'of a cause, a day and a merchant',
      { cause: unknownSku, to: '2026-11-01', merchant: 'acme' },
      ['9002', '9001'],
    ],
    [
      'that are overdue, of a merchant and a search',
      { overdue: 'flagged', merchant: 'zenith', q: '9' },
      ['9004'],
    ],
    ['that all of it leaves', { status: 'processed', decision: 'flag', merchant: 'acme' }, []],
  ])('%s', async (_what, query, found) => {
    expect(await idsOf(query)).toEqual(found);
  });

  it.each([
    ['cause', 'x'.repeat(5_000)],
    ['cause', 'a\u0000'],
    ['q', '\\'.repeat(250)],
  ])('and none for a hostile %s', async (name, value) => {
    expect(await idsOf({ [name]: value })).toEqual([]);
  });

  it.each([
    ['from', '2026-13-01'],
    ['to', 'yesterday'],
    ['decision', 'refund'],
    ['overdue', 'shelf'],
    ['differs', 'flag-open'],
    ['dated', 'shipped'],
    ['sort', 'best'],
    ['q', '#'],
    ['q', '\u0000'],
    ['state', 'open'],
  ])('or 400 where %s is not understood', async (name, value) => {
    const reply = await world.api(`/api/returns?${new URLSearchParams({ [name]: value })}`);
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  });

  it.each([
    ['from', 'yesterday', 'from: not a day such as 2026-11-26'],
    ['state', 'open', 'Unrecognized key: "state"'],
  ])('and the message says what is wrong with %s', async (name, value, message) => {
    expect(await world.api(`/api/returns?${new URLSearchParams({ [name]: value })}`)).toMatchObject({
      json: { error: { message } },
    });
  });
});

describe('a list is sorted', () => {
  const acme = { merchant: 'acme', status: 'attention' };
  it.each<[string, Record<string, string>, string[]]>([
    ['newest first, unless asked otherwise', acme, ['9002', '9001']],
    ['newest first', { ...acme, sort: 'newest' }, ['9002', '9001']],
    ['oldest first', { ...acme, sort: 'oldest' }, ['9001', '9002']],
    ['by who has waited longest', { ...acme, sort: 'longest' }, ['9002', '9001']],
    ['by who came last into the status', { ...acme, sort: 'latest' }, ['9001', '9002']],
    ['by when it was received', { dated: 'received', sort: 'oldest' }, ['9005', '9004', '9003']],
    [
      'overdue ones, newest first where that is asked',
      { overdue: 'flagged', sort: 'newest' },
      ['9007', '9004'],
    ],
    ['overdue ones by who came last', { overdue: 'flagged', sort: 'latest' }, ['9004', '9007']],
  ])('%s', async (_what, query, found) => {
    expect(await idsOf(query)).toEqual(found);
  });
});

describe('what a list tells of a return', () => {
  it('is what came, what was expected, what was decided and since when it is so', async () => {
    await world.query(
      `insert into outcomes (merchant, loop_return_id, kind, why, message, decided_at)
        values ('acme', '9003', 'process', '', 'accepted', now())`,
    );
    const { returns } = await list({ q: '9003' });
    expect(returns).toEqual([
      expect.objectContaining({
        expected: 3,
        came: [
          { disposition: 'available', units: 3 },
          { disposition: 'damaged', units: 1 },
        ],
        decision: { kind: 'process', message: 'accepted' },
        statusSince: '2026-11-12T00:00:00.000Z',
        cause: null,
      }),
    ]);
  });

  it('is its cause, and nothing of what has not happened yet', async () => {
    const { returns } = await list({ q: '9001' });
    expect(returns).toEqual([
      expect.objectContaining({ expected: null, came: null, decision: null, cause: unknownSku }),
    ]);
  });
});

describe('pages', () => {
  /** Three to a moment, so that pages end between equal ones, and in both merchants. */
  const many = Array.from({ length: 130 }, (_, index) => ({
    loop_return_id: String(5_000 + ((index * 37) % 130)),
    merchant: index % 2 === 0 ? 'acme' : 'zenith',
    status: 'held',
    decision: 'hold',
    terms: ['paged'],
    created_at: new Date(Date.UTC(2026, 5, 1, 0, 0, Math.floor(index / 3))),
    status_since: new Date(Date.UTC(2026, 5, 2, 0, 0, Math.floor(index / 7))),
    received_at: new Date(Date.UTC(2026, 5, 3, 0, 0, Math.floor(index / 5))),
  }));
  beforeAll(() => storeReturns(world, many));

  const walk = async (query: Record<string, string>) => {
    const sizes: number[] = [];
    const keys: string[] = [];
    let cursor: string | null = null;
    do {
      const { returns, nextCursor } = await list({ ...query, ...(cursor === null ? {} : { cursor }) });
      sizes.push(returns.length);
      keys.push(...returns.map(({ merchant, loopReturnId }) => `${merchant} ${loopReturnId}`));
      cursor = nextCursor;
    } while (cursor !== null && sizes.length < 10);
    return { sizes, keys };
  };
  const by = (date: 'created_at' | 'status_since' | 'received_at') =>
    many
      .map((one) => [one[date].getTime(), one.merchant, one.loop_return_id] as const)
      .toSorted(
        (one, other) => one[0] - other[0] || one[1].localeCompare(other[1]) || one[2].localeCompare(other[2]),
      )
      .map(([, merchant, id]) => `${merchant} ${id}`);

  it.each([
    ['oldest', {}, () => by('created_at')],
    ['newest', {}, () => by('created_at').toReversed()],
    ['longest', {}, () => by('status_since')],
    ['latest', {}, () => by('status_since').toReversed()],
    ['oldest', { dated: 'received' }, () => by('received_at')],
    ['newest', { dated: 'received', q: 'page' }, () => by('received_at').toReversed()],
  ] as const)(
    'have every return once, in the order that was asked for: %s %o',
    async (sort, more, inOrder) => {
      const { sizes, keys } = await walk({ sort, status: 'held', ...more });
      expect(sizes).toEqual([50, 50, 30]);
      expect(keys).toEqual(inOrder());
    },
  );

  it('go on only in a list that is sorted by the same', async () => {
    const { nextCursor } = await list({ status: 'held', sort: 'newest' });
    const goOn = (query: Record<string, string>) =>
      world.api(
        `/api/returns?${new URLSearchParams({ status: 'held', cursor: nextCursor ?? '', ...query })}`,
      );
    for (const query of [{ sort: 'longest' }, { dated: 'received' }, { overdue: 'flagged' }] as const)
      expect(await goOn(query)).toMatchObject({
        status: 400,
        json: { error: { message: expect.stringContaining('cursor') } },
      });
    expect((await goOn({})).status).toBe(200);
    // The other way around from there is what came before.
    const { returns } = page.parse((await goOn({ sort: 'oldest' })).json);
    expect(returns.map(({ merchant, loopReturnId }) => `${merchant} ${loopReturnId}`)).toEqual(
      by('created_at').slice(-49),
    );
  });
});
