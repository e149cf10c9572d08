import { describe, expect, test } from 'vitest';
import type { Answer, Call } from '../../src/outbound/call.ts';
import { describeCall } from '../../src/outbound/call-words.ts';
import { masonHubTerms } from '../../src/vendor-terms/masonhub.ts';

const call = (body?: unknown): Call => ({
  method: 'POST',
  url: 'https://vendor.test/api/v1/rmas?cid=1&token=hunter2',
  headers: { authorization: 'Bearer hunter2' },
  ...(body === undefined ? {} : { body }),
});
const answered = (status: number, json: unknown): Answer => ({
  kind: 'answer',
  status,
  json,
  retryAfterMs: null,
});
/** Those of a vendor that knows batches. */
const fields = masonHubTerms.answerFields;
const answerTo = (json: unknown) => describeCall(call(), answered(200, json), '1', fields).answer;

describe('a call in words', () => {
  test('names the method and the path, and neither query nor headers', () => {
    const words = describeCall(call(), answered(200, true), '1', fields);
    expect(words).toEqual({ request: 'POST /api/v1/rmas', body: null, answer: '200 true' });
  });

  test('shows of a batch what concerns the return', () => {
    const batch = [
      { customer_identifier: '1', package_id: 'A' },
      { customer_identifier: '2', package_id: 'B' },
    ];
    const results = {
      records_submitted: 2,
      results: [
        { customer_identifier: '1', status: 'success', additional_data: { consignee: 'Jo' } },
        { customer_identifier: '2', status: 'failure', messages: [{ sku: ['301: SKU not found'] }] },
      ],
    };
    const words = describeCall(call(batch), answered(201, results), '2', fields);
    expect(words.body).toBe('[{"customer_identifier":"2","package_id":"B"}]');
    expect(words.answer).toBe(
      '201 {"results":[{"customer_identifier":"2","status":"failure","messages":[{"sku":["301: SKU not found"]}]}]}',
    );
  });

  test('shows nothing of the others where an answer leaves the return out', () => {
    expect(answerTo([{ customer_identifier: '2', status: 'success' }])).toBe('200');
  });

  test('says what came where it is no JSON, and why nothing came', () => {
    expect(describeCall(call(), answered(502, undefined), '1', fields).answer).toBe('502, not JSON');
    const none = { kind: 'no-answer', why: 'it did not answer in time', arrived: 'maybe' } as const;
    expect(describeCall(call(), none, '1', fields).answer).toBe('no answer: it did not answer in time');
  });

  test('leaves out what may be personal', () => {
    const details = { state: 'open', customer: 'Jo Doe', address: { line1: 'Main St 1' }, line_items: [{}] };
    expect(answerTo(details)).toBe('200 {"state":"open"}');
    expect(answerTo({ notes: [{ content: 'Call Jo' }] })).toBe('200');
    expect(answerTo({ errors: { message: 'No e-mail to jo.doe@example.com, phone +1 555 010 0199' } })).toBe(
      '200 {"errors":{"message":"No e-mail to [e-mail], phone [phone]"}}',
    );
  });

  test('stays short, whatever a vendor sends', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 10_000; depth += 1) deep = { message: deep };
    const long = { errors: Array.from({ length: 1000 }, () => 'x'.repeat(1000)) };
    let wide: unknown = 'x'.repeat(300);
    for (let depth = 0; depth < 4; depth += 1) wide = { errors: Array.from({ length: 20 }, () => wide) };
    const odd = { customer_identifier: { toString: 1 }, results: [{ customer_identifier: { toString: 1 } }] };
    for (const json of [deep, long, wide, odd]) expect(answerTo(json).length).toBeLessThan(600);
    expect(describeCall(call(['x'.repeat(5000)]), answered(200, true), '1', fields).body?.length).toBe(2000);
  });
});
