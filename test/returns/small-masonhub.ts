import { isDeepStrictEqual } from 'node:util';
import type { ReceiptEvent, ReturnEvent } from '../../src/returns/events.ts';
import type { Receipt, Rma, WarehouseStage } from '../../src/returns/return.ts';
import { rmaTask } from '../../src/returns/rma-task.ts';
import { receiptsToAsk } from '../../src/returns/ruling.ts';
import { answer, type Desk, type Fate, isAnswered, isDone } from './desk.ts';
import type { ParcelSeen } from './money-rule.ts';

export type SmallMasonHub = ReturnType<typeof smallMasonHub>;

/** The RMAs of one return in a small MasonHub: the one that was sent, and those it made for parcels without one. */
export function smallMasonHub(desk: Desk) {
  let held: Rma | null = null;
  let lastSent: Rma | null = null;
  let stage: WarehouseStage = 'expected';
  /** What its records show of each parcel by now, whether it has told so or not. */
  const records = new Map<string, Receipt>();
  /** What it has told of each. */
  const told = new Map<string, Receipt>();
  /** How its word of the RMA's own parcel stands: `unread` where what it told last was not understood. */
  let own: 'none' | 'begun' | 'unread' | 'received' = 'none';
  /** As of when it last said that the RMA is not received. */
  let openAsOf: string | null = null;

  function tells(event: ReturnEvent): void {
    if (event.kind === 'receiving') {
      stage = 'receiving';
      if (own === 'none' && event.stage === 'receivingStarted') own = 'begun';
      const asOf = event.asOf?.changedAt ?? null;
      const isAfterReceipt = asOf !== null && told.has(ownKey);
      if (isAfterReceipt && (openAsOf === null || openAsOf < asOf)) openAsOf = asOf;
    }
    if (event.kind === 'receiptUnread') {
      stage = 'receiving';
      own = 'unread';
    }
    if (event.kind !== 'receipt') return;
    const { receipt, trigger } = event;
    // A parcel without an RMA tells nothing of the RMA's own.
    if (!receipt.isBlind) {
      stage = 'receiving';
      // A message about what was known before is a repeat, and takes nothing back that was told since.
      const isRepeat = trigger === 'receipt' && isNoNews(receipt, told.get(keyOf(receipt)));
      if (own !== 'unread' || !isRepeat) own = 'received';
      // What it shows, asked, is as of after all that it tells here, but for a record of before.
      if (trigger === 'receipt.pulled' && !isBefore(receipt.changedAt, openAsOf)) openAsOf = null;
    }
    if (receipt.unread === undefined) keep(records, receipt);
    keep(told, receipt);
  }

  function takeRma(fate: Fate): void {
    const task = rmaTask(desk.facts());
    if (task === 'delete') {
      desk.hear({ kind: 'rmaDeleteSent' });
      if (held !== null && stage !== 'expected') {
        keepRma(fate, 'delete');
        return;
      }
      if (isDone(fate)) held = null;
      answer(
        desk,
        fate,
        'rma',
        { kind: 'rmaDeleted' },
        { kind: 'rmaRefused', why: 'It is being received.', rma: null },
      );
      return;
    }
    const { wanted, sent } = desk.facts();
    const rma = wanted?.kind === 'rma' ? wanted.rma : sent;
    if (rma === null) throw new Error(`${task} is due, but no RMA is wanted`);
    if (task === 'ask') {
      askFor(rma, fate);
      return;
    }
    desk.hear({ kind: 'rmaSent', rma });
    const isFixed = stage === 'delivered' || stage === 'receiving';
    if (task === 'replace' && isFixed && held !== null && !isDeepStrictEqual(held, rma)) {
      keepRma(fate, 'replace');
      return;
    }
    lastSent = rma;
    if (isDone(fate)) held = rma;
    const how = task === 'create' ? 'created' : 'replaced';
    const refusal: ReturnEvent = { kind: 'rmaRefused', why: 'SKU not found in catalog.', rma };
    answer(desk, fate, 'rma', { kind: 'rmaAccepted', rma, how }, refusal);
  }

  /** An RMA that is not to be opened any more is only asked for. */
  function askFor(asked: Rma, fate: Fate): void {
    if (!isAnswered(fate)) return;
    if (fate === 'given-up') desk.hear({ kind: 'stepFailed', step: 'rma', why: 'No answer.' });
    else if (held === null) desk.hear({ kind: 'rmaGone' });
    else desk.hear({ kind: 'rmaAccepted', rma: held, how: 'adopted', origin: 'opened', asked });
  }

  /** MasonHub takes no change of an RMA whose parcel is on its way or here, and says how far it is. */
  function keepRma(fate: Fate, task: 'replace' | 'delete'): void {
    if (stage === 'expected' || !isAnswered(fate)) return;
    if (fate === 'given-up') desk.hear({ kind: 'stepFailed', step: 'rma', why: 'No answer.' });
    else desk.hear({ kind: 'rmaFixed', task, stage, status: stage });
  }

  /** Asked, MasonHub shows the RMA or, where all has come without one, those that it made. */
  function takeReceipt(fate: Fate): void {
    if (!isAnswered(fate)) return;
    const { receipts, receiptUnread } = desk.facts();
    const unread = receipts.filter((one) => one.unread !== undefined);
    const asked = receiptUnread === null ? receiptsToAsk(desk.facts()).map(keyOf) : [ownKey];
    const found = asked
      .map((key) => records.get(key))
      .filter((one) => one !== undefined)
      .filter((one) => !unread.some((known) => keyOf(known) === keyOf(one) && isOlder(one, known)));
    if (fate !== 'ok' || found.length === 0) {
      desk.hear({ kind: 'stepFailed', step: 'receipt', why: 'No answer.' });
    } else for (const receipt of found) desk.hear(pulled(receipt));
  }

  function ownStatus(): typeof own | 'opened' {
    const isOpen = isBefore(told.get(ownKey)?.changedAt ?? null, openAsOf);
    return own === 'received' && isOpen ? 'opened' : own;
  }

  function parcelsTold(): ParcelSeen[] {
    const received = [...told].map(([key, { packageId, isBlind, lines, unread }]): ParcelSeen => {
      const status = key === ownKey ? ownStatus() : unread === undefined ? 'received' : 'unread';
      return { key, packageId: packageId ?? lastSent?.packageId ?? null, isBlind, status, lines };
    });
    if (own === 'none' || told.has(ownKey)) return received;
    return [...received, { key: ownKey, packageId: null, isBlind: false, status: own, lines: [] }];
  }

  return {
    get held() {
      return held;
    },
    get lastSent() {
      return lastSent;
    },
    get ownReceipt() {
      return records.get(ownKey) ?? null;
    },
    tells,
    takeRma,
    takeReceipt,
    parcelsTold,
    /** What the warehouse has found is on record, and no message says so. */
    records: (receipt: Receipt) => keep(records, receipt),
    /** The recurring pull shows every record. */
    showsAll: () => {
      for (const receipt of records.values()) desk.hear(pulled(receipt));
    },
    /** It tells what it has on record in words that cannot be understood. */
    garbles: (receipt: Receipt) => {
      if (receipt.isBlind) {
        keep(records, receipt);
        const unread = { ...receipt, lines: [], unread: 'line_items: not understood' };
        desk.hear({ kind: 'receipt', trigger: 'receipt', receipt: unread });
        return;
      }
      records.set(ownKey, receipt);
      desk.hear({ kind: 'receiptUnread', why: 'data.0.line_items: not understood' });
    },
    parcelMoves: (to: 'moving' | 'delivered') => {
      if (held !== null && stage !== 'receiving') stage = to;
    },
  };
}

const ownKey = 'own';

/** A return has one RMA of its own; those that MasonHub made are told apart by its ids. */
function keyOf({ isBlind, masonHubId, packageId }: Receipt): string {
  return isBlind ? (masonHubId ?? packageId ?? '') : ownKey;
}

/** What is dated before what is there already does not take its place; what is not dated is of after it. */
function keep(receipts: Map<string, Receipt>, receipt: Receipt): void {
  const before = receipts.get(keyOf(receipt));
  if (before !== undefined && isOlder(receipt, before)) return;
  receipts.set(keyOf(receipt), { ...receipt, changedAt: receipt.changedAt ?? before?.changedAt ?? null });
}

function isOlder({ changedAt }: Receipt, { changedAt: other }: Receipt): boolean {
  return isBefore(changedAt, other);
}

function isBefore(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one < other;
}

function isNoNews({ changedAt }: Receipt, before: Receipt | undefined): boolean {
  const known = before?.changedAt ?? null;
  return changedAt !== null && known !== null && changedAt <= known;
}

function pulled(receipt: Receipt): ReceiptEvent {
  const shownAt = '2026-03-09T12:00:00.000Z';
  return { kind: 'receipt', trigger: 'receipt.pulled', receipt: { ...receipt, shownAt } };
}
