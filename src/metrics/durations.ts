import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import type { Source } from '../inbox/delivery.ts';
import { loopTrigger, type OwnEvent, type TimelineEvent } from '../returns/timeline.ts';

/** Between which lines of a timeline time is taken. */
interface Span {
  readonly from: readonly TimelineEvent[];
  /** Which of those counts, where there are several: the first, or the last before the line that is named. */
  readonly begins: 'first' | { readonly lastBefore: OwnEvent };
  /** Whose deliveries tell of the beginning. */
  readonly source: Source;
  readonly to: readonly OwnEvent[];
}

/** What a decision can follow from at once: what is only waited for, as long as it takes, is nobody's delay. */
const decisive: readonly OwnEvent[] = ['receipt', 'receipt.pulled', 'waited.inspection', 'waited.parcel'];
const tellingOfIt = ['return.created', 'return.updated', 'return.closed'].map((name) =>
  loopTrigger.parse(name),
);

export const spans = {
  rmaOpen: {
    from: [...tellingOfIt, 'return.pulled'],
    begins: 'first',
    source: 'loop',
    to: ['rma.created', 'rma.adopted'],
  },
  process: {
    from: decisive,
    begins: { lastBefore: 'decided.process' },
    source: 'masonhub',
    to: ['process.accepted'],
  },
  flag: {
    from: decisive,
    begins: { lastBefore: 'decided.flag' },
    source: 'masonhub',
    to: ['flag.accepted'],
  },
} as const satisfies Record<string, Span>;
export type SpanName = keyof typeof spans;

/** A return that has just come to the end of a span. */
export interface Ended {
  readonly merchant: string;
  readonly loopReturnId: string;
  readonly span: SpanName;
}

/**
 * Says how long spans took, by the times in the database: from when the delivery was received, or, where it
 * came by a pull or is purged, from when the timeline has it.
 * @returns for each of them seconds; null where, by now, it has ended for the second time, or a person has asked for another try
 */
export async function measureSpans(db: Database, group: readonly Ended[]): Promise<(number | null)[]> {
  const seconds = new Map<string, number>();
  const kinds = Map.groupBy(group, ({ merchant, span }) => `${span}/${merchant}`);
  for (const some of kinds.values()) {
    const [first] = some;
    if (first === undefined) continue;
    const ids = some.map((one) => one.loopReturnId);
    for (const row of await measure(db, first.merchant, spans[first.span], ids)) {
      if (row.seconds !== null)
        seconds.set(nameOf({ ...first, loopReturnId: row.loop_return_id }), row.seconds);
    }
  }
  return group.map((one) => seconds.get(nameOf(one)) ?? null);
}

function nameOf({ merchant, loopReturnId, span }: Ended): string {
  return JSON.stringify([span, merchant, loopReturnId]);
}

const measured = z.array(z.object({ loop_return_id: z.string(), seconds: z.number().nullable() }));

async function measure(db: Database, merchant: string, span: Span, ids: readonly string[]) {
  const begun = sql`e.event in (${sql.join(span.from)})`;
  const ended = sql`e.event in (${sql.join(span.to)})`;
  // Looked up one by one and by whole keys: otherwise PostgreSQL may read all of the merchant's deliveries for
  // each return, as long as it has no statistics of them.
  const received = sql`(select received_at from deliveries d
    where d.merchant = ${merchant} and d.source = ${span.source} and d.key = e.delivery)`;
  const { rows } = await sql`
    select e.loop_return_id, extract(epoch from
      min(e.at) filter (where ${ended}) - ${beginningOf(merchant, span, begun, sql`coalesce(${received}, e.at)`)}
    )::float8 as seconds
    from return_events e
    where e.merchant = ${merchant} and e.loop_return_id = any(${[...ids]}::text[])
    group by e.loop_return_id
    having count(*) filter (where ${begun}) > 0
      and count(*) filter (where ${ended}) = 1
      and count(*) filter (where e.event = 'retry') = 0`.execute(db);
  return measured.parse(rows);
}

function beginningOf(
  merchant: string,
  { begins }: Span,
  begun: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
) {
  if (begins === 'first') return sql`min(${at}) filter (where ${begun})`;
  const isBefore = sql`e.position < (select min(l.position) from return_events l
    where l.merchant = ${merchant} and l.loop_return_id = e.loop_return_id and l.event = ${begins.lastBefore})`;
  return sql`(array_agg(${at} order by e.position desc) filter (where ${begun} and ${isBefore}))[1]`;
}
