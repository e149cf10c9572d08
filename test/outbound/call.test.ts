import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOutbound, readRetryAfter } from '../../src/outbound/call.ts';
import { json, page, startVendor, type Vendor } from './vendor.ts';

let vendor: Vendor;
const outbound = openOutbound();
const hasty = openOutbound({ connectMs: 50, headersMs: 50, bodyMs: 50 });

beforeAll(async () => {
  vendor = await startVendor();
});
afterAll(async () => {
  await Promise.all([outbound.close(), hasty.close()]);
  await vendor.close();
});

const get = (url: string) => outbound.call({ method: 'GET', url, headers: {} });

describe('a call to a vendor', () => {
  test('sends its body as JSON with the given headers', async () => {
    await outbound.call({
      method: 'POST',
      url: `${vendor.url}/path?a=1`,
      headers: { 'x-key': 'k' },
      body: [1, 'ü'],
    });
    const asked = vendor.asked.at(-1);
    expect(asked).toMatchObject({ method: 'POST', path: '/path?a=1', body: [1, 'ü'] });
    expect(asked?.headers).toMatchObject({
      'x-key': 'k',
      'content-type': 'application/json',
      accept: 'application/json',
    });
  });

  test('sends no body where there is none', async () => {
    await get(vendor.url);
    expect(vendor.asked.at(-1)?.body).toBeUndefined();
    expect(vendor.asked.at(-1)?.headers).not.toHaveProperty('content-type');
  });

  test.each([200, 201, 400, 401, 404, 422, 429, 500, 503])(
    'brings an answer with status %d as it is',
    async (status) => {
      vendor.answer(json(status, { some: 'thing' }));
      expect(await get(vendor.url)).toEqual({
        kind: 'answer',
        status,
        json: { some: 'thing' },
        retryAfterMs: null,
      });
    },
  );

  test('brings undefined where the body is not JSON, and null where it is the JSON null', async () => {
    vendor.answer(page(200), { status: 200, body: '' }, json(200, null));
    expect(await get(vendor.url)).toMatchObject({ json: undefined });
    expect(await get(vendor.url)).toMatchObject({ json: undefined });
    expect(await get(vendor.url)).toMatchObject({ json: null });
  });

  test('brings how long the vendor asks to be left alone', async () => {
    vendor.answer({ status: 429, headers: { 'retry-after': '7' } });
    expect(await get(vendor.url)).toMatchObject({ retryAfterMs: 7_000 });
  });

  test('follows no redirect: the address is a setting', async () => {
    vendor.answer({ status: 302, headers: { location: `${vendor.url}/elsewhere` } });
    expect(await get(vendor.url)).toMatchObject({ status: 302 });
    expect(vendor.asked.at(-1)?.path).toBe('/');
  });

  test('that is refused at the endpoint never arrived', async () => {
    const gone = await startVendor();
    await gone.close();
    expect(await get(gone.url)).toMatchObject({ kind: 'no-answer', arrived: 'no' });
  });

  test('that is not answered in time may have arrived', async () => {
    vendor.answer('silence');
    expect(await hasty.call({ method: 'GET', url: vendor.url, headers: {} })).toEqual({
      kind: 'no-answer',
      why: 'it did not answer in time',
      arrived: 'maybe',
    });
  });

  test('whose connection breaks may have arrived', async () => {
    vendor.answer('drop');
    expect(await get(vendor.url)).toMatchObject({ kind: 'no-answer', arrived: 'maybe' });
  });

  test('to an address that is none is answered, not thrown', async () => {
    expect(await get('not an address')).toMatchObject({ kind: 'no-answer' });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  test.each([
    ['30', 30_000],
    [' 0 ', 0],
    ['Mon, 23 Nov 2026 10:00:05 GMT', 5_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['999999', 3_600_000],
    ['soon', null],
    ['-5', 0],
    ['', null],
    [undefined, null],
    [['9', '10'], 9_000],
  ])('%j is %j ms', (header, ms) => {
    expect(readRetryAfter(header, now)).toBe(ms);
  });
});
