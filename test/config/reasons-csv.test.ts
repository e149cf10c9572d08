import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseReason, REASON_CODES } from '../../src/config/merchants.ts';
import { guardFormula, readReasonsCsv, unguardFormula } from '../../src/config/reasons-csv.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function codesIn(text: string) {
  const reading = readReasonsCsv(bytes(text));
  if ('problems' in reading) throw new Error(reading.problems.map((one) => one.text).join('\n'));
  return Object.fromEntries(reading.codes);
}

function problemsIn(content: string | Uint8Array) {
  const reading = readReasonsCsv(typeof content === 'string' ? bytes(content) : content);
  return 'problems' in reading ? reading.problems.map(({ line, text }) => `${line}: ${text}`) : [];
}

describe('a list of return reasons', () => {
  test.each([
    ['commas and LF', 'reason,code\nToo big,tooBig\nHole,damaged\n'],
    ['semicolons and CRLF, as Excel saves it in Europe', 'reason;code\r\nToo big;tooBig\r\nHole;damaged\r\n'],
    ['a BOM', '\ufeffreason,code\nToo big,tooBig\nHole,damaged'],
    ['quotes', '"reason","code"\n"Too big","tooBig"\n"Hole","damaged"\n'],
    ["Excel's own line for the separator", 'sep=;\r\nreason;code\r\nToo big;tooBig\r\nHole;damaged\r\n'],
    ['other columns, in another order', 'code,items,Reason\ntooBig,4,Too big\ndamaged,1,Hole\n'],
    ['empty lines, and rows that stay open', 'reason,code\n\nToo big,tooBig\n,\nLater,\nHole,damaged\n\n'],
    ['spaces around', 'reason , code\n Too BIG , tooBig \nhole,damaged\n'],
  ])('is read with %s', (_what, text) => {
    expect(codesIn(text)).toEqual({ 'too big': 'tooBig', hole: 'damaged' });
  });

  test('keeps the other separator, quotes and line breaks inside a reason', () => {
    expect(codesIn('reason,code\n"Too big; really",tooBig\n"The ""red"" one,\nno",wrongItem\n')).toEqual({
      'too big; really': 'tooBig',
      'the "red" one,\nno': 'wrongItem',
    });
  });

  test('may be empty but for its head', () => {
    expect(codesIn('reason,code\n')).toEqual({});
  });

  test('may have a reason twice, under two parents, with one code', () => {
    const head = 'reason,parent reason,code\n';
    expect(codesIn(`${head}Other,Size,other\nother ,Quality,other\n`)).toEqual({ other: 'other' });
    expect(problemsIn(`${head}Other,Size,tooBig\n\nOther,Quality,damaged\n`)).toEqual([
      '4: "Other" is damaged here and tooBig in line 2; the reason decides, whatever its parent. Give both the same code.',
    ]);
  });

  test('names each line that cannot be used, its value and the codes', () => {
    expect(problemsIn('reason,code\r\nToo big,toobig\r\n"A\r\nB",no\r\n,damaged\r\n')).toEqual([
      '2: the code "toobig" of "Too big" is not known; the nearest is tooBig. Write one of tooBig, tooSmall, damaged, wrongItem, other.',
      expect.stringMatching(/^3: the code "no" of "A\\nB" is not known/),
      '5: the code "damaged" has no reason beside it. Write the reason.',
    ]);
  });

  test('without named columns repeats nothing of the file, which may be another one', () => {
    const [problem, ...more] = problemsIn('ACME_LOOP_API_KEY=hunter2\n');
    expect(problem).toMatch(/^1: the columns are not named/);
    expect(problem).not.toContain('hunter2');
    expect(more).toEqual([]);
    expect(problemsIn('')).toEqual([expect.stringMatching(/^1: the columns are not named/)]);
  });

  test('with a quote that is not closed says in which line', () => {
    expect(problemsIn('reason,code\nToo big,tooBig\nThe "red" one,other\n')).toEqual([
      '3: a quote (") is not closed, or is out of place. Write "" for one inside.',
    ]);
  });

  test('in the encoding that Excel proposes says how to save it', () => {
    expect(
      problemsIn(new Uint8Array([...bytes('reason,code\nzu gro'), 0xdf, ...bytes(',tooBig\n')])),
    ).toEqual(['1: the file is not UTF-8. Save it as "CSV UTF-8" in the spreadsheet.']);
  });
});

describe('a text that a spreadsheet would take for a formula', () => {
  test.each(['=1+1', '+1', '-20% too small', '@here', '\tx', "'=1"])('%j is guarded', (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
  });

  test.each(['Too big', "it's", "'quoted'", ''])('%j is no such text', (text) => {
    expect(guardFormula(text)).toBe(text);
  });

  test('comes back as it was, whatever it is', () => {
    const text = fc.string({ unit: fc.constantFrom('=', "'", '-', 'a', '\t', '"') });
    fc.assert(fc.property(text, (one) => unguardFormula(guardFormula(one)) === one));
  });
});

test('whatever a list says, it is read as it was written, with either separator', () => {
  const reason = fc.string({ minLength: 1 }).filter((text) => normaliseReason(text) !== '');
  const rows = fc.uniqueArray(fc.tuple(reason, fc.constantFrom(...REASON_CODES)), {
    selector: ([text]) => normaliseReason(text),
  });
  fc.assert(
    fc.property(rows, fc.constantFrom(',', ';'), (written, delimiter) => {
      const body = written.map(([text, code]) => [guardFormula(text.trim()), code]);
      const text = stringify([['reason', 'code'], ...body], { delimiter, record_delimiter: '\r\n' });
      expect(codesIn(text)).toEqual(
        Object.fromEntries(written.map(([one, code]) => [normaliseReason(one), code])),
      );
    }),
  );
});
