import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { normaliseReason, REASON_CODES, type ReasonCode } from './merchant.ts';
import { nearest } from './nearest.ts';

export interface ReasonsProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

export type ReasonsReading =
  | { readonly codes: ReadonlyMap<string, ReasonCode> }
  | { readonly problems: readonly ReasonsProblem[] };

/** Opens a file of return reasons by the name that stands in the merchants file. */
export type OpenReasons = (
  name: string,
) =>
  | { readonly codes: ReadonlyMap<string, ReasonCode> }
  | { readonly file: string; readonly problems: readonly ReasonsProblem[] }
  | { readonly unreadable: string };

/** The columns as `merchants reasons --csv` writes them; `reason` and `code` are the ones that are read. */
export const REASONS_COLUMNS = ['reason', 'parent reason', 'items', 'code'] as const;

const longestShown = 60;
const allowed = REASON_CODES.join(', ');

/**
 * Keeps a spreadsheet from taking a text for a formula: a quote goes in front of what looks like one.
 * `unguardFormula` takes exactly that quote away again.
 */
export function guardFormula(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

export function unguardFormula(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/**
 * Reads a filled-in list of return reasons, as spreadsheets save it: UTF-8 with or without a BOM, comma or
 * semicolon, any line ends, quotes. A reason whose code is left empty is not listed.
 */
export function readReasonsCsv(bytes: Uint8Array): ReasonsReading {
  let text: string;
  try {
    // One kind of line ends: the parser counts lines by it.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  } catch {
    return problem(1, 'the file is not UTF-8. Save it as "CSV UTF-8" in the spreadsheet.');
  }
  const rows = readRows(text);
  if ('problems' in rows) return rows;
  const [head, ...body] = rows.rows;
  const names = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const at = { reason: names.indexOf('reason'), code: names.indexOf('code') };
  if (at.reason < 0 || at.code < 0) {
    return problem(
      head?.line ?? 1,
      'the columns are not named. The first line has to name at least the two columns reason and code.',
    );
  }
  return readCodes(
    body.map(({ line, cells }) => ({
      line,
      reason: unguardFormula((cells[at.reason] ?? '').trim()),
      code: (cells[at.code] ?? '').trim(),
    })),
  );
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

const parsedRows = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));

function readRows(text: string): { rows: Row[] } | { problems: ReasonsProblem[] } {
  const start = text.split('\n', 1)[0] ?? '';
  // Excel's own way to name the separator.
  const named = /^sep=([,;])$/.exec(start)?.[1];
  const isSemicolon = named === ';' || (named === undefined && countOf(start, ';') > countOf(start, ','));
  try {
    const parsed: unknown = parse(text, {
      delimiter: isSemicolon ? ';' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    const rows = parsedRows.parse(parsed).map(({ info, record }) => {
      // The parser counts to the end of a row; a reason may have line breaks in it.
      const breaks = record.join('').split('\n').length - 1;
      return { line: info.lines - breaks, cells: record };
    });
    return { rows: named === undefined ? rows : rows.slice(1) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return problem(lineOf(error), 'a quote (") is not closed, or is out of place. Write "" for one inside.');
  }
}

function countOf(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function lineOf(error: CsvError): number {
  return z.object({ lines: z.number() }).safeParse(error).data?.lines ?? 1;
}

function readCodes(rows: readonly { line: number; reason: string; code: string }[]): ReasonsReading {
  const codes = new Map<string, { code: ReasonCode; line: number }>();
  const problems: ReasonsProblem[] = [];
  for (const { line, reason, code: written } of rows) {
    if (written === '') continue;
    const code = REASON_CODES.find((known) => known === written);
    const key = normaliseReason(reason);
    const before = codes.get(key);
    if (key === '') {
      problems.push({ line, text: `the code ${shown(written)} has no reason beside it. Write the reason.` });
    } else if (code === undefined) {
      const words = `the code ${shown(written)} of ${shown(reason)} is not known; the nearest is ${nearest(written, REASON_CODES)}`;
      problems.push({ line, text: `${words}. Write one of ${allowed}.` });
    } else if (before !== undefined && before.code !== code) {
      const words = `${shown(reason)} is ${code} here and ${before.code} in line ${before.line}`;
      problems.push({
        line,
        text: `${words}; the reason decides, whatever its parent. Give both the same code.`,
      });
    } else codes.set(key, before ?? { code, line });
  }
  return problems.length > 0
    ? { problems }
    : { codes: new Map([...codes].map(([key, { code }]) => [key, code])) };
}

function shown(text: string): string {
  return JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}

function problem(line: number, text: string): { problems: ReasonsProblem[] } {
  return { problems: [{ line, text }] };
}
