import type { Source } from '../inbox/delivery.ts';
import type { StepContext } from './context.ts';

/** Up to when everything a vendor changed is known here; null before the first poll. */
export async function readWatermark(
  context: StepContext,
  merchant: string,
  source: Source,
): Promise<Date | null> {
  const row = await context.db
    .selectFrom('polls')
    .select('watermark')
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .executeTakeFirst();
  return row?.watermark ?? null;
}

/** Only moved once everything up to it has been taken over, so that a failed poll skips nothing. */
export async function moveWatermark(
  context: StepContext,
  merchant: string,
  source: Source,
  watermark: Date,
): Promise<void> {
  await context.db
    .insertInto('polls')
    .values({ merchant, source, watermark })
    .onConflict((conflict) => conflict.columns(['merchant', 'source']).doUpdateSet({ watermark }))
    .execute();
}
