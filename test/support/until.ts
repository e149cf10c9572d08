import { setTimeout as wait } from 'node:timers/promises';

const boundMs = 60_000;
const soonestMs = 5;
const latestMs = 100;
/** A look costs a request or a query: what has not come for long is looked for less often. */
const shareOfWaited = 1 / 8;

/**
 * Looks at something again and again until it is there, at first every few milliseconds. The bound is
 * generous: it ends a test that waits for what never comes, and measures nothing.
 * @param look what is waited for, or false, null or undefined while it is not there
 * @param describe what a person should know when it never comes
 */
export async function until<Found>(
  look: () => Found | Promise<Found>,
  describe: () => string | Promise<string>,
): Promise<Exclude<Found, false | null | undefined>> {
  const begin = performance.now();
  for (;;) {
    const found = await look();
    if (isThere(found)) return found;
    const waited = performance.now() - begin;
    if (waited > boundMs) throw new Error(`Waited for what never came: ${await describe()}`);
    await wait(Math.min(latestMs, Math.max(soonestMs, waited * shareOfWaited)));
  }
}

function isThere<Found>(found: Found): found is Exclude<Found, false | null | undefined> {
  return found !== false && found !== null && found !== undefined;
}
