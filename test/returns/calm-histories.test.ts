import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelStanding } from '../../src/returns/loop-facts.ts';
import type { Outcome, Status } from '../../src/returns/return.ts';
import { type Driver, drive } from './driver.ts';
import { listed, loopTells } from './fixtures.ts';
import { type Ruling, ruling } from './money-rule.ts';
import { type Move, move } from './moves.ts';
import { anyParcelMerchant, inParcels, ownLabel, parcelMove } from './parcel-moves.ts';

/**
 * Returns whose parcels are as they may be, while Loop changes nothing and every vendor does as it is asked: there
 * the rule as it is written a second time says after every event what becomes of the return.
 */

const otherLabel = '1Z111AA10123456784';

interface History {
  readonly otherStands: LabelStanding;
  readonly moves: readonly Move[];
}

const anyHistory: fc.Arbitrary<History> = fc.record({
  otherStands: fc.constantFrom('live', 'live', 'live', 'void', 'delivered'),
  moves: fc.array(parcelMove, { minLength: 1, maxLength: 6 }),
});

/** A return whose RMA stands, and with it a label for another parcel. */
function opened(merchant: Parameters<typeof drive>[0], otherStands: LabelStanding): Driver {
  const driver = drive(merchant);
  const labels = [listed(ownLabel), { ...listed(otherLabel), standing: otherStands }];
  driver.tell(loopTells({ items: inParcels.facts.items, labels }));
  driver.run();
  return driver;
}

/**
 * What the rule says of a return once MasonHub has been asked for whatever it can be asked for. Of one that is
 * decided, it is what it said then: what comes after it is another matter.
 */
function ruled({ situation, situationDecided }: Driver, otherStands: LabelStanding): Ruling {
  const seen = situationDecided ?? situation;
  if (seen === null) throw new Error('the RMA was not sent');
  const come = seen.parcels.filter(({ status }) => status === 'received' || status === 'opened');
  const has = (label: string) => come.some(({ packageId }) => packageId === label);
  const anotherParcelOnItsWay = !has(ownLabel) || (otherStands === 'live' && !has(otherLabel));
  return ruling({ ...seen, anotherParcelOnItsWay, askedAgain: true });
}

/** The outcome of a return or, while there is none, its status. */
function standing({ facts, status }: Driver): Stands {
  return facts.outcome?.kind ?? status;
}

type Stands = Status | Outcome['kind'];

const standsBy: Record<Ruling, readonly Stands[]> = {
  refund: ['process'],
  hold: ['hold'],
  flag: ['flag'],
  inspecting: ['inspecting'],
  waitForParcel: ['receiving'],
  askAgain: [],
  person: ['attention'],
  nothingYet: ['open', 'receiving'],
};

/** The same once the time is over for whatever is waited for. */
const standsAfterwards: Record<Ruling, readonly Stands[]> = {
  ...standsBy,
  inspecting: ['flag'],
  waitForParcel: ['flag'],
  // What the RMA's own parcel holds stays open where it was begun and never finished.
  nothingYet: ['open', 'receiving', 'attention'],
};

describe('a return whose parcels are told of while nothing else happens', () => {
  test('stands after every event as the rule says, and so it does once nothing is waited for any more', () => {
    fc.assert(
      fc.property(anyParcelMerchant, anyHistory, (merchant, { otherStands, moves }) => {
        const driver = opened({ ...merchant, loop: { ...merchant.loop, destinations: null } }, otherStands);
        for (const next of moves) {
          move(driver, next);
          driver.runNow();
          expect(standsBy[ruled(driver, otherStands)]).toContain(standing(driver));
        }
        const last = ruled(driver, otherStands);
        driver.run();
        expect(standsAfterwards[last]).toContain(standing(driver));
        const { outcome } = driver.facts;
        const isSent = outcome?.kind === 'process' || outcome?.kind === 'flag';
        if (isSent && driver.status !== 'attention') {
          expect(driver.taken.map(({ kind }) => kind)).toEqual([outcome.kind]);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a change of the merchants file', () => {
  test('changes nothing for a return whose RMA was sent before', () => {
    fc.assert(
      fc.property(anyParcelMerchant, anyHistory, (merchant, { otherStands, moves }) => {
        const [changing, staying] = [opened(merchant, otherStands), opened(merchant, otherStands)];
        for (const next of moves) {
          move(changing, next);
          changing.runNow();
          if (next.kind !== 'merchant changes') move(staying, next);
          staying.runNow();
          expect(changing.facts).toEqual(staying.facts);
        }
        changing.run();
        staying.run();
        expect(changing.facts).toEqual(staying.facts);
        expect(changing.timeline).toEqual(staying.timeline);
      }),
      { numRuns: 1000 },
    );
  });
});
