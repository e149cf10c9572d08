import { setTimeout as wait } from 'node:timers/promises';

/** Ends every wait of a run, so that a run with a lost return ends too. */
export interface Deadline {
  readonly passed: boolean;
}

export function deadlineIn(ms: number): Deadline {
  const end = performance.now() + ms;
  return {
    get passed() {
      return performance.now() > end;
    },
  };
}

/** Waits for a condition; false where the deadline came first. */
export async function holds(
  look: () => boolean | Promise<boolean>,
  deadline: Deadline,
  everyMs = 100,
): Promise<boolean> {
  while (!(await look())) {
    if (deadline.passed) return false;
    await wait(everyMs);
  }
  return true;
}
