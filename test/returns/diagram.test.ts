import { beforeAll, expect, test } from 'vitest';
import { statuses } from '../../src/returns/return.ts';
import { allMoves, diagramOf, shownDiagram, withDiagram } from './diagram.ts';
import type { Moves } from './explore.ts';

let moves: Moves;

beforeAll(() => {
  moves = allMoves();
});

test("the diagram of a return's life is the one that is made from all moves a return can make", async () => {
  // `npm run simulate -- --diagram` puts it there.
  expect(await shownDiagram()).toBe(diagramOf(moves));
});

test('a diagram is put in the place of the one that a page has', () => {
  const page = 'Before.\n```mermaid\nstateDiagram-v2\n  old\n```\nAfter.\n';
  expect(withDiagram(page, 'stateDiagram-v2\n  $& new\n')).toBe(
    'Before.\n```mermaid\nstateDiagram-v2\n  $& new\n```\nAfter.\n',
  );
});

test.each(statuses.filter((status) => status !== 'attention'))(
  'a return that is %s can come to need attention',
  (status) => {
    expect([...moves.keys()]).toContain(`${status} --> attention`);
  },
);
