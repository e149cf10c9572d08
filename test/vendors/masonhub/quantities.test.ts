import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstPolicy } from '../../../src/returns/policy.ts';
import { judge, type Verdict } from '../../../src/returns/receipt.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { understandMessage } from '../../../src/vendors/masonhub/callbacks.ts';
import { rmaFor } from '../../returns/fixtures.ts';

/** MasonHub writes quantities as numbers, as text and as decimals. */

function receiptWith(...lines: readonly Record<string, unknown>[]): Receipt {
  const line_items = lines.map((line) => ({ customer_sku_id: 'SHIRT', ...line }));
  const data = [{ customer_identifier: '26442641', status: 'received', line_items }];
  const understood = understandMessage({ message_type: 'rmaEvent', data });
  const [told] = understood.result === 'accepted' ? understood.events : [];
  const event = told !== undefined && 'event' in told ? told.event : undefined;
  if (event?.kind !== 'receipt') throw new Error(`it became ${event?.kind ?? understood.result}`);
  return event.receipt;
}

const inDetails = (quantity: unknown, status = 'available') => ({
  receiving_details: { [status]: [{ quantity }] },
});
const verdictOf = (...lines: readonly Record<string, unknown>[]): Verdict =>
  judge(rmaFor(['SHIRT', 1]), [receiptWith(...lines)], firstPolicy);

describe('a quantity', () => {
  test.each([1, 1.0, '1', '1.0', '1.00', ' 1 '])('of %j is one unit, wherever it stands', (quantity) => {
    const line = { quantity, quantity_received: quantity, ...inDetails(quantity) };
    expect(receiptWith(line).lines).toEqual([
      {
        sku: 'SHIRT',
        onRma: true,
        counted: 1,
        detailed: true,
        received: [{ disposition: 'available', units: 1, note: null }],
      },
    ]);
    expect(verdictOf(line).kind).toBe('refundable');
  });

  test.each([
    ['0.5', '0.5'],
    [0.5, '0.5'],
    ['1.50', '1.5'],
    [1.5, '1.5'],
  ])('of %j is kept as it was given, and is never available', (quantity, given) => {
    const units = Math.ceil(Number(quantity));
    expect(receiptWith(inDetails(quantity)).lines[0]?.received).toEqual([
      { disposition: 'fraction', units, note: `${given} available` },
    ]);
    expect(verdictOf(inDetails(quantity))).toMatchObject({
      kind: 'exception',
      findings: [{ disposition: 'fraction', units, notes: [`${given} available`] }],
    });
  });

  test('of a part of a unit keeps the status and the note that it was given', () => {
    const receiving_details = { damaged: [{ quantity: '0.5', notes: 'One sleeve' }] };
    expect(receiptWith({ receiving_details }).lines[0]?.received).toEqual([
      { disposition: 'fraction', units: 1, note: '0.5 damaged One sleeve' },
    ]);
  });

  test('received that is a part of a unit makes an exception, whatever the details show', () => {
    for (const quantity_received of ['0.5', 1.5]) {
      const line = { quantity_received, ...inDetails(1) };
      expect(receiptWith(line).lines[0]?.counted).toBeNull();
      expect(verdictOf(line)).toMatchObject({
        kind: 'exception',
        findings: [{ disposition: 'fraction', notes: [String(quantity_received)] }],
      });
    }
    const undetailed = { quantity_received: 0.5, return_inventory_status: 'available' };
    expect(verdictOf(undetailed).kind).toBe('exception');
  });

  test('received that is a part of a unit is said once where the details show it as well', () => {
    const line = { quantity_received: '1.5', ...inDetails('1.5') };
    expect(verdictOf(line)).toMatchObject({
      kind: 'exception',
      findings: [{ disposition: 'fraction', units: 2, notes: ['1.5 available'] }],
    });
  });

  test('expected that is a part of a unit changes nothing: what counts is what this service asked for', () => {
    expect(verdictOf({ quantity: '0.5', quantity_received: 1, ...inDetails(1) }).kind).toBe('refundable');
  });

  test('that is a part of a unit never makes a refund, however it is written and split', () => {
    const fraction = fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 99 }), fc.boolean())
      .map(([whole, hundredths, isText]) => {
        const text = `${whole}.${String(hundredths).padStart(2, '0')}`;
        return isText ? text : Number(text);
      });
    const whole = fc.integer({ min: 0, max: 3 }).map((units) => inDetails(units));
    const broken = fc.oneof(
      fraction.map((quantity) => inDetails(quantity)),
      fraction.map((quantity_received) => ({ quantity_received, ...inDetails(1) })),
      fraction.map((quantity_received) => ({ quantity_received, return_inventory_status: 'available' })),
    );
    const lines = fc
      .tuple(fc.array(whole, { maxLength: 2 }), broken)
      .chain(([others, one]) =>
        fc.shuffledSubarray<Record<string, unknown>>([...others, one], { minLength: others.length + 1 }),
      );
    fc.assert(
      fc.property(lines, (some) => {
        expect(verdictOf(...some).kind).toBe('exception');
      }),
    );
  });
});
