import { describe, expect, test } from 'vitest';
import type { LabelStanding, ListedLabel } from '../../../src/returns/loop-facts.ts';
import { itemsOnRma, wantedRma } from '../../../src/returns/rma.ts';
import { bad, events, good, opened } from '../courses.ts';
import { drive } from '../driver.ts';
import { item, labelTold, listed, loopTells, merchantWith, receiptTold, returnWith } from '../fixtures.ts';

/** Returns that send no parcel. Loop has no marker for them; what shows it is how they were closed. */

const merchant = merchantWith();
const later = '2026-03-02T10:00:00.000Z';
const shirt = item('SHIRT', { lineItemId: '71' });
const pants = item('PANTS', { lineItemId: '72' });
const items = [shirt, pants];
const label = (standing: LabelStanding, ...ids: readonly string[]): ListedLabel => ({
  ...listed('1Z111AA10123456784', ...ids),
  standing,
});
const closedWith = (...labels: readonly ListedLabel[]) =>
  loopTells({ trigger: 'return.closed', state: 'closed', at: later, items, labels });

describe('a return that is first heard of as closed', () => {
  test.each([
    ['is delivered', [label('delivered')], 'its parcel was no longer on its way'],
    ['is not to be used', [label('void')], 'its parcel was no longer on its way'],
    ['is not there', [], 'without ever having had a label'],
  ])('has no RMA where its label %s, and is processed', (_, labels, why) => {
    const driver = drive(merchant);
    driver.tell(closedWith(...labels));
    expect(driver.facts.wanted).toMatchObject({ kind: 'none', endsAs: 'processed' });
    expect(driver.status).toBe('processed');
    expect(driver.reason).toContain(why);
    expect(driver.waiting).toEqual([]);
  });

  test('has its RMA where its parcel is on its way, with a label or in a bag', () => {
    const inBag = loopTells({ state: 'closed', items, packageReference: 'HR200250DB9E' });
    for (const tells of [closedWith(label('live')), closedWith(label('void'), listed('1Z222')), inBag]) {
      const driver = opened(merchant, tells);
      expect(driver.status).toBe('open');
      expect(driver.heldByMasonHub).not.toBeNull();
    }
  });

  test.each(['before', 'after'])('has its RMA where it was heard %s that to have been open', (when) => {
    const open = loopTells({ items, labels: [label('live')] });
    const driver = drive(merchant);
    driver.tell(
      ...(when === 'before'
        ? [open, closedWith(label('delivered'))]
        : [closedWith(label('delivered')), open]),
    );
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub).not.toBeNull();
  });

  test('has its RMA once a label in use comes by itself', () => {
    const driver = drive(merchant);
    driver.tell(closedWith());
    driver.tell(labelTold('1Z222AA10123456784'));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.packageId).toBe('1Z222AA10123456784');
  });

  test('has its RMA once the warehouse has seen its parcel, and the receipt is decided', () => {
    const driver = drive(merchant);
    driver.tell(closedWith(label('delivered')), receiptTold(bad));
    driver.run();
    expect(driver.heldByMasonHub).not.toBeNull();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × SHIRT damaged');
    expect(driver.taken).toEqual([]);
  });

  test.each([
    ['at the dock', { kind: 'receiving', stage: 'onDock' } as const],
    ['a receipt that is not understood', { kind: 'receiptUnread', why: 'x' } as const],
  ])('has its RMA once MasonHub tells of %s', (_, event) => {
    const driver = drive(merchant);
    driver.tell(closedWith(), event);
    expect(driver.facts.wanted?.kind).toBe('rma');
  });
});

describe('a return that is closed without ever having had a label', () => {
  const keptWhole = loopTells({ trigger: 'return.closed', state: 'closed', at: later });

  test('has its RMA deleted, and is processed', () => {
    const driver = opened();
    driver.tell(keptWhole);
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    expect(driver.status).toBe('processed');
    expect(driver.reason).toContain('the shopper kept the items, or gave them back in a shop');
    expect(driver.taken).toEqual([]);
  });

  test('keeps its RMA where it had one, whatever became of it', () => {
    for (const standing of ['live', 'delivered', 'void'] as const) {
      const driver = opened(merchant, loopTells({ labels: [label('live')] }));
      driver.tell({ ...labelTold('1Z111AA10123456784', later), standing }, keptWhole);
      driver.run();
      expect(driver.status).toBe('open');
      expect(driver.heldByMasonHub).not.toBeNull();
    }
  });

  test('keeps its RMA where it comes in a bag', () => {
    const driver = opened(merchant, loopTells({ packageReference: 'HR200250DB9E' }));
    driver.tell(keptWhole);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('HR200250DB9E');
  });

  test('keeps its RMA where its parcel was seen, and gets no message', () => {
    const driver = opened();
    driver.tell({ kind: 'receiving', stage: 'onDock' }, keptWhole);
    driver.run();
    expect(driver.status).toBe('receiving');
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toEqual([]);
  });

  test('is processed, and Loop is not asked, where its items are not understood either', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ state: 'closed', items: [], unread: 'line_items: none' }));
    expect(driver.status).toBe('processed');
    expect(driver.facts.wanted).toMatchObject({ endsAs: 'processed' });
  });

  test('needs no RMA where its items could not have one', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ state: 'closed', items: [item('')] }));
    expect(driver.status).toBe('processed');
  });
});

