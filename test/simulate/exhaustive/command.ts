import { merchantWith } from '../../returns/fixtures.ts';
import type { Budget } from './state.ts';
import { walk } from './walk.ts';

/** More than any of these walks needs. */
const deepest = 100;

const budgets: readonly Budget[] = [
  { crashes: 0, refusals: 0, retries: 0, edits: 0, boxes: 0 },
  { crashes: 1, refusals: 1, retries: 1, edits: 0, boxes: 0 },
  { crashes: 2, refusals: 1, retries: 2, edits: 0, boxes: 0 },
  { crashes: 1, refusals: 0, retries: 0, edits: 1, boxes: 0 },
  { crashes: 1, refusals: 1, retries: 1, edits: 1, boxes: 0 },
  { crashes: 1, refusals: 0, retries: 2, edits: 1, boxes: 0 },
  { crashes: 0, refusals: 0, retries: 0, edits: 0, boxes: 2 },
  { crashes: 1, refusals: 0, retries: 1, edits: 0, boxes: 1 },
];

/** Walks with one budget after the other, and tells of each in a line; what is not sound follows with the way there. */
export function* walkAll(): Generator<string> {
  yield 'crashes  refusals  retries  edits  boxes  refunds      states       moves  depth  seconds';
  for (const budget of budgets) {
    for (const refunds of [true, false]) {
      const startedAt = performance.now();
      const { states, moves, depth, isWhole, broken } = walk(merchantWith({ refunds }), budget, deepest);
      const { crashes, refusals, retries, edits, boxes } = budget;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      yield [
        String(crashes).padStart(7),
        String(refusals).padStart(8),
        String(retries).padStart(7),
        String(edits).padStart(5),
        String(boxes).padStart(5),
        (refunds ? 'yes' : 'no').padStart(7),
        String(states).padStart(10),
        String(moves).padStart(10),
        `${depth}${isWhole ? '' : '+'}`.padStart(5),
        seconds.padStart(7),
      ].join('  ');
      for (const { what, way } of broken) yield `  ${what}: ${way.join(', ')}`;
    }
  }
}
