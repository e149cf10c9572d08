import type { Selectable } from 'kysely';
import type { OutcomesTable, ReturnsTable } from '../database/tables.ts';
import type { Milestones } from '../returns/milestones.ts';
import type { Return } from '../returns/return.ts';
import { type Claims, claimsIn, noClaims } from './claims.ts';
import { readMilestones } from './milestones.ts';
import { readFacts } from './read-facts.ts';

/** A return as it is stored, and where its timeline ends. */
export interface StoredReturn {
  readonly facts: Return;
  readonly timelineLength: number;
  readonly milestones: Milestones;
  /** What is on the wire to Loop, or went there and had no answer. */
  readonly claims: Claims;
  readonly createdAt: Date;
  /** When its timeline last gained something. */
  readonly updatedAt: Date;
}

/** Those that a transaction has locked, by their ids. */
export type LockedReturns = ReadonlyMap<string, StoredReturn>;

/** A return out of its row and that of its outcome, where it has one. */
export function storedReturn(
  row: Selectable<ReturnsTable>,
  outcome: Selectable<OutcomesTable> | undefined,
): StoredReturn {
  return {
    facts: readFacts(row, outcome),
    timelineLength: row.timeline_length,
    milestones: readMilestones(row),
    claims: outcome === undefined ? noClaims : claimsIn(outcome),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
