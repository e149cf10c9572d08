import { expect, test } from 'vitest';
import type { Receipt } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { extra, found, item, loopTells, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { blind, inTwoBoxes, second, shirt } from '../two-boxes.ts';

/** A receipt that says only what the RMA asked for proves nothing, and MasonHub is asked once more. */

const settings = merchantWith({ masonhub: { receiveInto: 'available' } });
const bare = receiptOf(found('SHIRT', { available: 1 }, { detailed: false }));
const inspected = receiptOf(found('SHIRT', { qc: 1 }));
const on = (day: number, receipt: Receipt): Receipt => ({
  ...receipt,
  changedAt: `2026-03-0${day}T00:00:00.000Z`,
});

const waiting = () => opened(settings, loopTells({ items: [item('SHIRT')] }));

test('one that comes when quality control is over is asked about anew: the first answer was not about it', () => {
  const driver = waiting();
  driver.tell(receiptTold(on(1, bare)));
  expect(driver.waiting).toEqual(['receipt']);
  driver.tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: on(1, inspected) });
  expect(driver.status).toBe('inspecting');
  driver.tell(receiptTold(on(2, bare)));
  expect(driver.waiting).toContain('receipt');
  expect(driver.status).not.toBe('attention');
  driver.tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: on(2, bare) });
  expect(driver.status).toBe('attention');
  expect(driver.taken).toEqual([]);
});

test('of several receipts is the one that MasonHub has to answer for, the RMA’s own or a box without one', () => {
  const driver = opened(settings, inTwoBoxes);
  const box = blind(second, found('PANTS', { available: 1 }, { detailed: false }));
  driver.tell(receiptTold(receiptOf(shirt)), box);
  expect(driver.waiting).toContain('receipt');
  driver.tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: receiptOf(shirt) });
  expect([driver.status, driver.facts.askedAgain]).toEqual(['receiving', 'due']);
  driver.tell({ ...box, trigger: 'receipt.pulled' });
  expect(driver.status).toBe('attention');
  expect(driver.reason).toContain(`The receipt of parcel ${second} has no details`);
});

test('is named by the word that the RMA asked for, whatever else came without details', () => {
  const driver = waiting();
  const beside = { ...bare, lines: [{ ...extra('HAT', { damaged: 1 }), detailed: false }, ...bare.lines] };
  driver.tell(receiptTold(beside), { kind: 'receipt', trigger: 'receipt.pulled', receipt: beside });
  expect(driver.reason).toContain('says only available');
});

test('the same one again asks nobody: MasonHub has answered for it', () => {
  const driver = waiting();
  driver.tell(receiptTold(on(1, bare)));
  driver.tell({ kind: 'receipt', trigger: 'receipt.pulled', receipt: on(1, bare) });
  const { askedAgain } = driver.facts;
  driver.tell(receiptTold(on(1, bare)));
  expect([driver.status, driver.facts.askedAgain]).toEqual(['attention', askedAgain]);
});
