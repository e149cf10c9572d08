/**
 * The candidate that takes the fewest single-character edits to reach from a mistyped word; letter case does
 * not count. Among equals the first wins.
 *
 * @returns `undefined` only when there are no candidates
 */
export function nearest<Candidate extends string>(
  word: string,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const typed = word.toLowerCase();
  let best: Candidate | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = editDistance(typed, candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...from].entries()) {
    let left = line + 1;
    const next = [left];
    for (const [column, other] of [...to].entries()) {
      const above = row[column + 1] ?? 0;
      const diagonal = row[column] ?? 0;
      left = Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1));
      next.push(left);
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
