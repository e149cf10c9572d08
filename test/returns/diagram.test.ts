import { beforeAll, describe, expect, test } from 'vitest';
import { statuses } from '../../src/returns/return.ts';
import { drawnEdges, touchesAttention } from './diagram.ts';
import { exploreMoves } from './explore.ts';
import { merchantWith } from './fixtures.ts';

const edge = /^([a-z]+) --> ([a-z]+)$/;
let moves: ReadonlySet<string>;
let drawn: readonly string[];

beforeAll(async () => {
  moves = exploreMoves([merchantWith(), merchantWith({ refunds: false })], 40);
  drawn = await drawnEdges();
});

describe("the diagram of a return's life in src/returns/README.md", () => {
  test('has exactly the moves that the lifecycle makes, those into and out of attention aside', () => {
    const made = [...moves].filter((move) => !touchesAttention(move));
    expect(drawn.toSorted()).toEqual(made.toSorted());
  });

  test('names no status that there is not, and draws no edge twice', () => {
    for (const line of drawn) {
      const [, from, to] = edge.exec(line) ?? [];
      expect(statuses, line).toContain(from);
      expect(statuses, line).toContain(to);
    }
    expect(new Set(drawn).size).toBe(drawn.length);
  });
});

test.each(statuses.filter((status) => status !== 'attention'))(
  'a return that is %s can come to need attention',
  (status) => {
    expect([...moves]).toContain(`${status} --> attention`);
  },
);
