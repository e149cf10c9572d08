import type { Readable, Writable } from 'node:stream';
import type { MakeCall } from '../outbound/call.ts';
import type { CheckFinding } from '../vendors/check-finding.ts';
import { type Paint, paintFor, WIDTH, wrap } from './screen.ts';

/** What the commands need from outside. */
export interface Outside {
  readonly env: NodeJS.ProcessEnv;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly call: MakeCall;
  readonly now: () => Date;
}

/** Where a command writes, at the width of a usual terminal. */
export interface Terminal {
  readonly paint: Paint;
  /** Lines as they are. */
  say(...lines: string[]): void;
  /** A text, wrapped, its lines indented. */
  tell(text: string, indent?: string): void;
}

const signs = { good: '✓', bad: '✗', hint: '!', skipped: '–' } as const;
const styles = { good: 'green', bad: 'red', hint: 'yellow', skipped: 'dim' } as const;

export function terminalFor({ env, output }: Pick<Outside, 'env' | 'output'>): Terminal {
  const paint = paintFor(output, env);
  const say = (...lines: string[]) => void output.write(lines.map((line) => `${line}\n`).join(''));
  return {
    paint,
    say,
    tell: (text, indent = '') => say(...wrap(text, WIDTH - indent.length).map((line) => `${indent}${line}`)),
  };
}

const titleWidth = 21;

/** A finding's lines: `✓ title   text`, continued under the text. */
export function findingLines(finding: CheckFinding, paint: Paint): string[] {
  const { mark, title, text, fix, command, details = [] } = finding;
  const indent = ' '.repeat(titleWidth + 4);
  const width = WIDTH - indent.length;
  const [first = '', ...more] = wrap(printable(text), width);
  const head = `  ${paint(styles[mark], signs[mark])} ${title.padEnd(titleWidth)}${first}`.trimEnd();
  const body = [...more, ...details.flatMap((line) => wrap(printable(line), width))];
  const [fixFirst, ...fixMore] = fix === undefined ? [] : wrap(printable(fix), width - 2);
  return [
    head,
    ...body.map((line) => `${indent}${line}`),
    ...(fixFirst === undefined ? [] : [`${indent}${paint('bold', '→')} ${fixFirst}`]),
    ...fixMore.map((line) => `${indent}  ${line}`),
    ...(command === undefined ? [] : [`${indent}${paint('bold', '→')} ${command}`]),
  ];
}

/** Names and reasons come from elsewhere: nothing in them may move the cursor or change the colours. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
