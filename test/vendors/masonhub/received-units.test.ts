import { describe, expect, test } from 'vitest';
import { firstPolicy } from '../../../src/returns/policy.ts';
import { judge } from '../../../src/returns/receipt.ts';
import { understandMessage } from '../../../src/vendors/masonhub/callbacks.ts';
import { receiptOf as receiptWith, rmaFor } from '../../returns/fixtures.ts';
import { damagedPants, type Line, only, unexpectedHat, v1 } from './callback-bodies.ts';

function receivedLine(line: Line) {
  const { event } = only(understandMessage(v1([{ customer_sku_id: 'SHIRT', ...line }])));
  if (event.kind !== 'receipt') throw new Error(`it became ${event.kind}`);
  return event.receipt.lines[0];
}

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

  test.each([{}, [], ''])('is nothing at all where the details are %j', (receiving_details) => {
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
