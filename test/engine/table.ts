/** One thing that was tried on an engine. */
export interface Tried {
  readonly what: string;
  readonly isRight: boolean;
  /** How much of it there was, in a few words. */
  readonly figures: string;
  /** What went wrong, line by line. */
  readonly problems: readonly string[];
}

const mostProblems = 10;

/** A run as a table for people. */
export function tableOf(tried: readonly Tried[]): string {
  const width = Math.max(...tried.map(({ what }) => what.length));
  const rows = tried.flatMap(({ what, isRight, figures, problems }) => [
    `${what.padEnd(width)}   ${isRight ? 'passed' : 'FAILED'}   ${figures}`.trimEnd(),
    ...problems.slice(0, mostProblems).map((problem) => `    ${problem}`),
    ...(problems.length > mostProblems ? [`    and ${problems.length - mostProblems} more`] : []),
  ]);
  const failed = tried.filter(({ isRight }) => !isRight).length;
  const sum = failed === 0 ? `All ${tried.length} passed.` : `${failed} of ${tried.length} failed.`;
  return [...rows, '', sum].join('\n');
}
