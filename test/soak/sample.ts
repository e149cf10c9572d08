import pg from 'pg';
import { z } from 'zod';
import type { World } from '../faults/world.ts';

/** How the service stands at one moment. */
export interface Sample {
  /** Seconds from the start. */
  readonly at: number;
  /** Resident memory of each replica, in bytes. */
  readonly memory: readonly number[];
  readonly connections: number;
  readonly waitingJobs: number;
  /** In seconds; 0 where none waits. */
  readonly oldestWaiting: number;
  readonly deliveries: number;
  readonly oldestDelivery: number;
  readonly jobs: number;
  readonly oldestEndedJob: number;
  readonly returns: number;
  readonly ended: number;
}

const counts = z.object({
  connections: z.number(),
  waitingJobs: z.number(),
  oldestWaiting: z.number(),
  deliveries: z.number(),
  oldestDelivery: z.number(),
  jobs: z.number(),
  oldestEndedJob: z.number(),
  returns: z.number(),
  ended: z.number(),
});

const statement = `
  with waiting as (
    select now() - start_after as age from pgboss.job
    where state in ('created', 'retry') and start_after <= now() and name not like 'polls/%' and name <> 'purge'
  )
  select
    (select count(*)::int from pg_stat_activity where application_name like 'masonhub-loop%') as connections,
    (select count(*)::int from waiting) as "waitingJobs",
    (select coalesce(extract(epoch from max(age)), 0)::float from waiting) as "oldestWaiting",
    (select count(*)::int from deliveries) as deliveries,
    (select coalesce(extract(epoch from now() - min(received_at)), 0)::float from deliveries) as "oldestDelivery",
    (select count(*)::int from pgboss.job) as jobs,
    (select coalesce(extract(epoch from now() - min(completed_on)), 0)::float from pgboss.job
      where state = 'completed') as "oldestEndedJob",
    (select count(*)::int from returns) as returns,
    (select count(*)::int from returns
      where status in ('processed', 'flagged', 'held', 'cancelled', 'attention')) as ended`;

/** Asks the replicas and the database how they are. */
export async function takeSample({ replicas, postgres }: World, at: number): Promise<Sample> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const { rows } = await client.query(statement);
    const memory = await Promise.all(replicas.map((replica) => replica.memory()));
    return { at, memory: memory.map((bytes) => bytes ?? 0), ...counts.parse(rows[0]) };
  } finally {
    await client.end();
  }
}
