import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { defaultAgeingLimits } from '../../src/config/ageing.ts';
import { parseMerchantsFile } from '../../src/config/merchants.ts';
import { file, problemsOf } from './merchants-file.ts';

const written = (...lines: readonly string[]) => `${file()}${lines.join('\n')}\n`;
const read = (text: string, env: NodeJS.ProcessEnv = {}) =>
  parseMerchantsFile(text, env, 'merchants.yaml').ageing;

test('the limits are the usual ones where the file has none', () => {
  expect(read(file())).toEqual(defaultAgeingLimits);
});

test('the example shows the usual ones, each as it is written', async () => {
  const example = await readFile(new URL('../../merchants.example.yaml', import.meta.url), 'utf8');
  expect(example).toContain('\nageing:\n');
  const env = Object.fromEntries([...example.matchAll(/\$\{(ACME_\w+)\}/g)].map(([, name]) => [name, 'x']));
  expect(read(example, env)).toEqual(defaultAgeingLimits);
});

test('a limit that is written counts, and the others stay', () => {
  expect(read(written('ageing:', '  dock: 12h', '  flagged: 14d'))).toEqual({
    ...defaultAgeingLimits,
    dock: 12 * 3_600_000,
    flagged: 14 * 86_400_000,
  });
});

test('it stands beside the merchants, before or behind them, and reads the environment', () => {
  const text = `ageing: { label: "\${LABEL}" }\n${file()}`;
  expect(read(text, { LABEL: '10d' }).label).toBe(10 * 86_400_000);
});

test.each([
  [
    'an unknown stage',
    ['ageing:', '  dok: 3d'],
    'merchants.yaml:11: ageing.dok is not a known key; the nearest is dock. Rename or remove it.',
  ],
  [
    'a number without a unit',
    ['ageing:', '  dock: "3"'],
    'merchants.yaml:11: ageing.dock is not a duration from 1s to 365d. Write one such as 3d or 12h.',
  ],
  [
    'no time at all',
    ['ageing:', '  dock: 0s'],
    'merchants.yaml:11: ageing.dock is not a duration from 1s to 365d. Write one such as 3d or 12h.',
  ],
  ['nothing', ['ageing:'], 'merchants.yaml:10: ageing is empty. Write its value.'],
  [
    'no map',
    ['ageing: 3d'],
    'merchants.yaml:10: ageing is not a map. Write its fields as indented lines of `name: value` under it.',
  ],
  [
    'another name',
    ['aging:', '  dock: 3d'],
    'merchants.yaml:10: aging is not a known key; the nearest is ageing. Rename or remove it.',
  ],
])('%s is refused with its line and its fix', (_what, lines, problem) => {
  expect(problemsOf(written(...lines))).toEqual([problem]);
});
