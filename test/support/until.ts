import { setTimeout as wait } from 'node:timers/promises';

const boundMs = 20_000;
const everyMs = 5;

/**
 * Looks at something every few milliseconds until it is there. The bound is generous: it ends a test
 * that waits for what never comes, and measures nothing.
 * @param look what is waited for, or false, null or undefined while it is not there
 * @param describe what a person should know when it never comes
 */
export async function until<Found>(
  look: () => Found | Promise<Found>,
  describe: () => string | Promise<string>,
): Promise<Exclude<Found, false | null | undefined>> {
  const end = performance.now() + boundMs;
  for (;;) {
    const found = await look();
    if (isThere(found)) return found;
    if (performance.now() > end) throw new Error(`Waited for what never came: ${await describe()}`);
    await wait(everyMs);
  }
}

function isThere<Found>(found: Found): found is Exclude<Found, false | null | undefined> {
  return found !== false && found !== null && found !== undefined;
}
