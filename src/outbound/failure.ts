import type { Answer, CallResult } from './call.ts';

/**
 * The ways in which a call to a vendor fails, each handled in one place:
 * `transient` is tried again, and counts as a try; `paused` says nothing about the request, because the
 * vendor takes none from this merchant now (its key, its limit): it waits until the vendor does; `refused`
 * means that the vendor understood and said no, so that trying again would not help.
 */
export type Failure =
  | { readonly kind: 'transient'; readonly why: string; readonly arrived: 'no' | 'maybe' }
  | { readonly kind: 'paused'; readonly why: string; readonly isKeyRefused: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/** A failure that has nothing to do with what was asked for. */
export type Passing = Exclude<Failure, { kind: 'refused' }>;

/**
 * Sorts out what no vendor-specific reading is needed for.
 * @param vendor as a person knows it: `Loop` or `MasonHub`
 * @param setting the merchant's setting that holds the key
 * @returns the answer itself where the vendor's own client has to read it
 */
export function sortOut(outcome: CallResult, vendor: string, setting: string): Answer | Passing {
  if (outcome.kind === 'withheld') return { kind: 'paused', why: outcome.why, isKeyRefused: false };
  if (outcome.kind === 'no-answer') {
    return { kind: 'transient', why: `${vendor} gave no answer: ${outcome.why}`, arrived: outcome.arrived };
  }
  const { status } = outcome;
  if (isKeyRefusal(status)) {
    return { kind: 'paused', why: keyRefused(vendor, setting, status), isKeyRefused: true };
  }
  if (status === 429) {
    return { kind: 'paused', why: `${vendor} is limiting requests (429)`, isKeyRefused: false };
  }
  if (status === 408 || status >= 500) {
    return { kind: 'transient', why: `${vendor} failed (${status})`, arrived: 'maybe' };
  }
  return outcome;
}

/** An answer in no known shape is never taken for success: it may or may not have been done. */
export function unknownAnswer(vendor: string, status: number): Passing {
  const why = `${vendor} answered with status ${status} and a body that is none of its known answers`;
  return { kind: 'transient', why, arrived: 'maybe' };
}

/** Whether a vendor does not take the key. */
export function isKeyRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

/**
 * What a person has to know, and to do, where a vendor does not take the key.
 * @param word the answer's status, or the vendor's own word
 */
export function keyRefused(vendor: string, setting: string, word: number | string): string {
  return `${vendor} refused the key (${word}). Check ${setting} in the merchants file and its permissions in ${vendor}`;
}
