import { isNewsOf, keptOf } from '../../../src/returns/blind-parcel.ts';
import { bearsNumber } from '../../../src/returns/package.ts';
import { isOlder } from '../../../src/returns/parcels.ts';
import type { Receipt } from '../../../src/returns/return.ts';
import { found, receiptOf } from '../../returns/fixtures.ts';
import type { Lifecycle } from './facts.ts';
import { type BoxSaid, type BoxWorld, hear, type Next, spend, type World } from './state.ts';

/**
 * A box that the warehouse receives without an RMA. How it is kept beside the returns, and counts to the one whose
 * number it bears, stands in `steps/blind-parcels.ts`, beside the database; this is that written a second time.
 */

export const ownNumber = '1Z999AA10123456784';
const numbers = { own: ownNumber, another: '1Z000AA10123456784' } as const;
const finds = ['available', 'damaged', 'qc', 'unread'] as const;

/** The warehouse says what is in the box, or corrects what it said, or the number on it. */
export function boxActs(world: World): Next {
  const { box } = world.hub;
  const spent = spend(world, 'boxes');
  if (spent === null || world.loop.edits.length === 0) return [];
  const last = box.said.at(-1);
  return (['own', 'another'] as const).flatMap((number) =>
    finds
      .map((one): BoxSaid => ({ found: one, number }))
      .filter((said) => last === undefined || (last.number === number) !== (last.found === said.found))
      .map((said): Next[number] => [
        `finds ${said.found} in a box with ${number === 'own' ? 'its' : 'another'} number`,
        withBox(spent, { said: [...box.said, said] }),
      ]),
  );
}

/** Callbacks of everything that was said of the box, and a pull of what is so now. */
export function boxTells(world: World, lifecycle: Lifecycle): Next {
  const { said, kept } = world.hub.box;
  const callbacks = said.map((_, nth): Next[number] => [
    `hears of the box, ${nth + 1}`,
    hearBox(world, nth, 'receipt', lifecycle),
  ]);
  const nth = said.length - 1;
  const shown = receiptIn(said, nth);
  if (shown === null || (kept !== null && !isNewsOf(kept.receipt, shown))) return callbacks;
  return [...callbacks, ['pulls the box', hearBox(world, nth, 'receipt.pulled', lifecycle)]];
}

/** What a worker learns that asks MasonHub for the box; null where it shows nothing that helps. */
export function askedForBox(world: World, lifecycle: Lifecycle): World | null {
  const { said } = world.hub.box;
  const shown = receiptIn(said, said.length - 1);
  const unread = world.facts.receipts.find((one) => one.unread !== undefined);
  if (shown === null || (unread !== undefined && isOlder(shown, unread))) return null;
  return hearBox(world, said.length - 1, 'receipt.pulled', lifecycle);
}

/** The box is looked at again where its number may have become known. */
export function announced(world: World, lifecycle: Lifecycle): World {
  const { kept } = world.hub.box;
  if (kept === null || kept.isCounted || !counts(world, kept.receipt)) return world;
  const assigned = withBox(world, { kept: { ...kept, isCounted: true } });
  return hear(assigned, { kind: 'receipt', trigger: 'receipt', receipt: kept.receipt }, lifecycle);
}

/** What was last told of the box, by its date, where it counts to the return. */
export function boxSeen({ hub: { box } }: World): BoxSaid | null {
  const newest = box.told === null ? undefined : box.said[box.told];
  return newest?.number === 'own' ? newest : null;
}

function hearBox(
  world: World,
  nth: number,
  trigger: 'receipt' | 'receipt.pulled',
  lifecycle: Lifecycle,
): World {
  const { said, kept: before, told } = world.hub.box;
  const receipt = receiptIn(said, nth);
  if (receipt === null) return world;
  const event = { kind: 'receipt', trigger, receipt } as const;
  const wasCounted = before?.isCounted ?? false;
  const after =
    before === null
      ? { receipt, isCorrected: false, isLate: false }
      : keptOf(before.receipt, event, wasCounted, lifecycle.merchant);
  if (!wasCounted && after.isLate) return world;
  const isCounted = wasCounted && !after.isCorrected ? true : counts(world, after.receipt);
  const kept = { receipt: after.isLate ? (before?.receipt ?? receipt) : after.receipt, isCounted };
  const noted = withBox(world, { kept, told: Math.max(told ?? 0, nth) });
  const left = wasCounted && !isCounted ? hear(noted, { kind: 'parcelLeft', receipt }, lifecycle) : noted;
  return isCounted ? hear(left, { ...event, receipt: after.receipt }, lifecycle) : left;
}

function counts({ facts }: World, { packageId }: Receipt): boolean {
  return packageId !== null && bearsNumber(facts, packageId);
}

function withBox(world: World, change: Partial<BoxWorld>): World {
  return { ...world, hub: { ...world.hub, box: { ...world.hub.box, ...change } } };
}

/** What MasonHub says of the box, the nth time. */
function receiptIn(all: readonly BoxSaid[], nth: number): Receipt | null {
  const said = all[nth];
  if (said === undefined) return null;
  const date = `2026-11-01T02:00:0${nth}.000Z`;
  const box = {
    isBlind: true,
    masonHubId: 'box',
    packageId: numbers[said.number],
    toldAt: date,
    changedAt: date,
  };
  if (said.found === 'unread') return { ...receiptOf(), ...box, unread: 'line_items: not understood' };
  return { ...receiptOf(found('TEE', { [said.found]: 1 })), ...box };
}
