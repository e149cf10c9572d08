import { z } from 'zod';
import { bulkRetryItemStates, bulkRetryStates } from '../../src/bulk-retries/bulk-retry.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';

const begun = z.object({ id: z.string(), total: z.number() });
const counts = z.record(z.enum(bulkRetryItemStates), z.number());
const body = z.object({
  id: z.string(),
  state: z.enum(bulkRetryStates),
  who: z.string(),
  asked: z.record(z.string(), z.string()),
  endedAt: z.string().nullable(),
  stoppedBy: z.string().nullable(),
  total: z.number(),
  counts,
  secondsLeft: z.number().nullable(),
  items: z.array(
    z.object({
      merchant: z.string(),
      loopReturnId: z.string(),
      state: z.enum(bulkRetryItemStates),
      settledAt: z.string().nullable(),
      status: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
/** A bulk retry as the API tells of it. */
export type BulkRetryBody = z.infer<typeof body>;

export const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Returns whose RMA MasonHub refuses, because it does not know their SKU, until it is taught. */
export async function stuckReturns(world: World, sku: string, count: number) {
  const teach = world.masonhub.refuseSku(sku);
  const ids = await Promise.all(times(count, () => world.loop.createReturn({ items: [{ sku }] })));
  for (const id of ids) await world.untilStatus(id, 'attention');
  return { ids, teach };
}

/** What these returns need attention for, in the words that they share. */
export async function causeOf(world: World, sku: string): Promise<string> {
  const [row] = await world.query('select cause from returns where cause like $1 limit 1', [`%${sku}%`]);
  return z.string().parse(row?.['cause']);
}

export const askFor = (world: Pick<World, 'api'>, chosen: Readonly<Record<string, string>>) =>
  world.api(`/api/returns/retry?${new URLSearchParams(chosen)}`, { method: 'POST' });

/** @returns the id of the bulk retry that has begun */
export async function begin(
  world: Pick<World, 'api'>,
  chosen: Readonly<Record<string, string>>,
): Promise<string> {
  const { status, json, text } = await askFor(world, chosen);
  if (status !== 202) throw new Error(`The service answered ${status}: ${text}`);
  return begun.parse(json).id;
}

export async function look(world: Pick<World, 'api'>, id: string, cursor?: string): Promise<BulkRetryBody> {
  const query = cursor === undefined ? '' : `?cursor=${cursor}`;
  return body.parse((await world.api(`/api/retries/${id}${query}`)).json);
}

export const untilEnded = (world: Pick<World, 'api'>, id: string): Promise<BulkRetryBody> =>
  until(
    async () => {
      const found = await look(world, id);
      return found.endedAt !== null && found;
    },
    async () => `an end of ${JSON.stringify(await look(world, id))}`,
  );

/** The entries of the audit list for one action, in their order. */
export const auditOf = (world: World, action: string) =>
  world.query(
    'select who, by, address, merchant, subject, result, details from audit where action = $1 order by at, id',
    [action],
  );
