import { expect, it } from 'vitest';
import { parseMerchants } from '../../src/config/merchants.ts';
import type { WebhooksApi } from '../../src/loop/webhooks-api.ts';
import type { Callback, CallbacksApi } from '../../src/masonhub/callbacks-api.ts';
import { carryOut } from '../../src/setup/register-carry-out.ts';
import { planCallback } from '../../src/setup/registrations.ts';

const publicUrl = 'https://returns.example.com';
const url = `${publicUrl}/callbacks/masonhub/acme`;
const merchant = parseMerchants(
  'merchants: {acme: {loop: {apiKey: k, webhookSecret: s}, masonhub: {account: acme, apiToken: t, callbackToken: c}}}',
  {},
  'merchants.yaml',
).get('acme');
const old: Callback = { id: 'old', url, version: '1.0', token: null };
const loop: WebhooksApi = {
  webhooks: async () => ({ kind: 'webhooks', webhooks: [] }),
  create: async () => ({ kind: 'done' }),
  replace: async () => ({ kind: 'done' }),
  destinations: async () => ({ kind: 'destinations', destinations: [] }),
};

/** Carries out what there is to do about an old callback, in a MasonHub that keeps registrations like this. */
async function mend(keep: (callbacks: Callback[], made: Callback) => Callback[], makes = true) {
  if (merchant === undefined) throw new Error('the file has no merchant');
  let callbacks = [old];
  const done: string[] = [];
  const masonhub: CallbacksApi = {
    callbacks: async () => ({ kind: 'callbacks', callbacks }),
    register: async () => {
      done.push('register');
      if (makes) callbacks = keep(callbacks, { id: 'new', url, version: '2.0', token: null });
      return { kind: 'done' };
    },
    remove: async (ids) => {
      done.push(`remove ${ids.join()}`);
      callbacks = callbacks.filter(({ id }) => id === null || !ids.includes(id));
      return { kind: 'done' };
    },
  };
  const plan = {
    loop: { steps: [], good: [], left: [] },
    masonhub: planCallback(callbacks, publicUrl, 'acme', 'c', false),
  };
  await carryOut(plan, { loop, masonhub }, merchant, publicUrl, () => {});
  return { done, callbacks };
}

it('an old callback is removed once the new one is there', async () => {
  expect(await mend((callbacks, made) => [...callbacks, made])).toMatchObject({
    done: ['register', 'remove old'],
    callbacks: [{ id: 'new', version: '2.0' }],
  });
});

it('where MasonHub keeps one for each message type, the new one has the old id and is not removed', async () => {
  expect(await mend((_, made) => [{ ...made, id: 'old' }])).toMatchObject({
    done: ['register'],
    callbacks: [{ id: 'old', version: '2.0' }],
  });
});

it('where the new one does not show up, the old one stays', async () => {
  expect(await mend((callbacks) => callbacks, false)).toMatchObject({ done: ['register'], callbacks: [old] });
});
