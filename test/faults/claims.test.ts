import { describe, expect, test } from 'vitest';
import { type ClaimAtAKill, describeClaims, followClaims } from './claims.ts';
import { deadlineIn } from './deadline.ts';

/** What the database says, one answer after the other; null while it is away. */
function observing(...answers: readonly (readonly { id: string; isClaimed: boolean }[] | null)[]) {
  let asked = 0;
  return { undecided: async () => answers[Math.min(asked++, answers.length - 1)] ?? null };
}

describe('the outcomes that were claimed at a kill', () => {
  test('are followed until they are decided, also past a database that is away', async () => {
    const claims: ClaimAtAKill[] = [];
    const [one, other] = [
      { id: '1', isClaimed: true },
      { id: '2', isClaimed: false },
    ];
    await followClaims(
      observing(null, [one, other], [one], null, []),
      performance.now(),
      claims,
      deadlineIn(10_000),
    );
    expect(claims).toEqual([{ killedAt: expect.any(Number), decidedAt: expect.any(Number) }]);
  });

  test('are told of by how soon nine of ten were decided, and when the last one was', () => {
    const claims = Array.from({ length: 10 }, (_, nth) => ({ killedAt: 0, decidedAt: (nth + 1) * 1000 }));
    expect(describeClaims(claims, 4_000)).toMatch(/^10 .* within 9.0 s .*, the last one 6.0 s after/);
    expect(describeClaims(claims, 40_000)).toContain('the last one before the last kill');
    expect(describeClaims([], 0)).toContain('none');
  });

  test('are told of by their number where some are never decided', () => {
    const claims = [
      { killedAt: 0, decidedAt: 1000 },
      { killedAt: 0, decidedAt: null },
    ];
    expect(describeClaims(claims, 0)).toMatch(/^2 were .* of 1 was never known/);
  });
});
