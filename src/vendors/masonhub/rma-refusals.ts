import type { ReturnEvent } from '../../returns/events.ts';
import type { Rma, WarehouseStage } from '../../returns/return.ts';
import { sentence } from '../../returns/words.ts';
import { type NotNow, notNow } from '../../steps/wait-while-paused.ts';
import type { RefusalCause } from './answers.ts';
import type { MasonHubClient, ShownRmas } from './client.ts';
import { confirmedAs, isBegun, ownRecord, recordOf } from './compare.ts';
import { shownReceipt } from './receipts.ts';
import { nameOf, type RmaRequest, type Task } from './rma-tasks.ts';
import type { RmaRecord } from './schemas.ts';
import { isDeleted, isReceived, plain } from './words.ts';

/** What came of a task: an event for the return, or a reason to try again. */
export type TaskResult = { readonly event: ReturnEvent } | NotNow;

const unreadable = 'MasonHub showed an RMA that could not be understood';

/**
 * Looks into what a refusal of MasonHub means: it says so itself, or is asked how the RMA stands.
 * @param askedAt before it was asked
 */
export function settleRefusal(
  client: MasonHubClient,
  sent: RmaRequest,
  why: string,
  cause: RefusalCause,
  askedAt: Date,
): Promise<TaskResult> | TaskResult {
  const { task } = sent;
  if (task === 'create')
    return cause.kind === 'taken' ? adoptTaken(client, sent, why, askedAt) : refusal(sent, why);
  switch (cause.kind) {
    case 'unknown-rma':
      return { event: goneEvent(task) };
    case 'parcel':
      return whereItStands(task, cause.status) ?? refusal(sent, why);
    case 'taken':
    case 'other':
      return askAfterRefusal(client, sent, task, why);
  }
}

/** The number is taken: by an earlier try of ours, or by somebody else's RMA. */
async function adoptTaken(
  client: MasonHubClient,
  sent: RmaRequest,
  why: string,
  askedAt: Date,
): Promise<TaskResult> {
  const { rma } = sent;
  const found = await client.findRmas([nameOf(sent)]);
  if (found.kind !== 'found') return notNow(found);
  const adopted = adoptedFrom(found.rmas, rma, sent, askedAt);
  if (adopted !== null) return adopted;
  const shown = recordOf(found.rmas, rma.rmaNumber);
  if (shown === undefined && found.unread.length > 0) return { kind: 'retry', why: unreadable };
  if (shown === undefined || isDeleted(shown)) return revive(client, sent, why);
  return refusalOfAnothers(shown, rma, ` (${why})`);
}

/** An RMA that is not to be opened any more, and that MasonHub does not hold as it was sent. */
export function notOpened({ rmas, unread }: ShownRmas, rma: Rma): TaskResult {
  const shown = recordOf(rmas, rma.rmaNumber);
  if (shown === undefined && unread.length > 0) return { kind: 'retry', why: unreadable };
  if (shown === undefined || isDeleted(shown)) return { event: { kind: 'rmaGone' } };
  return refusalOfAnothers(shown, rma, '');
}

/** @param said by MasonHub, in brackets; empty where it was only asked */
function refusalOfAnothers(shown: RmaRecord, rma: Rma, said: string): TaskResult {
  const advice = isBegun(shown)
    ? 'Its parcel is being received or was, so that MasonHub neither changes nor deletes it any more. Compare what came with the return, and decide in Loop.'
    : 'Compare the two in MasonHub, correct or delete the one there, then retry.';
  const why = `MasonHub already has an RMA with the number ${rma.rmaNumber}, and it is not what this return asks for${said}. ${advice}`;
  return { event: { kind: 'rmaRefused', why, rma } };
}

/**
 * An RMA that a task put on the wire, as MasonHub turns out to hold it, and what it was received with.
 * @param rma that of this try, or of the one before it, which had no answer
 * @param askedAt before MasonHub was asked
 * @returns null where it is not there
 */
