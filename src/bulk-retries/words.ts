import { cut } from '../parsing/tolerant.ts';

/** As much as people read of what was chosen. */
const longest = 250;

/** What the returns were chosen by, in words, such as `merchant acme, status attention`. */
export function inWords(asked: Readonly<Record<string, string>>): string {
  const words = Object.entries(asked).map(([name, value]) => `${name} ${value}`);
  return cut(words.join(', '), longest);
}
