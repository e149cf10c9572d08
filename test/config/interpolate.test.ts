import { describe, expect, test } from 'vitest';
import { interpolate } from '../../src/config/interpolate.ts';

const ENV = { A: 'one', b_2: 'two', _C: '3', EMPTY: '', NESTED: `\${A}`, MONEY: "$&$1$'" };

describe('a text with variables in it', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    [`\${A}`, 'one'],
    [`\${b_2}`, 'two'],
    [`\${_C}`, '3'],
    [`x-\${A}-\${b_2}\${A}-y`, 'x-one-twoone-y'],
    ['costs $5, $A or {A}', 'costs $5, $A or {A}'],
    [`$\${A}`, '$one'],
  ])('%s is %s', (text, filled) => {
    expect(interpolate(text, ENV)).toEqual({ text: filled });
  });

  test('is filled once: what a variable holds is not searched again', () => {
    expect(interpolate(`\${NESTED}`, ENV)).toEqual({ text: `\${A}` });
  });

  test("takes a variable's value letter by letter", () => {
    expect(interpolate(`\${MONEY}`, ENV)).toEqual({ text: "$&$1$'" });
  });

  test.each([
    ['NOPE', 'needs the environment variable NOPE, which is not set. Set it and start again.'],
    ['EMPTY', 'needs the environment variable EMPTY, which is empty. Set it and start again.'],
    ['constructor', 'needs the environment variable constructor, which is not set. Set it and start again.'],
  ])('names the variable %s that has no value', (name, problem) => {
    expect(interpolate(`\${${name}}`, ENV)).toEqual({ problems: [{ text: problem, unset: name }] });
  });

  test('names every variable that has no value, once', () => {
    const result = interpolate(`\${X}\${Y}\${X}`, ENV);
    expect(result).toEqual({
      problems: ['X', 'Y'].map((unset) => ({ unset, text: expect.stringContaining(` ${unset},`) })),
    });
  });

  test.each([`\${}`, `\${1A}`, `\${A-B}`, `\${A:-x}`, `\${ A }`, `\${A`, `\${É}`])(
    '%s is no variable, and the message does not repeat it',
    (text) => {
      expect(interpolate(text, ENV)).toEqual({
        problems: [
          {
            text: `has a '\${' that does not begin a \${NAME}. A name is letters, digits and '_'; put a value that has '\${' in it into an environment variable.`,
            unset: null,
          },
        ],
      });
    },
  );
});
