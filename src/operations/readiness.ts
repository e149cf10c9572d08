import { within } from '../config/deadline.ts';
import type { Database } from '../database/connect.ts';
import { pendingMigrations } from '../database/migrate.ts';
import type { WriteProbe } from '../database/write-probe.ts';

/** One thing that has to hold for the service to do its job: null where it does, else what is wrong. */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<string | null>;
}

/** What one of the checks said. */
export interface Checked {
  readonly name: string;
  /** Null where all is well. */
  readonly wrong: string | null;
}

const checkWithinMs = 3_000;

/** What the service needs to do its job: a database that takes writes, as it should be, and workers. */
export function readinessChecks(
  db: Database,
  writes: Pick<WriteProbe, 'check'>,
  workers: { isRunning(): boolean },
): ReadinessCheck[] {
  return [
    { name: 'database', check: writes.check },
    {
      name: 'migrations',
      check: async () => {
        const pending = await pendingMigrations(db);
        return pending.length === 0 ? null : `not applied yet: ${pending.join(', ')}`;
      },
    },
    { name: 'workers', check: async () => (workers.isRunning() ? null : 'not running') },
  ];
}

/** Runs every check; one that does not answer in time has failed. */
export function runChecks(checks: readonly ReadinessCheck[]): Promise<Checked[]> {
  return Promise.all(checks.map(run));
}

async function run({ name, check }: ReadinessCheck): Promise<Checked> {
  const late = () => `no answer within ${checkWithinMs / 1000} s`;
  const wrong = await within(checkWithinMs, check(), late).catch(() => 'not reachable');
  return { name, wrong };
}
