import { z } from 'zod';

/**
 * What vendors send drifts: ids as text or number, `""` or null where there is nothing, two spellings
 * of a date. These schemas take what is meant and refuse only what cannot be understood.
 */

/**
 * Text that PostgreSQL can keep: it has no place for NUL, nor for half a surrogate pair.
 * @returns the text without them, outer spaces removed
 */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed().trim();
}

/** Text, or a number read as text; null, missing and `""` become null. */
export const optionalText = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => {
    const text = value === null || value === undefined || hasLostDigits(value) ? '' : storable(String(value));
    return text === '' ? null : text;
  });

/** A long tracking number, sent as a number, is another number once it is parsed. */
function hasLostDigits(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

/** Text that can be kept, cut between characters. */
export function cut(text: string, longest: number): string {
  // No character is longer than two units; a text of megabytes must not become a list of its characters.
  const near = storable(text).slice(0, longest * 2);
  return [...near].slice(0, longest).join('');
}

/** Free text cut to a length, so that nobody's essay ends up in every log line and note. */
export function optionalTextWithin(longest: number) {
  return optionalText.transform((text) => (text === null ? null : cut(text, longest)));
}

const longestId = 250;

/**
 * A name or code of the vendor's, such as a SKU or a tracking number. Each is far shorter than this, and
 * MasonHub takes none that is as long, so that no two that count become the same by being cut.
 */
export const optionalCode = optionalTextWithin(longestId);

/** An id, as text or as a number that is exact: one beyond 2^53 has already lost digits. */
export const idText = z
  .union([z.string(), z.int()], { error: 'expected an id, as text or as a whole number below 2^53' })
  .transform((value) => storable(String(value)))
  .pipe(z.string().min(1, 'expected an id, found an empty text').max(longestId));

/** The same where there may be none. */
export const optionalIdText = z
  .union([idText, z.literal('').transform(() => null)])
  .nullish()
  .transform((id) => id ?? null);

/** A whole number of units, as a number or as text, also where it is written as a decimal: `"1.0"`. */
export const units = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\s*\d+(?:\.0+)?\s*$/, 'expected a whole number')
      .transform(Number),
  ])
  .pipe(z.int().nonnegative().max(1_000_000));

const yesOrNoText = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', 'yes', 'no', '1', '0', '']))
  .transform((word) => ['true', 'yes', '1'].includes(word));

/** A yes or no, as a boolean, as text in any letter case or as 0 and 1; missing means no. */
export const yesOrNo = z
  .union([z.boolean(), yesOrNoText, z.literal([0, 1]).transform((number) => number === 1)])
  .nullish()
  .transform((value) => value ?? false);

const zoneless = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/;

/**
 * A date in either of the spellings in use, `2020-10-29T16:07:31+00:00` or `2020-10-29 16:07:31`
 * (which is UTC). What is no date counts as none: a date never decides whether a delivery is kept.
 * @returns ISO 8601 in UTC, or null
 */
export const optionalDate = z
  .unknown()
  .optional()
  .transform((value) => {
    if (typeof value !== 'string') return null;
    const local = zoneless.exec(value.trim());
    const date = new Date(local === null ? value.trim() : `${local[1]}T${local[2]}Z`);
    return Number.isNaN(date.getTime()) ? null : date.toISOString();
  });
