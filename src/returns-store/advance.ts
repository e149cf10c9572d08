import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import type { Merchant } from '../config/merchants.ts';
import type { Tables } from '../database/tables.ts';
import type { ReturnEvent } from '../returns/events.ts';
import { apply, startsAfterMs } from '../returns/lifecycle.ts';
import { trackingNumbersOf } from '../returns/package.ts';
import type { Return, Status, Step } from '../returns/return.ts';
import { statusOf } from '../returns/status.ts';
import type { ClaimedStep } from './claims.ts';
import { type ChangedReturn, lockReturns, saveReturns } from './store.ts';
import type { LockedReturns } from './stored-return.ts';

/** Something that happened to one return. */
export interface Happened {
  readonly loopReturnId: string;
  readonly event: ReturnEvent;
  /** The delivery that told us; null for the answer to a call of our own. */
  readonly delivery: string | null;
}

/** What an event came to, for the log. */
export interface Advanced {
  readonly loopReturnId: string;
  readonly delivery: string | null;
  readonly event: string;
  readonly statusBefore: Status;
  readonly status: Status;
  readonly reason: string | null;
  /** The lines it gave the timeline, by their names. */
  readonly wrote: readonly string[];
  /** Numbers by which a parcel of the return is known since. */
  readonly newNumbers: readonly string[];
}

/** A step that the facts call for. */
export interface DueStep {
  readonly loopReturnId: string;
  readonly step: Step;
  /** How long it has to wait first, in milliseconds. */
  readonly afterMs: number;
}

/** Commits steps with the facts that call for them. */
export type EnqueueSteps = (
  trx: Transaction<Tables>,
  merchant: string,
  due: readonly DueStep[],
  since: Date,
) => Promise<void>;

/**
 * Takes one merchant's returns through what happened to them, in the order given, within a transaction:
 * facts, timelines and the next steps are committed together or not at all.
 * @param alreadyLocked the returns, where the transaction has locked them before
 * @param answered the step of theirs whose request has an answer by now
 * @returns one entry for each event, to be logged once the transaction is committed
 */
export async function advance(
  trx: Transaction<Tables>,
  merchant: Merchant,
  happened: readonly Happened[],
  now: Date,
  enqueue: EnqueueSteps,
  alreadyLocked?: LockedReturns,
  answered: ClaimedStep | null = null,
): Promise<Advanced[]> {
  const ids = happened.map((one) => one.loopReturnId);
  const locked = alreadyLocked ?? (await lockReturns(trx, merchant.slug, ids, now));
  const changes = new Map<string, Change>();
  const advanced: Advanced[] = [];
  for (const { loopReturnId, event, delivery } of happened) {
    const change = changes.get(loopReturnId) ?? start(locked, loopReturnId);
    const statusBefore = statusOf(change.facts).status;
    const numbersBefore = numbersFoundBy(change.facts);
    const transition = apply(change.facts, event, merchant, now);
    change.facts = transition.after;
    change.entries.push(...transition.timeline.map((entry) => ({ ...entry, at: now, delivery })));
    for (const step of transition.steps) change.steps.add(step);
    changes.set(loopReturnId, change);
    advanced.push({
      loopReturnId,
      delivery,
      event: nameOf(event),
      statusBefore,
      ...statusOf(transition.after),
      wrote: transition.timeline.map((line) => line.event),
      newNumbers: numbersFoundBy(transition.after).filter((number) => !numbersBefore.includes(number)),
    });
  }
  const saved = [...changes.values()].filter((change) => answered !== null || isChanged(change));
  await saveReturns(trx, saved, now, answered);
  const due = [...changes].flatMap(([loopReturnId, { facts, steps }]) =>
    [...steps].map((step) => ({ loopReturnId, step, afterMs: startsAfterMs(facts, step, now) })),
  );
  if (due.length > 0) await enqueue(trx, merchant.slug, due, now);
  return advanced;
}

interface Change extends ChangedReturn {
  facts: Return;
  entries: { event: string; detail: string | null; at: Date; delivery: string | null }[];
  steps: Set<Step>;
}

/** What tells nothing new leaves the return as it is stored. */
function isChanged({ before, facts, entries }: Change): boolean {
  return entries.length > 0 || !isDeepStrictEqual(before, facts);
}

function start(locked: LockedReturns, loopReturnId: string): Change {
  const known = locked.get(loopReturnId);
  if (known === undefined) throw new Error(`Return ${loopReturnId} was not locked before it was changed.`);
  return { ...known, before: known.facts, entries: [], steps: new Set() };
}

/** A return is found by its numbers only once Loop has told of it: a label can be told before. */
function numbersFoundBy(facts: Return): readonly string[] {
  return facts.loop === null ? [] : trackingNumbersOf(facts);
}

function nameOf(event: ReturnEvent): string {
  return 'trigger' in event ? event.trigger : event.kind;
}
