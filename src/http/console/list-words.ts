import type { AgeingStage } from '../../config/ageing.ts';
import { aDayMs } from '../../config/duration.ts';
import type { Difference } from '../../returns/difference.ts';
import type { Outcome } from '../../returns/return.ts';
import type { ReturnDate, ReturnSort } from '../../returns-store/return-filter.ts';
import type { ReturnSummary } from '../../returns-store/summary.ts';

/** What lists and the work list say, in as few words as a row has room for. */

/** The stages at which a return can stand still, as people say it. */
export const stageWords: Readonly<Record<AgeingStage, string>> = {
  label: 'RMA open, nothing seen of the parcel',
  dock: 'At the warehouse, not being received',
  receiving: 'Being received, not finished',
  inspection: 'In quality control',
  processing: 'Refund queued at Loop, not closed',
  flagged: 'Flagged, not decided in Loop',
};

export const decisionKindWords: Readonly<Record<Outcome['kind'], string>> = {
  process: 'refund',
  flag: 'flag for review',
  hold: 'hold',
  none: 'nothing to send',
};

/** How Loop has ended a return in another way than was decided. */
export const differenceWords: Readonly<Record<Difference, string>> = {
  'process-review': 'refund decided, in review',
  'process-cancelled': 'refund decided, cancelled',
  'process-expired': 'refund decided, expired',
  'flag-closed': 'flagged, closed',
  'flag-cancelled': 'flagged, cancelled',
  'flag-expired': 'flagged, expired',
  'hold-closed': 'held, closed',
  'hold-cancelled': 'held, cancelled',
  'hold-expired': 'held, expired',
  'closed-early': 'closed before the receipt, which was not as asked',
};

/** Which of a return's dates a list is about. */
export const dateWords: Readonly<Record<ReturnDate, string>> = {
  created: 'created',
  received: 'received',
  decided: 'decided',
};

export const sortWords: Readonly<Record<ReturnSort, string>> = {
  newest: 'newest first',
  oldest: 'oldest first',
  longest: 'longest in their status first',
  latest: 'last changed status first',
};

/** A count with its noun: `1 return`, `1,200 returns`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;
}

/** A limit as people say it, such as `3 days` or `1 hour`, from milliseconds. */
export function limitWords(milliseconds: number): string {
  const hours = milliseconds / (aDayMs / 24);
  return hours < 24 ? counted(round(hours), 'hour') : counted(round(hours / 24), 'day');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A cause in a headline, and what it goes on with, which mostly says what to do; that can be empty. */
export function causeWords(cause: string): { headline: string; rest: string } {
  const end = /\.\s/.exec(cause);
  if (end === null) return { headline: cause, rest: '' };
  return { headline: cause.slice(0, end.index + 1), rest: cause.slice(end.index + end[0].length) };
}

/** How much came of what was asked for, and how it was: `2 of 3 came: 1 available, 1 damaged`. */
export function cameWords({ expected, came }: Pick<ReturnSummary, 'expected' | 'came'>): string | null {
  if (came === null) return expected === null ? null : `${expected} expected`;
  const units = came.reduce((sum, one) => sum + one.units, 0);
  if (units === 0) return expected === null ? 'nothing came' : `none of ${expected} came`;
  const found =
    came.length === 1
      ? (came[0]?.disposition ?? '')
      : came.map((one) => `${one.units} ${one.disposition}`).join(', ');
  const many = expected === null || units > expected ? `${units} came` : `${units} of ${expected} came`;
  return `${many}${expected !== null && units > expected ? `, ${expected} expected` : ''}: ${found}`;
}

const messageWords = { due: 'on its way', accepted: 'accepted', refused: 'refused' } as const;

/** What Loop was told, and what it said: `refund, accepted`; null before a decision. */
export function toldWords({ decision }: Pick<ReturnSummary, 'decision'>): string | null {
  if (decision === null) return null;
  const { kind, message } = decision;
  if (kind === 'hold') return 'nothing, held';
  if (kind === 'none') return 'nothing';
  const what = kind === 'process' ? 'refund' : 'flag';
  return message === null ? what : `${what}, ${messageWords[message]}`;
}
