import { isDeepStrictEqual } from 'node:util';
import { isReceiptOpen } from './open-receipt.ts';
import { isOwnParcelAtTheDock } from './own-parcel.ts';
import { parcelSeenTwice, parcelStillComing, unreadParcel } from './parcels.ts';
import { firstPolicy, type ReceiptPolicy } from './policy.ts';
import { judge, unitsBySku, type Verdict } from './receipt.ts';
import type { Receipt, Return, Rma, Wait } from './return.ts';

/** What a return's receipts call for now. */
export type Ruling =
  | { readonly kind: 'refund' }
  | { readonly kind: 'flag' }
  /** Units are in the warehouse's quality control. */
  | { readonly kind: 'inspection' }
  /** Another parcel can still bring what is missing. */
  | { readonly kind: 'parcel'; readonly trackingNumber: string; readonly atMostMs: number }
  /**
   * All has come, and the RMA's own parcel, which MasonHub is receiving, can still say otherwise: the others were without
   * an RMA, or its receipt is open again.
   */
  | { readonly kind: 'receiving'; readonly packageId: string }
  /** The same where it was begun, or opened again, long ago. */
  | { readonly kind: 'unfinished'; readonly packageId: string }
  /** The receipt says no more than what was asked for: MasonHub is asked once more. */
  | { readonly kind: 'ask' }
  /** Asked again, MasonHub says no more. */
  | { readonly kind: 'echo' }
  /** What was in a parcel without an RMA could not be understood: MasonHub is asked for it. */
  | { readonly kind: 'unread' }
  /** One box was received twice, so that nobody can say what came. */
  | { readonly kind: 'twice'; readonly packageId: string };

/** The policy that judges a return: the one that was in force when the RMA that MasonHub holds was put on the wire. */
export function policyOf({ confirmedPolicy, sentPolicy }: Return): ReceiptPolicy {
  return confirmedPolicy ?? sentPolicy ?? firstPolicy;
}

/** The same of the RMA that was sent last and is not answered yet. */
function policyOnTheWire({ sentPolicy }: Return): ReceiptPolicy {
  return sentPolicy ?? firstPolicy;
}

/**
 * What the receipts say of what was asked for. While a replaced RMA is not answered, either may be the one that
 * was received: both must be fulfilled, each by its own policy.
 * @returns null while there is no receipt, or no RMA
 */
export function verdictOf(facts: Return): Verdict | null {
  const { confirmed, sent, receipts } = facts;
  if (confirmed === null || receipts.length === 0) return null;
  const onTheWire = judge(sent ?? confirmed, receipts, policyOnTheWire(facts));
  if (onTheWire.kind !== 'refundable') return onTheWire;
  const verdict = judge(confirmed, receipts, policyOf(facts));
  return { ...verdict, isEcho: verdict.isEcho || onTheWire.isEcho };
}

/**
 * What the receipts say of what Loop has by now, where its RMA could not be changed any more.
 * @returns null where that is what the RMA asks for, or nothing that an RMA could ask for
 */
export function verdictOfNow(facts: Return): Verdict | null {
  return verdictUnlessAsked(facts, [facts.confirmed]);
}

/**
 * The same of what MasonHub is to hold by now, while the RMA is being replaced.
 * @returns null where the RMA that it holds, and the one on the wire, ask for just that
 */
export function verdictOfNext(facts: Return): Verdict | null {
  return verdictUnlessAsked(facts, [facts.confirmed, facts.sent ?? facts.confirmed]);
}

function verdictUnlessAsked(facts: Return, rmas: readonly (Rma | null)[]): Verdict | null {
  const { confirmed, wanted } = facts;
  if (confirmed === null || wanted?.kind !== 'rma') return null;
  if (rmas.every((rma) => isDeepStrictEqual(rma?.lines, wanted.rma.lines))) return null;
  return judge(askedNow(confirmed, wanted.rma), receiptsOfNow(facts), policyOf(facts));
}

/** What Loop has by now was never asked for, so that a bare receipt repeats what the RMA was to be received into. */
function askedNow({ receiveInto }: Rma, { lines }: Rma): Pick<Rma, 'lines' | 'receiveInto'> {
  return { lines, receiveInto };
}

/**
 * The receipts as they count for what Loop has by now: of what it has come to have more of, the warehouse says that it
 * was not on the RMA, and it was not.
 */
export function receiptsOfNow({ confirmed, wanted, receipts }: Return): readonly Receipt[] {
  if (confirmed === null || wanted?.kind !== 'rma') return receipts;
  const before = unitsBySku(confirmed);
  const hasMore = [...unitsBySku(wanted.rma)].filter(([sku, units]) => units > (before.get(sku) ?? 0));
  const skus = new Set(hasMore.map(([sku]) => sku));
  return receipts.map((receipt) => ({
    ...receipt,
    lines: receipt.lines.map((line) => ({ ...line, onRma: line.onRma || skus.has(line.sku) })),
  }));
}

