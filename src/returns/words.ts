/** A vendor's words as a sentence of ours: one full stop at the end, whether or not they brought one. */
export function sentence(words: string): string {
  const text = words.trim().replace(/[.\s]+$/, '');
  return /[!?]$/.test(text) ? text : `${text}.`;
}
