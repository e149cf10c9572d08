import { describe, expect, test } from 'vitest';
import type { ReceiptEvent } from '../../../src/returns/events.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { bad, decided, events, good, opened, told } from '../courses.ts';
import { type Driver, drive } from '../driver.ts';
import {
  extra,
  found,
  item,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold,
  receiptTold as received,
} from '../fixtures.ts';
import { closed, later, merchant, refused, retry, withoutRefunds } from '../news.ts';
import { blind, inTwoBoxes, pants, second, shirt } from '../two-boxes.ts';

const decidedOf = ({ facts }: Driver) => facts.outcome?.kind ?? null;

describe('receipts', () => {
  test('that come before anything from Loop are decided once the RMA is there', () => {
    const driver = drive(merchant);
    driver.tell(received(good));
    expect(driver.status).toBe('receiving');
    expect(driver.waiting).toEqual([]);
    driver.tell(loopTells());
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('that are repeated change nothing', () => {
    const driver = told(good);
    const before = driver.facts;
    driver.tell(received(structuredClone(good)));
    expect(driver.facts).toEqual(before);
    expect(driver.waiting).toEqual(['closing']);
    expect(driver.timeline.at(-1)?.detail).toBe('The same receipt again.');
  });

  test('that were asked for and not called back stand in the timeline as such', () => {
    const driver = opened();
    driver.tell({ ...received(good), trigger: 'receipt.pulled' });
    expect(events(driver)).toContain('receipt.pulled');
    expect(driver.facts.outcome?.kind).toBe('process');
  });

  test('that are repeated with their lines in another order are the same receipt', () => {
    const driver = told(good);
    driver.tell(received({ ...good, lines: good.lines.toReversed() }));
    expect(driver.status).toBe('processing');
  });

  test.each([
    ['a bad one after a good one', good, bad, 'flagged'],
    ['a good one after a bad one', bad, good, 'processing'],
  ] as const)(
    'that come before the decision take the place of each other: %s',
    (_, first, second, status) => {
      const driver = drive(merchant);
      driver.tell(received(first), received(second), loopTells());
      driver.run();
      expect(driver.status).toBe(status);
      expect(driver.facts.receipts).toHaveLength(1);
      expect(driver.taken).toHaveLength(1);
    },
  );

  test('that bring the details of what they had said before without any are no repeat', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    const bare = found('SHIRT', { qc: 1 }, { detailed: false });
    driver.tell(received(receiptOf(bare)), received(receiptOf({ ...bare, detailed: true })));
    expect(driver.timeline.at(-1)).toMatchObject({ detail: expect.stringMatching(/^A later receipt: /) });
  });

  const worse = receiptOf(found('SHIRT', { damaged: 2 }), found('PANTS', { available: 1 }));

  test.each([
    ['processed', good, bad],
    ['flagged', bad, good],
    ['flagged, and only add to what is wrong,', bad, worse],
  ] as const)(
    'that change after the return was %s need attention, and send nothing more',
    (_, first, second) => {
      const driver = told(first);
      const messages = [...driver.taken];
      driver.tell(received(second));
      driver.run();
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain('The warehouse sent two receipts that differ');
      expect(driver.taken).toEqual(messages);
    },
  );

  test.each([
    ['refunded', merchant],
    ['held', withoutRefunds],
  ])('that change after Loop has closed the return, which was %s, need attention', (_, settings) => {
    const driver = told(good, settings);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
    driver.tell(received(bad));
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('The warehouse sent two receipts that differ');
  });

  test('that change while the message is waiting stop it', () => {
    const driver = decided(good);
    driver.tell(received(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('that changed are not forgotten when a person asks for a retry: it refunds nothing', () => {
    const driver = decided(good);
    driver.tell(received(bad), retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when Loop then refuses: a retry refunds nothing', () => {
    const driver = decided(good);
    driver.tell(received(bad), refused, retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when processing then fails: a retry refunds nothing', () => {
    const driver = told(good);
    driver.tell(received(bad));
    driver.loopFailsToProcess();
    driver.tell(retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when the items became impossible: a retry refunds nothing', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('')] }));
    driver.tell(received(good), received(bad), retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when Loop closes the return', () => {
    const driver = decided(good);
    driver.tell(received(bad));
    driver.loopCloses(closed);
    expect(driver.status).toBe('attention');
  });
});

describe('a receipt after the flag that no longer accounts for every unit needs attention', () => {
  const damaged = found('SHIRT', { damaged: 1 });
  const inQc = found('PANTS', { qc: 1 });

  test.each([
    [
      'counted, and not any more',
      found('PANTS', { available: 1 }),
      found('PANTS', { available: 1 }, { counted: 0 }),
    ],
    [
      'shown, and one more counted',
      found('PANTS', { available: 1 }),
      found('PANTS', { available: 1 }, { counted: 2 }),
    ],
    ['in quality control, and nowhere now', inQc, found('PANTS', { qc: 0 })],
    ['in quality control, and not even on a line', inQc, extra('HAT', {})],
  ])('%s', (_, before, after) => {
    const driver = told(receiptOf(damaged, before));
    driver.tell(received(receiptOf(damaged, after)));
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('The warehouse sent two receipts that differ');
  });

  test('and does not where what was in quality control is decided, however it is written now', () => {
    const driver = told(receiptOf(damaged, inQc));
    driver.tell(received(receiptOf(damaged, found('pants', { available: 1 }))));
    expect(driver.status).toBe('flagged');
  });
});

describe('a receipt that is older than the one that is known', () => {
  const as = (changedAt: string, receipt: Receipt) => receiptTold({ ...receipt, changedAt });

  test('changes nothing, so that units in inspection are not refunded on what was said before', () => {
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    driver.tell(as('2026-03-04T12:00:00.000Z', receiptOf(found('SHIRT', { qc: 1 }))));
    driver.tell(as('2026-03-04T11:00:00.000Z', receiptOf(shirt)));
    expect(driver.status).toBe('inspecting');
    driver.tell(as('2026-03-04T13:00:00.000Z', receiptOf(shirt)));
    expect(decidedOf(driver)).toBe('process');
  });

  test.each([
    ['the same date', '2026-03-04T10:00:00.000Z'],
    ['no date', null],
  ])('is known by the message that told it where the record bears %s', (_, changedAt) => {
    const toldAs = (toldAt: string, receipt: Receipt) => receiptTold({ ...receipt, changedAt, toldAt });
    const driver = opened(merchant, loopTells({ items: [item('SHIRT')] }));
    driver.tell(toldAs('2026-03-04T12:00:00.000Z', receiptOf(found('SHIRT', { qc: 1 }))));
    driver.tell(toldAs('2026-03-04T11:00:00.000Z', receiptOf(shirt)));
    expect(driver.status).toBe('inspecting');
    driver.tell(toldAs('2026-03-04T13:00:00.000Z', receiptOf(shirt)));
    expect(decidedOf(driver)).toBe('process');
  });

  describe('as MasonHub, asked in between, has shown', () => {
    const [told, correctedAt] = ['2026-03-04T11:00:00.000Z', '2026-03-04T11:30:00.000Z'];
    const inspected = receiptOf(found('SHIRT', { qc: 1 }));
    const toldAs = (toldAt: string, receipt: Receipt) => receiptTold({ ...receipt, toldAt });
    const shownAs = (shownAt: string, receipt: Receipt): ReceiptEvent => {
      return { ...receiptTold({ ...receipt, shownAt }), trigger: 'receipt.pulled' };
    };
    const one = () => opened(merchant, loopTells({ items: [item('SHIRT')] }));

    test('changes nothing, though no callback has told of what holds', () => {
      const driver = one();
      driver.tell(shownAs('2026-03-04T12:00:00.000Z', inspected), toldAs(told, receiptOf(shirt)));
      expect(driver.status).toBe('inspecting');
      driver.tell(toldAs('2026-03-04T12:00:10.000Z', receiptOf(shirt)));
      expect(decidedOf(driver)).toBe('process');
    });

    test('changes nothing where a callback has told of what holds as well, and at nearly the same time', () => {
      const driver = one();
      driver.tell(toldAs(correctedAt, inspected), shownAs('2026-03-04T11:30:01.000Z', inspected));
      driver.tell(toldAs('2026-03-04T11:29:59.000Z', receiptOf(shirt)));
      expect(driver.status).toBe('inspecting');
    });

    test('is no other receipt in the timeline where it says the same', () => {
      const driver = one();
      driver.tell(shownAs('2026-03-04T12:00:00.000Z', inspected), toldAs(told, inspected));
      expect(driver.timeline.at(-1)?.detail).toBe('The same receipt again.');
    });

    test('changes nothing where what MasonHub has shown was known before', () => {
      const driver = one();
      driver.tell(
        toldAs('2026-03-04T10:00:00.000Z', inspected),
        shownAs('2026-03-04T12:00:00.000Z', inspected),
      );
      expect(driver.timeline.filter(({ event }) => event.startsWith('receipt'))).toHaveLength(1);
      driver.tell(toldAs(told, receiptOf(shirt)));
      expect(driver.status).toBe('inspecting');
    });

    test('does not end the doubt about one that could not be understood since', () => {
      const driver = opened(merchant, inTwoBoxes);
      driver.tell(toldAs(told, receiptOf(shirt)));
      driver.tell({ kind: 'receiptUnread', why: 'a quantity is no number' });
      driver.tell(toldAs('2026-03-04T09:00:00.000Z', inspected), blind(second, pants));
      expect(driver.status).toBe('attention');
      expect(decidedOf(driver)).toBeNull();
    });

    describe('without details', () => {
      const bare = (disposition: string) =>
        receiptOf(found('SHIRT', { [disposition]: 1 }, { detailed: false }));

      test('decides by its own details, where what was shown proves nothing', () => {
        const driver = opened(
          merchantWith({ masonhub: { receiveInto: 'available' } }),
          loopTells({ items: [item('SHIRT')] }),
        );
        driver.tell(shownAs('2026-03-04T12:00:00.000Z', bare('available')));
        driver.tell(shownAs('2026-03-04T12:01:00.000Z', bare('available')));
        expect(driver.status).toBe('attention');
        driver.tell(toldAs(told, receiptOf(shirt)));
        expect(decidedOf(driver)).toBe('process');
      });

      test('is flagged for what its details say is wrong, which is not taken back where MasonHub shows no more', () => {
        const driver = one();
        driver.tell(shownAs('2026-03-04T12:00:00.000Z', bare('qc')));
        driver.tell(toldAs(told, receiptOf(found('SHIRT', { damaged: 1 }))));
        expect(decidedOf(driver)).toBe('flag');
        driver.tell(shownAs('2026-03-04T12:10:00.000Z', bare('qc')));
        expect(driver.status).toBe('received');
      });

      test.each([
        ['in quality control', found('PANTS', { qc: 1 }, { detailed: false })],
        ['not received', found('PANTS', { available: 0 }, { detailed: false, counted: 0 })],
      ])('is no refund where of two units that were shown one is %s', (_, pantsShown) => {
        const driver = opened(merchantWith({ masonhub: { receiveInto: 'available' } }), inTwoBoxes);
        const shown = receiptOf(found('SHIRT', { available: 1 }, { detailed: false }), pantsShown);
        driver.tell(shownAs('2026-03-04T12:00:00.000Z', shown), toldAs(told, good));
        expect(decidedOf(driver)).toBeNull();
      });

      test.each([
        ['by MasonHub, asked, for another status than was asked for', 'receipt.pulled', 'available'],
        ['by a callback', 'receipt', 'qc'],
      ] as const)(
        'takes a flag back where it is told %s: a person has to look',
        (_, trigger, disposition) => {
          const driver = one();
          driver.tell(toldAs(told, receiptOf(found('SHIRT', { damaged: 1 }))));
          driver.tell({
            ...receiptTold({ ...bare(disposition), toldAt: '2026-03-04T12:10:00.000Z' }),
            trigger,
          });
          expect(driver.status).toBe('attention');
        },
      );

      test('takes a refund back also where it is only what was asked for', () => {
        const driver = one();
        driver.tell(toldAs(told, receiptOf(shirt)), shownAs('2026-03-04T12:10:00.000Z', bare('qc')));
        expect(driver.status).toBe('attention');
      });

      describe('is not taken for', () => {
        const damaged = found('SHIRT', { damaged: 1 });
        const shownAt = '2026-03-04T12:00:00.000Z';

        test('one that says more than what was decided on', () => {
          const driver = one();
          driver.tell(shownAs(shownAt, bare('available')));
          expect(decidedOf(driver)).toBe('process');
          driver.tell(toldAs(told, receiptOf(damaged)));
          expect(driver.status).toBe('received');
        });

        test('one that says more where it has no details itself', () => {
          const driver = one();
          driver.tell(shownAs(shownAt, bare('qc')), toldAs(told, bare('damaged')));
          expect(driver.status).toBe('inspecting');
        });

        test('one that says more where MasonHub has changed its record since', () => {
          const driver = one();
          driver.tell(shownAs(shownAt, { ...bare('qc'), changedAt: correctedAt }));
          driver.tell(toldAs(told, { ...receiptOf(damaged), changedAt: told }));
          expect(driver.status).toBe('inspecting');
        });

        test('one that says more than a box that cannot be understood', () => {
          const driver = opened(merchant, inTwoBoxes);
          const { receipt } = blind(second, found('PANTS', { damaged: 1 }));
          driver.tell(shownAs(shownAt, { ...receipt, lines: [], unread: 'a quantity is no number' }));
          driver.tell(toldAs(told, receipt));
          expect(decidedOf(driver)).toBeNull();
        });
      });

      test('is no refund where what was shown is still in quality control', () => {
        const driver = one();
        driver.tell(shownAs('2026-03-04T12:00:00.000Z', bare('qc')), toldAs(told, receiptOf(shirt)));
        expect(driver.status).toBe('inspecting');
      });
    });

    test('counts where the difference of two clocks may be all that makes it older', () => {
      const driver = one();
      driver.tell(shownAs('2026-03-04T11:00:20.000Z', inspected), toldAs(told, receiptOf(shirt)));
      expect(decidedOf(driver)).toBe('process');
    });
  });
});
