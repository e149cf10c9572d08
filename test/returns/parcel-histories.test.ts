import { describe, expect } from 'vitest';
import { dueSteps, startsAfterMs } from '../../src/returns/lifecycle.ts';
import { heldThroughout } from './held-throughout.ts';
import { type Case, linesOfNow, ruling } from './money-rule.ts';
import { closed } from './moves.ts';
import { anyParcelHistory, anyParcelMerchant } from './parcel-moves.ts';

/**
 * Returns in several parcels, with inspection, echoes and boxes without an RMA, under policies that change in
 * between. What is right is said by the rule as it is written a second time, of what MasonHub has told.
 */

function ruledOf(situation: Case | null): string {
  return situation === null ? 'no RMA was sent' : ruling(situation);
}

function withTrust(situation: Case): Case {
  return { ...situation, policy: { ...situation.policy, trustRequestedStatus: true } };
}

describe('whatever becomes of the parcels of a return, and however it is told', () => {
  const courses = { merchant: anyParcelMerchant, moves: anyParcelHistory };
  const holds = heldThroughout(courses, 2000, (driver) => driver.runToTheEnd());

  holds(
    'a refund is decided only where the rule says so of all that MasonHub has told by then',
    ({ facts, situationDecided }) => {
      if (facts.outcome?.kind === 'process') expect(ruledOf(situationDecided)).toBe('refund');
      if (facts.outcome?.kind === 'hold') expect(ruledOf(situationDecided)).toBe('hold');
    },
  );

  /** That a later receipt has no details says nothing else than what was decided. */
  holds('it takes effect only where nothing that MasonHub has told by then says otherwise', ({ taken }) => {
    for (const { kind, situation } of taken) {
      if (kind === 'process') expect(ruledOf(situation && withTrust(situation))).toBe('refund');
    }
  });

  holds('and only where all that is in the return by then has come', ({ taken }) => {
    for (const { kind, situation, wanted } of taken) {
      if (kind !== 'process' || situation === null) continue;
      const asked = wanted?.kind === 'rma' ? wanted.rma.lines : [];
      expect(asked).not.toEqual([]);
      const parcels = situation.parcels.map((parcel) => {
        return { ...parcel, lines: linesOfNow(parcel.lines, situation.asked, asked) };
      });
      expect(ruledOf(withTrust({ ...situation, parcels, asked }))).toBe('refund');
    }
  });

  holds(
    'there is at most one outcome, which never changes, and one message in effect, which is of its kind',
    (driver) => {
      const decided = driver.outcomes.slice(driver.outcomes.findIndex((outcome) => outcome !== null));
      const kinds = new Set(decided.map((outcome) => outcome?.kind ?? null));
      expect(kinds.size).toBeLessThanOrEqual(1);
      expect(driver.taken.length).toBeLessThanOrEqual(1);
      for (const { kind } of driver.taken) expect([...kinds]).toEqual([kind]);
    },
  );

  holds('the policy that judges is the one of the RMA that was sent last', (driver) => {
    expect(driver.facts.sentPolicy).toEqual(driver.policySent);
  });

  holds('nothing waits without a date', ({ facts, status, waiting }) => {
    // Until Loop has told of the return, nobody knows what it is.
    if (facts.loop === null) return;
    const due = dueSteps(facts);
    for (const step of due) expect(waiting).toContain(step);
    if (facts.receipts.length === 0 || facts.outcome !== null || status === 'attention') return;
    expect(due).not.toEqual([]);
    // While it is not known what a parcel holds, a wait of before is not measured by what the policy says by now.
    if (facts.receipts.some(({ unread }) => unread !== undefined)) return;
    const latest = Math.max(
      ...due.map((step) => startsAfterMs(facts, step, new Date(facts.wait?.since ?? 0))),
    );
    const { waitForMs = 0, secondParcelForMs = 0 } = facts.sentPolicy ?? {};
    expect(latest).toBeLessThanOrEqual(Math.max(waitForMs, secondParcelForMs));
  });

  holds(
    'a return that was received comes to an end, as soon as Loop has done its part',
    () => undefined,
    (driver) => {
      if (driver.facts.receipts.length === 0 || driver.facts.loop === null) return;
      const ends = ['processed', 'flagged', 'held', 'attention', 'cancelled'];
      const isLoopAsked = dueSteps(driver.facts).includes('details');
      expect(isLoopAsked ? ['received', 'receiving'] : [...ends, 'processing']).toContain(driver.status);
      driver.loopCloses(closed);
      driver.runToTheEnd();
      expect(ends).toContain(driver.status);
    },
  );
});
