import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { type Backlog, queueKinds } from '../metrics/snapshot.ts';

const rows = z.array(z.object({ name: z.string(), jobs: z.number(), oldest: z.number() }));

/** The jobs that are due and wait for a worker, queue by queue. */
export async function readBacklog(db: Database): Promise<Backlog[]> {
  const waiting = await sql`
    select name, count(*)::int as jobs,
      extract(epoch from now() - min(start_after))::float8 as oldest
    from pgboss.job
    where state < 'active' and not blocked and start_after <= now()
    group by name`.execute(db);
  return rows.parse(waiting.rows).flatMap(({ name, jobs, oldest }) => {
    const [kind, merchant = null] = name.split('/', 2);
    const queue = queueKinds.find((known) => known === kind);
    return queue === undefined ? [] : [{ queue, merchant, jobs, oldestSeconds: oldest }];
  });
}
