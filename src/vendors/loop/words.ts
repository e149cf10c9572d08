import type { LabelStanding, LoopState } from '../../returns/loop-facts.ts';

/** Loop's words, in this service's. A word that is not known here is never a reason to refuse what bears it. */

/**
 * Loop's word for the state of a return. Its webhooks, its admin and its tools for agents spell them
 * differently, and a new word can come any day.
 * @returns `word` where the state is not known here; null also where it is no word
 */
export function readState(word: string): { readonly state: LoopState; readonly word: string | null } {
  switch (
    word
      .trim()
      .toLowerCase()
      .replaceAll(/[ _-]+/g, ' ')
  ) {
    case 'open':
      return { state: 'open', word: null };
    case 'closed':
      return { state: 'closed', word: null };
    case 'cancelled':
    case 'canceled':
      return { state: 'cancelled', word: null };
    case 'expired':
      return { state: 'expired', word: null };
    case 'review':
    case 'in review':
    case 'needs review':
      return { state: 'review', word: null };
    default:
      return { state: 'unknown', word: fewWords.test(word) ? word : null };
  }
}

/** A state is a word or a few. What is written otherwise may be anything, also about the shopper. */
const fewWords = /^(?=.{1,40}$)[\p{L}\p{N}]+(?:[ _-][\p{L}\p{N}]+){0,4}$/u;

/** The carrier's word for a label, as Loop hands it on. What is not known here counts as on its way. */
export function readStanding(word: string | null): LabelStanding {
  switch (word?.toLowerCase()) {
    case 'delivered':
      return 'delivered';
    case 'cancelled':
    case 'canceled':
    case 'expired':
    case 'failure':
    case 'error':
    case 'voided':
      return 'void';
    default:
      return 'live';
  }
}

/** Loop writes `N/A` or `pending` while there is no number. */
export function realTrackingNumber(text: string | null): string | null {
  return text === null || /^(n\/?a|pending|none|null)$/i.test(text) ? null : text;
}
