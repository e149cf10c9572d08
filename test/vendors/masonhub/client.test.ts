import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOutbound } from '../../../src/outbound/call.ts';
import {
  largestBatch,
  largestPage,
  type MasonHubClient,
  masonHubClient,
} from '../../../src/vendors/masonhub/client.ts';
import { json, page, startVendor, type Vendor } from '../../outbound/vendor.ts';
import { merchantWith, rmaFor } from '../../returns/fixtures.ts';
import { named, rma, toSend } from '../../support/rmas.ts';

let vendor: Vendor;
let client: MasonHubClient;
const outbound = openOutbound();

beforeAll(async () => {
  vendor = await startVendor();
  client = masonHubClient(merchantWith({ masonhub: { apiUrl: `${vendor.url}/acme/api/v1` } }), outbound.call);
});
afterAll(async () => {
  await outbound.close();
  await vendor.close();
});

const accepted = json(200, { results: [{ customer_identifier: '26442641', status: 'success' }] });

describe('an RMA as it is sent', () => {
  test('is exactly this record', async () => {
    vendor.answer(accepted);
    await client.createRmas([toSend(rma)]);
    const asked = vendor.asked.at(-1);
    expect(asked).toMatchObject({ method: 'POST', path: '/acme/api/v1/rmas' });
    expect(asked?.headers.authorization).toBe('Bearer masonhub-token');
    expect(asked?.body).toEqual([
      {
        customer_identifier: '26442641',
        manifest_id: '26442641',
        generate_return_label: false,
        package_id: '1Z999AA10123456784',
        return_type: 'rma_submitted_by_customer',
        line_items: [
          {
            customer_sku_id: 'SHIRT',
            quantity: 2,
            return_reason_code: 'tooBig',
            return_notes: 'Too big',
            return_inventory_status: 'quarantine',
            customer_order_id: '#90507',
          },
          {
            customer_sku_id: 'PANTS',
            quantity: 1,
            return_reason_code: 'other',
            return_inventory_status: 'quarantine',
          },
        ],
      },
    ]);
  });

  test('has no field for anything personal', async () => {
    vendor.answer(accepted);
    await client.createRmas([toSend(rma)]);
    expect(JSON.stringify(vendor.asked.at(-1)?.body)).not.toMatch(/address|name|email|phone|instructions/i);
  });

  test('has its number as a text, also where it looks like a number', async () => {
    vendor.answer(accepted);
    await client.createRmas([toSend(rma)]);
    expect(JSON.stringify(vendor.asked.at(-1)?.body)).toContain('"customer_identifier":"26442641"');
  });

  test('replaces the whole record', async () => {
    vendor.answer(accepted, accepted);
    await client.createRmas([toSend(rma)]);
    await client.replaceRmas([toSend(rma)]);
    const [created, replaced] = vendor.asked.slice(-2);
    expect(replaced).toMatchObject({ method: 'PUT', path: '/acme/api/v1/rmas' });
    expect(replaced?.body).toEqual(created?.body);
  });

  test('shares its request with others, in a list', async () => {
    const many = Array.from({ length: largestBatch }, (_, index) => ({
      ...rmaFor(['SHIRT', 1]),
      rmaNumber: `${10_000 + index}`,
    }));
    vendor.answer(accepted);
    await client.createRmas(many.map(toSend));
    expect(vendor.asked.at(-1)?.body).toHaveLength(30);
  });
});

describe('an RMA that is deleted', () => {
  test('is named by its number, in a list', async () => {
    vendor.answer(accepted);
    await client.deleteRmas([named('26442641'), named('26442642')]);
    expect(vendor.asked.at(-1)).toMatchObject({
      method: 'DELETE',
      path: '/acme/api/v1/rmas',
      body: [{ customer_identifier: '26442641' }, { customer_identifier: '26442642' }],
    });
  });
});

