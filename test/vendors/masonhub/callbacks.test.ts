import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Understood } from '../../../src/inbox/delivery.ts';
import { deliveredEvent } from '../../../src/returns/events.ts';
import { firstPolicy } from '../../../src/returns/policy.ts';
import { judge } from '../../../src/returns/receipt.ts';
import {
  isSentByMasonHub,
  messageIdOf,
  messagesIn,
  type Proof,
  receiptOf,
  understandMessage,
} from '../../../src/vendors/masonhub/callbacks.ts';
import { rmaRecord } from '../../../src/vendors/masonhub/schemas.ts';
import { receiptOf as receiptWith, rmaFor } from '../../returns/fixtures.ts';

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

interface Line {
  readonly [field: string]: unknown;
}

/** A finished receipt in version 1.0: each item of `data` is the RMA itself. */
function v1(lines: readonly Line[], changes: Record<string, unknown> = {}) {
  return {
    callback_url: 'https://returns.example.com/callbacks',
    message_type: 'rmaEvent',
    message_id: '3b241101-e2bb-4255-8caf-4136c566a962',
    api_version: '1.0',
    data: [
      {
        id: 'a1f1c2d4-0000-4000-8000-000000000001',
        customer_identifier: '26442641',
        package_id: '1Z999AA10123456784',
        return_type: 'rma_submitted_by_customer',
        status: 'received',
        received_at: '2026-03-06T11:18:46Z',
        notes: 'One item is missing',
        customer_instruction: 'Dry clean',
        line_items: lines,
        ...changes,
      },
    ],
  };
}

/** The same in version 2.0: an event around the RMA, with another number inside. */
function v2(
  lines: readonly Line[],
  inner: Record<string, unknown> = {},
  outer: Record<string, unknown> = {},
) {
  const details = {
    ...v1(lines).data[0],
    customer_identifier: '100172',
    generate_return_label: 'true',
    version: '8',
  };
  return {
    ...v1([]),
    api_version: '2.0',
    data: [
      {
        id: 'a1f1c2d4-0000-4000-8000-000000000002',
        customer_identifier: '26442641',
        status: 'received',
        as_of: '2026-03-06T11:20:46Z',
        details: { ...details, ...inner },
        ...outer,
      },
    ],
  };
}

const damagedPants: Line = {
  customer_order_id: '54321',
  customer_sku_id: 'PANTS',
  quantity: 1,
  quantity_received: 1,
  return_reason_code: 'tooBig',
  return_notes: 'Did not fit',
  return_inventory_status: 'qc',
  not_on_original_rma: false,
  receiving_details: { damaged: [{ notes: 'Torn at the knee', quantity: 1 }] },
};
const unexpectedHat: Line = {
  customer_order_id: '54321',
  customer_sku_id: 'HAT',
  quantity: 1,
  quantity_received: 0,
  return_reason_code: 'other',
  return_inventory_status: 'qc',
  not_on_original_rma: true,
  receiving_details: { available: [{ notes: 'As new', quantity: 1 }] },
};

function only(understood: Understood) {
  if (understood.result !== 'accepted') throw new Error(`${understood.result}: ${understood.why}`);
  const [told, ...more] = understood.events;
  if (told === undefined || more.length > 0) throw new Error(`${understood.events.length} events`);
  if (!('rmaNumber' in told)) throw new Error('it is about no RMA');
  return told;
}

function receivedLine(line: Line) {
  const { event } = only(understandMessage(v1([{ customer_sku_id: 'SHIRT', ...line }])));
  if (event.kind !== 'receipt') throw new Error(`it became ${event.kind}`);
  return event.receipt.lines[0];
}

test('a receipt is as old as the record that shows it, whatever the date of the message', () => {
  const told = only(understandMessage(v2([], { updated_at: '2026-03-06T06:20:40-05:00' })));
  expect(told.event).toMatchObject({ receipt: { changedAt: '2026-03-06T11:20:40.000Z' } });
});

test('a receipt says whether it came by a callback or was asked for', () => {
  const record = rmaRecord.parse({ customer_identifier: '26442641', status: 'received', line_items: [] });
  expect(receiptOf(record, 'receipt')).toEqual({
    kind: 'receipt',
    trigger: 'receipt',
    receipt: {
      masonHubId: null,
      packageId: null,
      isBlind: false,
      changedAt: null,
      toldAt: null,
      lines: [],
      note: null,
    },
  });
  expect(receiptOf(record, 'receipt.pulled')).toMatchObject({ trigger: 'receipt.pulled' });
  expect(deliveredEvent.parse(receiptOf(record, 'receipt.pulled'))).toEqual(
    receiptOf(record, 'receipt.pulled'),
  );
});

