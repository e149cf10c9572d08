import type { World } from './service.ts';

/**
 * Ends the time that a received return waits for something, as if it were over: the wait began so long ago,
 * and its job is due now.
 */
export async function endTimeOf(world: World, id: string, waited: 'inspection' | 'parcel'): Promise<void> {
  await world.query(
    `update returns set wait = jsonb_set(wait, '{since}', to_jsonb('2020-01-01T00:00:00.000Z'::text))
      where loop_return_id = $1 and wait ->> 'for' = $2`,
    [id, waited],
  );
  await world.query(
    `update pgboss.job set start_after = now()
      where data ->> 'loopReturnId' = $1 and data ->> 'step' = $2 and state in ('created', 'retry')`,
    [id, waited],
  );
}

/** The wait as it is stored; null where the return waits for nothing. */
export async function waitOf(world: World, id: string): Promise<unknown> {
  const [row] = await world.query('select wait from returns where loop_return_id = $1', [id]);
  return row?.['wait'] ?? null;
}
