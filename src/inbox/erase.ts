import { type RawBuilder, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database/tables.ts';
import { sources, type Told } from './delivery.ts';
import type { DeliveryKey } from './inbox.ts';

/** A delivery as it is looked at before its body is erased. */
export interface ErasableDelivery extends DeliveryKey {
  readonly body: Buffer;
  /** Which of the messages in the body it is. */
  readonly part: number;
  readonly result: 'accepted' | 'ignored' | 'rejected';
  /** Whether it still has to be applied to its returns. */
  readonly isWaiting: boolean;
}

/**
 * A merchant's deliveries whose bodies have one of these texts in them, in whatever letter case and however JSON
 * writes it: all that may tell of a return, and more. No index helps, so it takes as long as it takes to read what
 * RETENTION keeps of the merchant.
 * @param mode to `erase` they are locked; a `look` is in nobody's way
 */
export async function deliveriesWith(
  trx: Transaction<Tables>,
  merchant: string,
  texts: readonly string[],
  mode: 'look' | 'erase',
): Promise<ErasableDelivery[]> {
  const forms = new Set(texts.flatMap(formsInJson));
  const rows = await trx
    .selectFrom('deliveries')
    .select(['source', 'key', 'body', 'part', 'result', 'applied_at'])
    .where('merchant', '=', merchant)
    .where((eb) => eb.or([...forms].map(isInBody)))
    .orderBy('source')
    .orderBy('key')
    .$if(mode === 'erase', (query) => query.forUpdate())
    .execute();
  return rows.map(({ source, applied_at: appliedAt, ...row }) => ({
    ...row,
    merchant,
    source: z.enum(sources).parse(source),
    isWaiting: row.result === 'accepted' && appliedAt === null,
  }));
}

/**
 * The ways in which a text may stand in JSON: PHP writes a slash as `\/` and other letters than ASCII's as `\u00ba`,
 * in which the hex digits' case is not looked at.
 */
function formsInJson(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const asPhp = plain.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [plain, asPhp].flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

/** Escaped, any bytes are text, of which lower case can be made: that of ASCII's letters only. */
function isInBody(text: string) {
  const lowerCase = (bytes: RawBuilder<unknown>) => sql`lower(encode(${bytes}, 'escape') collate "C")`;
  return sql<boolean>`position(${lowerCase(sql`${Buffer.from(text)}::bytea`)} in ${lowerCase(sql`body`)}) > 0`;
}

/**
 * Takes the body out of a delivery, with all that was read in it. Its key stays, so that it is still known as a
 * duplicate where it is sent again.
 * @param kept what it tells of other returns
 */
export async function eraseBody(
  trx: Transaction<Tables>,
  { merchant, source, key }: DeliveryKey,
  kept: readonly Told[],
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ body: Buffer.alloc(0), events: kept.length === 0 ? null : JSON.stringify(kept) })
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .where('key', '=', key)
    .execute();
}
