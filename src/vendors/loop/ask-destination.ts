import type { Merchant } from '../../config/merchants.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import type { ToldDestination } from '../../returns/loop-facts.ts';
import { done, readFacts, report, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import { itemsIn, type ReturnRecord } from './schemas.ts';
import { warehouseApi } from './warehouse-api.ts';

/** Asks Loop, once, where a return is bound for, because the delivery that told of it did not say. */
export async function askDestination(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (!dueSteps(facts).includes('destination')) return done;
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'loop' }, 'message');
  const answer = await warehouseApi(merchant, call).details(job.loopReturnId);
  switch (answer.kind) {
    case 'details':
      return report(context, merchant, job, {
        kind: 'destinationTold',
        destination: destinationIn(answer.record),
      });
    case 'refused':
      return report(context, merchant, job, {
        kind: 'destinationTold',
        destination: { whole: null, byItem: {} },
      });
    case 'transient':
    case 'paused':
      return notNow(answer);
  }
}

function destinationIn(record: ReturnRecord): ToldDestination {
  const byItem = itemsIn(record).flatMap((item) => {
    const destination = item.destination_id ?? item.destination ?? null;
    return item.line_item_id === null || destination === null
      ? []
      : [[item.line_item_id, destination] as const];
  });
  return { whole: record.destination_id ?? record.destination ?? null, byItem: Object.fromEntries(byItem) };
}
