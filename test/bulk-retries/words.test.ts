import { expect, test } from 'vitest';
import { inWords } from '../../src/bulk-retries/words.ts';

test('what was chosen is cut between characters, so that it can be written down', () => {
  const cause = `${'a'.repeat(243)}👟 and more`;
  expect(inWords({ cause })).toBe(`cause ${'a'.repeat(243)}👟`);
});
