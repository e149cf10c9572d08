import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import type { Receipt, ReceiptDates } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { day } from '../dated.ts';
import type { Driver } from '../driver.ts';
import { found, receiptOf, receiptTold } from '../fixtures.ts';
import { closed, merchant, refused, retry } from '../news.ts';
import { blind, inTwoBoxes, pants, second, shirt } from '../two-boxes.ts';

/** MasonHub says of an RMA that it had received that it is not: what was received is open again. */

type Dates = Partial<ReceiptDates>;
const undated = { changedAt: null, toldAt: null };
const asOf = (dates: Dates): ReceiptDates => ({ ...undated, ...dates });
const words: [string, (dates: Dates) => ReturnEvent][] = [
  ['onDock', (dates) => ({ kind: 'receiving', stage: 'onDock', asOf: asOf(dates) })],
  ['receivingStarted', (dates) => ({ kind: 'receiving', stage: 'receivingStarted', asOf: asOf(dates) })],
  [
    'a word that is not known',
    (dates) => ({ kind: 'unknownStatus', status: 'recount', countsUnits: true, asOf: asOf(dates) }),
  ],
];
const kinds: [string, (number: number) => Dates][] = [
  ['record', (number) => ({ changedAt: day(number) })],
  ['message', (number) => ({ toldAt: day(number) })],
  ['day of receipt', (number) => ({ receivedAt: day(number) })],
];
const begun = (dates: Dates): ReturnEvent => ({
  kind: 'receiving',
  stage: 'receivingStarted',
  asOf: asOf(dates),
});
const decidedOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;
const own = (dates: Dates, ...lines: Receipt['lines']) =>
  receiptTold({ ...receiptOf(...lines), ...undated, ...dates });
const pulled = (shownAt: string, dates: Dates = {}): ReturnEvent => ({
  kind: 'receipt',
  trigger: 'receipt.pulled',
  receipt: { ...receiptOf(shirt), ...undated, ...dates, shownAt },
});

/** One box of two is received under the RMA, and the other is waited for. */
function withOneBox(dates: Dates): Driver {
  const driver = opened(merchant, inTwoBoxes);
  driver.tell(own(dates, shirt));
  expect(driver.status).toBe('receiving');
  return driver;
}