/**
 * The receipts that MasonHub is asked for once more: those that could not be understood or, where there are none, those
 * that say no more than what was asked for, by the RMA that MasonHub holds, by the one on the wire or by what Loop has now.
 */
export function receiptsToAsk(facts: Return): readonly Receipt[] {
  const { confirmed, sent, wanted, receipts } = facts;
  const unread = receipts.filter((one) => one.unread !== undefined);
  if (unread.length > 0 || confirmed === null) return unread;
  const echoes = receipts.filter(
    (one) =>
      judge(confirmed, [one], policyOf(facts)).isEcho ||
      judge(sent ?? confirmed, [one], policyOnTheWire(facts)).isEcho ||
      (wanted?.kind === 'rma' &&
        judge(askedNow(confirmed, wanted.rma), receiptsOfNow({ ...facts, receipts: [one] }), policyOf(facts))
          .isEcho),
  );
  // What was an echo may have been told in full since.
  return echoes.length > 0 ? echoes : receipts;
}

/** A verdict, what the receipts were held against for it, and what it calls for. */
export interface Ruled {
  readonly heldAgainst: 'rma' | 'loop';
  readonly verdict: Verdict;
  readonly ruling: Ruling;
}

/**
 * Which verdict decides, that on the RMA or that on what Loop has come to have since the RMA was fixed. The units of the
 * latter are waited for, and asked about, where all that the RMA's own call for is a refund, and an exception among them
 * waits for nothing.
 * @returns null while there is no receipt, or no RMA
 */
export function ruleReceipts(facts: Return): Ruled | null {
  const verdict = verdictOf(facts);
  if (verdict === null) return null;
  const asked: Ruled = { heldAgainst: 'rma', verdict, ruling: rule(facts, verdict) };
  const verdictNow = verdictOfNow(facts);
  if (verdictNow === null) return asked;
  const now: Ruled = { heldAgainst: 'loop', verdict: verdictNow, ruling: rule(facts, verdictNow) };
  if (verdictNow.kind === 'exception') return asked.ruling.kind === 'flag' ? asked : now;
  const isOpen = ['inspection', 'parcel', 'ask', 'echo'].includes(now.ruling.kind);
  return asked.ruling.kind === 'refund' && isOpen ? now : asked;
}

/** An exception is flagged at once, also while other units wait; what is merely missing may still come. */
export function rule(facts: Return, verdict: Verdict): Ruling {
  const policy = policyOf(facts);
  if (verdict.kind === 'exception') return { kind: 'flag' };
  if (unreadParcel(facts.receipts) !== undefined) return { kind: 'unread' };
  const twice = parcelSeenTwice(facts);
  if (twice !== null) return { kind: 'twice', packageId: twice };
  const isOver = (waited: Wait['for']) => facts.wait?.for === waited && facts.wait.isOver;
  switch (verdict.kind) {
    case 'missing': {
      const atMostMs = policy.secondParcelForMs;
      const coming = atMostMs === 0 ? null : parcelStillComing(facts, verdict);
      // What was waited for may have been waited for by a policy, or a version, that allowed less.
      const isLongOver = isOver('parcel') && (facts.wait?.atMostMs ?? 0) >= atMostMs;
      if (coming === null || isLongOver) return { kind: 'flag' };
      // What else is in quality control is decided first; only then is it certain that something is missing.
      if (verdict.waiting.length > 0) return { kind: isOver('inspection') ? 'flag' : 'inspection' };
      return { kind: 'parcel', trackingNumber: coming, atMostMs };
    }
    case 'waiting':
      return { kind: isOver('inspection') ? 'flag' : 'inspection' };
    case 'refundable': {
      // Every receipt that counts has to be finished, that of the return's own RMA among them.
      const isBegun = facts.stage === 'receiving' && isOwnParcelAtTheDock(facts);
      const unfinished = isBegun || isReceiptOpen(facts) ? facts.confirmed : null;
      if (unfinished !== null) {
        const { packageId } = unfinished;
        // Versions before took it for a wait for another parcel, of another length.
        const isOldOver = isOver('parcel') && facts.wait?.atMostMs !== policy.secondParcelForMs;
        const isWaitOver = isOver('receiving') || isOldOver;
        return { kind: isWaitOver ? 'unfinished' : 'receiving', packageId };
      }
      const isTrusted = policy.trustRequestedStatus && policyOnTheWire(facts).trustRequestedStatus;
      if (!verdict.isEcho || isTrusted) return { kind: 'refund' };
      return { kind: facts.askedAgain === 'done' ? 'echo' : 'ask' };
    }
  }
}
