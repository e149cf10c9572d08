import { describe, expect, test } from 'vitest';
import type { Merchant } from '../../../src/config/merchants.ts';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Return, Rma } from '../../../src/returns/return.ts';
import { opened } from '../courses.ts';
import { found, labelTold, loopTells, merchantWith, receiptOf, receiptTold } from '../fixtures.ts';
import { at, cancelled, latest } from '../news.ts';
import { pants } from '../two-boxes.ts';

/** The merchants file can change while an RMA is out: what judges is what it said when that RMA was sent. */

const careful = merchantWith();
const generous = merchantWith({ receipts: { refund: ['available', 'quarantine'] } });
const inQuarantine = receiptTold(receiptOf(found('SHIRT', { quarantine: 1 }), pants));
const label = labelTold('1Z999AA10123456708');
const reopened = loopTells({ trigger: 'return.updated', at: latest });

/** A return whose RMA is out, the merchant being this one by then. */
const openedBy = (merchant: Merchant): Return => opened(merchant).facts;

/** The events come when the merchants file already says otherwise. */
function hear(facts: Return, merchant: Merchant, ...events: ReturnEvent[]): Return {
  return events.reduce((before, event) => apply(before, event, merchant, at).after, facts);
}

/** The RMA that is wanted goes out. */
function sendAgain(facts: Return, merchant: Merchant): { facts: Return; rma: Rma } {
  if (facts.wanted?.kind !== 'rma') throw new Error('no RMA is wanted');
  const { rma } = facts.wanted;
  return { facts: hear(facts, merchant, { kind: 'rmaSent', rma }), rma };
}

const decidedOf = (facts: Return, merchant: Merchant) =>
  hear(facts, merchant, inQuarantine).outcome?.kind ?? null;

describe('the policy of the RMA that MasonHub holds', () => {
  test('judges alone where MasonHub did not take another one, however strict the policy of that was', () => {
    const { facts } = sendAgain(hear(openedBy(generous), careful, label), careful);
    const fixed: ReturnEvent = { kind: 'rmaFixed', task: 'replace', stage: 'delivered', status: 'delivered' };
    expect(decidedOf(hear(facts, careful, fixed), careful)).toBe('process');
  });

  test('judges alone where MasonHub refused another one, as if that had never been sent', () => {
    const { facts, rma } = sendAgain(hear(openedBy(generous), careful, label), careful);
    const refused: ReturnEvent = { kind: 'rmaRefused', why: 'SKU not found.', rma };
    expect(decidedOf(hear(facts, careful, refused), careful)).toBe('process');
  });

  test('stays that of its first sending where a later one finds that the RMA is there', () => {
    const deleting: ReturnEvent[] = [cancelled, { kind: 'rmaDeleteSent' }, reopened];
    const { facts, rma } = sendAgain(hear(openedBy(careful), generous, ...deleting), generous);
    const adopted: ReturnEvent = { kind: 'rmaAccepted', rma, how: 'adopted', origin: 'found', asked: rma };
    expect(decidedOf(hear(facts, generous, adopted), generous)).toBe('flag');
  });

  test.each<[string, readonly ReturnEvent[]]>([
    ['has gone from MasonHub', [{ kind: 'rmaGone' }]],
    ['was deleted', [cancelled, { kind: 'rmaDeleteSent' }, { kind: 'rmaDeleted' }, reopened]],
  ])('is of the past once that RMA %s, also while the answer to the next one is lost', (_, events) => {
    const { facts, rma } = sendAgain(hear(openedBy(careful), generous, ...events), generous);
    expect(facts.confirmed).toBeNull();
    const adopted: ReturnEvent = { kind: 'rmaAccepted', rma, how: 'adopted', origin: 'opened', asked: rma };
    expect(decidedOf(hear(facts, generous, adopted), generous)).toBe('process');
  });
});
