import { setTimeout as wait } from 'node:timers/promises';
import type { Deadline } from './deadline.ts';
import type { Observer } from './observer.ts';

/** An outcome whose message to Loop was on the wire, without an answer, when replicas were killed. */
export interface ClaimAtAKill {
  readonly killedAt: number;
  /** When it was known what became of it; null while it is not. */
  decidedAt: number | null;
}

const everyMs = 250;

/**
 * Follows the outcomes that are claimed at this moment until each is decided: taken by Loop or refused, or left
 * to a person.
 * @param claims where they are written down
 * @param deadline until when they are followed
 */
export async function followClaims(
  observer: Pick<Observer, 'undecided'>,
  killedAt: number,
  claims: ClaimAtAKill[],
  deadline: Deadline,
): Promise<void> {
  const first = await undecided(observer, deadline);
  const open = new Map<string, ClaimAtAKill>();
  for (const { id, isClaimed } of first) {
    if (isClaimed) open.set(id, { killedAt, decidedAt: null });
  }
  claims.push(...open.values());
  while (open.size > 0 && !deadline.passed) {
    await wait(everyMs);
    const now = new Set((await undecided(observer, deadline)).map(({ id }) => id));
    for (const [id, claim] of open) {
      if (now.has(id)) continue;
      claim.decidedAt = performance.now();
      open.delete(id);
    }
  }
}

/** The database may be away just now. */
async function undecided(observer: Pick<Observer, 'undecided'>, deadline: Deadline) {
  for (;;) {
    const rows = await observer.undecided();
    if (rows !== null || deadline.passed) return rows ?? [];
    await wait(everyMs);
  }
}

/** What the claims of a run came to, in words. */
export function describeClaims(claims: readonly ClaimAtAKill[], lastKillAt: number): string {
  if (claims.length === 0) return 'none was without an answer at a kill';
  const head = `${claims.length} were without an answer at a kill`;
  const decided = claims.flatMap(({ killedAt, decidedAt }) =>
    decidedAt === null ? [] : [{ after: decidedAt - killedAt, afterLast: decidedAt - lastKillAt }],
  );
  if (decided.length < claims.length) {
    return `${head}; of ${claims.length - decided.length} was never known what became of them`;
  }
  const after = decided.map((one) => one.after).sort((one, other) => one - other);
  const nineInTen = after[Math.ceil(after.length * 0.9) - 1] ?? 0;
  const last = Math.max(...decided.map(({ afterLast }) => afterLast));
  const lastSaid = last < 0 ? 'before the last kill' : `${seconds(last)} after the last kill`;
  return `${head}; decided within ${seconds(nineInTen)} of it in nine of ten cases, the last one ${lastSaid}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
