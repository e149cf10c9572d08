import { describe, expect, test } from 'vitest';
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

/** What the rule waits for, and what it takes from several parcels or an echo. */

const blind = { key: 'blind-1', packageId: '1Z003', isBlind: true };

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

  test('need attention where a named and a blind receipt are of one package, which was seen twice', () => {
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
