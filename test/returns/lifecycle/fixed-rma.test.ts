import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { rmaTask } from '../../../src/returns/rma-task.ts';
import { bad, events, good, opened } from '../courses.ts';
import type { Driver } from '../driver.ts';
import { item, labelTold, listed, loopTells, merchantWith, receiptTold, rmaFor } from '../fixtures.ts';

/** MasonHub takes no change of an RMA whose parcel is on its way or here. */

const merchant = merchantWith();
const later = '2026-03-02T10:00:00.000Z';
const latest = '2026-03-03T10:00:00.000Z';
const label = labelTold('1Z999AA10123456784');
const cancelled = loopTells({ trigger: 'return.updated', state: 'cancelled', at: later });
const reopened = loopTells({ trigger: 'return.updated', at: latest });
const changed = (...skus: readonly string[]) =>
  loopTells({ trigger: 'return.updated', at: later, items: skus.map((sku) => item(sku)) });
const fixed = (task: 'replace' | 'delete', stage: 'moving' | 'delivered' | 'receiving'): ReturnEvent => ({
  kind: 'rmaFixed',
  task,
  stage,
  status: { moving: 'inTransit', delivered: 'delivered', receiving: 'in-receiving' }[stage],
});

/** A return whose parcel is at the warehouse before a change could be made, and nobody has said so. */
function delivered(...news: readonly ReturnEvent[]): Driver {
  const driver = opened();
  driver.parcelMoves('delivered');
  driver.tell(...news);
  driver.run();
  return driver;
}

describe('a change that comes when the parcel is delivered', () => {
  test('leaves the RMA as it is, needs nobody, and stands in the timeline with what differs', () => {
    const driver = delivered(changed('SHIRT', 'SOCKS'));
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub).toEqual(rmaFor(['SHIRT', 1], ['PANTS', 1]));
    expect(driver.facts).toMatchObject({ stage: 'delivered', confirmed: driver.heldByMasonHub });
    expect(driver.timeline.at(-1)).toEqual({
      event: 'rma.kept',
      detail: expect.stringMatching(
        /^MasonHub could not replace the RMA, whose status is delivered\. The RMA stays 1 × SHIRT, 1 × PANTS.*Loop now has 1 × SHIRT, 1 × SOCKS/,
      ),
    });
    expect(dueSteps(driver.facts)).toEqual([]);
  });

  test('of the label alone is no difference', () => {
    expect(delivered(label).timeline.at(-1)?.detail).toBe(
      'MasonHub could not replace the RMA, whose status is delivered.',
    );
  });

  test('of reasons alone is no difference either: no receipt could show it', () => {
    const why = { reason: 'Item was too big', parentReason: null };
    const items = [item('SHIRT', why), item('PANTS', why)];
    const driver = delivered(loopTells({ trigger: 'return.updated', at: later, items }));
    expect(driver.timeline.at(-1)?.detail).toBe(
      'MasonHub could not replace the RMA, whose status is delivered.',
    );
    driver.tell(loopTells({ trigger: 'return.updated', at: latest }));
    expect(events(driver)).not.toContain('return.changed');
  });

  test('is not tried again for what Loop changes later, which is written down', () => {
    const driver = delivered(label);
    driver.tell(changed('SHIRT', 'HAT'));
    expect(driver.waiting).toEqual([]);
    expect(events(driver).at(-1)).toBe('return.changed');
  });

  test.each([
    ['refunds where the receipt fits both', ['SHIRT'], good, 'processing', null],
    [
      'flags where the receipt does not fit what Loop has now',
      ['SHIRT', 'PANTS', 'HAT'],
      good,
      'flagged',
      '1 × HAT missing',
    ],
    ['flags where something is wrong', ['SHIRT'], bad, 'flagged', '1 × SHIRT damaged'],
  ] as const)('%s', (_, skus, receipt, status, reason) => {
    const driver = delivered(changed(...skus));
    driver.tell(receiptTold(receipt));
    driver.run();
    expect(driver.status).toBe(status);
    if (reason !== null) expect(driver.reason).toContain(reason);
    expect(driver.taken).toHaveLength(1);
  });

  test('names beside the refund what Loop has taken off the return and came all the same', () => {
    const driver = delivered(changed('SHIRT'));
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.notes).toEqual([
      'Warehouse check: all expected items arrived. Also came: 1 × PANTS in good condition.',
    ]);
  });

  test('counts as received once MasonHub says that it is', () => {
    const driver = opened();
    driver.tell(label, fixed('replace', 'receiving'));
    expect(driver.status).toBe('receiving');
  });

  test('is judged on the RMA of before, also where the refusal is the first answer after a lost one', () => {
    const driver = opened();
    driver.tell(changed('SHIRT', 'PANTS', 'HAT'));
    driver.tell({ kind: 'rmaSent', rma: rmaFor(['SHIRT', 1], ['PANTS', 1], ['HAT', 1]) });
    driver.tell(fixed('replace', 'delivered'));
    expect(driver.facts.confirmed).toEqual(rmaFor(['SHIRT', 1], ['PANTS', 1]));
    expect(driver.facts.sent).toEqual(driver.facts.confirmed);
  });

  test('does not take a parcel back that is being received', () => {
    const driver = opened();
    driver.tell({ kind: 'receiving', stage: 'onDock' }, fixed('replace', 'delivered'));
    expect(driver.status).toBe('receiving');
  });
});

