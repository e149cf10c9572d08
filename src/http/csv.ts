import { stringify } from 'csv-stringify/sync';

/** A column of a CSV file: what its first line says, and what its cells hold. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string | number | null;
}

/** Without it, Excel takes the text for another encoding than UTF-8. */
const byteOrderMark = '\ufeff';

/** The beginning of a file: its columns' names. */
export function csvHead<Row>(columns: readonly CsvColumn<Row>[]): string {
  return byteOrderMark + written([columns.map(({ name }) => name)]);
}

/** Lines of a file. */
export function csvLines<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  return written(rows.map((row) => columns.map(({ cell }) => cell(row))));
}

/**
 * As RFC 4180 has it. What a vendor or a shopper wrote could begin as a formula does, which a spreadsheet would
 * carry out: such a cell begins with an apostrophe, as OWASP advises against CSV injection.
 */
function written(records: (string | number | null)[][]): string {
  return stringify(records, { record_delimiter: 'windows', quoted_match: /[\r\n]/, escape_formulas: true });
}

/** The header that has a browser save a file, by a name of plain letters. */
export function savedAs(...parts: readonly (string | undefined)[]): { 'content-disposition': string } {
  const name = parts
    .flatMap((part) => part?.replace(/[^a-zA-Z0-9-]+/g, '-').slice(0, 63) ?? [])
    .filter((part) => part !== '')
    .join('-');
  return { 'content-disposition': `attachment; filename="${name}.csv"` };
}

export const csvType = 'text/csv; charset=utf-8';
