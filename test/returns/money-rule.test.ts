import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import { found, receiptOf, rmaFor } from './fixtures.ts';
import { anyCase, refundableParcels } from './generators.ts';
import { type Case, type LineSeen, mayRefund, type ParcelSeen, type Ruling, ruling } from './money-rule.ts';

/** A line with details, unless a test says otherwise. */
function line(sku: string, units: Record<string, number>, facts: Partial<LineSeen> = {}): LineSeen {
  const received = Object.entries(units).map(([disposition, count]) => ({ disposition, units: count }));
  return { sku, onRma: true, counted: null, detailed: true, received, ...facts };
}

/** A line of which the status is all there is. */
const bare = (sku: string, units: Record<string, number>) => line(sku, units, { detailed: false });

/** An item that was not on the RMA. */
const extra = (sku: string, units: Record<string, number>) => line(sku, units, { onRma: false });

function parcel(lines: readonly LineSeen[], facts: Partial<ParcelSeen> = {}): ParcelSeen {
  return { key: 'rma-1', packageId: '1Z001', isBlind: false, status: 'received', lines, ...facts };
}

const second = { key: 'rma-2', packageId: '1Z002' };
const blind = { key: 'blind-1', packageId: '1Z003', isBlind: true };

interface Changes extends Partial<Omit<Case, 'asked' | 'policy' | 'parcels'>> {
  readonly asked?: readonly (readonly [string, number])[];
  readonly policy?: Partial<ReceiptPolicy>;
}

/** Two shirts and a hat were asked for, into `qc`; refunds are enabled; no other parcel is known of. */
function ruled(parcels: readonly ParcelSeen[], changes: Changes = {}): Ruling {
  const { asked = [['TEE', 2] as const, ['HAT', 1] as const], policy, ...others } = changes;
  return ruling({
    receiveInto: 'qc',
    refundsEnabled: true,
    anotherParcelOnItsWay: false,
    askedAgain: false,
    waitedForMs: 0,
    ...others,
    parcels,
    asked: asked.map(([sku, units]) => ({ sku, units })),
    policy: { ...defaultReceiptPolicy, ...policy },
  });
}

/** The same of one receipt with these lines. */
const ruledOn = (lines: readonly LineSeen[], changes: Changes = {}) => ruled([parcel(lines)], changes);

const whole = [line('TEE', { available: 2 }), line('HAT', { available: 1 })];
const oneTee = { asked: [['TEE', 1]] } as const;
const twoTees = { asked: [['TEE', 2]] } as const;

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

describe('units in inspection', () => {
  test.each(['qc', 'quality-control', 'under-investigation'])('hold the refund: %s', (disposition) => {
    expect(ruledOn([line('TEE', { available: 1, [disposition]: 1 })], twoTees)).toBe('inspecting');
  });

  test('hold it also beside all that was asked for', () => {
    expect(ruledOn([line('TEE', { available: 1, qc: 1 })], oneTee)).toBe('inspecting');
  });

  test('are flagged where the policy says that nothing waits', () => {
    expect(ruledOn([line('TEE', { qc: 1 })], { ...oneTee, policy: { wait: [] } })).toBe('flag');
  });

  test('wait though a policy has their word in both lists', () => {
    const policy = { refund: ['available', 'qc'], wait: ['qc'] };
    expect(ruledOn([line('TEE', { qc: 1 })], { ...oneTee, policy })).toBe('inspecting');
  });

  test('are waited for until the time for it is over, and then flagged', () => {
    const policy = { waitForMs: 100 };
    const lines = [line('TEE', { qc: 1 })];
    expect(ruledOn(lines, { ...oneTee, policy, waitedForMs: 99 })).toBe('inspecting');
    expect(ruledOn(lines, { ...oneTee, policy, waitedForMs: 100 })).toBe('flag');
  });

  test('are decided by the later receipt of the same RMA, which replaces the earlier', () => {
    const inQc = parcel([line('TEE', { qc: 1 })]);
    expect(ruled([inQc, parcel([line('TEE', { available: 1 })])], oneTee)).toBe('refund');
    expect(ruled([inQc, parcel([line('TEE', { damaged: 1 })])], oneTee)).toBe('flag');
    expect(ruled([parcel([line('TEE', { available: 1 })]), inQc], oneTee)).toBe('inspecting');
    expect(ruled([parcel(whole), parcel(whole, { status: 'in-receiving' })])).toBe('nothingYet');
  });
});

