import { z } from 'zod';
import { type AgeingStage, ageingStages } from '../config/ageing.ts';
import type { Database } from '../database/connect.ts';
import { messageStates, type Outcome, receipt, rma, type Status, statuses } from '../returns/return.ts';

/** A return as people see it. */
export interface ReturnSummary {
  readonly merchant: string;
  readonly loopReturnId: string;
  readonly rmaNumber: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly orderName: string | null;
  readonly trackingNumber: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What it needs attention for, in words that all returns with the same cause share; null where it does not. */
  readonly cause: string | null;
  /** What was decided, and how far its message to Loop has come; null before. */
  readonly decision: {
    readonly kind: Outcome['kind'];
    readonly message: (typeof messageStates)[number] | null;
  } | null;
  /** How many units the RMA in MasonHub asks for; null while there is none. */
  readonly expected: number | null;
  /** How many units came, by disposition, on the RMA or beside it; null before the first receipt. */
  readonly came: readonly { readonly disposition: string; readonly units: number }[] | null;
  /** Since when it has its status. */
  readonly statusSince: Date;
  /** Where it stands still, and since when; null where it does not. */
  readonly ageing: { readonly stage: AgeingStage; readonly since: Date } | null;
  /** When a parcel of it was first said to be at the warehouse, as far as anybody told. */
  readonly dockedAt: Date | null;
  /** When its first receipt came. */
  readonly receivedAt: Date | null;
  readonly decidedAt: Date | null;
}

/** The returns that Loop has told of, with what a summary is made of. */
export function summariesOf(db: Database) {
  return db
    .selectFrom('returns as r')
    .leftJoin('outcomes as o', (join) =>
      join.onRef('o.merchant', '=', 'r.merchant').onRef('o.loop_return_id', '=', 'r.loop_return_id'),
    )
    .select(['r.merchant', 'r.loop_return_id', 'r.rma_number', 'r.status', 'r.reason', 'r.order_name'])
    .select(['r.tracking_number', 'r.created_at', 'r.updated_at', 'r.cause', 'r.status_since'])
    .select(['r.docked_at', 'r.received_at', 'r.decided_at'])
    .select(['r.ageing_stage', 'r.ageing_since', 'r.confirmed', 'r.receipts', 'o.kind', 'o.message'])
    .where('r.loop', 'is not', null);
}

/** A row of them. */
export type SummaryRow = NonNullable<Awaited<ReturnType<ReturnType<typeof summariesOf>['executeTakeFirst']>>>;

const kept = z.object({
  status: z.enum(statuses),
  confirmed: rma.nullable(),
  receipts: z.array(receipt),
  ageing_stage: z.enum(ageingStages).nullable(),
  message: z.enum(messageStates).nullable(),
});

export function summaryOf(row: SummaryRow): ReturnSummary {
  const { status, confirmed, receipts, ageing_stage: stage, message } = kept.parse(row);
  const { ageing_since: since, kind } = row;
  return {
    merchant: row.merchant,
    loopReturnId: row.loop_return_id,
    rmaNumber: row.rma_number,
    status,
    reason: row.reason,
    orderName: row.order_name,
    trackingNumber: row.tracking_number,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    cause: row.cause,
    decision: kind === null ? null : { kind, message },
    expected: confirmed?.lines.reduce((sum, { units }) => sum + units, 0) ?? null,
    came: receipts.length === 0 ? null : unitsByDisposition(receipts),
    statusSince: row.status_since,
    ageing: stage === null || since === null ? null : { stage, since },
    dockedAt: row.docked_at,
    receivedAt: row.received_at,
    decidedAt: row.decided_at,
  };
}

function unitsByDisposition(receipts: readonly z.infer<typeof receipt>[]) {
  const sums = new Map<string, number>();
  const received = receipts.flatMap(({ lines }) => lines.flatMap((line) => line.received));
  for (const { disposition, units } of received) sums.set(disposition, (sums.get(disposition) ?? 0) + units);
  return [...sums].filter(([, units]) => units > 0).map(([disposition, units]) => ({ disposition, units }));
}