describe.each(words)('%s, said later than the receipt of the RMA', (_word, says) => {
  test.each(kinds)('by the date of the %s, holds back what the other box completes', (_kind, at) => {
    const driver = withOneBox(at(3));
    driver.tell(says(at(4)), blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
    expect(driver.status).toBe('receiving');
    expect(driver.reason).toMatch(/is not received.*a person has to look/);
    driver.tell(own(at(5), shirt));
    expect(decidedOf(driver)).toBe('process');
  });

  test.each(kinds)(
    'is of before where the receipt comes after it, whatever the date of the %s',
    (_kind, at) => {
      const driver = opened(merchant, inTwoBoxes);
      driver.tell(says(at(4)), own(at(3), shirt), blind(second, pants));
      expect(decidedOf(driver)).toBe('process');
    },
  );

  test.each(kinds)('by the date of the %s, is not ended by a receipt of between', (_kind, at) => {
    const driver = withOneBox(at(3));
    driver.tell(says(at(6)), says(at(4)), blind(second, pants), own(at(5), shirt, pants));
    expect(decidedOf(driver)).toBeNull();
  });

  test.each(kinds)('by the date of the %s, holds back a refund that is not sent', (_kind, at) => {
    const driver = withOneBox(at(3));
    driver.tell(blind(second, pants), says(at(4)));
    expect(decidedOf(driver)).toBe('process');
    expect(driver.status).toBe('attention');
    driver.tell(own(at(5), found('SHIRT', { damaged: 1 })));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test.each(kinds)('is of before where the date of the %s says so, or says nothing', (_kind, at) => {
    for (const dates of [at(2), at(3), {}]) {
      const driver = withOneBox(at(3));
      driver.tell(says(dates), blind(second, pants));
      expect(decidedOf(driver)).toBe('process');
    }
  });

  test('holds back no flag', () => {
    const driver = withOneBox({ changedAt: day(3) });
    driver.tell(says({ changedAt: day(4) }), blind(second, found('PANTS', { damaged: 1 })));
    driver.run();
    expect(driver.status).toBe('flagged');
  });
});

describe('a receipt that is open again', () => {
  const doubted = () => {
    const driver = withOneBox({ changedAt: day(3), toldAt: day(3) });
    driver.tell(begun({ toldAt: day(4) }), blind(second, pants));
    return driver;
  };

  test('counts once MasonHub, asked after that, shows the RMA as received', () => {
    const driver = doubted();
    driver.tell(pulled('2026-03-04T10:00:20.000Z'));
    expect(decidedOf(driver)).toBeNull();
    driver.tell(pulled('2026-03-04T10:01:00.000Z', { changedAt: day(3) }));
    expect(decidedOf(driver)).toBe('process');
    driver.tell(begun({ toldAt: day(4) }));
    expect(driver.status).toBe('received');
  });

  test('counts once MasonHub still shows it as it was', () => {
    const driver = doubted();
    driver.tell({
      kind: 'receiptStillShown',
      receipt: { ...receiptOf(shirt), shownAt: '2026-03-04T10:01:00.000Z' },
    });
    expect(decidedOf(driver)).toBe('process');
  });

  test.each([2, 3])('does not count where MasonHub shows a record of before (day %i)', (number) => {
    const driver = withOneBox({ changedAt: day(3), toldAt: day(3) });
    driver.tell(begun({ changedAt: day(4) }), blind(second, pants));
    driver.tell(pulled(day(5), { changedAt: day(number) }));
    expect(decidedOf(driver)).toBeNull();
    driver.tell(pulled(day(5), { changedAt: day(4) }));
    expect(decidedOf(driver)).toBe('process');
  });

  test.each<[string, Dates, Dates]>([
    ['message about a receipt', { changedAt: day(3) }, { toldAt: day(4) }],
    ['record of which a receipt', { toldAt: day(3) }, { changedAt: day(4) }],
  ])('is doubted by the date of a %s has a date of another kind', (_, received, notReceived) => {
    const driver = withOneBox(received);
    driver.tell(begun(notReceived), blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
  });

  test('keeps no return waiting that Loop has closed', () => {
    const driver = doubted();
    driver.tell(closed);
    expect(driver.status).toBe('processed');
  });

  test('is doubted by a message, also where only a poll has shown it', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(pulled(day(3)), begun({ toldAt: day(4) }), blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
  });

  test('is doubted by the date of a record, also where a poll has shown it without one', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(pulled(day(3)), begun({ changedAt: day(4) }), blind(second, pants));
    expect(decidedOf(driver)).toBeNull();
  });

  test('is not doubted by the day of receipt where a poll has shown it', () => {
    const driver = opened(merchant, inTwoBoxes);
    driver.tell(pulled(day(3), { receivedAt: day(1) }), begun({ receivedAt: day(2) }), blind(second, pants));
    expect(decidedOf(driver)).toBe('process');
  });

  test('is none within one second: some of the dates of MasonHub have no more', () => {
    const driver = withOneBox({ toldAt: '2026-03-03T10:00:00.000Z' });
    driver.tell(begun({ toldAt: '2026-03-03T10:00:00.284Z' }), blind(second, pants));
    expect(decidedOf(driver)).toBe('process');
  });

  test('is for a person once it has been waited for as long as for quality control', () => {
    const driver = doubted();
    expect(dueSteps(driver.facts)).toEqual(['parcel']);
    driver.tell({ kind: 'waitOver', for: 'receiving' });
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('has not said since that it is');
    driver.tell(closed);
    expect(driver.status).toBe('processed');
  });

  test('is not forgotten where Loop fails to carry out what it had accepted', () => {
    const driver = withOneBox({ changedAt: day(3) });
    driver.tell(blind(second, pants));
    driver.run();
    driver.tell(begun({ changedAt: day(4) }));
    expect(driver.status).toBe('processing');
    driver.tell({ kind: 'processingFailed', message: 'No funds.' }, retry);
    driver.run();
    expect(driver.taken).toHaveLength(1);
    expect(driver.reason).toContain('it said that it is not');
  });

  test('is not forgotten where Loop has refused the refund', () => {
    const driver = withOneBox({ changedAt: day(3) });
    driver.tell(blind(second, pants), refused, begun({ changedAt: day(4) }), retry);
    driver.run();
    expect(driver.taken).toEqual([]);
  });
});

test('a word that is not known and comes without units opens nothing again', () => {
  const driver = withOneBox({ changedAt: day(3) });
  const dates = asOf({ changedAt: day(4) });
  driver.tell({ kind: 'unknownStatus', status: 'labelled', countsUnits: false, asOf: dates });
  driver.tell(blind(second, pants));
  expect(decidedOf(driver)).toBe('process');
});
