import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { found, receiptOf, rmaFor } from './fixtures.ts';
import { anyCase, refundableParcels } from './generators.ts';
import { mayRefund, ruling } from './money-rule.ts';
import {
  bare,
  extra,
  line,
  oneTee,
  parcel,
  ruled,
  ruledOn,
  second,
  twoTees,
  whole,
} from './money-rule-cases.ts';

describe('a refund is sent', () => {
  test('where every unit that was asked for was received into a good disposition', () => {
    expect(ruledOn(whole)).toBe('refund');
  });

  test('only where refunds are enabled: otherwise the return is held', () => {
    expect(ruledOn(whole, { refundsEnabled: false })).toBe('hold');
  });

  test('only where every receipt that counts has the status received', () => {
    expect(ruledOn([])).toBe('flag');
    expect(ruled([])).toBe('nothingYet');
    expect(ruled([parcel(whole, { status: 'in-receiving' })])).toBe('nothingYet');
    expect(ruled([parcel(whole), parcel([], { ...second, status: 'in-receiving' })])).toBe('nothingYet');
    expect(ruled([parcel(whole), parcel([], { ...second, status: 'a-word-of-next-year' })])).toBe(
      'nothingYet',
    );
  });

  test('for what this service asked for, in however many lines, and whatever the receipt calls its own', () => {
    expect(ruledOn(whole, { asked: [['TEE', 1] as const, ['HAT', 1] as const, ['TEE', 1] as const] })).toBe(
      'refund',
    );
    expect(ruledOn([line('TEE', { available: 1 }), line('MUG', { available: 1 })], twoTees)).toBe('flag');
  });

  test('where the merchant counts another disposition as good', () => {
    const lines = [line('TEE', { available: 1, refurbishing: 1 })];
    expect(ruledOn(lines, twoTees)).toBe('flag');
    expect(ruledOn(lines, { ...twoTees, policy: { refund: ['available', 'refurbishing'] } })).toBe('refund');
    expect(ruledOn(lines, { ...twoTees, policy: { refund: ['refurbishing'] } })).toBe('flag');
  });

  test('also while another parcel is on its way, once nothing is missing any more', () => {
    expect(ruledOn(whole, { anotherParcelOnItsWay: true })).toBe('refund');
  });

  test('where more good units came than were asked for', () => {
    expect(ruledOn([line('TEE', { available: 3 })], oneTee)).toBe('refund');
  });
});

describe('an exception flags', () => {
  test.each(['damaged', 'quarantine', 'disposed', 'short', 'on-the-moon', 'Available', 'constructor', ''])(
    'where a unit on an RMA line is %j, also beside all that was asked for',
    (disposition) => {
      expect(ruledOn([line('TEE', { [disposition]: 1 })], oneTee)).toBe('flag');
      expect(ruledOn([line('TEE', { available: 1, [disposition]: 1 })], oneTee)).toBe('flag');
    },
  );

  test('also where refunds are not enabled', () => {
    expect(ruledOn([line('TEE', { damaged: 1 })], { ...oneTee, refundsEnabled: false })).toBe('flag');
  });

  test('at once, even while other units wait, are missing or are in a parcel whose receipt is not finished', () => {
    expect(ruledOn([line('TEE', { qc: 1, damaged: 1 })], twoTees)).toBe('flag');
    expect(ruledOn([line('TEE', { damaged: 1 })], { anotherParcelOnItsWay: true })).toBe('flag');
    const unfinished = parcel([], { ...second, status: 'in-receiving' });
    expect(ruled([parcel([line('TEE', { damaged: 1 })]), unfinished])).toBe('flag');
  });

  test('where an RMA line is absent from the receipt', () => {
    expect(ruledOn([line('TEE', { available: 2 })])).toBe('flag');
  });

  test('where the receipt has no lines at all', () => {
    expect(ruledOn([])).toBe('flag');
  });

  test('where a quantity is short by one', () => {
    expect(ruledOn([line('TEE', { available: 1 }), line('HAT', { available: 1 })])).toBe('flag');
    expect(ruledOn([line('TEE', { available: 2 }), line('HAT', { available: 0 })])).toBe('flag');
  });

  test('where units were counted and are then in no status', () => {
    expect(ruledOn([line('TEE', { available: 1 }, { counted: 2 })], oneTee)).toBe('flag');
    expect(ruledOn([line('TEE', {}, { counted: 1 })], { ...oneTee, anotherParcelOnItsWay: true })).toBe(
      'flag',
    );
  });

  test('where fewer units were counted than the details show, for only those can be vouched for', () => {
    expect(ruledOn([line('TEE', { available: 2 }, { counted: 2 })], twoTees)).toBe('refund');
    expect(ruledOn([line('TEE', { available: 2 }, { counted: 1 })], twoTees)).toBe('flag');
    expect(ruledOn([line('TEE', { available: 2 }, { counted: 1 })], oneTee)).toBe('refund');
    expect(ruledOn([line('TEE', { available: 1, damaged: 1 }, { counted: 1 })], oneTee)).toBe('flag');
    const surplusOfOne = [line('TEE', { available: 3 }, { counted: 1 }), line('TEE', {}, { counted: 0 })];
    expect(ruledOn(surplusOfOne, twoTees)).toBe('flag');
  });
});

