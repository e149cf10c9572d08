import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps, startsAfterMs } from '../../../src/returns/lifecycle.ts';
import { type Return, wait } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { opened } from '../courses.ts';
import { day } from '../dated.ts';
import { found, item, listed, loopTells, receiptOf, receiptTold } from '../fixtures.ts';
import { merchant } from '../news.ts';
import { blind, inTwoBoxes, items, labels, pants, second, shirt } from '../two-boxes.ts';

const unread: ReturnEvent = { kind: 'receiptUnread', why: 'data.0.line_items: expected a list.' };

describe('two waits that take turns', () => {
  test('do not begin anew, however long after each other they come', () => {
    const { facts } = opened(merchant, inTwoBoxes);
    const inQc = receiptTold(receiptOf(found('SHIRT', { qc: 1 }), pants));
    const missing = receiptTold(receiptOf(shirt));
    const hear = (before: Return, event: ReturnEvent, date: string) =>
      apply(before, event, merchant, new Date(date)).after;
    const inspected = hear(facts, inQc, day(2));
    const incomplete = hear(inspected, missing, day(3));
    expect(incomplete.wait).toMatchObject({ for: 'parcel', since: day(3) });
    const inspectedAgain = hear(incomplete, inQc, day(4));
    expect(inspectedAgain.wait).toMatchObject({ for: 'inspection', since: day(2) });
    expect(hear(inspectedAgain, missing, day(5)).wait).toMatchObject({ for: 'parcel', since: day(3) });
  });
});

test('the wait for the RMA to be received takes no time from that for a parcel with what was added meanwhile', () => {
  const third = '1Z999AA10123456800';
  const hat = item('HAT', { lineItemId: '73' });
  const added = loopTells({
    trigger: 'return.updated',
    at: day(7),
    items: [...items, hat],
    labels: [...labels, listed(third, '73')],
  });
  const { facts } = opened(merchant, inTwoBoxes);
  const hear = (before: Return, event: ReturnEvent, date: string) =>
    apply(before, event, merchant, new Date(date));
  const begun = hear(facts, { kind: 'receiving', stage: 'receivingStarted' }, day(1)).after;
  const inOthers = hear(begun, blind(second, shirt, pants), day(2)).after;
  expect(inOthers.wait).toMatchObject({ for: 'receiving', since: day(2) });
  const edited = hear(inOthers, added, day(7)).after;
  const received = hear(edited, receiptTold(receiptOf()), day(8));
  expect(received.after.wait).toMatchObject({ for: 'parcel', since: day(8) });
  // One step ends either, and the job that would have ended the former comes too late for this one, or too early.
  expect(received.steps).toContain('parcel');
});

test.each([
  ['one line', [found('SHIRT', { available: 1, qc: 1 }, { counted: 1 }), pants]],
  ['two lines', [shirt, found('SHIRT', { available: 1, qc: 1 }, { counted: 1 }), pants]],
  [
    'one line of which no more is good than counted',
    [found('SHIRT', { available: 2, qc: 1 }, { counted: 2 }), pants],
  ],
])(
  'a unit in quality control is waited for also where the warehouse shows more than it has counted: %s',
  (_, lines) => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(receiptTold(receiptOf(...lines)));
    expect(driver.status).toBe('inspecting');
    expect(driver.taken).toEqual([]);
  },
);

test('a wait that becomes due again has what is left of its time', () => {
  const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
  driver.tell(receiptTold(receiptOf(found('SHIRT', { qc: 1 }))));
  const { wait } = driver.facts;
  const dayAfter = new Date(Date.parse(wait?.since ?? '') + 86_400_000);
  expect(startsAfterMs(driver.facts, 'inspection', dayAfter)).toBe(6 * 86_400_000);
  const garbled = apply(driver.facts, unread, merchant, dayAfter).after;
  expect(statusOf(garbled).status).toBe('attention');
  expect(startsAfterMs(garbled, 'inspection', new Date(dayAfter.getTime() + 30 * 86_400_000))).toBe(0);
});

test('nothing is waited for any more once the return is decided', () => {
  const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
  driver.tell(receiptTold(receiptOf(found('SHIRT', { qc: 1 }))));
  expect(dueSteps(driver.facts)).toEqual(['inspection']);
  driver.tell(receiptTold(receiptOf(shirt)));
  expect(dueSteps(driver.facts)).toEqual(['message']);
});

describe('a wait for the RMA that an earlier version stored as one for another parcel', () => {
  const stored = (isOver: boolean): Return => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell({ kind: 'receiving', stage: 'receivingStarted' }, blind(second, shirt, pants));
    const since = day(2);
    const before = {
      for: 'parcel',
      since,
      atMostMs: 7 * 86_400_000,
      isOver,
      firstSince: { inspection: null, parcel: since },
    };
    return { ...driver.facts, wait: wait.parse(before) };
  };

  test('needs a person where its time is over', () => {
    expect(statusOf(stored(true)).status).toBe('attention');
  });

  test('takes nothing from the time for what was added since, though its own is over', () => {
    const third = '1Z999AA10123456800';
    const all = [...items, item('HAT', { lineItemId: '73' })];
    const edit = { trigger: 'return.updated', at: day(8), items: all } as const;
    const hear = (before: Return, event: ReturnEvent) =>
      apply(before, event, merchant, new Date(day(9))).after;
    const edited = hear(stored(true), loopTells({ ...edit, labels: [...labels, listed(third, '73')] }));
    const received = hear(edited, receiptTold(receiptOf()));
    expect(received).toMatchObject({ outcome: null, wait: { isOver: false, atMostMs: 14 * 86_400_000 } });
  });

  test('ends when it would have ended', () => {
    const { after } = apply(stored(false), { kind: 'waitOver', for: 'parcel' }, merchant, new Date(day(9)));
    expect(statusOf(after).status).toBe('attention');
  });
});