describe('an item that is on no label though every label names its items', () => {
  const onlyShirt = [label('live', '71')];
  const leavingOff = merchantWith({ keptItems: 'leaveOff' });
  const tells = (labels: readonly ListedLabel[], at = later) =>
    loopTells({ trigger: 'return.updated', at, items, labels });
  const skus = (driver: ReturnType<typeof drive>) => driver.heldByMasonHub?.lines.map(({ sku }) => sku);
  const shirtCame = { ...good, lines: good.lines.filter(({ sku }) => sku === 'SHIRT') };

  test('is expected all the same', () => {
    const driver = opened(merchant, tells(onlyShirt));
    expect(skus(driver)).toEqual(['SHIRT', 'PANTS']);
    expect(driver.facts.wanted).toMatchObject({ kept: 0 });
  });

  test('makes a flag where it does not come, whose note asks whether the shopper kept it', () => {
    const driver = opened(merchant, tells(onlyShirt));
    driver.tell(receiptTold(shirtCame));
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.notes).toEqual([
      'Warehouse check: 1 × PANTS missing (on no label: kept by the shopper?); 1 × SHIRT fine.',
    ]);
  });

  test('is not asked after where it is missing from a parcel whose label names it, or names none', () => {
    for (const labels of [[label('live', '71', '72')], [label('live')], []]) {
      const driver = opened(merchant, tells(labels));
      driver.tell(receiptTold(shirtCame));
      driver.run();
      expect(driver.notes).toEqual(['Warehouse check: 1 × PANTS missing; 1 × SHIRT fine.']);
    }
  });

  test('is left off the RMA where the merchant wants that, and the timeline and the note say so', () => {
    const driver = opened(leavingOff, tells(onlyShirt));
    expect(skus(driver)).toEqual(['SHIRT']);
    expect(driver.facts.wanted).toMatchObject({ kept: 1, leftOut: 0 });
    expect(driver.timeline[0]?.detail).toContain('1 of them on no label and so not on the RMA');
    driver.tell(receiptTold(shirtCame));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.reason).toContain('1 on no label, which the warehouse did not expect');
    expect(driver.notes).toEqual([
      'Warehouse check: all expected items arrived. 1 on no label not expected.',
    ]);
  });

  test('is not among the items whose disposition Loop is told of, where it is left off', () => {
    const { facts } = opened(leavingOff, tells(onlyShirt));
    expect(itemsOnRma(facts, leavingOff)).toEqual([shirt]);
    expect(itemsOnRma(facts, merchant)).toEqual(items);
  });

  test('comes onto the RMA once a label for it comes', () => {
    const driver = opened(leavingOff, tells(onlyShirt));
    const both = [...onlyShirt, { ...listed('1Z222', '72') }];
    driver.tell(tells(both, '2026-03-03T10:00:00.000Z'));
    driver.run();
    expect(skus(driver)).toEqual(['SHIRT', 'PANTS']);
  });

  test('is left off only while the parcel is not received: then the RMA stays, and the receipt is held against it', () => {
    const driver = opened(leavingOff, tells([label('live')]));
    driver.tell({ kind: 'receiving', stage: 'onDock' }, tells(onlyShirt, '2026-03-03T10:00:00.000Z'));
    driver.run();
    expect(skus(driver)).toEqual(['SHIRT', 'PANTS']);
    driver.tell(receiptTold(shirtCame));
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(events(driver)).not.toContain('decided.process');
  });

  test.each([
    [
      'has no SKU',
      item('', { lineItemId: '71' }),
      merchantWith({ keptItems: 'leaveOff', partialRmas: true }),
    ],
    [
      'goes elsewhere',
      item('SHIRT', { lineItemId: '71', destinationId: '7' }),
      merchantWith({ keptItems: 'leaveOff', loop: { destinations: ['1042'] } }),
    ],
  ])('is expected where the only label is for an item that %s', (_, other, settings) => {
    const own = { ...pants, destinationId: '1042' };
    const facts = returnWith({ items: [other, own], labels: onlyShirt });
    expect(wantedRma(facts, settings)).toMatchObject({ kind: 'rma', rma: { lines: [{ sku: 'PANTS' }] } });
  });
});
