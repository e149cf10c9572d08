import type { Reply, SetUp } from '../corpus.ts';
import { CALLBACK_URL } from './answers.ts';

const docs = 'masonhub-docs api-reference';
const holdsPage = `${docs}/callback-holds/get-callback-holds`;
const description = 'masonhub-docs public description, GET /callback_holds';
const getPage = `${docs}/callbacks/get-callback-urls`;

const ok = (json: unknown): Reply => ({ status: 200, json });
const registered = {
  id: 'cb-4417',
  url: CALLBACK_URL,
  message_type: 'rmaEvent',
  api_version: '2.0',
  token: 'encrypted_0f77',
  created_at: '2026-11-01T08:00:00Z',
};
const none = ok([]);
const one = ok([registered]);
const noneAsError: Reply = {
  status: 404,
  json: { error: { code: 'NO_CALLBACKS_FOUND', message: 'There are none of this type' } },
};
const duplicate: Reply = {
  status: 409,
  json: {
    error: {
      code: 'DUPLICATE_CALLBACK',
      message: 'It is there already',
      details: { url: CALLBACK_URL, message_type: 'rmaEvent', existing_id: registered.id },
    },
  },
};
const { token: _token, created_at: _created, ...active } = { ...registered, status: 'active' };

const held = (name: string, published: string, json: unknown): SetUp => ({
  name: `rmaEvent is on hold, ${name}`,
  published,
  command: 'check',
  replies: { 'GET /callbacks': [one], 'GET /callback_holds': [ok(json)] },
  finds: ['hold'],
});
const notHeld = (name: string, published: string, reply: Reply): SetUp => ({
  name: `rmaEvent is not on hold, ${name}`,
  published,
  command: 'check',
  replies: { 'GET /callbacks': [one], 'GET /callback_holds': [reply] },
  status: 0,
  findsNot: ['hold'],
});

/** What the set-up commands must make of MasonHub's answers. */
export const setUps: readonly SetUp[] = [
  {
    name: 'a token that comes back encrypted is no finding',
    published: getPage,
    command: 'check',
    replies: { 'GET /callbacks': [one] },
    status: 0,
    findsNot: ['token'],
  },
  ...[none, noneAsError].map(
    (reply): SetUp => ({
      name: `there are no callbacks, with status ${reply.status}`,
      published: reply === none ? getPage : `${docs}/callbacks`,
      command: 'check',
      replies: { 'GET /callbacks': [reply] },
      status: 1,
      finds: ['not registered'],
      findsNot: ['says no'],
    }),
  ),
  {
    name: 'what is registered, with an encrypted token, is not registered again',
    published: getPage,
    command: 'register',
    replies: {
      'GET /callbacks': [one],
      'POST /callbacks': [{ status: 400, json: { message: 'Not again.' } }],
    },
    status: 0,
  },
  ...[none, noneAsError].map(
    (reply): SetUp => ({
      name: `it becomes active, where there were none with status ${reply.status}`,
      published: `${docs}/callbacks/create-callback-urls`,
      command: 'register',
      replies: {
        'GET /callbacks': [reply, one],
        'POST /callbacks': [{ status: 201, json: { callbacks: [active] } }],
      },
      status: 0,
    }),
  ),
  {
    name: 'what turns out to be there already is registered',
    published: `${docs}/callbacks/create-callback-urls`,
    command: 'register',
    replies: { 'GET /callbacks': [none, one], 'POST /callbacks': [duplicate] },
    status: 0,
  },
  held('among others', holdsPage, { holds: ['orderEvent', 'rmaEvent'] }),
  held('as a list of records', description, [
    { message_type: 'rmaEvent', created_at: '2026-11-01T08:00:00Z' },
  ]),
  notHeld('as nothing is', holdsPage, ok({ holds: [] })),
  notHeld('as others are', holdsPage, ok({ holds: ['skuInventoryChange', 'orderEvent'] })),
  notHeld('as an empty list', description, ok([])),
  notHeld('as none is found', description, {
    status: 404,
    json: { message: 'The record was not found.' },
  }),
];
