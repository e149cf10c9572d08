import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueSteps } from '../../src/returns/lifecycle.ts';
import { type Receipt, type Return, type Rma, statuses } from '../../src/returns/return.ts';
import { drive } from './driver.ts';
import { loopTells, merchantWith, receiptTold } from './fixtures.ts';
import { heldThroughout } from './held-throughout.ts';
import { linesOfNow, mayRefund } from './money-rule.ts';
import { anyFates, anyMerchant, closed, good, type Move, move, receipts, someMoves, tell } from './moves.ts';

/** Half of the courses start with a return that was received, as only then does money move. */
const anyMoves = fc
  .tuple(fc.boolean(), fc.constantFrom(good, ...receipts), someMoves)
  .map(([isReceived, receipt, moves]) => {
    const start: Move[] = [tell(loopTells()), { kind: 'run', steps: 3 }, tell(receiptTold(receipt))];
    return isReceived ? [...start, ...moves] : moves;
  });

/** Whether the receipt fulfils both what MasonHub was asked for and what Loop had at the decision. */
function fulfils(facts: Return | null): boolean {
  const { confirmed, sent, receipts, wanted } = facts ?? {};
  const [receipt] = receipts ?? [];
  if (!confirmed || !receipt || wanted?.kind !== 'rma') return false;
  const isAsked = [confirmed, sent ?? confirmed].every((rma) => mayRefund(rma, receipt));
  return isAsked && mayRefundNow(wanted.rma, confirmed, receipt);
}

/** Whether a receipt fulfils what Loop has by now, of which the RMA that it is of may have asked for less. */
function mayRefundNow(now: Rma, asked: Rma, receipt: Receipt): boolean {
  return mayRefund(now, { ...receipt, lines: linesOfNow(receipt.lines, asked.lines, now.lines) });
}

