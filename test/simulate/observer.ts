import { z } from 'zod';
import { statuses } from '../../src/returns/return.ts';
import type { AskService, KnownReturn } from '../faults/known.ts';
import type { Observer } from '../faults/observer.ts';
import { everyReturn, type Seen, seenOf } from '../faults/seen.ts';
import type { Backends } from './backends.ts';

/** Looks into the database beside the scheduler: looking changes nothing. */
export class Eye {
  readonly #backends: Backends;
  #since: Date | null = null;
  #seen: Promise<ReadonlyMap<string, Seen>> | null = null;

  constructor(backends: Backends) {
    this.#backends = backends;
  }

  /** Something was committed: what was seen before may not be so any more. */
  blink(): void {
    this.#seen = null;
  }

  /** Of the returns, those that were created before are not looked at any more. */
  lookBackTo(since: Date): void {
    this.#since = since;
  }

  async rows(statement: string, values: unknown[] = []): Promise<unknown> {
    const { rows } = await (await this.#backends.eye()).query(statement, values);
    return rows;
  }

  async seen(merchant: string, id: string): Promise<Seen | null> {
    this.#seen ??= this.#look();
    return (await this.#seen).get(`${merchant}/${id}`) ?? null;
  }

  async #look(): Promise<ReadonlyMap<string, Seen>> {
    return seenOf(await this.rows(everyReturnSince, [this.#since]));
  }

  /** As the service's API shows it. */
  readonly ask: AskService = async (merchant, id) =>
    this.returns().then((all) => all.get(`${merchant}/${id}`) ?? null);

  async returns(): Promise<ReadonlyMap<string, KnownReturn>> {
    const returns = returnRows.parse(await this.rows(returnsWithTimelines, [this.#since]));
    return new Map(returns.map(({ id, ...known }) => [id, known]));
  }

  async unapplied(): Promise<number> {
    return counted.parse(await this.rows(unapplied))[0].count;
  }

  async unannounced(): Promise<readonly string[]> {
    const rows = await this.rows(
      `select merchant || '/' || package_id as name from blind_parcels where loop_return_id is null`,
    );
    return names.parse(rows).map(({ name }) => name);
  }

  observer(): Pick<Observer, 'seen' | 'unannounced'> {
    return { seen: (merchant, id) => this.seen(merchant, id), unannounced: () => this.unannounced() };
  }
}

const counted = z.tuple([z.object({ count: z.number() })]);
const names = z.array(z.object({ name: z.string() }));
const everyReturnSince = `${everyReturn} where r.created_at >= coalesce($1::timestamptz, '-infinity')`;
const returnRows = z.array(
  z.object({
    id: z.string(),
    rmaNumber: z.string(),
    status: z.enum(statuses),
    reason: z.string().nullable(),
    timeline: z.array(z.object({ event: z.string(), detail: z.string().nullable() })),
  }),
);
const returnsWithTimelines = `select r.merchant || '/' || r.loop_return_id as id, rma_number as "rmaNumber", status, reason,
    coalesce((select json_agg(json_build_object('event', event, 'detail', detail) order by position)
      from return_events e where e.merchant = r.merchant and e.loop_return_id = r.loop_return_id), '[]') as timeline
  from returns r where loop is not null and r.created_at >= coalesce($1::timestamptz, '-infinity')`;
const unapplied = `select count(*)::int as count from deliveries where result = 'accepted' and applied_at is null`;
