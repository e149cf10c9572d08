import { describe, expect, it } from 'vitest';
import type { Answer, Call } from '../../../src/outbound/call.ts';
import { webhooksApi } from '../../../src/vendors/loop/webhooks-api.ts';

function answering(status: number, json?: unknown) {
  const calls: Call[] = [];
  const answer: Answer = { kind: 'answer', status, json, retryAfterMs: null };
  const api = webhooksApi({ apiUrl: 'https://loop.example.com/api', apiKey: 'the-key' }, async (call) => {
    calls.push(call);
    return answer;
  });
  return { api, calls };
}

const shown = {
  id: 12345,
  shop_id: 1,
  topic: 'return',
  trigger: 'return.created',
  url: 'https://x.example.com/',
};
const wanted = { topic: 'return', trigger: 'return.created', url: 'https://x.example.com/', active: true };

describe("Loop's list of webhooks", () => {
  it.each([
    ['under its name', { webhooks: [{ ...shown, status: 'active' }] }],
    ['bare', [{ ...shown, id: '12345', status: 'Active' }]],
    ['beside what is not understood', { webhooks: [{ nothing: true }, { ...shown, status: 'active' }] }],
  ])('is read %s', async (_what, body) => {
    const { api, calls } = answering(200, body);
    expect(await api.webhooks()).toEqual({
      kind: 'webhooks',
      webhooks: [
        {
          id: '12345',
          topic: 'return',
          trigger: 'return.created',
          url: 'https://x.example.com/',
          active: true,
        },
      ],
    });
    expect(calls).toMatchObject([
      { url: 'https://loop.example.com/api/webhooks', headers: { 'x-authorization': 'the-key' } },
    ]);
  });

  it('counts one without a status as inactive, as Loop does', async () => {
    expect(await answering(200, [shown]).api.webhooks()).toMatchObject({ webhooks: [{ active: false }] });
  });

  it.each([
    [200, { error: { message: 'No.' } }, { kind: 'refused', why: 'No.' }],
    [401, undefined, { kind: 'paused' }],
    [502, undefined, { kind: 'transient' }],
    [200, undefined, { kind: 'transient' }],
  ])('is a failure where Loop answers %i %j', async (status, body, failure) => {
    expect(await answering(status, body).api.webhooks()).toMatchObject(failure);
  });
});

describe('a webhook that is saved', () => {
  it.each([
    [200, { ...shown, status: 'active' }],
    [201, {}],
    [204, undefined],
  ])('is saved where Loop answers %i', async (status, body) => {
    const { api, calls } = answering(status, body);
    expect(await api.create(wanted)).toEqual({ kind: 'done' });
    expect(await api.replace('7', { ...wanted, active: false })).toEqual({ kind: 'done' });
    const { active: _active, ...sent } = wanted;
    expect(calls.map(({ method, url, body: written }) => [method, url, written])).toEqual([
      ['POST', 'https://loop.example.com/api/webhooks', { ...sent, status: 'active' }],
      ['PUT', 'https://loop.example.com/api/webhooks/7', { ...sent, status: 'inactive' }],
    ]);
  });

  it.each([
    [200, { errors: { message: 'Not so.', code: 'X' } }, 'Not so.'],
    [422, { message: 'Must be one of', errors: { topic: ['Must be one of'] } }, 'Must be one of'],
  ])('is refused where an error comes with status %i', async (status, body, why) => {
    expect(await answering(status, body).api.create(wanted)).toEqual({ kind: 'refused', why });
  });
});

it("Loop's destinations have ids as numbers or as text, and may have no name", async () => {
  const destinations = [{ id: 1042, name: 'West', enabled: true }, { id: 'b', name: '' }, { name: 'no id' }];
  expect(await answering(200, { destinations }).api.destinations()).toEqual({
    kind: 'destinations',
    destinations: [
      { id: '1042', name: 'West' },
      { id: 'b', name: null },
    ],
  });
});