describe('an extra item', () => {
  test.each(['available', 'damaged', 'qc'])('in the status %s never blocks', (disposition) => {
    expect(ruledOn([...whole, extra('MUG', { [disposition]: 1 })])).toBe('refund');
    expect(ruledOn([...whole, extra('TEE', { [disposition]: 1 })])).toBe('refund');
  });

  test('is also one whose SKU was never asked for, though the warehouse does not mark it', () => {
    expect(ruledOn([...whole, line('MUG', { damaged: 1 }, { counted: 2 })])).toBe('refund');
  });

  test('never stands in for a missing unit of the same SKU', () => {
    expect(ruledOn([extra('TEE', { available: 1 })], oneTee)).toBe('flag');
  });
});

describe('a SKU as warehouses write it', () => {
  test.each(['tee', ' TEE ', 'Tee\t'])(
    'is the same item where only case or outer space differ: %j',
    (sku) => {
      expect(ruledOn([line(sku, { available: 1 })], oneTee)).toBe('refund');
      expect(ruledOn([line(sku, { damaged: 1 })], oneTee)).toBe('flag');
    },
  );

  test('is another item where more than that differs', () => {
    expect(ruledOn([line('T EE', { available: 1 })], oneTee)).toBe('flag');
  });

  test('is in doubt where another line, in whichever parcel, has the spelling of the RMA: only what is wrong counts', () => {
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { available: 1 })], twoTees)).toBe('flag');
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { available: 1 })], oneTee)).toBe('refund');
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { damaged: 1 })], oneTee)).toBe('flag');
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { qc: 1 })], oneTee)).toBe('inspecting');
    const uncounted = line('tee', { available: 1 }, { counted: 2 });
    expect(ruledOn([line('TEE', { available: 1 }), uncounted], oneTee)).toBe('flag');
    const exact = parcel([line('TEE', { available: 1 })]);
    expect(ruled([exact, parcel([line('tee', { available: 1 })], second)], twoTees)).toBe('flag');
  });

  test('is another item where two SKUs of the RMA differ only in that', () => {
    const asked = [['TEE', 1] as const, ['tee', 1] as const];
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { available: 1 })], { asked })).toBe('refund');
    expect(ruledOn([line('TEE', { available: 2 })], { asked })).toBe('flag');
    expect(ruledOn([line('Tee', { available: 1 }), line('Tee', { available: 1 })], { asked })).toBe('flag');
  });

  test('is an echo in any spelling', () => {
    expect(ruledOn([bare('tee', { available: 1 })], { ...oneTee, receiveInto: 'available' })).toBe(
      'askAgain',
    );
  });
});

describe('for any case', () => {
  test('the generators meet every ruling', () => {
    const rulings = fc.sample(anyCase, { numRuns: 2000, seed: 14 }).map(ruling);
    expect(new Set(rulings).size).toBe(8);
  });

  test('parcels with all that was asked for refund, and with one unit more to ask for they never do', () => {
    fc.assert(
      fc.property(refundableParcels, (refundable) => {
        expect(ruling(refundable)).toBe('refund');
        const asked = refundable.asked.map(({ sku, units }) => ({ sku, units: units + 100 }));
        expect(['flag', 'waitForParcel']).toContain(ruling({ ...refundable, asked }));
      }),
    );
  });

  test('the order of the lines, and of what was asked for, changes nothing', () => {
    fc.assert(
      fc.property(anyCase, (any) => {
        const parcels = any.parcels.map((one) => ({ ...one, lines: one.lines.toReversed() }));
        expect(ruling({ ...any, parcels, asked: any.asked.toReversed() })).toBe(ruling(any));
      }),
    );
  });

  test('asking again, waiting, and another parcel on its way never make a refund', () => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), fc.nat(), fc.boolean(), (any, askedAgain, waitedForMs, onItsWay) => {
        const changed = ruling({ ...any, askedAgain, waitedForMs, anotherParcelOnItsWay: onItsWay });
        expect(changed === 'refund').toBe(ruling(any) === 'refund');
      }),
    );
  });
});

describe('one whole receipt, by the policy of before', () => {
  test('refunds where all of it is available, whatever the RMA asked for', () => {
    const asked = { ...rmaFor(['TEE', 1]), receiveInto: 'available' as const };
    expect(mayRefund(asked, receiptOf(found('TEE', { available: 1 })))).toBe(true);
  });

  test.each([{ qc: 1 }, { damaged: 1 }, {}, { available: 1, 'quality-control': 1 }])(
    'but not of %j',
    (units) => {
      expect(mayRefund(rmaFor(['TEE', 1]), receiptOf(found('TEE', units)))).toBe(false);
    },
  );
});
