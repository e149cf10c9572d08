import type { Receipt } from '../../src/returns/return.ts';
import { type Driver, drive } from './driver.ts';
import { found, loopTells, merchantWith, receiptOf, receiptTold } from './fixtures.ts';

/** The first part of a return's way, from which most tests go on. */

export const good: Receipt = receiptOf(found('SHIRT', { available: 1 }), found('PANTS', { available: 1 }));
export const bad: Receipt = receiptOf(found('SHIRT', { damaged: 1 }), found('PANTS', { available: 1 }));

/** A return whose RMA stands in MasonHub. */
export function opened(settings = merchantWith(), tells = loopTells()): Driver {
  const driver = drive(settings);
  driver.tell(tells);
  driver.run();
  return driver;
}

/** The same, its receipt decided and the message to Loop not yet sent. */
export function decided(receipt: Receipt, settings = merchantWith()): Driver {
  const driver = opened(settings);
  driver.tell(receiptTold(receipt));
  return driver;
}

/** The same, with Loop's answer and the note. */
export function told(receipt: Receipt, settings = merchantWith()): Driver {
  const driver = decided(receipt, settings);
  driver.run();
  return driver;
}

/** The lines of its timeline, by their names. */
export function events(driver: Driver): string[] {
  return driver.timeline.map((entry) => entry.event);
}
