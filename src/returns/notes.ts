import { cut } from '../parsing/tolerant.ts';
import { loopTerms } from '../vendor-terms/loop.ts';
import { masonHubTerms } from '../vendor-terms/masonhub.ts';
import type { Finding, Verdict } from './receipt.ts';
import type { Unchecked } from './rma.ts';
import { readable } from './words.ts';

/**
 * The note beside a flag, for the merchant's support: which SKU, how many, and why.
 * @returns text of under 255 characters
 */
export function flagNote(verdict: Verdict): string {
  // The most important first: it is the end that is cut where a note is too long.
  const found = [...verdict.findings, ...verdict.waiting, ...verdict.good].map(describe);
  const also = verdict.extras.map(describe);
  return joinWithin('Warehouse check: ', found, also, loopTerms.longestNote);
}

/**
 * The note beside a refund that needs a word: the parcel held more than the return, or some of its items
 * were not checked, though Loop refunds the return as a whole.
 * @returns text of under 255 characters; null where there is nothing to say
 */
export function besideRefundNote(verdict: Verdict, { leftOut, kept, elsewhere }: Unchecked): string | null {
  if (verdict.extras.length === 0 && leftOut + kept + elsewhere === 0) return null;
  const unchecked = [
    leftOut === 0 ? '' : `${leftOut} without a SKU not checked. `,
    kept === 0 ? '' : `${kept} on no label not expected. `,
    elsewhere === 0 ? '' : `${elsewhere} bound for another destination not checked. `,
  ].join('');
  const lead = `Warehouse check: all expected items arrived. ${unchecked}`;
  if (verdict.extras.length === 0) return lead.trim();
  return joinWithin(lead, [], verdict.extras.map(describe), loopTerms.longestNote);
}

/** The same in a sentence for a status's reason and the timeline, without Loop's limit. */
export function describeVerdict(verdict: Verdict): string {
  const found = describeFindings([...verdict.findings, ...verdict.waiting]);
  const also = describeFindings(verdict.extras);
  return readable([found, also && `also came: ${also}`].filter(Boolean).join('; '));
}

/** Units with their SKUs and dispositions, as a list in one line. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings.map((finding) => describe(finding).full).join('; ');
}

interface Description {
  readonly full: string;
  readonly short: string;
  /** With the beginnings of the warehouse's words, of so many characters at most. */
  readonly begun: (longest: number) => string;
}

function describe(finding: Finding): Description {
  const sku = finding.sku === '' ? 'item without a SKU' : finding.sku;
  const short = `${finding.units} × ${sku} ${words(finding.disposition)}`;
  const begun = (longest: number) => {
    const notes = finding.notes.map((note) => `"${beginningOf(note, longest)}"`);
    const beside = [...notes, ...(finding.aside ? [finding.aside] : [])];
    return beside.length === 0 ? short : `${short} (${beside.join(', ')})`;
  };
  return { short, full: begun(Number.MAX_SAFE_INTEGER), begun };
}

function beginningOf(note: string, longest: number): string {
  return note.length <= longest ? note : `${cut(note, longest - 1).trimEnd()}…`;
}

/** What a finding is called, where it is no status of the warehouse's own. */
const ownWords = {
  good: 'fine',
  short: 'short',
  unaccounted: 'received, but not accounted for',
  fraction: 'given as a fraction of a unit',
};
const dispositionWords = new Map(Object.entries({ ...masonHubTerms.dispositions, ...ownWords }));

function words(disposition: string): string {
  return dispositionWords.get(disposition) ?? disposition;
}

/** How much of the warehouse's words is tried, in characters; a shorter beginning says nothing. */
const beginnings = [160, 120, 90, 70, 50, 40, 30, 20];

/**
 * The longest of a few wordings that fits: with the warehouse's words, with their beginnings, without them, and at last
 * with only as many findings as fit and the number of those left out.
 */
function joinWithin(
  lead: string,
  found: readonly Description[],
  also: readonly Description[],
  limit: number,
): string {
  const say = (parts: readonly string[], extras: readonly string[]): string => {
    const beside = parts.length > 0 ? 'also came' : 'Also came';
    const sentences = [parts.join('; '), extras.length > 0 ? `${beside}: ${extras.join('; ')}` : ''];
    return `${lead}${sentences.filter((sentence) => sentence !== '').join('; ')}.`;
  };
  const wordings = [
    (part: Description) => part.full,
    ...beginnings.map((longest) => (part: Description) => part.begun(longest)),
    (part: Description) => part.short,
  ];
  for (const word of wordings) {
    const text = say(found.map(word), also.map(word));
    if (text.length <= limit) return text;
  }
  return cutToFit(lead, found, also, limit);
}

/** As many as fit, findings before extras, and the number of those left out. */
function cutToFit(
  lead: string,
  found: readonly Description[],
  also: readonly Description[],
  limit: number,
): string {
  const extras = also.map(({ short }, index) => (index === 0 ? `also came: ${short}` : short));
  const parts = [...found.map(({ short }) => short), ...extras];
  // No more than this many can fit, however short they are.
  for (let kept = Math.min(parts.length - 1, limit); kept > 0; kept -= 1) {
    const text = `${lead}${parts.slice(0, kept).join('; ')}; and ${parts.length - kept} more.`;
    if (text.length <= limit) return text;
  }
  return `${lead}${parts.length} findings, too long to list; see the warehouse's receipt.`;
}
