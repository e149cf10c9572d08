import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whoever reaches one of these needs a database, or a process beside its own. */
const heavy = /from '(?:node:child_process|pg)'/;
const relativeImport = /\b(?:from|import) ?\(?'(\.[^']+\.ts)'/g;

export interface KindsOfTests {
  /** Need nothing but the code: no database, and no process of their own. */
  readonly pure: readonly string[];
  readonly others: readonly string[];
}

/**
 * Sorts the test files by what they import, directly or through others, so that nobody has to keep a list.
 * @param root the project's folder
 * @returns paths from there, such as `test/returns/rma.test.ts`
 */
export function kindsOfTests(root: string): KindsOfTests {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .sort();
  const read = new Map<string, { isHeavy: boolean; imports: readonly string[] }>();
  const sourceOf = (file: string) => {
    const known = read.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(join(root, file), 'utf8');
    const imports = [...text.matchAll(relativeImport)].map(([, path = '']) => join(dirname(file), path));
    const source = { isHeavy: heavy.test(text), imports };
    read.set(file, source);
    return source;
  };
  const isPure = (file: string): boolean => {
    const seen = new Set([file]);
    for (const one of seen) {
      const { isHeavy, imports } = sourceOf(one);
      if (isHeavy) return false;
      for (const path of imports) seen.add(path);
    }
    return true;
  };
  return { pure: files.filter(isPure), others: files.filter((file) => !isPure(file)) };
}
