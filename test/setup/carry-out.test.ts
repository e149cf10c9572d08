import { expect, it } from 'vitest';
import { parseMerchants } from '../../src/config/merchants.ts';
import { carryOut } from '../../src/setup/register-carry-out.ts';
import type { WebhooksApi } from '../../src/vendors/loop/webhooks-api.ts';
import type { Callback, CallbacksApi } from '../../src/vendors/masonhub/callbacks-api.ts';
import { planCallback } from '../../src/vendors/masonhub/registration.ts';

const publicUrl = 'https://returns.example.com';
const url = `${publicUrl}/callbacks/masonhub/acme`;
const merchant = parseMerchants(
  'merchants: {acme: {loop: {apiKey: k, webhookSecret: s}, masonhub: {account: acme, apiToken: t, callbackToken: c}}}',
  {},
  'merchants.yaml',
).get('acme');
const old: Callback = { id: 'old', url, version: '1.0' };
const loop: WebhooksApi = {
  webhooks: async () => ({ kind: 'webhooks', webhooks: [] }),
  create: async () => ({ kind: 'done' }),
  replace: async () => ({ kind: 'done' }),
  destinations: async () => ({ kind: 'destinations', destinations: [] }),
};

type Answer = Awaited<ReturnType<CallbacksApi['register']>>;
const done = { kind: 'done' } as const;

/** A MasonHub that keeps registrations in a way of its own. */
interface Keeper {
  callbacks?: Callback[];
  /** Which registrations there are after one more. */
  keep?(callbacks: Callback[], made: Callback): Callback[];
  /** What it answers, in place of keeping anything, where it does not simply take it. */
  answer?(callbacks: readonly Callback[]): Answer;
  remove?: Awaited<ReturnType<CallbacksApi['remove']>>;
}

/** Carries out what there is to do about the callbacks that are there. */
async function mend({ callbacks = [old], keep, answer, remove = done }: Keeper, renew = false) {
  if (merchant === undefined) throw new Error('the file has no merchant');
  let now = callbacks;
  const did: string[] = [];
  const masonhub: CallbacksApi = {
    callbacks: async () => ({ kind: 'callbacks', callbacks: now }),
    register: async () => {
      did.push('register');
      const said = answer?.(now) ?? done;
      if (said.kind === 'done') now = keep?.(now, { id: 'new', url, version: '2.0' }) ?? now;
      return said;
    },
    remove: async (ids) => {
      did.push(`remove ${ids.join()}`);
      if (remove.kind === 'done') now = now.filter(({ id }) => id === null || !ids.includes(id));
      return remove;
    },
    holds: async () => ({ kind: 'holds', types: [] }),
  };
  const plan = {
    loop: { steps: [], good: [], left: [] },
    masonhub: planCallback(now, publicUrl, 'acme', renew),
  };
  const said: string[] = [];
  const { callbackIsRegistered } = await carryOut(
    plan,
    { loop, masonhub },
    merchant,
    publicUrl,
    (line) => void said.push(line),
  );
  return { did, callbacks: now, said, callbackIsRegistered };
}

const add: Keeper['keep'] = (callbacks, made) => [...callbacks, made];
/** One registration for each address and message type. */
const oneEach: Keeper['answer'] = ([first]) => (first === undefined ? done : { kind: 'there', id: first.id });

it('an old callback is removed once the new one is there', async () => {
  expect(await mend({ keep: add })).toMatchObject({
    did: ['register', 'remove old'],
    callbacks: [{ id: 'new', version: '2.0' }],
  });
});

it('where MasonHub keeps one for each message type, the new one has the old id and is not removed', async () => {
  expect(await mend({ keep: (_, made) => [{ ...made, id: 'old' }] })).toMatchObject({
    did: ['register'],
    callbacks: [{ id: 'old', version: '2.0' }],
  });
});

it('where the new one does not show up, the old one stays', async () => {
  expect(await mend({})).toMatchObject({ did: ['register'], callbacks: [old] });
});

it('an old one that stands in the way of the new one is removed first', async () => {
  expect(await mend({ keep: add, answer: oneEach })).toMatchObject({
    did: ['register', 'remove old', 'register'],
    callbacks: [{ id: 'new', version: '2.0' }],
    said: ['✓ MasonHub: rmaEvent'],
    callbackIsRegistered: true,
  });
});

it('what is at an older address is removed only once the new one is there', async () => {
  const moved = { ...old, id: 'moved', url: url.replace('returns', 'old') };
  const answer: Keeper['answer'] = (callbacks) =>
    callbacks.includes(old) ? { kind: 'there', id: 'old' } : done;
  expect(await mend({ callbacks: [moved, old], keep: add, answer })).toMatchObject({
    did: ['register', 'remove old', 'register', 'remove moved'],
    callbacks: [{ id: 'new' }],
  });
});

it('an old one in the way is removed as well where MasonHub does not say which one it is', async () => {
  const answer: Keeper['answer'] = ([first]) => (first === undefined ? done : { kind: 'there', id: null });
  expect(await mend({ keep: add, answer })).toMatchObject({ did: ['register', 'remove old', 'register'] });
});

it('one with an older token is removed first, too', async () => {
  const good = { ...old, version: '2.0' };
  const there = { callbacks: [good], keep: add, answer: oneEach };
  expect(await mend(there)).toMatchObject({ did: [] });
  expect(await mend(there, true)).toMatchObject({
    did: ['register', 'remove old', 'register'],
    callbackIsRegistered: true,
  });
});

it('one that cannot be removed stays, and the reason is told', async () => {
  const remove = { kind: 'refused', why: 'Insufficient permissions' } as const;
  expect(await mend({ keep: add, answer: oneEach, remove })).toMatchObject({
    did: ['register', 'remove old'],
    callbacks: [old],
    said: ['✗ MasonHub: rmaEvent: Insufficient permissions.'],
    callbackIsRegistered: false,
  });
});

it('where the new one fails after the old one is gone, that is told', async () => {
  const down = { kind: 'transient', why: 'MasonHub failed (500)', arrived: 'maybe' } as const;
  const answer: Keeper['answer'] = ([first]) =>
    first === undefined ? down : { kind: 'there', id: first.id };
  expect(await mend({ answer })).toMatchObject({
    did: ['register', 'remove old', 'register'],
    said: [
      '✗ MasonHub: rmaEvent: MasonHub failed (500). The old one is removed already: run this again soon.',
    ],
    callbackIsRegistered: false,
  });
});

it('one that MasonHub has and did not list is taken for what is wanted', async () => {
  expect(await mend({ callbacks: [], answer: () => ({ kind: 'there', id: 'x' }) })).toMatchObject({
    did: ['register'],
    said: ['✓ MasonHub: rmaEvent, which was there already'],
  });
});
