import { describe, expect, test } from 'vitest';
import type { LoopReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { drive } from '../driver.ts';
import { answerTells, item, loopTells, receiptOf, receiptTold, type TellChanges } from '../fixtures.ts';
import { later, latest, merchant } from '../news.ts';
import { shirt } from '../two-boxes.ts';

/** Items that a report of Loop's has shown, which need not have all of a return's. */

const before = '2026-03-01T10:00:00.000Z';
const both = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];

function reported(dates: { readonly at: string | null; readonly updatedAt: string }): LoopReturnEvent {
  const event = answerTells({ items: [item('SHIRT', { lineItemId: '71' })], ...dates });
  return { ...event, facts: { ...event.facts, itemsFrom: 'report' } };
}

describe('a refund by the items of a report', () => {
  test.each<[string, string | null, TellChanges]>([
    ['an update of before', null, { trigger: 'return.updated', at: before, items: both }],
    ['the creation', null, { trigger: 'return.created', at: before, items: both }],
    [
      'one of the same edit without items',
      later,
      { trigger: 'return.updated', at: later, items: [], unread: 'none' },
    ],
  ])(
    'waits for the details also after a late webhook whose items are not taken: %s',
    (_what, at, webhook) => {
      const driver = drive(merchant);
      driver.tell(reported({ at, updatedAt: latest }), loopTells(webhook));
      driver.run();
      driver.tell(receiptTold(receiptOf(shirt)));
      expect(driver.facts.loop).toMatchObject({ itemsFrom: 'report', items: { length: 1 } });
      expect(dueSteps(driver.facts)).toEqual(['details']);
    },
  );

  test.each(['return.created', 'return.updated'])(
    'waits no more once a %s of that edit shows them',
    (trigger) => {
      const driver = drive(merchant);
      driver.tell(reported({ at: later, updatedAt: latest }), loopTells({ trigger, at: later, items: both }));
      expect(driver.facts.loop).toMatchObject({ items: { length: 2 } });
      expect(driver.facts.loop).not.toHaveProperty('itemsFrom');
    },
  );

  test('is sent once the details, asked, show no items', () => {
    const driver = drive(merchant);
    driver.tell(reported({ at: later, updatedAt: latest }));
    driver.run();
    driver.tell(receiptTold(receiptOf(shirt)), { kind: 'stateTold', state: 'open', word: null });
    expect(dueSteps(driver.facts)).toEqual(['message']);
  });
});