describe('units that are merely missing', () => {
  const missing = [line('TEE', { available: 1 })];

  test('wait while another parcel is known to be on its way, and are flagged otherwise', () => {
    expect(ruledOn(missing, { ...twoTees, anotherParcelOnItsWay: true })).toBe('waitForParcel');
    expect(ruledOn([], { ...twoTees, anotherParcelOnItsWay: true })).toBe('waitForParcel');
    expect(ruledOn(missing, twoTees)).toBe('flag');
  });

  test('wait no longer than the second parcel is waited for', () => {
    const late = { ...twoTees, anotherParcelOnItsWay: true, policy: { secondParcelForMs: 100 } };
    expect(ruledOn(missing, { ...late, waitedForMs: 99 })).toBe('waitForParcel');
    expect(ruledOn(missing, { ...late, waitedForMs: 100 })).toBe('flag');
    expect(ruledOn(missing, { ...late, policy: { secondParcelForMs: 0 } })).toBe('flag');
  });

  test('may lie in a parcel whose receipt is not finished', () => {
    const unfinished = parcel([line('TEE', { damaged: 1 })], { ...second, status: 'in-receiving' });
    expect(ruled([parcel(missing), unfinished], twoTees)).toBe('waitForParcel');
    expect(ruled([parcel(missing), unfinished], { ...twoTees, waitedForMs: 14 * 86_400_000 })).toBe('flag');
  });

  test('are an exception at once, even while other units wait, where no other parcel is on its way', () => {
    expect(ruledOn([line('TEE', { qc: 1 })], twoTees)).toBe('flag');
  });

  test('let the units in inspection wait where another parcel is on its way, each for its own time', () => {
    const both = { ...twoTees, anotherParcelOnItsWay: true, waitedForMs: 50 };
    const lines = [line('TEE', { qc: 1 })];
    expect(ruledOn(lines, both)).toBe('inspecting');
    expect(ruledOn(lines, { ...both, policy: { waitForMs: 50 } })).toBe('flag');
    expect(ruledOn(lines, { ...both, policy: { secondParcelForMs: 50 } })).toBe('flag');
  });
});

describe('several parcels', () => {
  const oneEach = [line('TEE', { available: 1 })];

  test('are judged on the sum of their receipts', () => {
    expect(ruled([parcel(oneEach), parcel(oneEach, second)], twoTees)).toBe('refund');
    expect(ruled([parcel(whole), parcel([line('TEE', { damaged: 1 })], second)])).toBe('flag');
    expect(ruled([parcel(oneEach), parcel([line('TEE', { qc: 1 })], second)], twoTees)).toBe('inspecting');
    expect(ruled([parcel(oneEach), parcel([], second)], twoTees)).toBe('flag');
  });

  test('count once each: a receipt that is repeated under its key adds nothing', () => {
    expect(ruled([parcel(oneEach), parcel(oneEach)], twoTees)).toBe('flag');
  });

  test('count also where no RMA was there for one: what it holds counts by its SKU alone', () => {
    const unannounced = parcel([extra('TEE', { available: 1 })], blind);
    expect(ruled([parcel(oneEach), unannounced], twoTees)).toBe('refund');
    expect(ruled([unannounced], oneTee)).toBe('refund');
    expect(ruled([parcel([extra('TEE', { damaged: 1 })], blind), parcel(whole)])).toBe('flag');
    expect(ruled([parcel([extra('MUG', { damaged: 1 })], blind), parcel(whole)])).toBe('refund');
  });

  test('need a person where a named and a blind receipt are of one package, which was seen twice', () => {
    const twin = parcel(oneEach, { ...blind, packageId: '1Z001' });
    expect(ruled([parcel(oneEach), twin], twoTees)).toBe('person');
    // A damaged unit is one, whichever receipt holds.
    expect(ruled([parcel([line('TEE', { damaged: 1 })]), twin], twoTees)).toBe('flag');
    expect(ruled([parcel(oneEach, { packageId: null }), { ...twin, packageId: null }], twoTees)).toBe(
      'refund',
    );
    expect(ruled([parcel(oneEach), parcel(oneEach, { ...second, packageId: '1Z001' })], twoTees)).toBe(
      'refund',
    );
  });
});

