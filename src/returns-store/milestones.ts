import type { Selectable } from 'kysely';
import { z } from 'zod';
import { ageingStages } from '../config/ageing.ts';
import type { ReturnsTable } from '../database/tables.ts';
import type { Milestones } from '../returns/milestones.ts';

/** A return's milestones as columns of its row, and their types. */
export const milestoneColumns = {
  status_since: 'timestamptz',
  ageing_stage: 'text',
  ageing_since: 'timestamptz',
  docked_at: 'timestamptz',
  receiving_at: 'timestamptz',
  received_at: 'timestamptz',
  decided_at: 'timestamptz',
};

export function milestonesRow(milestones: Milestones) {
  return {
    status_since: milestones.statusSince,
    ageing_stage: milestones.ageing?.stage ?? null,
    ageing_since: milestones.ageing?.since ?? null,
    docked_at: milestones.dockedAt,
    receiving_at: milestones.receivingAt,
    received_at: milestones.receivedAt,
    decided_at: milestones.decidedAt,
  };
}

export function readMilestones(
  row: Pick<Selectable<ReturnsTable>, keyof typeof milestoneColumns>,
): Milestones {
  const { ageing_stage: stage, ageing_since: since } = row;
  return {
    statusSince: row.status_since,
    ageing: stage === null || since === null ? null : { stage: z.enum(ageingStages).parse(stage), since },
    dockedAt: row.docked_at,
    receivingAt: row.receiving_at,
    receivedAt: row.received_at,
    decidedAt: row.decided_at,
  };
}
