import { beforeAll, describe, expect, test } from 'vitest';
import { shownDiagram, touchesAttention } from '../returns/diagram.ts';
import { merchantWith } from '../returns/fixtures.ts';
import { type Walked, walk } from './exhaustive/walk.ts';

/** More than any of these walks needs: nothing new comes long before. */
const deepest = 40;

describe.each([
  ['refunds are enabled', merchantWith()],
  ['refunds are not enabled', merchantWith({ refunds: false })],
])('every state that one return can reach, where %s', (_, merchant) => {
  let walked: Walked;

  beforeAll(() => {
    walked = walk(merchant, { crashes: 2, refusals: 0, retries: 1, edits: 0, boxes: 0 }, deepest);
  });

  test('is visited, with a worker that dies twice, at any point of a request', () => {
    expect(walked.isWhole).toBe(true);
    expect(walked.states).toBeGreaterThan(1_000);
  });

  test('has one message in effect at most, no refund but what the rule allows, and nothing left undone', () => {
    expect(walked.broken).toEqual([]);
  });

  test('is reached by moves that the diagram has', async () => {
    const diagram = await shownDiagram();
    const moves = [...walked.statusMoves].filter((move) => !touchesAttention(move));
    expect(moves.filter((move) => !diagram.includes(`  ${move}: `))).toEqual([]);
  });
});

test('a return that a person retries twice is sound to the end, also where Loop puts it into review meanwhile', () => {
  const walked = walk(merchantWith(), { crashes: 0, refusals: 0, retries: 2, edits: 1, boxes: 0 }, deepest);
  expect(walked.isWhole).toBe(true);
  expect(walked.broken).toEqual([]);
});

test('a return of which a box comes without its RMA, beside its parcel or in its place, is sound to the end', () => {
  const walked = walk(merchantWith(), { crashes: 0, refusals: 0, retries: 0, edits: 0, boxes: 1 }, deepest);
  expect(walked.isWhole).toBe(true);
  expect(walked.broken).toEqual([]);
});

test('a return that is changed, cancelled, closed or reviewed once, at any moment, is sound so many moves on', () => {
  const walked = walk(merchantWith(), { crashes: 1, refusals: 1, retries: 0, edits: 1, boxes: 0 }, 9);
  expect(walked.broken).toEqual([]);
});