describe('an echo of the status that was asked for', () => {
  const echo = [bare('TEE', { available: 1 })];
  const asking = { ...oneTee, receiveInto: 'available' };

  test('proves nothing: MasonHub is asked once more, and then a person has to look', () => {
    expect(ruledOn(echo, asking)).toBe('askAgain');
    expect(ruledOn(echo, { ...asking, askedAgain: true })).toBe('person');
  });

  test('is good where the merchant trusts it', () => {
    expect(ruledOn(echo, { ...asking, policy: { trustRequestedStatus: true } })).toBe('refund');
  });

  test('is none where the RMA asked for another status, or where there are details', () => {
    expect(ruledOn(echo, { ...asking, receiveInto: 'qc' })).toBe('refund');
    expect(ruledOn([line('TEE', { available: 1 })], asking)).toBe('refund');
    const policy = { refund: ['available', 'refurbishing'] };
    expect(ruledOn([bare('TEE', { available: 0, refurbishing: 1 })], { ...asking, policy })).toBe('refund');
  });

  test('of a status that is not good is what that status is', () => {
    expect(ruledOn([bare('TEE', { qc: 1 })], oneTee)).toBe('inspecting');
    expect(ruledOn([bare('TEE', { damaged: 1 })], { ...oneTee, receiveInto: 'damaged' })).toBe('flag');
    expect(ruledOn([bare('TEE', { qc: 1 })], { ...oneTee, policy: { refund: ['qc'], wait: [] } })).toBe(
      'askAgain',
    );
  });

  test('of one line is enough, whatever details another line, another SKU or another receipt has', () => {
    const inPart = [bare('TEE', { available: 1 }), line('TEE', { available: 1 })];
    expect(ruledOn(inPart, { ...asking, ...twoTees })).toBe('askAgain');
    const mixed = [line('TEE', { available: 2 }), bare('HAT', { available: 1 })];
    expect(ruledOn(mixed, { receiveInto: 'available' })).toBe('askAgain');
    const detailed = parcel([line('TEE', { available: 1 })]);
    expect(ruled([detailed, parcel(echo, second)], { ...asking, ...twoTees })).toBe('askAgain');
    expect(ruled([detailed, parcel(echo, blind)], { ...asking, ...twoTees })).toBe('askAgain');
  });

  test('is not hidden by the details of an extra item of the same SKU, and an extra item is none', () => {
    expect(ruledOn([...echo, extra('TEE', { available: 1 })], asking)).toBe('askAgain');
    const bareExtra = line('TEE', { available: 1 }, { onRma: false, detailed: false });
    expect(ruledOn([...whole, bareExtra], { receiveInto: 'available' })).toBe('refund');
  });

  test('comes after all that would flag or wait anyway, and before the question whether refunds are enabled', () => {
    expect(ruledOn(echo, { ...asking, ...twoTees })).toBe('flag');
    expect(ruledOn(echo, { ...asking, ...twoTees, anotherParcelOnItsWay: true })).toBe('waitForParcel');
    expect(ruledOn([...echo, bare('TEE', { qc: 1 })], asking)).toBe('inspecting');
    expect(ruledOn(echo, { ...asking, refundsEnabled: false })).toBe('askAgain');
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

  test('is another item where another line, in whichever parcel, has the spelling of the RMA', () => {
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { available: 1 })], twoTees)).toBe('flag');
    expect(ruledOn([line('TEE', { available: 1 }), line('tee', { damaged: 1 })], oneTee)).toBe('refund');
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
