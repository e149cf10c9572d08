import type { VendorTerms } from './terms.ts';

/** MasonHub as the rest of the service knows it: its name, its limits, its words, its addresses for people. */
export const masonHubTerms = {
  name: 'MasonHub',
  keySetting: 'masonhub.apiToken',
  answerFields: {
    record: 'customer_identifier',
    results: ['status', 'state', 'success', 'code', 'http_code', 'customer_identifier'],
    lists: ['results', 'data'],
    reasons: ['error', 'errors', 'message', 'messages', 'reason', 'details'],
  },
  /** Its limits on an RMA's fields, in characters. */
  rmaNumber: { min: 5 },
  packageId: { min: 5, max: 100 },
  sku: { min: 2, max: 100 },
  lineNote: { min: 2, max: 50 },
  /** Its `return_reason_code`s, all of them. */
  reasonCodes: ['tooBig', 'tooSmall', 'damaged', 'wrongItem', 'other'],
  /** Its `return_inventory_status`es: those of its API's description and those of its page on returns. */
  receiveInto: [
    'available',
    'qc',
    'quality-control',
    'damaged',
    'quarantine',
    'refurbishing',
    'under-investigation',
  ],
  /** Its statuses of units that were expected and not found. */
  neverCame: ['missing', 'short'],
  /** Its statuses of units as a support person would say them. */
  dispositions: {
    available: 'in good condition',
    qc: 'held for quality control',
    'quality-control': 'held for quality control',
    quarantine: 'in quarantine',
    'under-investigation': 'under investigation',
    refurbishing: 'sent to refurbishing',
    disposed: 'disposed of',
  },
} as const satisfies VendorTerms & Record<string, unknown>;

/**
 * The merchant's account in MasonHub, which documents no address for a single RMA.
 * @param apiUrl the account's address of the OMS API
 */
export function masonHubUrl(apiUrl: string): string {
  return apiUrl.replace(/\/api\/v\d+$/, '');
}
