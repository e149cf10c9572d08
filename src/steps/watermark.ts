import type { Source } from '../inbox/delivery.ts';
import type { StepContext } from './context.ts';

/** What has a watermark: what a vendor changed, or whose turn it is of the returns that MasonHub is late with. */
type Polled = Source | 'masonhub.late';

/** Up to when everything a vendor changed is known here; null before the first poll. */
export async function readWatermark(
  { db }: Pick<StepContext, 'db'>,
  merchant: string,
  source: Polled,
): Promise<Date | null> {
  const row = await db
    .selectFrom('polls')
    .select('watermark')
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .executeTakeFirst();
  return row?.watermark ?? null;
}

/** Only moved once everything up to it has been taken over, so that a failed poll skips nothing. */
export async function moveWatermark(
  { db }: Pick<StepContext, 'db'>,
  merchant: string,
  source: Polled,
  watermark: Date,
): Promise<void> {
  await db
    .insertInto('polls')
    .values({ merchant, source, watermark })
    .onConflict((conflict) => conflict.columns(['merchant', 'source']).doUpdateSet({ watermark }))
    .execute();
}
