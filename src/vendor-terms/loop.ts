import type { VendorTerms } from './terms.ts';

/** Loop Returns as the rest of the service knows it: its name, its limits, its addresses for people. */
export const loopTerms = {
  name: 'Loop',
  keySetting: 'loop.apiKey',
  answerFields: {
    record: null,
    results: ['status', 'state', 'success', 'code', 'http_code'],
    lists: ['data'],
    reasons: ['error', 'errors', 'message', 'messages', 'reason', 'details'],
  },
  /** Loop takes a note of under 255 characters. */
  longestNote: 254,
  /** Requests that Loop takes in a minute for one key. */
  requestsPerMinute: 300,
} as const satisfies VendorTerms & Record<string, unknown>;

/** A return in Loop's admin. */
export function loopAdminUrl(loopReturnId: string): string {
  return `https://admin.loopreturns.com/returns/${encodeURIComponent(loopReturnId)}`;
}