describe('a receipt', () => {
  const expected = {
    rmaNumber: '26442641',
    event: {
      kind: 'receipt',
      trigger: 'receipt',
      receipt: {
        masonHubId: 'a1f1c2d4-0000-4000-8000-000000000001',
        packageId: '1Z999AA10123456784',
        isBlind: false,
        changedAt: null,
        toldAt: null,
        note: 'One item is missing',
        lines: [
          {
            sku: 'PANTS',
            onRma: true,
            counted: 1,
            detailed: true,
            received: [{ disposition: 'damaged', units: 1, note: 'Torn at the knee' }],
          },
          {
            sku: 'HAT',
            onRma: false,
            counted: null,
            detailed: true,
            received: [{ disposition: 'available', units: 1, note: 'As new' }],
          },
        ],
      },
    },
  };
  /** Version 2.0 says as of when it tells. */
  const dated = {
    ...expected,
    event: {
      ...expected.event,
      receipt: { ...expected.event.receipt, toldAt: '2026-03-06T11:20:46.000Z' },
    },
  };

  test('in version 1.0 is the RMA itself', () => {
    expect(only(understandMessage(v1([damagedPants, unexpectedHat])))).toEqual(expected);
  });

  test('in version 2.0 is the RMA in its event, and the outer number is the one to match', () => {
    expect(only(understandMessage(v2([damagedPants, unexpectedHat])))).toEqual(dated);
  });

  test('can wait in the inbox as JSON and comes out the same', () => {
    const { event } = only(understandMessage(v2([damagedPants, unexpectedHat])));
    expect(deliveredEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test('may have numbers and booleans as texts', () => {
    const texts = {
      ...damagedPants,
      quantity: '1',
      quantity_received: '1',
      not_on_original_rma: 'false',
      receiving_details: { damaged: [{ notes: 'Torn at the knee', quantity: '1' }] },
    };
    const hat = { ...unexpectedHat, not_on_original_rma: 'true' };
    expect(only(understandMessage(v1([texts, hat])))).toEqual(expected);
    expect(
      only(understandMessage(v1([damagedPants, unexpectedHat], { customer_identifier: 26442641 }))),
    ).toEqual(expected);
  });

  test('passes with fields that nobody knows yet', () => {
    expect(
      only(understandMessage(v2([{ ...damagedPants, a_new_field: [] }, unexpectedHat], { x: 1 }, { y: 2 }))),
    ).toEqual(dated);
  });

  test.each([[], null, undefined])('with line items of %j has no lines', (line_items) => {
    const { event } = only(understandMessage(v1([], { line_items })));
    expect(event).toMatchObject({
      kind: 'receipt',
      trigger: 'receipt',
      receipt: { note: 'One item is missing', lines: [] },
    });
  });

  test('whose event says received around an RMA that is still being received is no receipt', () => {
    expect(only(understandMessage(v2([damagedPants], { status: 'in-receiving' }))).event).toEqual({
      kind: 'receiving',
      stage: 'receivingStarted',
    });
    expect(only(understandMessage(v2([damagedPants], { status: 'open' }))).event.kind).toBe('receiving');
  });

  test('is told by the event type where there is one, and by the status where the event type is empty', () => {
    const byType = { status: undefined, event_type: 'received' };
    expect(only(understandMessage(v2([damagedPants], {}, byType))).event.kind).toBe('receipt');
    expect(only(understandMessage(v2([damagedPants], {}, { event_type: null }))).event.kind).toBe('receipt');
    expect(only(understandMessage(v2([damagedPants], {}, { event_type: '' }))).event.kind).toBe('receipt');
  });
});

describe('what happened to the units of a line', () => {
  test('is what its receiving details say, whatever the RMA asked for', () => {
    expect(receivedLine({ ...damagedPants, return_inventory_status: 'available' })?.received).toEqual([
      { disposition: 'damaged', units: 1, note: 'Torn at the knee' },
    ]);
  });

  test('is each entry of each status', () => {
    const receiving_details = {
      available: [{ quantity: 2 }, { quantity: 1, notes: '' }],
      'under-investigation': [{ quantity: 1, notes: 'Smells' }],
    };
    expect(receivedLine({ quantity_received: 4, receiving_details })).toEqual({
      sku: 'SHIRT',
      onRma: true,
      counted: 4,
      detailed: true,
      received: [
        { disposition: 'available', units: 2, note: null },
        { disposition: 'available', units: 1, note: null },
        { disposition: 'under-investigation', units: 1, note: 'Smells' },
      ],
    });
  });

  test.each([
    ['available', 'available'],
    ['Available', 'available'],
    [' QC ', 'qc'],
    ['A-Status-Of-Next-Year', 'a-status-of-next-year'],
  ])('has its status compared in small letters: %s is %s', (status, disposition) => {
    expect(
      receivedLine({ receiving_details: { [status]: [{ quantity: 1 }] } })?.received[0]?.disposition,
    ).toBe(disposition);
  });

  test('is the status to receive into only where there are no details', () => {
    for (const receiving_details of [undefined, null]) {
      expect(
        receivedLine({ quantity_received: 2, return_inventory_status: 'available', receiving_details })
          ?.received,
      ).toEqual([{ disposition: 'available', units: 2, note: null }]);
    }
    expect(
      receivedLine({ quantity_received: 1, return_inventory_status: 'qc' })?.received[0]?.disposition,
    ).toBe('qc');
  });

  test('is unknown, never available, where neither is given', () => {
    expect(receivedLine({ quantity_received: 1 })?.received).toEqual([
      { disposition: 'unknown', units: 1, note: null },
    ]);
  });

  test.each([{}, []])('is nothing at all where the details are %j', (receiving_details) => {
    const line = receivedLine({
      quantity_received: 1,
      return_inventory_status: 'available',
      receiving_details,
    });
    expect(line?.received).toEqual([]);
    if (line === undefined) throw new Error('no line');
    expect(judge(rmaFor(['SHIRT', 1]), [receiptWith(line)], firstPolicy).kind).toBe('exception');
  });

  test('is nothing where a line was not received, with no details', () => {
    const line = receivedLine({ quantity: 1, return_inventory_status: 'available' });
    if (line === undefined) throw new Error('no line');
    expect(judge(rmaFor(['SHIRT', 1]), [receiptWith(line)], firstPolicy).kind).toBe('missing');
  });

  test.each(['', null, undefined])(
    'of an item whose SKU is %j is kept, and says that there is none',
    (sku) => {
      const line = receivedLine({
        customer_sku_id: sku,
        not_on_original_rma: true,
        receiving_details: { available: [{ quantity: 1 }] },
      });
      expect(line).toMatchObject({ sku: '', onRma: false });
      expect(line?.received).toEqual([{ disposition: 'available', units: 1, note: null }]);
    },
  );

  test('of an extra item is what the details count, though the line counts none', () => {
    expect(receivedLine({ ...unexpectedHat, customer_sku_id: 'HAT' })).toMatchObject({
      onRma: false,
      counted: null,
    });
  });

  test('has notes cut to a length, between characters', () => {
    const notes = `x${'👕'.repeat(400)}`;
    const note =
      receivedLine({ receiving_details: { damaged: [{ quantity: 1, notes }] } })?.received[0]?.note ?? '';
    expect([...note]).toHaveLength(250);
    expect(note.isWellFormed()).toBe(true);
  });

  test('has a status that the database can keep', () => {
    for (const lead of ['', 'x']) {
      const status = `${lead}${'👕'.repeat(50)}\u0000`;
      const disposition =
        receivedLine({ receiving_details: { [status]: [{ quantity: 1 }] } })?.received[0]?.disposition ?? '';
      expect(disposition).not.toContain('\u0000');
      expect(disposition.isWellFormed(), `with "${lead}" in front`).toBe(true);
    }
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

  test.each(['onDock', 'receivingStarted'])('from the dock: %s', (stage) => {
    const told = { rmaNumber: '26442641', event: { kind: 'receiving', stage } };
    expect(only(understandMessage(event({ event_type: stage })))).toEqual(told);
    expect(only(understandMessage(event({ status: stage, details: null })))).toEqual(told);
  });

  test('from the warehouse in the words of an RMA: in-receiving', () => {
    expect(only(understandMessage(v1([], { status: 'in-receiving' }))).event).toEqual({
      kind: 'receiving',
      stage: 'receivingStarted',
    });
  });

  test.each(['open', 'deleted', 'somethingNew', '', null])('of the kind %j is ignored', (status) => {
    expect(understandMessage(v1([], { status })).result).toBe('ignored');
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

  test('about a parcel of which neither an RMA nor a number is known is ignored', () => {
    const nobodys = { customer_identifier: null, id: null, package_id: null };
    expect(understandMessage(v1([unexpectedHat], nobodys)).result).toBe('ignored');
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
    const second = { ...v1([]), data: [v1([], { status: 'open' }).data[0], { customer_identifier: {} }] };
    expect(whyRejected(second)).toBe('data.1.customer_identifier');
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
