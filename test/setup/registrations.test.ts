import { describe, expect, it } from 'vitest';
import { shownUrl } from '../../src/vendors/addresses.ts';
import { describeWebhook, planWebhooks } from '../../src/vendors/loop/registration.ts';
import { WEBHOOKS, type Webhook } from '../../src/vendors/loop/webhooks-api.ts';
import type { Callback } from '../../src/vendors/masonhub/callbacks-api.ts';
import { planCallback } from '../../src/vendors/masonhub/registration.ts';

const publicUrl = 'https://returns.example.com';
const here = `${publicUrl}/webhooks/loop/acme`;
const registered: Webhook[] = WEBHOOKS.map(({ topic, trigger }, at) => ({
  id: String(at + 1),
  topic,
  trigger,
  url: here,
  active: true,
}));
const plan = (webhooks: readonly Webhook[], active = true) =>
  planWebhooks(webhooks, publicUrl, 'acme', active);
const withFirst = (changes: Partial<Webhook>) =>
  registered.map((webhook, at) => (at === 0 ? { ...webhook, ...changes } : webhook));
const first = { topic: 'return', trigger: 'return.created', url: here, active: true };

describe("what is to be done for Loop's webhooks", () => {
  it('is nothing where each is active and comes here', () => {
    expect(plan(registered)).toMatchObject({ steps: [], left: [] });
    expect(plan(registered).good).toEqual(WEBHOOKS.map(({ trigger }) => trigger));
  });

  it('is to create all six in a new shop, inactive while their secret is not known', () => {
    for (const active of [true, false]) {
      expect(plan([], active).steps).toEqual(
        WEBHOOKS.map((webhook) => ({ kind: 'create', wanted: { ...webhook, url: here, active } })),
      );
    }
  });

  it('is to activate an inactive one, but not before its secret is known', () => {
    const webhooks = withFirst({ active: false });
    expect(plan(webhooks).steps).toEqual([{ kind: 'activate', id: '1', wanted: first }]);
    expect(plan(webhooks, false).steps).toEqual([]);
  });

  it('is to create one where another topic comes here at its trigger, which stays as it is', () => {
    const webhooks = withFirst({ topic: 'label' });
    expect(plan(webhooks)).toMatchObject({
      steps: [{ kind: 'create', wanted: first }],
      left: [webhooks[0]],
    });
    expect(plan(withFirst({ topic: null })).steps).toEqual([]);
  });

  it('leaves an active one active while its secret is not known', () => {
    expect(plan(registered, false).steps).toEqual([]);
  });

  it.each([
    'https://old.example.com/webhooks/loop/acme',
    'https://returns.example.com/proxy/webhooks/loop/acme',
    'http://returns.example.com/webhooks/loop/acme',
  ])('is to move one of ours from %s', (url) => {
    expect(plan(withFirst({ url })).steps).toEqual([{ kind: 'move', id: '1', from: url, wanted: first }]);
  });

  it.each([
    'https://other.example.com/hook',
    'https://returns.example.com/webhooks/loop/acme2',
    'https://returns.example.com/webhooks/loop/other-acme',
    'not an address',
  ])('is to create one and leave alone what goes to %s', (url) => {
    const { steps, left } = plan(withFirst({ url }));
    expect(steps).toEqual([{ kind: 'create', wanted: first }]);
    expect(left).toMatchObject([{ id: '1', url }]);
  });

  it('takes the active one of two here, and one here before one elsewhere', () => {
    const inactive = { ...registered[0], id: '7', active: false } as Webhook;
    const moved = { ...inactive, id: '8', url: 'https://old.example.com/webhooks/loop/acme' };
    const { steps, left } = plan([inactive, moved, ...registered]);
    expect(steps).toEqual([]);
    expect(left.map(({ id }) => id)).toEqual(['7', '8']);
  });

  it.each([
    ['label', `return.created with the topic label to ${here}`],
    ['return', `return.created to ${here}`],
    [null, `return.created to ${here}`],
  ])('names a topic where the trigger does not: %s', (topic, words) => {
    expect(describeWebhook({ ...first, id: '1', topic })).toBe(words);
  });

  it('shows another topic that comes here by mistake, and nothing of other affairs', () => {
    const restock = { id: '9', topic: 'restock', trigger: 'restock.requested', url: here, active: true };
    const elsewhere = { ...restock, id: '10', url: 'https://other.example.com/' };
    expect(plan([...registered, restock, elsewhere]).left).toEqual([restock]);
  });

  it('is the same for an address written in another way', () => {
    expect(plan(withFirst({ url: 'https://RETURNS.example.com:443/webhooks/loop/acme' })).steps).toEqual([]);
  });
});

describe("what is to be done for MasonHub's callback", () => {
  const callback: Callback = { id: 'a', url: `${publicUrl}/callbacks/masonhub/acme`, version: '2.0' };
  const planned = (callbacks: readonly Callback[], renew = false) =>
    planCallback(callbacks, publicUrl, 'acme', renew);

  it('is nothing where it is right', () => {
    expect(planned([callback])).toEqual({ register: null, supersedes: [], before: 'here', left: [] });
  });

  it.each([
    ['it is not registered', null, [], 'nowhere'],
    ['it has the version 1.0', { version: '1.0' }, ['a'], 'here'],
    ['it has the version 1.0', { version: null }, ['a'], 'here'],
    [
      'it goes to https://old.example.com/callbacks/masonhub/acme',
      { url: 'https://old.example.com/callbacks/masonhub/acme' },
      ['a'],
      'elsewhere',
    ],
  ])('is to register it: %s', (why, changes, supersedes, before) => {
    const callbacks = changes === null ? [] : [{ ...callback, ...changes }];
    expect(planned(callbacks)).toEqual({ register: why, supersedes, before, left: [] });
  });

  it('is to register it for what is wrong at this address, whatever else of ours is there', () => {
    const moved = { ...callback, id: 'b', url: 'https://old.example.com/callbacks/masonhub/acme' };
    expect(planned([moved, { ...callback, version: '1.0' }])).toMatchObject({
      register: 'it has the version 1.0',
      supersedes: ['b', 'a'],
      before: 'here',
    });
  });

  it('is to register it again where that is asked for, as its token cannot be seen', () => {
    expect(planned([callback], true)).toMatchObject({
      register: 'asked for',
      supersedes: ['a'],
      before: 'here',
    });
  });

  it('leaves alone what goes elsewhere', () => {
    const other = { ...callback, id: 'b', url: 'https://other.example.com/callbacks' };
    expect(planned([other])).toMatchObject({
      register: 'it is not registered',
      supersedes: [],
      before: 'nowhere',
      left: [other],
    });
    expect(planned([other, callback])).toMatchObject({ register: null, left: [other] });
  });
});

it('an address is shown without what may be a secret in it', () => {
  expect(shownUrl('https://user:hunter2@other.example.com/hook?token=hunter2#hunter2')).toBe(
    'https://other.example.com/hook',
  );
});
