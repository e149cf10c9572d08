import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { events, good, opened, told } from '../courses.ts';
import { receiptTold } from '../fixtures.ts';

describe("a status of MasonHub's that is not known", () => {
  const unknown = (countsUnits: boolean): ReturnEvent => ({
    kind: 'unknownStatus',
    status: 'putaway',
    countsUnits,
  });

  test('stands in the timeline, and changes nothing', () => {
    const driver = opened();
    const { status, facts } = driver;
    driver.tell(unknown(false));
    expect([driver.status, driver.facts]).toEqual([status, facts]);
    expect(driver.timeline.at(-1)).toEqual({
      event: 'warehouse.unknown',
      detail: `MasonHub's status "putaway" is not known here.`,
    });
  });

  test('that comes with what was received says that the parcel is being received', () => {
    const driver = opened();
    driver.tell(unknown(true), unknown(true));
    expect(driver.status).toBe('receiving');
    expect(driver.timeline.at(-1)?.detail).toContain('the receipt itself is waited for');
    expect(driver.facts).toMatchObject({ outcome: null, receipts: [] });
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('that comes once the receipt is in takes nothing back', () => {
    const driver = told(good);
    driver.tell(unknown(true));
    expect(driver.status).toBe('processing');
    expect(events(driver).at(-1)).toBe('warehouse.unknown');
  });
});
