import type { AnswerFields } from '../outbound/call-words.ts';

/** What any part of the service may know of a vendor: its name, and how to show what was said to it. */
export interface VendorTerms {
  /** As it writes itself. */
  readonly name: string;
  /** The merchant's setting that holds its key. */
  readonly keySetting: string;
  /** How its answers are shown to people without anything personal. */
  readonly answerFields: AnswerFields;
}