export function adoptedFrom(
  records: readonly RmaRecord[],
  rma: Rma,
  task: Task,
  askedAt: Date,
): TaskResult | null {
  const isOwn = (record: RmaRecord) => task.heldFrom === null && whoMade(record, task) !== 'others';
  const own = ownRecord(records, rma, isOwn);
  if (own === undefined) return null;
  const origin = task.heldFrom ?? (whoMade(own, task) === 'service' ? 'opened' : 'found');
  const adopted = confirmedAs(own, rma, origin);
  if (adopted === null) return null;
  const shown = isReceived(own) ? { receipt: shownReceipt(own, askedAt).receipt } : {};
  return { event: { kind: 'rmaAccepted', rma: adopted, how: 'adopted', origin, asked: rma, ...shown } };
}

/** MasonHub's dates are whole seconds of its own clock. */
const clocksDifferByMs = 5_000;

/**
 * Who made an RMA that MasonHub shows under the number of one that was sent without an answer. Anybody can have taken the
 * number: before this service asked for it, or since, where its request never came. What was made since, for the very parcel
 * that was sent, is its own. Of one whose parcel is not shown, nobody knows.
 */
function whoMade(record: RmaRecord, { unanswered, knownSince }: Task): 'service' | 'unknown' | 'others' {
  const { created_at: createdAt, package_id: packageId } = record;
  const isMadeSince = createdAt !== null && Date.parse(createdAt) >= knownSince.getTime() - clocksDifferByMs;
  if (unanswered === null || !isMadeSince) return 'others';
  if (packageId === null) return 'unknown';
  return plain(packageId) === plain(unanswered.packageId) ? 'service' : 'others';
}

/**
 * A return that was cancelled and opens again: its deleted RMA can still hold the number. MasonHub keeps
 * the versions of a deleted record, and a new version brings it back.
 */
async function revive(client: MasonHubClient, sent: RmaRequest, why: string): Promise<TaskResult> {
  const { rma } = sent;
  const answer = await client.replaceRmas([sent]);
  const record = answer.kind === 'records' ? answer.byNumber.get(rma.rmaNumber) : undefined;
  if (record?.kind === 'accepted') return { event: { kind: 'rmaAccepted', rma, how: 'revived' } };
  if (answer.kind === 'transient' || answer.kind === 'paused') return notNow(answer);
  return refusal(sent, why);
}

/** A refusal that does not say why: the RMA may be gone, or its parcel on its way, of which nothing came yet. */
async function askAfterRefusal(
  client: MasonHubClient,
  sent: RmaRequest,
  task: 'replace' | 'delete',
  why: string,
): Promise<TaskResult> {
  const found = await client.findRmas([nameOf(sent)]);
  if (found.kind !== 'found') return notNow(found);
  const shown = recordOf(found.rmas, sent.rma.rmaNumber);
  if (shown === undefined && found.unread.length > 0) return { kind: 'retry', why: unreadable };
  if (shown === undefined) return { event: goneEvent(task) };
  return whereItStands(task, shown.status ?? '') ?? refusal(sent, why);
}

/**
 * What an RMA's status says of a change that MasonHub refused. It takes a replacement only while the RMA is
 * open, tendered or inTransit, and a deletion only while it is open.
 * @returns null where the status does not explain the refusal
 */
function whereItStands(task: 'replace' | 'delete', status: string): TaskResult | null {
  if (isDeleted({ status })) return { event: goneEvent(task) };
  const stage = stageOf(status);
  const explains = stage !== null && (task === 'delete' || stage !== 'moving');
  return explains ? { event: { kind: 'rmaFixed', task, stage, status } } : null;
}

function stageOf(status: string): Exclude<WarehouseStage, 'expected'> | null {
  switch (plain(status)) {
    case 'tendered':
    case 'intransit':
      return 'moving';
    case 'delivered':
    case 'undeliverable':
      return 'delivered';
    case 'ondock':
    case 'receivingstarted':
    case 'inreceiving':
    case 'received':
      return 'receiving';
    default:
      return null;
  }
}

function goneEvent(task: 'replace' | 'delete'): ReturnEvent {
  return task === 'delete' ? { kind: 'rmaDeleted' } : { kind: 'rmaGone' };
}

function refusal({ task, rma }: RmaRequest, why: string): TaskResult {
  const verb = { create: 'open', replace: 'change', delete: 'delete' }[task];
  const explained = `MasonHub would not ${verb} the RMA: ${sentence(why)} Correct the cause (a SKU must exist in MasonHub's catalogue), then retry.`;
  return { event: { kind: 'rmaRefused', why: explained, rma: task === 'delete' ? null : rma } };
}
