import { describe, expect, test } from 'vitest';
import { deliveredEvent } from '../../../src/returns/events.ts';
import { understandMessage } from '../../../src/vendors/masonhub/callbacks.ts';
import { receiptOf } from '../../../src/vendors/masonhub/receipts.ts';
import { rmaRecord } from '../../../src/vendors/masonhub/schemas.ts';
import { damagedPants, only, unexpectedHat, v1, v2 } from './callback-bodies.ts';

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
        receivedAt: '2026-03-06T11:18:46.000Z',
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

  test.each([null, '', undefined])(
    'in version 2.0 is of the RMA that the outer number names, though the one inside is %j',
    (inside) => {
      const told = only(
        understandMessage(v2([damagedPants, unexpectedHat], { customer_identifier: inside })),
      );
      expect(told).toEqual(dated);
    },
  );

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

  test('of version 2.0 without the RMA in it does not say what was found', () => {
    const [{ details, ...without } = { details: null }] = v2([]).data;
    expect(details).not.toBeNull();
    for (const record of [without, { ...without, details: null }, { ...without, details: {} }]) {
      const { event } = only(understandMessage({ ...v2([]), data: [record] }));
      expect(event).toEqual({
        kind: 'receiptUnread',
        why: 'data.0.details: MasonHub left them out',
        asOf: { changedAt: null, toldAt: '2026-03-06T11:20:46.000Z' },
      });
    }
    const named = only(understandMessage({ ...v2([]), data: [{ ...without, details: { id: 'hub-1' } }] }));
    expect(named.event).toMatchObject({ kind: 'receipt', receipt: { masonHubId: 'hub-1', lines: [] } });
    const withLines = { ...without, line_items: [damagedPants] };
    expect(only(understandMessage({ ...v2([]), data: [withLines] })).event.kind).toBe('receipt');
    expect(only(understandMessage(v2([]))).event).toMatchObject({ kind: 'receipt', receipt: { lines: [] } });
  });

  test('whose event says received around an RMA that is still being received is no receipt', () => {
    expect(only(understandMessage(v2([damagedPants], { status: 'in-receiving' }))).event).toMatchObject({
      kind: 'receiving',
      stage: 'receivingStarted',
      asOf: { toldAt: '2026-03-06T11:20:46.000Z' },
    });
    expect(only(understandMessage(v2([damagedPants], { status: 'open' }))).event.kind).toBe('receiving');
  });

  test.each(['', ' ', null])('is of a box without an RMA where the number is %j', (customer_identifier) => {
    const told = understandMessage(v2([damagedPants], { customer_identifier }, { customer_identifier }));
    expect(told).toMatchObject({ result: 'accepted', events: [{ blind: { receipt: { isBlind: true } } }] });
  });

  test('is told by the event type where there is one, and by the status where the event type is empty', () => {
    const unsaid = v2([damagedPants], { status: undefined }, { status: undefined, event_type: 'received' });
    expect(only(understandMessage(unsaid)).event).toEqual({
      kind: 'receiptUnread',
      why: 'data.0.details.status: MasonHub left it out',
      asOf: {
        changedAt: null,
        receivedAt: '2026-03-06T11:18:46.000Z',
        toldAt: '2026-03-06T11:20:46.000Z',
      },
    });
    const byType = { status: undefined, event_type: 'received' };
    expect(only(understandMessage(v2([damagedPants], {}, byType))).event.kind).toBe('receipt');
    expect(only(understandMessage(v2([damagedPants], {}, { event_type: null }))).event.kind).toBe('receipt');
    expect(only(understandMessage(v2([damagedPants], {}, { event_type: '' }))).event.kind).toBe('receipt');
  });
});
