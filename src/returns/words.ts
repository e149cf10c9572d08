/** A vendor's words as a sentence of ours: one full stop at the end, whether or not they brought one. */
export function sentence(words: string): string {
  let end = words.length;
  while (end > 0 && /[.\s]/.test(words.charAt(end - 1))) end -= 1;
  const text = words.slice(0, end).trimStart();
  return /[!?]$/.test(text) ? text : `${text}.`;
}

const longestList = 2_000;

/** A list of what was found, as long as a person would read it: it stands in every log line and answer. */
export function readable(list: string): string {
  if (list.length <= longestList) return list;
  return `${list.slice(0, longestList - 1).toWellFormed()}…`;
}