describe('a cancellation that comes when the parcel is on its way', () => {
  const onTheWay = (...news: readonly ReturnEvent[]): Driver => {
    const driver = opened();
    driver.parcelMoves('moving');
    driver.tell(...news);
    driver.run();
    return driver;
  };

  test('needs attention, who is told that the parcel is on its way', () => {
    const driver = onTheWay(cancelled);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('Loop says that the return is cancelled.');
    expect(driver.reason).toContain('the parcel is on its way');
    expect(driver.reason).not.toContain('SKU');
    expect(driver.heldByMasonHub).not.toBeNull();
    expect(dueSteps(driver.facts)).toEqual([]);
  });

  test.each(['delivered', 'receiving'] as const)('says that the warehouse has it once it is %s', (stage) => {
    const driver = opened();
    driver.tell(cancelled, { kind: 'rmaDeleteSent' }, fixed('delete', stage));
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('the warehouse has the parcel');
  });

  test('says what was received once the receipt comes, and sends nothing', () => {
    const driver = onTheWay(cancelled);
    driver.tell(receiptTold(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('the warehouse received the parcel: SHIRT: 1 damaged');
    expect(driver.taken).toEqual([]);
  });

  test('is over where the return is opened again: its RMA stands, and its receipt is decided', () => {
    const driver = onTheWay(cancelled);
    driver.tell(reopened);
    expect(driver.status).toBe('open');
    expect(driver.waiting).toEqual([]);
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('still lets the RMA be changed after that, as long as the parcel is on its way', () => {
    const driver = onTheWay(cancelled, reopened);
    driver.tell(fixed('delete', 'moving'), label);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
  });

  test('that was refused after the return was opened again with other items has these brought to the RMA', () => {
    const driver = opened();
    driver.tell(cancelled, { kind: 'rmaDeleteSent' });
    driver.tell(loopTells({ trigger: 'return.updated', at: latest, items: [item('HAT')] }));
    const { after, steps } = apply(
      driver.facts,
      fixed('delete', 'moving'),
      merchant,
      new Date('2026-03-03T10:00:00Z'),
    );
    expect(rmaTask(after)).toBe('replace');
    expect(steps).toEqual(['rma']);
  });
});

describe('a return that Loop closed without ever having had a label', () => {
  test('keeps its RMA where the parcel turns out to be on its way, and its receipt sends nothing', () => {
    const driver = opened();
    driver.parcelMoves('moving');
    driver.tell(loopTells({ trigger: 'return.closed', state: 'closed', at: later }));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.reason).toContain('closed the return before the parcel came');
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toEqual([]);
  });
});

describe('an RMA that MasonHub has no more when it is to be replaced', () => {
  const gone: ReturnEvent = { kind: 'rmaGone' };

  test('is created anew', () => {
    const driver = opened();
    driver.tell(label);
    const { after, steps } = apply(driver.facts, gone, merchant, new Date('2026-03-03T10:00:00Z'));
    expect(after).toMatchObject({ sent: null, confirmed: null });
    expect(rmaTask(after)).toBe('create');
    expect(steps).toEqual(['rma']);
    driver.tell(gone);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(events(driver)).toContain('rma.gone');
  });

  test('is not wanted where the return was cancelled meanwhile', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, labels: [listed('1Z111')] }));
    driver.tell(loopTells({ trigger: 'return.updated', state: 'cancelled', at: latest }), gone);
    expect(driver.status).toBe('cancelled');
    expect(dueSteps(driver.facts)).toEqual([]);
  });
});
