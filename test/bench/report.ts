/** One figure of the bench, beside the goal that it is held against. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  /** Null where the figure is only shown. */
  readonly goal: string | null;
  readonly isMet: boolean | null;
}

/** A figure without a goal. */
export function shown(what: string, value: string): Figure {
  return { what, value, goal: null, isMet: null };
}

export function atLeast(what: string, value: number, goal: number, detail: string): Figure {
  return { what, value: `${ratio(value)} (${detail})`, goal: `≥ ${goal}`, isMet: value >= goal };
}

export function atMost(
  what: string,
  value: number,
  goal: number,
  write: (value: number) => string,
  detail?: string,
): Figure {
  const written = detail === undefined ? write(value) : `${write(value)} (${detail})`;
  return { what, value: written, goal: `≤ ${write(goal)}`, isMet: value <= goal };
}

export const ratio = (value: number) => value.toFixed(value < 10 ? 2 : 1);
export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en-US')}/s`;
export const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

/** The figures as a Markdown table, which also reads well in a terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, goal, isMet }) => [
    what,
    value,
    goal ?? '',
    isMet === null ? '' : isMet ? '✓' : '✗',
  ]);
  const all = [['Figure', 'Measured', 'Goal', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length), 3));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