describe('whatever comes, in whatever order, however often, and whatever the vendors answer', () => {
  const holds = heldThroughout({ merchant: anyMerchant, moves: anyMoves }, 3000, (driver) => driver.run());

  holds('at most one process or flag is in effect', (driver) => {
    expect(driver.taken.length).toBeLessThanOrEqual(1);
  });

  holds('an outcome once decided never changes its kind, its words or its note', (driver) => {
    const decided = driver.outcomes.filter((outcome) => outcome !== null);
    const kinds = decided.map((outcome) =>
      JSON.stringify([outcome.kind, outcome.why, 'note' in outcome ? outcome.note : null]),
    );
    expect(new Set(kinds).size).toBeLessThanOrEqual(1);
    const first = driver.outcomes.findIndex((outcome) => outcome !== null);
    if (first >= 0) expect(driver.outcomes.slice(first)).not.toContain(null);
  });

  test('nothing is refunded where refunds are not enabled', () => {
    const noRefunds = merchantWith({ refunds: false });
    fc.assert(
      fc.property(anyMoves, anyFates, (moves, dealt) => {
        const driver = drive(noRefunds, dealt);
        for (const next of moves) move(driver, next);
        driver.run();
        expect(driver.taken.map((message) => message.kind)).not.toContain('process');
      }),
      { numRuns: 1000 },
    );
  });

  holds('a refund means that the decided receipt fulfils the rule', (driver) => {
    const message = driver.taken[0];
    if (message === undefined) return;
    expect(message.kind).toBe(driver.facts.outcome?.kind);
    if (message.kind === 'process') expect(fulfils(driver.decidedOn)).toBe(true);
  });

  holds(
    'a refund is never sent once the warehouse has told of anything less than all units available',
    (driver) => {
      const message = driver.taken[0];
      if (message?.kind !== 'process') return;
      const { asked, latestReceipt } = message;
      expect(asked !== null && latestReceipt !== null && mayRefund(asked, latestReceipt)).toBe(true);
    },
  );

  holds(
    'a refund is never sent of more than came, whatever is added in Loop after the decision',
    (driver) => {
      const message = driver.taken[0];
      if (message?.kind !== 'process') return;
      const { wanted, asked, latestReceipt } = message;
      if (wanted?.kind !== 'rma' || asked === null || latestReceipt === null) expect.unreachable();
      expect(mayRefundNow(wanted.rma, asked, latestReceipt)).toBe(true);
    },
  );

  holds(
    'a refund is never sent while something that Loop told is not understood, its state or its items',
    (driver) => {
      const message = driver.taken[0];
      if (message?.kind !== 'process') return;
      expect(message.loop?.state).not.toBe('unknown');
      expect(message.loop?.unread).toBeNull();
    },
  );

  holds('nothing is decided while the receipt is not understood', (driver) => {
    expect(driver.decidedOn?.receiptUnread ?? null).toBeNull();
  });

  holds('a message that came to nothing needs a person, whatever else went wrong', (driver) => {
    const { outcome, loop } = driver.facts;
    if (outcome === null || !('message' in outcome) || outcome.message !== 'refused') return;
    if (loop?.state !== 'closed') expect(driver.status).toBe('attention');
  });

  holds('a flag means that something was wrong', (driver) => {
    if (driver.facts.outcome?.kind === 'flag') expect(fulfils(driver.decidedOn)).toBe(false);
  });

  test('what became of the items is told once at most, of a decided receipt, where the merchant wants it', () => {
    fc.assert(
      fc.property(anyMerchant, anyMoves, anyFates, (merchant, moves, dealt) => {
        const driver = drive(merchant, dealt);
        for (const next of moves) move(driver, next);
        driver.run();
        const { outcome, confirmed } = driver.facts;
        // What came may be of somebody else's RMA where MasonHub never said that it is this return's.
        const isOfNobody = outcome?.kind === 'none' && confirmed === null;
        const isDue = merchant.dispositions && outcome !== null && !isOfNobody;
        expect(driver.asked.dispositions).toBe(isDue ? 1 : 0);
      }),
      { numRuns: 1000 },
    );
  });

  holds('a return that Loop has closed is never open in it again', (driver) => {
    const first = driver.states.indexOf('closed');
    if (first >= 0) expect(new Set(driver.states.slice(first))).toEqual(new Set(['closed']));
  });

  holds('there is always a status, and attention always has a reason', (driver) => {
    expect(statuses).toContain(driver.status);
    if (driver.status === 'attention') expect((driver.reason ?? '').length).toBeGreaterThan(0);
  });

  holds('what is due is always waiting to be done, so that nothing is left undone', (driver) => {
    for (const step of dueSteps(driver.facts)) expect(driver.waiting).toContain(step);
  });

  holds('a note is added at most once', (driver) => {
    expect(driver.notes.length).toBeLessThanOrEqual(1);
  });
});

describe('a return that was received', () => {
  const ends = ['processed', 'flagged', 'held', 'attention'];

  test('ends in exactly one of processed, flagged, held or attention once Loop has done its part', () => {
    fc.assert(
      fc.property(
        anyMerchant,
        anyMoves,
        anyFates,
        fc.constantFrom(...receipts),
        (merchant, moves, dealt, receipt) => {
          const driver = drive(merchant, dealt);
          for (const next of moves) move(driver, next);
          driver.tell(loopTells(), receiptTold(receipt));
          driver.run();
          driver.loopCloses(closed);
          driver.runToTheEnd();
          expect(ends).toContain(driver.status);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('needs nobody where the vendors do as they are asked', () => {
    fc.assert(
      fc.property(anyMerchant, fc.constantFrom(...receipts), (merchant, receipt) => {
        const driver = drive(merchant, [], { whole: '31', byItem: {} });
        driver.tell(loopTells());
        driver.run();
        driver.tell(receiptTold(receipt));
        driver.run();
        if (driver.status === 'processing') driver.loopCloses(closed);
        expect(['processed', 'flagged', 'held']).toContain(driver.status);
      }),
    );
  });
});
