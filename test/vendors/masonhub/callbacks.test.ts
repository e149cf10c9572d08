import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  isSentByMasonHub,
  messageIdOf,
  messagesIn,
  type Proof,
  understandMessage,
} from '../../../src/vendors/masonhub/callbacks.ts';
import { damagedPants, only, unexpectedHat, v1, v2 } from './callback-bodies.ts';

const token = 'callback-token';

describe("a callback's proof", () => {
  const json = { message_type: 'rmaEvent', data: [] };
  const body = Buffer.from('{"message_type": "rmaEvent",  "data": []}');
  const proof = (given: Partial<Proof>): Proof => ({
    authorization: undefined,
    signature: undefined,
    body,
    json,
    ...given,
  });
  const sign = (secret: string, bytes = body) =>
    `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;

  test.each([
    ['the bearer token', { authorization: `Bearer ${token}` }],
    ['the bearer token, the scheme in other letters', { authorization: `bearer ${token}` }],
    ['a token field in the body', { json: { ...json, token } }],
    ['a token field in every one of several messages', { json: [{ ...json, token }, { token }] }],
    ['a signature over the raw bytes', { signature: sign(token) }],
    ['a signature without its prefix', { signature: sign(token).slice('sha256='.length) }],
    ['a signature in capital letters', { signature: sign(token).toUpperCase().replace('SHA256', 'sha256') }],
    ['a signature without its prefix', { signature: sign(token).slice('sha256='.length) }],
    ['one right proof beside a wrong one', { authorization: 'Bearer wrong', json: { ...json, token } }],
  ])('is %s', (_, given) => {
    expect(isSentByMasonHub(proof(given), token)).toBe(true);
  });

  test.each([
    ['nothing', {}],
    ['another bearer token', { authorization: 'Bearer guess' }],
    ['an empty bearer token', { authorization: 'Bearer ' }],
    ['the token without its scheme', { authorization: token }],
    ['the token with more behind it', { authorization: `Bearer ${token}x` }],
    ['basic credentials', { authorization: `Basic ${Buffer.from(token).toString('base64')}` }],
    ['another token in the body', { json: { ...json, token: 'guess' } }],
    ['a token that is no text', { json: { ...json, token: true } }],
    ['a token in only one of two messages', { json: [{ ...json, token }, json] }],
    ['an empty list', { json: [] }],
    ['a body that is not JSON', { json: undefined }],
    ['a signature with another secret', { signature: sign('guess') }],
    ['a signature over other bytes', { signature: sign(token, Buffer.from(JSON.stringify(json))) }],
    ['a signature cut short', { signature: sign(token).slice(0, -2) }],
    ['an empty signature', { signature: '' }],
  ])('is not %s', (_, given) => {
    expect(isSentByMasonHub(proof(given), token)).toBe(false);
  });
});

describe("a callback's messages", () => {
  test('are one, or each of a list', () => {
    expect(messagesIn({ a: 1 })).toEqual([{ a: 1 }]);
    expect(messagesIn([{ a: 1 }, { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }]);
    expect(messagesIn([])).toEqual([]);
  });

  test('have an id by which a repeat is known', () => {
    expect(messageIdOf({ message_id: '7f9e' })).toBe('7f9e');
    for (const message_id of ['', null, undefined, 7, 'x'.repeat(101)]) {
      expect(messageIdOf({ message_id })).toBeNull();
    }
    expect(messageIdOf('text')).toBeNull();
  });

  test('have no id that the database cannot keep', () => {
    expect(messageIdOf({ message_id: 'a\u0000b' }) ?? '').not.toContain('\u0000');
  });
});

describe('news on the way', () => {
  const event = (outer: Record<string, unknown>) => ({
    ...v1([]),
    api_version: '2.0',
    data: [
      { id: 'b2', customer_identifier: '26442641', as_of: '2026-03-04T08:48:32.284951-05:00', ...outer },
    ],
  });

  test.each(['tendered', 'inTransit', 'delivered', 'undeliverable'])('from the carrier: %s', (status) => {
    const told = { rmaNumber: '26442641', event: { kind: 'carrier', status } };
    expect(only(understandMessage(event({ event_type: status })))).toEqual(told);
    expect(only(understandMessage(event({ status })))).toEqual(told);
  });

  const asOf = { changedAt: null, toldAt: '2026-03-04T13:48:32.284Z' };

  test.each(['onDock', 'receivingStarted'])('from the dock: %s, and as of when', (stage) => {
    const told = { rmaNumber: '26442641', event: { kind: 'receiving', stage, asOf } };
    expect(only(understandMessage(event({ event_type: stage })))).toEqual(told);
    expect(only(understandMessage(event({ status: stage, details: null })))).toEqual(told);
  });

  test('from the warehouse in the words of an RMA: in-receiving', () => {
    const dated = { updated_at: '2026-03-04T09:00:00-05:00', received_at: '2026-03-03T09:00:00Z' };
    expect(only(understandMessage(v1([], { status: 'in-receiving', ...dated }))).event).toEqual({
      kind: 'receiving',
      stage: 'receivingStarted',
      asOf: { changedAt: '2026-03-04T14:00:00.000Z', receivedAt: '2026-03-03T09:00:00.000Z', toldAt: null },
    });
  });

  test.each(['onDock', 'receivingStarted', 'putaway'])(
    'from the dock (%s) around an RMA that is received by now is as of no time',
    (event_type) => {
      const { event: told } = only(
        understandMessage(event({ event_type, details: { status: 'received', line_items: [damagedPants] } })),
      );
      expect(told).not.toHaveProperty('asOf');
    },
  );

  test.each(['open', 'deleted', '', null])('of the kind %j is ignored', (status) => {
    expect(understandMessage(v1([], { status })).result).toBe('ignored');
  });

  test('in a word that is not known is kept with that word, and with whether units came', () => {
    const told = (lines: Parameters<typeof v1>[0]) =>
      only(understandMessage(v1(lines, { status: 'putaway' }))).event;
    const received = { changedAt: null, receivedAt: '2026-03-06T11:18:46.000Z', toldAt: null };
    const putaway = { kind: 'unknownStatus', status: 'putaway', asOf: received };
    expect(told([])).toEqual({ ...putaway, countsUnits: false });
    expect(told([damagedPants])).toEqual({ ...putaway, countsUnits: true });
    expect(told([{ ...damagedPants, quantity_received: 'two' }])).toMatchObject({ countsUnits: true });
    expect(only(understandMessage(event({ event_type: 'lost' }))).event).toMatchObject({
      status: 'lost',
      asOf,
    });
  });

  test('of an RMA that comes by itself, without an envelope, is understood', () => {
    const [rma] = v1([], { status: 'in-receiving' }).data;
    expect(only(understandMessage(rma))).toMatchObject({ rmaNumber: '26442641' });
  });
});

describe('a message', () => {
  test('can tell of several RMAs', () => {
    const message = {
      ...v1([]),
      data: [v1([damagedPants]).data[0], ...v2([], {}, { customer_identifier: '777777' }).data],
    };
    const understood = understandMessage(message);
    if (understood.result !== 'accepted') throw new Error(understood.result);
    expect(understood.events.map((told) => 'rmaNumber' in told && told.rmaNumber)).toEqual([
      '26442641',
      '777777',
    ]);
  });

  test.each([null, '', undefined])(
    'about a parcel that came without an RMA (%j) tells of the parcel, whose lines are all that is known',
    (customer_identifier) => {
      const message = v1([unexpectedHat], {
        customer_identifier,
        return_type: 'rma_created_by_distribution_center',
      });
      const understood = understandMessage(message);
      expect(understood).toMatchObject({
        result: 'accepted',
        events: [
          {
            blind: {
              kind: 'receipt',
              receipt: {
                masonHubId: 'a1f1c2d4-0000-4000-8000-000000000001',
                packageId: '1Z999AA10123456784',
                isBlind: true,
                lines: [{ sku: 'HAT' }],
              },
            },
          },
        ],
      });
    },
  );

  test.each([
    ['about a parcel', v1([unexpectedHat], { customer_identifier: null, id: null, package_id: null })],
    [
      'with its number under another name',
      { ...v1([]), data: [{ customer_identifer: '1', status: 'received' }] },
    ],
    ['about nothing', { ...v1([]), data: [{}] }],
  ])('%s of which neither an RMA nor a box is known is rejected, and says what it lacks', (_, message) => {
    expect(understandMessage(message)).toMatchObject({
      result: 'rejected',
      issues: [{ path: 'data.0.customer_identifier' }],
    });
  });

  test('keeps what has a number where another RMA in it has none', () => {
    const message = {
      ...v1([]),
      data: [v1([], { customer_identifier: null }).data[0], v1([damagedPants]).data[0]],
    };
    expect(understandMessage(message)).toMatchObject({
      events: [{ blind: { kind: 'receipt' } }, { rmaNumber: '26442641' }],
    });
  });

  test('takes no number from inside where the outer one is missing: it belongs to another event', () => {
    expect(understandMessage(v2([damagedPants], {}, { customer_identifier: null })).result).toBe('ignored');
  });

  test.each(['skuInventoryChange', 'orderEvent', 'rmaevent'])('of the type %s is ignored', (message_type) => {
    expect(understandMessage({ ...v1([]), message_type, data: 'anything' }).result).toBe('ignored');
  });

  test('of no RMA at all is ignored', () => {
    expect(understandMessage({ ...v1([]), data: [] }).result).toBe('ignored');
  });

  test('of another type is ignored with words that the database can keep', () => {
    const understood = understandMessage({ message_type: `a\u0000${'👕'.repeat(60)}` });
    if (understood.result !== 'ignored') throw new Error(understood.result);
    expect(understood.why).not.toContain('\u0000');
    expect(understood.why.isWellFormed()).toBe(true);
  });

  const whyRejected = (message: unknown): string => {
    const understood = understandMessage(message);
    if (understood.result !== 'rejected') throw new Error(understood.result);
    expect(understood.why.startsWith(`${understood.issues[0]?.path}: `)).toBe(true);
    return understood.issues[0]?.path ?? '';
  };

  test('is rejected, naming the field, where the envelope is not understood', () => {
    expect(whyRejected({})).toBe('data');
    expect(whyRejected('text')).toBe('body');
    expect(whyRejected({ message_type: {} })).toBe('data');
    expect(whyRejected({ message_type: 'rmaEvent' })).toBe('data');
    expect(whyRejected({ message_type: 'rmaEvent', data: 'text' })).toBe('data');
    expect(whyRejected({ message_type: 'rmaEvent', data: Array.from({ length: 1_001 }, () => ({})) })).toBe(
      'data',
    );
  });

  test('is understood with a type or a status that is no text, as without it', () => {
    const told = understandMessage(v1([damagedPants]));
    expect(understandMessage({ ...v1([damagedPants]), message_type: {} })).toEqual(told);
    expect(understandMessage(v1([damagedPants], { event_type: {} }))).toEqual(told);
    expect(understandMessage(v1([damagedPants], { status: {} })).result).toBe('ignored');
  });

  test('is understood without its type, and with an RMA that stands alone in it', () => {
    const told = understandMessage(v1([damagedPants]));
    expect(understandMessage({ ...v1([damagedPants]), message_type: undefined })).toEqual(told);
    expect(understandMessage({ ...v1([]), data: v1([damagedPants]).data[0] })).toEqual(told);
  });

  test('is rejected, naming the place in data, where none of its RMAs is named', () => {
    expect(whyRejected({ ...v1([]), data: ['text'] })).toBe('data.0');
    expect(whyRejected(v1([], { customer_identifier: {} }))).toBe('data.0.customer_identifier');
    expect(whyRejected(v1([], { customer_identifier: 2 ** 60 }))).toBe('data.0.customer_identifier');
    expect(whyRejected({ ...v1([]), data: [{}, { customer_identifier: {} }] })).toBe(
      'data.0.customer_identifier',
    );
  });

  test('is not rejected where one of its RMAs is named, though nothing has happened to it', () => {
    const open = v1([], { status: 'open' }).data[0];
    const onDock = { customer_identifier: null, id: '7', status: 'in-receiving' };
    for (const named of [open, onDock]) {
      const data = [named, { customer_identifier: {} }, {}];
      expect(understandMessage({ ...v1([]), data }).result).toBe('ignored');
    }
  });

  test('keeps what has a number where another RMA in it cannot be named', () => {
    const data = ['text', { customer_identifier: {} }, v1([damagedPants]).data[0]];
    expect(only(understandMessage({ ...v1([]), data })).rmaNumber).toBe('26442641');
  });

  test('is rejected without repeating what the field held', () => {
    const understood = understandMessage(v1([], { customer_identifier: ['ada@example.com'] }));
    expect(understood.result).toBe('rejected');
    expect(JSON.stringify(understood)).not.toContain('ada@example.com');
  });
});
