/** In place of a statement: its only parameter is called once the transaction is committed. */
export const stagedText = 'simulated: publish once committed';

/** A backend that ends a transaction begins the next one at once, which saves the way there and back. */
export function chained(text: string): string {
  return text === 'commit' || text === 'rollback' ? `${text} and chain` : text;
}

/** Enough of a statement to know it by. */
export function summaryOf(text: string): string {
  if (text === stagedText) return 'jobs';
  const verb = /\b(?:insert|update|delete|select|begin|commit|rollback)\b/.exec(text)?.[0] ?? '';
  const table = /\b(?:from|into|update) "?(\w+)"?/.exec(text)?.[1] ?? '';
  return `${verb} ${table}${text.includes('for update') ? ' for update' : ''}`.trim();
}
