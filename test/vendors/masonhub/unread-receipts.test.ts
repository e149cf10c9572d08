import { describe, expect, test } from 'vitest';
import type { ToldOfRma } from '../../../src/inbox/delivery.ts';
import { deliveredEvent } from '../../../src/returns/events.ts';
import { understandMessage } from '../../../src/vendors/masonhub/callbacks.ts';

/** A 4xx is final at MasonHub: a receipt of a known RMA is never refused, whatever is in it. */

const rma = { customer_identifier: '26442641', status: 'received', notes: null };
const shirt = { customer_sku_id: 'SHIRT', quantity: 1, quantity_received: 1 };

function toldBy(...data: readonly unknown[]): readonly ToldOfRma[] {
  const understood = understandMessage({ message_type: 'rmaEvent', message_id: '1', data });
  if (understood.result !== 'accepted') throw new Error(`${understood.result}: ${understood.why}`);
  return understood.events.flatMap((told) => ('rmaNumber' in told ? [told] : []));
}

const inside = (details: unknown) => ({ ...rma, details });
const withLine = (changes: Record<string, unknown>) => ({ ...rma, line_items: [{ ...shirt, ...changes }] });

describe('a receipt that cannot be understood', () => {
  test.each([
    ['line items that are no list', { ...rma, line_items: 7 }, 'data.0.line_items'],
    ['a line that is none', { ...rma, line_items: [shirt, 'text'] }, 'data.0.line_items.1'],
    [
      'too many lines',
      { ...rma, line_items: Array.from({ length: 2_001 }, () => shirt) },
      'data.0.line_items',
    ],
    ['a word for a number', withLine({ quantity_received: 'two' }), 'data.0.line_items.0.quantity_received'],
    ['an address for a number', withLine({ quantity: 'ada@example.com' }), 'data.0.line_items.0.quantity'],
    ['fewer units than none', withLine({ quantity_received: -1 }), 'data.0.line_items.0.quantity_received'],
    ['more units than there are', withLine({ quantity: 1_000_001 }), 'data.0.line_items.0.quantity'],
    [
      'details that are a text',
      withLine({ receiving_details: 'damaged' }),
      'data.0.line_items.0.receiving_details',
    ],
    [
      'details that count fewer than none',
      withLine({ receiving_details: { available: [{ quantity: -1 }] } }),
      'data.0.line_items.0.receiving_details',
    ],
    [
      'details that count nothing',
      withLine({ receiving_details: { available: [{}] } }),
      'data.0.line_items.0.receiving_details',
    ],
    [
      'details that are a list of something',
      withLine({ receiving_details: [{ quantity: 1 }] }),
      'data.0.line_items.0.receiving_details',
    ],
    [
      'details in a status that would be lost',
      withLine({ receiving_details: JSON.parse('{"__proto__": [{"quantity": 1}]}') }),
      'data.0.line_items.0.receiving_details',
    ],
    ['a perhaps', withLine({ not_on_original_rma: 'perhaps' }), 'data.0.line_items.0.not_on_original_rma'],
    ['notes that are a list', { ...rma, notes: ['x'] }, 'data.0.notes'],
    ['an RMA in its event that is a text', inside('ada@example.com'), 'data.0.details'],
    [
      'a fault in the RMA in its event',
      inside(withLine({ quantity_received: -1 })),
      'data.0.details.line_items.0.quantity_received',
    ],
  ])('because of %s is taken, with the place of the fault and never its value', (_, record, place) => {
    const [told, ...more] = toldBy(record);
    expect(more).toEqual([]);
    expect(told).toEqual({
      rmaNumber: '26442641',
      event: {
        kind: 'receiptUnread',
        why: expect.stringMatching(/./),
        asOf: { changedAt: null, toldAt: null },
      },
    });
    const why = told?.event.kind === 'receiptUnread' ? told.event.why : '';
    expect(why.startsWith(`${place}: `), why).toBe(true);
    expect(JSON.stringify(told)).not.toContain('ada@example.com');
  });

  test('can wait in the inbox as JSON and comes out the same', () => {
    const [told] = toldBy({ ...rma, line_items: 7 });
    expect(deliveredEvent.parse(JSON.parse(JSON.stringify(told?.event)))).toEqual(told?.event);
  });

  test('is told with its dates, as far as they can be understood', () => {
    const dated = { updated_at: '2026-03-07T10:00:00Z', received_at: '2026-03-07T09:00:00Z', line_items: 7 };
    const dates = { changedAt: '2026-03-07T10:00:00.000Z', receivedAt: '2026-03-07T09:00:00.000Z' };
    expect(toldBy({ ...rma, ...dated })[0]?.event).toMatchObject({ asOf: { ...dates, toldAt: null } });
    const [told] = toldBy({ ...inside({ ...rma, ...dated }), as_of: '2026-03-07T11:00:00Z' });
    expect(told?.event).toMatchObject({ asOf: { ...dates, toldAt: '2026-03-07T11:00:00.000Z' } });
    const [odd] = toldBy({ ...rma, ...dated, updated_at: 'soon', received_at: 7 });
    expect(odd?.event).toMatchObject({ asOf: { changedAt: null, toldAt: null } });
  });

  test('holds back no other receipt in the same message', () => {
    const good = { ...rma, customer_identifier: '777777', line_items: [shirt] };
    expect(toldBy({ ...rma, line_items: 7 }, good)).toMatchObject([
      { rmaNumber: '26442641', event: { kind: 'receiptUnread' } },
      { rmaNumber: '777777', event: { kind: 'receipt' } },
    ]);
  });

  test('is none where the RMA is not received yet: what it holds by then does not count', () => {
    expect(toldBy({ ...rma, status: 'in-receiving', line_items: 7 })).toEqual([
      {
        rmaNumber: '26442641',
        event: { kind: 'receiving', stage: 'receivingStarted', asOf: { changedAt: null, toldAt: null } },
      },
    ]);
  });
});
