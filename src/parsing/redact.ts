import { cut, optionalText } from './tolerant.ts';

/**
 * Vendors' free text, such as the reason of a refusal or what the warehouse noted, is kept for good, and
 * now and then somebody writes a shopper's e-mail address or phone number into it. Those are taken out; names
 * cannot be told from other words.
 */

/** Of a number with its area code. */
const fewestDigits = 9;

/** Longer than any text that is kept, and short enough that a hostile one costs nothing. */
const mostRead = 20_000;

const edge = String.raw`[^\s@<>()[\]{}"',;:|]`;
const emailAddress = new RegExp(
  String.raw`(?:mailto:)?(?<!${edge})${edge}{1,64}(?:@|%40)${edge}{1,190}\.[\p{L}\d-]{2,60}`,
  'giu',
);

/** Never within a word, an order's name, a longer number, or a code of several parts. */
const before = String.raw`(?<![\p{L}\d#+_/.-])`;
const after = String.raw`(?![\p{L}\d_]|[-./]\d)`;
const gap = String.raw`[ .\-–/\u00a0]{0,2}`;
const phoneNumbers = [
  // +1 555 010 0199, +44 (0)20 7946 0958, 0049 30 1234567
  String.raw`${before}(?:\+|00(?=[1-9]))${gap}\(?\d{1,4}\)?(?:${gap}\(?\d{1,5}\)?){2,6}`,
  // (555) 010-0199
  String.raw`${before}(?:1${gap})?\(\d{3}\)${gap}\d{3}${gap}\d{4}`,
  // 555-010-0199, 1.555.010.0199
  String.raw`${before}(?:1[ .-])?\d{3}[ .\-–]\d{3}[ .\-–]\d{4}`,
  // 020 7946 0958, 0151-23456789
  String.raw`${before}0\d{1,4}[ /\-–]\d{3,8}(?:[ \-–]\d{2,6}){0,3}`,
].map((pattern) => new RegExp(pattern + after, 'gu'));

/** After such a word, a number of any make is one to call. */
const called = (word: string, shortest: number) =>
  new RegExp(
    String.raw`\b(${word})\b((?: (?:number|no|at|on|is|them|her|him)){0,3}[.:#]{0,2}\s{0,3})\(?\d[\d() .\-–]{${shortest - 2},18}\d${after}`,
    'giu',
  );
const calledNumbers = [
  called('(?:tele)?phone|tel|mobile|cell|sms|fax|whatsapp', 7),
  // A return's id has eight digits.
  called('call|text', 9),
];
/** After such a word, it is a code of another kind. */
const namesACode =
  /\b(?:sku|id|order|tracking|rma|return|item|package|parcel|label|shipment|barcode|upc|ean|code)s?(?: (?:number|no|id))?[.:#"'\s]{0,4}$/i;

/** @returns the text with `[e-mail]` and `[phone]` where an address or a number stood */
export function redact(text: string): string {
  let redacted = text.slice(0, mostRead).replace(emailAddress, '[e-mail]');
  for (const pattern of calledNumbers) redacted = redacted.replace(pattern, '$1$2[phone]');
  for (const pattern of phoneNumbers) {
    const whole = redacted;
    redacted = whole.replace(pattern, (found: string, offset: number) => {
      const isCode = namesACode.test(whole.slice(Math.max(0, offset - 40), offset));
      return isCode || found.replaceAll(/\D/g, '').length < fewestDigits ? found : '[phone]';
    });
  }
  return redacted;
}

/** A vendor's free text, cut to a length and without e-mail addresses and phone numbers. */
export function freeText(text: string, longest: number): string {
  return cut(redact(text), longest);
}

/** The same as a field that need not be there. */
export function optionalFreeText(longest: number) {
  return optionalText.transform((text) => (text === null ? null : freeText(text, longest)));
}
