import type { Finding, Verdict } from './receipt.ts';

/** Loop takes a note of under 255 characters. */
const longestNote = 254;

/**
 * The note beside a flag, for the merchant's support: which SKU, how many, and why.
 * @returns text of under 255 characters
 */
export function flagNote(verdict: Verdict): string {
  const found = verdict.findings.map(describe);
  const also = verdict.extras.map(describe);
  return joinWithin('Warehouse check: ', found, also, longestNote);
}

/**
 * The note beside a refund whose parcel held more than the return: names what was extra.
 * @returns text of under 255 characters; null where nothing was extra
 */
export function extrasNote(verdict: Verdict): string | null {
  if (verdict.extras.length === 0) return null;
  return joinWithin('Warehouse check: all items arrived. ', [], verdict.extras.map(describe), longestNote);
}

/** The same in a sentence for a status's reason and the timeline, without Loop's limit. */
export function describeVerdict(verdict: Verdict): string {
  const found = verdict.findings.map((finding) => describe(finding).full).join('; ');
  const also = verdict.extras.map((finding) => describe(finding).full).join('; ');
  return [found, also && `not on the return: ${also}`].filter(Boolean).join('; ');
}

interface Description {
  readonly full: string;
  readonly short: string;
}

function describe(finding: Finding): Description {
  const short = `${finding.units} × ${finding.sku} ${words(finding.disposition)}`;
  const quoted = finding.notes.map((note) => `"${note}"`).join(', ');
  return { short, full: quoted === '' ? short : `${short} (${quoted})` };
}

/** MasonHub's status codes as a support person would say them. */
function words(disposition: string): string {
  const known = new Map(
    Object.entries({
      available: 'in good condition',
      qc: 'held for quality control',
      'quality-control': 'held for quality control',
      quarantine: 'in quarantine',
      'under-investigation': 'under investigation',
      refurbishing: 'sent to refurbishing',
      disposed: 'disposed of',
      short: 'short',
    }),
  );
  return known.get(disposition) ?? disposition;
}

/**
 * The longest of a few wordings that fits: with the warehouse's words, without them, and at last
 * with only as many findings as fit and the number of those left out.
 */
function joinWithin(
  lead: string,
  found: readonly Description[],
  also: readonly Description[],
  limit: number,
): string {
  const say = (parts: readonly string[], extras: readonly string[]): string => {
    const sentences = [parts.join('; '), extras.length > 0 ? `not on the return: ${extras.join('; ')}` : ''];
    return `${lead}${sentences.filter((sentence) => sentence !== '').join('; ')}.`;
  };
  const full = say(
    found.map((part) => part.full),
    also.map((part) => part.full),
  );
  if (full.length <= limit) return full;
  const short = say(
    found.map((part) => part.short),
    also.map((part) => part.short),
  );
  if (short.length <= limit) return short;
  return cutToFit(lead, found, also, limit);
}

/** As many as fit, findings before extras, and the number of those left out. */
function cutToFit(
  lead: string,
  found: readonly Description[],
  also: readonly Description[],
  limit: number,
): string {
  const extras = also.map(({ short }, index) => (index === 0 ? `not on the return: ${short}` : short));
  const parts = [...found.map(({ short }) => short), ...extras];
  for (let kept = parts.length - 1; kept > 0; kept -= 1) {
    const text = `${lead}${parts.slice(0, kept).join('; ')}; and ${parts.length - kept} more.`;
    if (text.length <= limit) return text;
  }
  return `${lead}${parts.length} findings, too long to list; see the warehouse's receipt.`;
}
