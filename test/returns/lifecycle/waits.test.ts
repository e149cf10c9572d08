import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, startsAfterMs } from '../../../src/returns/lifecycle.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { opened } from '../courses.ts';
import { found, item, loopTells, receiptOf, receiptTold } from '../fixtures.ts';
import { merchant } from '../news.ts';
import { inTwoBoxes, pants, shirt } from '../two-boxes.ts';

const unread: ReturnEvent = { kind: 'receiptUnread', why: 'data.0.line_items: expected a list.' };

describe('two waits that take turns', () => {
  test('do not begin anew', () => {
    const driver = opened(merchant, inTwoBoxes);
    const inQc = receiptTold(receiptOf(found('SHIRT', { qc: 1 }), pants));
    const missing = receiptTold(receiptOf(shirt));
    driver.tell(inQc);
    const first = driver.facts.wait;
    driver.tell(missing);
    expect(driver.facts.wait?.for).toBe('parcel');
    driver.tell(inQc);
    expect(driver.facts.wait).toMatchObject({ for: 'inspection', since: first?.since });
  });
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
