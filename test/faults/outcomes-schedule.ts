import { diceOf } from './dice.ts';
import { rules } from './merchants.ts';
import type { PlannedReturn, Schedule, Trouble } from './plan.ts';
import { withProof } from './schedule.ts';
import { arrival, itemsOf, parcelOf } from './story-parts.ts';

const kills = 7;
/** Loop's allowance is a merchant's own, so that all of them are one merchant's. */
const merchant = 'acme';
const firstId = 72_000_000;
/** Quicker than the allowance, so that messages wait for their turn from the first seconds on. */
const msPerReturn = 120;
/** What a message takes of the allowance of 300 a minute; the kills are spread over the time that all take. */
const msPerMessage = 200;

/**
 * Refunds and flags that use up the allowance, and replicas that are killed while they do. Nothing else goes
 * wrong: what is not decided soon was on the wire at a kill, or was believed to be.
 */
export function outcomesSchedule({ returns, seed }: { returns: number; seed: number }): Schedule {
  const dice = diceOf(seed);
  const planned = Array.from({ length: returns }, (_, index): PlannedReturn => {
    const items = itemsOf(dice);
    const story = dice.chance(80) ? 'whole' : 'damaged';
    const acts = arrival(dice, parcelOf(story, items, dice), 'rma-fits').map((act) =>
      withProof(act, rules[merchant]),
    );
    const id = String(firstId + index);
    return { id, merchant, at: index * msPerReturn, story, items, label: 'now', heard: true, acts };
  });
  const spanMs = returns * msPerReturn;
  const troubles = Array.from({ length: kills }, (_, index): Trouble => {
    const at = Math.floor(((index + 1) / (kills + 1)) * (spanMs + returns * (msPerMessage - msPerReturn)));
    return { at, kind: 'kill', replicas: [index % 2], downMs: dice.whole(200, 3_000) };
  });
  return { seed, spanMs, returns: planned, troubles, onTheWay: new Map() };
}
