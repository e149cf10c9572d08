import { styleText } from 'node:util';

/** What a terminal of the usual width shows on a line. */
export const WIDTH = 80;

export type Style = Parameters<typeof styleText>[0];
/** Styles a text, or leaves it as it is where nobody would see the colours. */
export type Paint = (style: Style, text: string) => string;

/** Colours on a terminal only, and only where the person has not asked for none. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const colours = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return colours
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
}

/** Breaks a text between words, and inside a word only where it is longer than a whole line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text).flatMap((long) => pieces(long, width))) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line = `${line} ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A count and what it counts, such as `2 × HAT`, are one word. */
function wordsOf(text: string): string[] {
  return text.match(/\d+ × \S+|\S+/g) ?? [];
}

function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < word.length; at += width) found.push(word.slice(at, at + width));
  return found;
}

/** At most so many lines; the last one says with `…` that there was more. */
export function cut(lines: readonly string[], most: number, width: number): string[] {
  if (lines.length <= most) return [...lines];
  let last = lines[most - 1] ?? '';
  if (last.length >= width) last = last.slice(0, Math.max(last.lastIndexOf(' '), 0));
  return [...lines.slice(0, most - 1), `${last.replace(/[ ,.;:]+$/, '')}…`];
}

/** One column of a table. */
export interface ScreenColumn {
  readonly title: string;
  readonly width: number;
}

const GAP = '  ';

/** The lines of one row, its cells wrapped side by side. */
export function row(columns: readonly ScreenColumn[], cells: readonly string[], most: number): string[] {
  const wrapped = columns.map(({ width }, at) => cut(wrap(cells[at] ?? '', width), most, width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_line, at) =>
    columns
      .map(({ width }, column) => (wrapped[column]?.[at] ?? '').padEnd(width))
      .join(GAP)
      .trimEnd(),
  );
}

/** A text at the left and one at the right end of the line. */
export function spread(left: string, right: string, width: number = WIDTH): string {
  return left + right.padStart(Math.max(width - left.length, right.length + 1));
}
