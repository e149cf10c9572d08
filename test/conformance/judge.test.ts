import { describe, expect, it } from 'vitest';
import { loopJudge } from './loop/requests.ts';
import { masonHubJudge } from './masonhub/requests.ts';
import type { Recorded } from './recorder.ts';

describe('the judge', () => {
  const request = (method: string, path: string, more: Partial<Recorded> = {}): Recorded => ({
    origin: 'http://vendor.invalid',
    method,
    path,
    query: {},
    headers: { 'x-authorization': 'key' },
    body: undefined,
    ...more,
  });
  const list = (query: Recorded['query']) => request('GET', '/api/2026-10/warehouse/return/list', { query });
  const note = (content: string) =>
    request('POST', '/api/2026-10/warehouse/return/71/note', { body: { content } });
  const days = (to: string) => ({ from: '2026-07-01T00:00:00.000Z', to: `${to}T00:00:00.000Z` });
  const line = {
    customer_sku_id: 'TEE-1',
    quantity: 1,
    return_reason_code: 'other',
    return_inventory_status: 'qc',
  };
  const rma = {
    customer_identifier: '99904598',
    return_type: 'rma_submitted_by_customer',
    generate_return_label: false,
    package_id: '1Z999AA10',
    line_items: [line],
  };
  const put = (...body: object[]) =>
    request('PUT', '/acme/api/v1/rmas', { headers: { authorization: 'Bearer token' }, body });
  const callback = (url: string) =>
    request('POST', '/acme/api/v1/callbacks', {
      headers: { authorization: 'Bearer token' },
      body: [{ url, message_type: 'rmaEvent', api_version: '2.0' }],
    });

  it.each([
    ['a window of 120 days', loopJudge, list(days('2026-10-29'))],
    ['a state that the page names', loopJudge, list({ state: 'review' })],
    ['a note of 254 characters', loopJudge, note('x'.repeat(254))],
    ['an RMA', masonHubJudge, put(rma)],
    ['30 RMAs', masonHubJudge, put(...Array.from({ length: 30 }, () => rma))],
    ['a callback', masonHubJudge, callback('https://returns.example.com/')],
  ])('has nothing against %s', (_what, judge, asked) => {
    expect(judge.problemsOf(asked)).toEqual([]);
  });

  it.each([
    ['a window of 121 days', loopJudge, list(days('2026-10-30'))],
    ['a state that no page names', loopJudge, list({ state: 'canceled' })],
    ['two states at once', loopJudge, list({ state: ['open', 'review'] })],
    ['a parameter that no page names', loopJudge, list({ states: 'open' })],
    ['a page of 501', loopJudge, list({ pageSize: '501' })],
    ['a note of 255 characters', loopJudge, note('x'.repeat(255))],
    ['a note of spaces', loopJudge, note('   ')],
    ['a key in the wrong header', loopJudge, { ...list({}), headers: { authorization: 'key' } }],
    ['a path that no page names', loopJudge, request('POST', '/api/2026-10/warehouse/return/71/refund')],
    ['31 RMAs', masonHubJudge, put(...Array.from({ length: 31 }, () => rma))],
    [
      'an RMA that lets MasonHub buy a label',
      masonHubJudge,
      put({ ...rma, generate_return_label: undefined }),
    ],
    ['an RMA without a package id', masonHubJudge, put({ ...rma, package_id: undefined })],
    ['an RMA whose number is too short', masonHubJudge, put({ ...rma, customer_identifier: '9990' })],
    ['an RMA without lines', masonHubJudge, put({ ...rma, line_items: [] })],
    ['an RMA with a field of our own', masonHubJudge, put({ ...rma, merchant: 'acme' })],
    [
      'a reason that no page names',
      masonHubJudge,
      put({ ...rma, line_items: [{ ...line, return_reason_code: 'ugly' }] }),
    ],
    ['a line of no units', masonHubJudge, put({ ...rma, line_items: [{ ...line, quantity: 0 }] })],
    ['a callback without https', masonHubJudge, callback('http://returns.example.com/')],
  ])('has something against %s', (_what, judge, asked) => {
    expect(judge.problemsOf(asked)).not.toEqual([]);
  });
});
