import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newReturn, type Receipt, type Return, type Wait } from '../../src/returns/return.ts';
import { type Ruling, rule, verdictOf } from '../../src/returns/ruling.ts';
import { item, listed, loopTells, RETURN_ID, rmaFor } from './fixtures.ts';
import { anyCase, refundableParcels } from './generators.ts';
import { type Case, type ParcelSeen, ruling } from './money-rule.ts';

const anotherParcel = '1Z999AA10123456784';

function receiptOf({ key, packageId, isBlind, lines }: ParcelSeen): Receipt {
  return {
    masonHubId: key,
    packageId,
    isBlind,
    changedAt: null,
    toldAt: null,
    lines: lines.map((line) => ({
      ...line,
      received: line.received.map((part) => ({ ...part, note: null })),
    })),
    note: null,
  };
}

/** The same situation as the service knows it: each parcel once, as it was seen last. */
function factsOf(situation: Case, wait: Wait | null): Return {
  const { asked, policy, receiveInto, anotherParcelOnItsWay, askedAgain } = situation;
  const rma = {
    ...rmaFor(['ANY', 1]),
    receiveInto: receiveInto === 'available' ? ('available' as const) : ('qc' as const),
    lines: rmaFor(...nonEmpty(asked)).lines,
  };
  const parcels = situation.parcels.filter(
    ({ key }, at) => !situation.parcels.slice(at + 1).some((later) => later.key === key),
  );
  const items = asked.map(({ sku }) => item(sku, { lineItemId: null }));
  const labels = anotherParcelOnItsWay ? [listed(anotherParcel)] : [];
  return {
    ...newReturn('acme', RETURN_ID),
    loop: loopTells({ items, labels }).facts,
    confirmed: rma,
    sent: rma,
    sentPolicy: policy,
    receipts: parcels.filter(isReceived).map(receiptOf),
    stage: parcels.every(isReceived) ? ('expected' as const) : ('receiving' as const),
    wait,
    askedAgain: askedAgain ? 'done' : 'no',
  };
}

function isReceived({ status }: ParcelSeen): boolean {
  return status === 'received';
}

function nonEmpty(asked: Case['asked']): [[string, number], ...[string, number][]] {
  const [first, ...rest] = asked.map(({ sku, units }): [string, number] => [sku, units]);
  if (first === undefined) throw new Error('an RMA asks for something');
  return [first, ...rest];
}

function ruledOf(situation: Case): Ruling {
  const facts = factsOf(situation, null);
  const verdict = verdictOf(facts);
  if (verdict === null) throw new Error('there is no receipt');
  const first = rule(facts, verdict);
  if (first.kind !== 'inspection' && first.kind !== 'parcel' && first.kind !== 'receiving') return first;
  const atMostMs = first.kind === 'parcel' ? first.atMostMs : situation.policy.waitForMs;
  const isOver = situation.waitedForMs >= atMostMs;
  const wait = {
    for: first.kind,
    since: '2026-11-01T00:00:00.000Z',
    atMostMs,
    isOver,
    firstSince: { inspection: null, parcel: null, receiving: null },
  };
  return rule(factsOf(situation, wait), verdict);
}

/** What the second writing calls each ruling. */
const calledOf: Record<Ruling['kind'], readonly string[]> = {
  refund: ['refund', 'hold'],
  flag: ['flag'],
  inspection: ['inspecting'],
  parcel: ['waitForParcel', 'nothingYet'],
  receiving: ['waitForParcel', 'nothingYet'],
  ask: ['askAgain'],
  echo: ['person'],
  twice: ['person'],
  // Nor a receipt that could not be understood.
  unread: [],
  // The second writing knows no end of what was begun and not finished.
  unfinished: ['nothingYet'],
};

/** Situations that both ways of writing the rule can be asked about. */
const comparable = anyCase.filter(({ parcels, receiveInto }) => {
  const isKnown = ['available', 'qc'].includes(receiveInto);
  const ids = new Set(parcels.map(({ key }) => key));
  const latest = [...ids].map((id) => parcels.findLast(({ key }) => key === id));
  const packages = latest.flatMap((parcel) => parcel?.packageId ?? []);
  return (
    isKnown &&
    parcels.length > 0 &&
    // A parcel without an RMA is told of only once it is received.
    parcels.every((parcel) => isReceived(parcel) || !parcel.isBlind) &&
    latest.some((parcel) => parcel !== undefined && isReceived(parcel)) &&
    // A return has one RMA of its own so far, whose parcel it is if the receipt does not say.
    latest.filter((parcel) => parcel?.isBlind === false).length < 2 &&
    new Set(packages).size === packages.length
  );
});

describe('what receipts call for', () => {
  test('is what the rule, written a second time in another way, says', () => {
    fc.assert(
      fc.property(comparable, (situation) => {
        const said = ruledOf(situation);
        const other = ruling(situation);
        const verdict = verdictOf(factsOf(situation, null));
        // Both wait for each in turn; only the second writing has one clock for the two.
        const waitsForBoth = verdict?.kind === 'missing' && verdict.waiting.length > 0;
        if (waitsForBoth) expect(['flag', 'inspection']).toContain(said.kind);
        else expect(calledOf[said.kind]).toContain(other);
      }),
      { numRuns: 3000 },
    );
  });

  test('is a refund for every return whose units are all good', () => {
    fc.assert(
      fc.property(refundableParcels, (situation) => {
        fc.pre(['available', 'qc'].includes(situation.receiveInto));
        expect(ruledOf(situation).kind).toBe('refund');
      }),
      { numRuns: 2000 },
    );
  });
});
