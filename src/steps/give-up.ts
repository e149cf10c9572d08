import type { Merchant } from '../config/merchants.ts';
import { stepTable } from '../returns/steps.ts';
import { sentence } from '../returns/words.ts';
import type { Happened } from '../returns-store/advance.ts';
import { advanceReturns, type StepContext } from './context.ts';
import type { StepJob, StepResult } from './jobs.ts';

/**
 * After the last try a person has to look: the steps that asked for one more become `attention`, with
 * the reason of the last failure. A patient step has a limit of its own, in time.
 * @returns the results, in which no step asks again after its last try
 */
export async function giveUpAfterLastTry(
  context: StepContext,
  merchant: Merchant,
  jobs: readonly StepJob[],
  results: ReadonlyMap<string, StepResult>,
): Promise<ReadonlyMap<string, StepResult>> {
  const settled = new Map(results);
  const given: Happened[] = [];
  for (const job of jobs) {
    const result = results.get(job.id);
    if (result?.kind !== 'retry' || job.attempt < context.pace.tries || stepTable[job.step].isPatient)
      continue;
    const why = `${sentence(result.why)} Tried ${job.attempt} times without success; retry once the cause is gone.`;
    given.push({
      loopReturnId: job.loopReturnId,
      delivery: null,
      event: { kind: 'stepFailed', step: job.step, why },
    });
    settled.set(job.id, { kind: 'done' });
  }
  if (given.length > 0) await advanceReturns(context, merchant, given);
  return settled;
}
