/** What any part of the service may know of a vendor: its name, and how to show what was said to it. */
export interface VendorTerms {
  /** As it writes itself. */
  readonly name: string;
  /** The merchant's setting that holds its key. */
  readonly keySetting: string;
  readonly answerFields: AnswerFields;
}

/** The fields of a vendor's answers that never hold anything personal, in whatever object they stand. */
export interface AnswerFields {
  /** The field by which a record of a batch says what it is about; null where the vendor knows no batches. */
  readonly record: string | null;
  /** What says how it went. */
  readonly results: readonly string[];
  /** What has such records in it. */
  readonly lists: readonly string[];
  /** What says why: under these, a vendor names fields of its own. */
  readonly reasons: readonly string[];
}
