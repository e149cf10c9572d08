import { describe, expect, it } from 'vitest';
import { parseMerchants } from '../../src/config/merchants.ts';
import { callbacksApi } from '../../src/masonhub/callbacks-api.ts';
import type { Call } from '../../src/outbound/call.ts';

const entry = {
  loop: { apiKey: 'k', webhookSecret: 's' },
  masonhub: { account: 'acme', apiToken: 't', callbackToken: 'c' },
};
const merchant = parseMerchants(JSON.stringify({ merchants: { acme: entry } }), {}, 'merchants.yaml').get(
  'acme',
);

function answering(status: number, json?: unknown) {
  if (merchant === undefined) throw new Error('the file has no merchant');
  const calls: Call[] = [];
  const api = callbacksApi(merchant, async (call) => {
    calls.push(call);
    return { kind: 'answer', status, json, retryAfterMs: null };
  });
  return { api, calls };
}

describe("MasonHub's list of callbacks", () => {
  const shown = {
    id: 'cb79fyn5',
    url: 'https://x.example.com/',
    message_type: 'rmaEvent',
    api_version: '2.0',
  };
  const others = [{ ...shown, message_type: 'orderEvent' }, { nothing: true }];

  it.each([
    ['bare', [...others, shown]],
    ['as a page', { limit: 30, offset: 0, data: [...others, shown] }],
  ])('is read %s: those about RMAs', async (_what, body) => {
    expect(await answering(200, body).api.callbacks()).toEqual({
      kind: 'callbacks',
      callbacks: [{ id: 'cb79fyn5', url: 'https://x.example.com/', version: '2.0', token: null }],
    });
  });

  it('may lack the version and the id, and may show the token', async () => {
    const bare = { url: 'https://x.example.com/', message_type: 'rmaEvent', token: 'c' };
    expect(await answering(200, [bare]).api.callbacks()).toMatchObject({
      callbacks: [{ id: null, version: null, token: 'c' }],
    });
  });

  it.each([
    [401, { message: 'The access token provided is missing or invalid.' }, 'held'],
    [404, { message: 'The record could not be found.' }, 'refused'],
    [500, { message: 'Something went wrong.' }, 'transient'],
    [200, undefined, 'transient'],
  ])('is a failure where MasonHub answers %i %j', async (status, body, kind) => {
    expect(await answering(status, body).api.callbacks()).toMatchObject({ kind });
  });
});

describe('a callback that is registered', () => {
  const url = 'https://x.example.com/callbacks/masonhub/acme';
  const register = (status: number, body: unknown) => answering(status, body).api.register(url, 'c');

  it('is sent as a list of one, in version 2.0, with its token', async () => {
    const { api, calls } = answering(200, []);
    await api.register(url, 'c');
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: 'https://app.masonhub.co/acme/api/v1/callbacks',
        headers: { authorization: 'Bearer t' },
        body: [{ url, message_type: 'rmaEvent', api_version: '2.0', token: 'c' }],
      },
    ]);
  });

  it.each([
    ['a record', [{ message_type: 'rmaEvent', id: 'x', status: 'Success', messages: ['updated'] }]],
    ['a batch', { records_succeeded: 1, results: [{ status: 'success' }] }],
    ['a batch in a list', [{ results: [{ status: 'SUCCESS' }] }]],
    ['words', 'callbacks deleted'],
  ])('is registered where the answer is %s', async (_what, body) => {
    expect(await register(200, body)).toEqual({ kind: 'done' });
  });

  it.each([
    [
      'a record',
      [{ id: 'x', status: 'Failure', messages: ['Callback url update failed.'] }],
      'Callback url update failed.',
    ],
    [
      'a batch',
      { results: [{ status: 'failure', messages: [{ field_name: 'url', errors: ['bad'] }] }] },
      'url: bad',
    ],
    ['a batch in a list', [{ results: [{ status: 'Failure', reason: 'taken' }] }], 'taken'],
    ['no words', [{ status: 'failure' }], 'no reason was given'],
  ])('is refused where %s says so under status 200', async (_what, body, why) => {
    expect(await register(200, body)).toEqual({ kind: 'refused', why });
  });

  it('is refused where the whole request is', async () => {
    expect(await register(400, { error: { message: 'Not valid.', details: { url: ['bad'] } } })).toEqual({
      kind: 'refused',
      why: 'Not valid.; url: bad',
    });
  });

  it.each([
    ['of the whole request', 400, { message: 'Ask jo@shop.example, phone 555-010-0199.' }],
    ['of its record', 200, [{ status: 'failure', reason: 'Ask jo@shop.example, phone 555-010-0199.' }]],
  ])('is refused in words without e-mail addresses and phone numbers: %s', async (_what, status, body) => {
    expect(await register(status, body)).toEqual({
      kind: 'refused',
      why: 'Ask [e-mail], phone [phone].',
    });
  });
});
