import type { ReturnEvent } from '../../src/returns/events.ts';
import type { Receipt } from '../../src/returns/return.ts';
import { good } from './courses.ts';
import { extra, labelTold, loopTells, merchantWith } from './fixtures.ts';

/** The merchant, and what Loop, the warehouse and a person tell of a return, in most tests of its life. */

export const merchant = merchantWith();
export const withoutRefunds = merchantWith({ refunds: false });

export const withExtra: Receipt = { ...good, lines: [...good.lines, extra('HAT', { available: 1 })] };

export const label = labelTold('1Z999AA10123456784', '2026-03-01T10:00:05.000Z');
export const onDock: ReturnEvent = { kind: 'receiving', stage: 'onDock' };
export const retry: ReturnEvent = { kind: 'retryRequested', by: 'anna' };
export const later = '2026-03-02T10:00:00.000Z';
export const latest = '2026-03-03T10:00:00.000Z';
/** When events come, where that does not matter. */
export const at = new Date('2026-03-03T10:00:00Z');
export const closed = loopTells({ trigger: 'return.closed', state: 'closed', at: later });
export const cancelled = loopTells({ trigger: 'return.updated', state: 'cancelled', at: later });
/** Loop names a state that this service does not know. */
export const partial = loopTells({
  trigger: 'return.updated',
  state: 'unknown',
  stateWord: 'partial',
  at: later,
});
export const refused: ReturnEvent = { kind: 'messageRefused', why: 'Loop refused: not now.', state: null };
