import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import type { Driver } from '../driver.ts';
import { found, receiptOf, receiptTold } from '../fixtures.ts';

/** MasonHub can tell of one version of its record with details and without. */

const changedAt = '2026-03-04T10:00:00.000Z';
const version = (receipt: Receipt, toldAt: string | null = changedAt, at: string | null = changedAt) =>
  receiptTold({ ...receipt, changedAt: at, toldAt });
const lines = (shirt: string, pants: string, detailed: boolean) =>
  receiptOf(found('SHIRT', { [shirt]: 1 }, { detailed }), found('PANTS', { [pants]: 1 }, { detailed }));
const bare = lines('qc', 'qc', false);

function decided(pants: string): Driver {
  const driver = opened();
  driver.tell(version(lines('available', pants, true)));
  driver.runNow();
  return driver;
}

describe('a callback that has no details of a record whose details are known', () => {
  test.each([
    ['available', 'processing'],
    ['damaged', 'flagged'],
  ])('changes nothing once these have decided: %s', (pants, status) => {
    const driver = decided(pants);
    driver.tell(version(bare));
    expect(driver.status).toBe(status);
    expect(driver.timeline.at(-1)?.detail).toContain('without its details');
  });

  test('takes nothing from units that are in quality control, and are waited for', () => {
    const driver = decided('qc');
    driver.tell(version(bare));
    expect(driver.status).toBe('inspecting');
    expect(driver.facts.receipts[0]?.lines.every(({ detailed }) => detailed)).toBe(true);
  });

  test('is for a person where what had decided has no date', () => {
    const driver = opened();
    driver.tell(version(lines('available', 'available', true), changedAt, null));
    driver.runNow();
    driver.tell(version(bare, changedAt));
    expect(driver.status).toBe('attention');
  });

  test.each<[string, Receipt, string | null, string | null]>([
    ['is of another version', bare, changedAt, '2026-03-04T11:00:00.000Z'],
    ['is as of later', bare, '2026-03-04T11:00:00.000Z', changedAt],
    ['does not say as of when it is', bare, null, changedAt],
    ['is of a record without a date', bare, changedAt, null],
    ['says something else', lines('damaged', 'qc', false), changedAt, changedAt],
    ['is of fewer units', receiptOf(found('SHIRT', { qc: 1 }, { detailed: false })), changedAt, changedAt],
  ])('is for a person where it %s', (_how, receipt, toldAt, at) => {
    const driver = decided('available');
    driver.tell(version(receipt, toldAt, at));
    expect(driver.status).toBe('attention');
  });
});
