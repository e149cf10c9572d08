import { expect, test } from 'vitest';
import { fileText } from '../support/pages.ts';
import { mutants } from './mutants.ts';
import { changed } from './mutate.ts';

test.each(mutants)('the text that the mutant "$name" changes is there once', async ({ name, changes }) => {
  for (const change of changes) {
    expect(changed(name, await fileText(change.file), change)).toContain(change.to);
  }
});

test('no two mutants share a name', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
