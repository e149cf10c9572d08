import type { Answer, NoAnswer } from './call.ts';

/**
 * The ways in which a call to a vendor fails, each handled in one place:
 * `transient` is tried again; `misconfigured` is the merchant's key or address; `refused` means that the
 * vendor understood and said no, so that trying again would not help.
 */
export type Failure =
  | { readonly kind: 'transient'; readonly why: string; readonly arrived: 'no' | 'maybe' }
  | { readonly kind: 'misconfigured'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Sorts out what no vendor-specific reading is needed for.
 * @param vendor as a person knows it: `Loop` or `MasonHub`
 * @param setting the merchant's setting that holds the key
 * @returns null where the vendor's own client has to read the answer
 */
export function failureOf(answer: Answer | NoAnswer, vendor: string, setting: string): Failure | null {
  if (answer.kind === 'no-answer') {
    return { kind: 'transient', why: `${vendor} gave no answer: ${answer.why}`, arrived: answer.arrived };
  }
  const { status } = answer;
  if (status === 401 || status === 403) {
    return {
      kind: 'misconfigured',
      why: `${vendor} refused the key (${status}). Check ${setting} in the merchants file and its permissions in ${vendor}`,
    };
  }
  if (status === 429) {
    return { kind: 'transient', why: `${vendor} is limiting requests (429)`, arrived: 'no' };
  }
  if (status === 408 || status >= 500) {
    return { kind: 'transient', why: `${vendor} failed (${status})`, arrived: 'maybe' };
  }
  return null;
}