describe('the answer to a batch', () => {
  const create = () => client.createRmas([toSend(rma)]);

  test('is read record by record', async () => {
    vendor.answer(accepted);
    const answer = await create();
    expect(answer.kind === 'records' && answer.byNumber.get('26442641')).toEqual({ kind: 'accepted' });
  });

  test('may refuse the batch whole', async () => {
    vendor.answer(json(400, { error: { code: 'VALIDATION_ERROR', message: 'Invalid' } }));
    expect(await create()).toEqual({ kind: 'whole-refused', why: 'Invalid', cause: { kind: 'other' } });
  });

  test.each([401, 403])('with status %d is a matter of the token', async (status) => {
    vendor.answer(json(status, { message: 'Unauthorized' }));
    const answer = await create();
    expect(answer.kind).toBe('paused');
    expect('why' in answer && answer.why).toContain('masonhub.apiToken');
    expect('why' in answer && answer.why).not.toContain('masonhub-token');
  });

  test('with status 429 was not done', async () => {
    vendor.answer(json(429, { message: 'Too many' }));
    expect(await create()).toMatchObject({ kind: 'paused' });
  });

  test.each([
    [
      'status 500, whatever its body',
      json(500, { results: [{ customer_identifier: '26442641', status: 'success' }] }),
    ],
    ['a page of a gateway', page(200)],
    ['an empty body', { status: 200, body: '' }],
    ['a broken connection', 'drop'],
  ] as const)('that is %s may have been done', async (_, scripted) => {
    vendor.answer(scripted);
    expect(await create()).toMatchObject({ kind: 'transient', arrived: 'maybe' });
  });
});

