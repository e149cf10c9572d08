/** What is well, what is not and how to mend it, what to know, what was not looked at. */
export type Mark = 'good' | 'bad' | 'hint' | 'skipped';

/** A line with a mark, a title and what was found, and below it what to do. */
export interface CheckFinding {
  readonly mark: Mark;
  readonly title: string;
  readonly text: string;
  readonly fix?: string;
  /** What to run, in a line that can be copied. */
  readonly command?: string;
  /** Lines that belong to it, such as the members of a list. */
  readonly details?: readonly string[];
}

export function count(number: number, what: string, plural = `${what}s`): string {
  return `${number} ${number === 1 ? what : plural}`;
}
