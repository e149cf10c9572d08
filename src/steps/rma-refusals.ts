import type { MasonHubClient } from '../masonhub/client.ts';
import { heldAs } from '../masonhub/compare.ts';
import type { ReturnEvent } from '../returns/events.ts';
import type { Rma } from '../returns/return.ts';
import { sentence } from '../returns/words.ts';
import { type NotNow, notNow } from './hold.ts';
import type { Task } from './rma-tasks.ts';

/** What came of a task: an event for the return, or a reason to try again. */
export type Answer = { readonly event: ReturnEvent } | NotNow;

const unreadable = 'MasonHub showed an RMA that could not be understood';

/** Looks into what a refusal of MasonHub means, where asking how the RMA stands can tell. */
export function settleRefusal(
  client: MasonHubClient,
  { task, rma }: Task,
  why: string,
  isTaken: boolean,
): Promise<Answer> | Answer {
  if (task !== 'create') return askAfterRefusal(client, task, rma, why);
  return isTaken ? adoptTaken(client, rma, why) : refusal(task, why);
}

/** The number is taken: by an earlier try of ours, or by somebody else's RMA. */
async function adoptTaken(client: MasonHubClient, rma: Rma, why: string): Promise<Answer> {
  const found = await client.findRmas([rma.rmaNumber]);
  if (found.kind !== 'found') return notNow(found);
  const adopted = heldAs(found.rmas, rma);
  if (adopted !== null) return { event: { kind: 'rmaAccepted', rma: adopted, how: 'adopted' } };
  const held = found.rmas.find((record) => record.customer_identifier === rma.rmaNumber);
  if (held === undefined && found.unreadable > 0) return { kind: 'again', why: unreadable };
  if (held === undefined || held.status === 'deleted') return revive(client, rma, why);
  const explained = `MasonHub already has an RMA with the number ${rma.rmaNumber}, and it is not what this return asks for (${why}). Compare the two in MasonHub, correct or delete the one there, then retry.`;
  return { event: { kind: 'rmaRefused', why: explained } };
}

/**
 * A return that was cancelled and opens again: its deleted RMA can still hold the number. MasonHub keeps
 * the versions of a deleted record, and a new version brings it back.
 */
async function revive(client: MasonHubClient, rma: Rma, why: string): Promise<Answer> {
  const answer = await client.replaceRmas([rma]);
  const record = answer.kind === 'records' ? answer.byNumber.get(rma.rmaNumber) : undefined;
  if (record?.kind === 'accepted') return { event: { kind: 'rmaAccepted', rma, how: 'created' } };
  if (answer.kind === 'transient' || answer.kind === 'held') return notNow(answer);
  return refusal('create', why);
}

/**
 * An RMA can be replaced and deleted only while it is open. Where MasonHub refuses either, it is asked how
 * the RMA stands: it may be gone, or the parcel may have come, of which the callback is still on its way.
 */
async function askAfterRefusal(
  client: MasonHubClient,
  task: 'replace' | 'delete',
  rma: Rma,
  why: string,
): Promise<Answer> {
  const found = await client.findRmas([rma.rmaNumber]);
  if (found.kind !== 'found') return notNow(found);
  const held = found.rmas.find((record) => record.customer_identifier === rma.rmaNumber);
  if (held === undefined && found.unreadable > 0) return { kind: 'again', why: unreadable };
  const isGone = held === undefined || held.status === 'deleted';
  if (task === 'delete' && isGone) return { event: { kind: 'rmaDeleted' } };
  if (held !== undefined && (held.status === 'in-receiving' || held.status === 'received')) {
    return { event: { kind: 'receiving', stage: 'receivingStarted' } };
  }
  return refusal(task, why);
}

function refusal(task: Task['task'], why: string): Answer {
  const verb = { create: 'open', replace: 'change', delete: 'delete' }[task];
  const explained = `MasonHub would not ${verb} the RMA: ${sentence(why)} Correct the cause (a SKU must exist in MasonHub's catalogue), then retry.`;
  return { event: { kind: 'rmaRefused', why: explained } };
}