describe('RMAs that are looked for', () => {
  const record = { customer_identifier: '26442641', status: 'open', line_items: [] };
  const published404 = { message: 'The record or records you are looking for could not be found.' };
  const other = { ...record, customer_identifier: '26442642' };
  /** The numbers in each of the questions that are asked while something is done. */
  async function numbersAsked(look: () => Promise<unknown>): Promise<(string | null)[]> {
    const before = vendor.asked.length;
    await look();
    return vendor.asked.slice(before).map(({ path }) => new URL(path, vendor.url).searchParams.get('cid'));
  }

  test('are asked for by their numbers, in detail', async () => {
    vendor.answer(json(200, { limit: 100, offset: 0, data: [record, other] }));
    expect(await numbersAsked(() => client.findRmas([named('26442641'), named('26442642')]))).toEqual([
      '26442641,26442642',
    ]);
    const { pathname, searchParams } = new URL(vendor.asked.at(-1)?.path ?? '', vendor.url);
    expect(pathname).toBe('/acme/api/v1/rmas');
    expect(searchParams.get('list_type')).toBe('detail');
    expect(searchParams.get('limit')).toBe('100');
  });

  test('are asked for one by one where they do not come back together: a list of numbers may be read as one', async () => {
    vendor.answer(json(200, { data: [] }), json(200, { data: [record] }), json(200, { data: [other] }));
    const look = () => client.findRmas([named('26442641'), named('26442642')]);
    expect(await numbersAsked(look)).toEqual(['26442641,26442642', '26442641', '26442642']);
    vendor.answer(json(200, { data: [other] }), json(200, { data: [record] }));
    const found = await look();
    expect(found.kind === 'found' && found.rmas.map((one) => one.customer_identifier)).toEqual([
      '26442642',
      '26442641',
    ]);
  });

  test.each([400, 422])(
    'are asked for one by one where MasonHub takes no list of numbers (%d)',
    async (status) => {
      const bad = json(status, { message: 'One or more parameters were bad.' });
      vendor.answer(bad, json(200, { data: [record] }), json(200, { data: [other] }));
      const look = () => client.findRmas([named('26442641'), named('26442642')]);
      expect(await numbersAsked(look)).toEqual(['26442641,26442642', '26442641', '26442642']);
      vendor.answer(bad, bad);
      expect((await look()).kind).toBe('transient');
    },
  );

  test('have their long numbers as they are written', async () => {
    const body = '{"data": [{"customer_identifier": null, "package_id": 9302020514103629166400}]}';
    vendor.answer({ status: 200, body, headers: { 'content-type': 'application/json' } });
    expect(await client.receivedRmas(new Date(0), 0)).toMatchObject({
      rmas: [{ package_id: '9302020514103629166400' }],
    });
  });

  test('are asked for once where one alone does not come back', async () => {
    vendor.answer(json(200, { data: [] }));
    expect(await numbersAsked(() => client.findRmas([named('26442641')]))).toEqual(['26442641']);
  });

  test('are not taken for absent where one of the questions got no answer', async () => {
    vendor.answer(json(200, { data: [record] }), json(503, { data: [] }));
    expect((await client.findRmas([named('26442641'), named('26442642')])).kind).toBe('transient');
  });

  test('count what could not be understood in any of the answers', async () => {
    const broken = json(200, { data: [{ ...record, line_items: 'none' }] });
    vendor.answer(broken, json(200, { data: [record] }), broken);
    expect(await client.findRmas([named('26442641'), named('26442642')])).toMatchObject({
      kind: 'found',
      unread: { length: 2 },
    });
  });

  test('are shown one at a time where MasonHub takes no more than that in a question', async () => {
    vendor.answer(json(400, { message: 'Bad Parameter' }), json(200, { data: [record] }));
    expect(await client.showRmas(['26442641', '26442642'])).toMatchObject({ kind: 'found', rmas: [] });
    expect(await client.showRmas(['26442641'])).toMatchObject({ kind: 'found', rmas: { length: 1 } });
    vendor.answer(json(400, { message: 'Bad Parameter' }));
    expect((await client.showRmas(['26442641'])).kind).toBe('transient');
  });

  test.each([
    ['a page', { limit: 100, offset: 0, data: [record] }],
    ['a bare list', [record]],
  ])('are found in %s', async (_, body) => {
    vendor.answer(json(200, body));
    const found = await client.findRmas([named('26442641')]);
    expect(found.kind === 'found' && found.rmas.map((one) => one.customer_identifier)).toEqual(['26442641']);
  });

  test('are found beside records that cannot be understood, of which is told what can be', async () => {
    const line = { customer_sku_id: 'SHIRT', quantity: 1, quantity_received: 'a secret' };
    const broken = { ...other, status: 'received', updated_at: '2026-03-01 10:00:00', line_items: [line] };
    vendor.answer(json(200, { data: [broken, record, 'nothing', { customer_identifier: {} }] }));
    const found = await client.findRmas([named('26442641')]);
    expect(found).toMatchObject({ kind: 'found', rmas: [{ customer_identifier: '26442641' }] });
    const none = { rmaNumber: null, masonHubId: null, packageId: null, status: null, changedAt: null };
    const unknown = { ...none, why: expect.stringMatching(/./) };
    const why = expect.stringMatching(/^line_items\.0\.quantity_received: (?!.*secret)/);
    expect(found.kind === 'found' && found.unread).toEqual([
      {
        ...none,
        rmaNumber: '26442642',
        status: 'received',
        changedAt: '2026-03-01T10:00:00.000Z',
        why,
      },
      unknown,
      unknown,
    ]);
  });

  test.each([
    [
      'not there, by the 404 that MasonHub publishes',
      404,
      published404,
      { kind: 'found', rmas: [], unread: [] },
    ],
    [
      'asked for again after the 404 of a gateway',
      404,
      { message: 'no Route matched' },
      { kind: 'transient' },
    ],
    ['asked for again after those words with a status of 500', 500, published404, { kind: 'transient' }],
  ])('are %s', async (_how, status, body, expected) => {
    vendor.answer(json(status, body));
    expect(await client.findRmas([named('26442641')])).toMatchObject(expected);
  });

  test('are asked for as received since a moment, page by page', async () => {
    vendor.answer(json(200, { limit: 100, offset: 200, data: [{ ...record, status: 'received' }] }));
    const found = await client.receivedRmas(new Date('2026-03-01T10:00:00Z'), 200);
    expect(found.kind === 'found' && found.rmas).toHaveLength(1);
    const { pathname, searchParams } = new URL(vendor.asked.at(-1)?.path ?? '', vendor.url);
    expect(pathname).toBe('/acme/api/v1/rmas');
    expect(Object.fromEntries(searchParams)).toEqual({
      status: 'received',
      sdt: '2026-03-01T10:00:00.000Z',
      offset: '200',
      limit: String(largestPage),
      list_type: 'detail',
    });
  });

  test.each([
    ['a page of a gateway', page(200)],
    ['something else', json(200, { data: 'none' })],
    ['a failure', json(503, { data: [] })],
  ] as const)('are not taken for absent where the answer is %s', async (_, scripted) => {
    vendor.answer(scripted);
    expect((await client.findRmas([named('26442641')])).kind).toBe('transient');
  });
});
