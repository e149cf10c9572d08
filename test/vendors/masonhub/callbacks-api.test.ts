import { describe, expect, it } from 'vitest';
import { parseMerchants } from '../../../src/config/merchants.ts';
import type { Call } from '../../../src/outbound/call.ts';
import { callbacksApi } from '../../../src/vendors/masonhub/callbacks-api.ts';

const entry = {
  loop: { apiKey: 'k', webhookSecret: 's' },
  masonhub: { account: 'acme', apiToken: 't', callbackToken: 'c' },
};
const merchant = parseMerchants(JSON.stringify({ merchants: { acme: entry } }), {}, 'merchants.yaml').get(
  'acme',
);

function answering(status: number, json?: unknown) {
  return answeringInTurn([{ status, json }]);
}

/** The last answer stays. */
function answeringInTurn(answers: readonly { status: number; json: unknown }[]) {
  if (merchant === undefined) throw new Error('the file has no merchant');
  const calls: Call[] = [];
  const api = callbacksApi(merchant, async (call) => {
    const { status, json } = answers[calls.length] ?? answers.at(-1) ?? { status: 500, json: undefined };
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
      callbacks: [{ id: 'cb79fyn5', url: 'https://x.example.com/', version: '2.0' }],
    });
  });

  it.each([undefined, 'c', 'encrypted_verification_token'])(
    'may lack the version and the id; a token in it is passed over: %s',
    async (token) => {
      const bare = { url: 'https://x.example.com/', message_type: 'rmaEvent', token };
      expect(await answering(200, [bare]).api.callbacks()).toEqual({
        kind: 'callbacks',
        callbacks: [{ id: null, url: 'https://x.example.com/', version: null }],
      });
    },
  );

  it('is empty where MasonHub says that it found none', async () => {
    const error = { code: 'NO_CALLBACKS_FOUND', message: 'No callback URLs found' };
    const message = 'The record or records you are looking for could not be found.';
    for (const api of [
      answering(404, { error }).api,
      answering(404, { message }).api,
      answering(200, []).api,
    ]) {
      expect(await api.callbacks()).toEqual({ kind: 'callbacks', callbacks: [] });
    }
  });

  it.each([
    [401, { message: 'The access token provided is missing or invalid.' }, 'paused'],
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
    ['a list of callbacks', { callbacks: [{ id: 'x', url, status: 'active' }] }],
    ['results', { results: [{ id: 'x', url, status: 'active' }] }],
    ['an active record', [{ id: 'x', status: 'Active' }]],
  ])('is registered where the answer is %s', async (_what, body) => {
    for (const status of [200, 201]) expect(await register(status, body)).toEqual({ kind: 'done' });
  });

  it.each([
    [{ url, message_type: 'rmaEvent', existing_id: 'cb79fyn5' }, 'cb79fyn5'],
    [{ existing_id: 7 }, '7'],
    [{ existing_id: '' }, null],
    [{}, null],
    ['cb79fyn5', null],
    [undefined, null],
  ])('is there already where MasonHub knows it: %j', async (details, id) => {
    const error = { code: 'DUPLICATE_CALLBACK', message: 'Callback already exists', details };
    expect(await register(409, { error })).toEqual({ kind: 'there', id });
  });

  it('is refused by any other 409', async () => {
    expect(await register(409, { error: { code: 'CONFLICT', message: 'Not now' } })).toEqual({
      kind: 'refused',
      why: 'Not now',
    });
  });

  it('is not known to be registered where the answer is no JSON', async () => {
    expect(await register(200, undefined)).toMatchObject({ kind: 'transient', arrived: 'maybe' });
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
    ['a list of callbacks', { callbacks: [{ status: 'inactive', reason: 'unreachable' }] }, 'unreachable'],
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

describe('callbacks that are deleted', () => {
  const gone = { error: { code: 'CALLBACK_NOT_FOUND', message: 'One or more callbacks not found' } };

  it('are sent as a list of ids', async () => {
    const { api, calls } = answering(200, { deleted: [] });
    await api.remove(['x', 'y']);
    expect(calls).toMatchObject([{ method: 'DELETE', body: ['x', 'y'] }]);
  });

  it.each([
    ['a list', 200, { deleted: [{ id: 'x', status: 'success' }] }],
    ['words', 200, 'callbacks deleted'],
    ['words that are no JSON', 200, undefined],
    ['a batch', 200, { results: [{ status: 'Success' }] }],
    ['that it had gone already', 404, gone],
  ])('are gone where the answer is %s', async (_what, status, body) => {
    expect(await answering(status, body).api.remove(['x'])).toEqual({ kind: 'done' });
  });

  it.each([200, 207])('are not where one of them failed, with the reason (%i)', async (status) => {
    const deleted = [
      { id: 'x', status: 'success' },
      { id: 'y', status: 'failed', error_message: 'Insufficient permissions' },
    ];
    expect(await answering(status, { deleted }).api.remove(['x', 'y'])).toEqual({
      kind: 'refused',
      why: 'Insufficient permissions',
    });
  });

  it('are asked for one by one where some of several are not there', async () => {
    const answers = [
      { status: 404, json: gone },
      { status: 404, json: gone },
      { status: 200, json: { deleted: [{ id: 'y', status: 'success' }] } },
    ];
    const { api, calls } = answeringInTurn(answers);
    expect(await api.remove(['x', 'y'])).toEqual({ kind: 'done' });
    expect(calls.map(({ body }) => body)).toEqual([['x', 'y'], ['x'], ['y']]);
  });

  it.each([
    [404, { message: 'The record could not be found.' }, 'refused'],
    [500, { message: 'Something went wrong.' }, 'transient'],
  ])('are not known to be gone where MasonHub answers %i %j', async (status, body, kind) => {
    expect(await answering(status, body).api.remove(['x'])).toMatchObject({ kind });
  });
});

describe('holds', () => {
  it('are message types', async () => {
    const { api, calls } = answering(200, { holds: ['rmaEvent', 'orderEvent'] });
    expect(await api.holds()).toEqual({ kind: 'holds', types: ['rmaEvent', 'orderEvent'] });
    expect(calls).toMatchObject([
      { method: 'GET', url: 'https://app.masonhub.co/acme/api/v1/callback_holds' },
    ]);
  });

  it.each([404, 501])('are unknown where MasonHub answers %i', async (status) => {
    expect(await answering(status, { message: 'No such thing.' }).api.holds()).toEqual({ kind: 'unknown' });
  });

  it.each([
    [403, { message: 'Forbidden.' }, 'paused'],
    [500, { message: 'Something went wrong.' }, 'transient'],
    [200, 'none', 'transient'],
    [200, undefined, 'transient'],
  ])('cannot be known where MasonHub answers %i %j', async (status, body, kind) => {
    expect(await answering(status, body).api.holds()).toMatchObject({ kind });
  });
});
