import type { SimulatedSchedule } from './schedule.ts';

/**
 * The shortest schedule that still fails: what it does not need is taken out of it, in ever smaller pieces, as long
 * as it goes on failing.
 * @param fails lets a schedule take place
 */
export async function shrink(
  schedule: SimulatedSchedule,
  fails: (schedule: SimulatedSchedule) => Promise<boolean>,
): Promise<SimulatedSchedule> {
  let short = schedule;
  for (let before = Number.POSITIVE_INFINITY; sizeOf(short) < before; ) {
    before = sizeOf(short);
    const returns = await withoutPieces(short.returns, (some) => fails({ ...short, returns: some }));
    short = { ...short, returns };
    const troubles = await withoutPieces(short.troubles, (some) => fails({ ...short, troubles: some }));
    short = { ...short, troubles };
    for (const [at, planned] of short.returns.entries()) {
      const withActs = (acts: typeof planned.acts) => ({
        ...short,
        returns: short.returns.with(at, { ...planned, acts }),
      });
      short = withActs(await withoutPieces(planned.acts, (acts) => fails(withActs(acts))));
    }
    const fewer = { ...short, replicas: short.replicas - 1 };
    if (fewer.replicas > 0 && (await fails(fewer))) short = fewer;
  }
  return short;
}

function sizeOf({ returns, troubles, replicas }: SimulatedSchedule): number {
  return replicas + troubles.length + returns.reduce((sum, { acts }) => sum + 1 + acts.length, 0);
}

/** First halves, then quarters, and in the end single ones. */
async function withoutPieces<One>(
  all: readonly One[],
  fails: (some: readonly One[]) => Promise<boolean>,
): Promise<readonly One[]> {
  let kept = all;
  for (let size = Math.ceil(all.length / 1); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const some = kept.toSpliced(at, size);
      if (await fails(some)) kept = some;
      else at += size;
    }
  }
  return kept;
}
