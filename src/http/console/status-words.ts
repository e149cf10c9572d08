import type { Outcome, Status } from '../../returns/return.ts';

/** The statuses as people read them. */
export const statusWords: Readonly<Record<Status, string>> = {
  pending: 'pending',
  open: 'open',
  receiving: 'receiving',
  inspecting: 'in inspection',
  received: 'received',
  processing: 'processing',
  processed: 'refunded or closed',
  flagged: 'flagged for review',
  held: 'held',
  cancelled: 'cancelled',
  attention: 'needs attention',
};

/**
 * The status of one return. Loop says of a closed one no more than that: whether it was refunded at our word is
 * what was decided.
 */
export function statusText(status: Status, decision: Outcome['kind'] | null): string {
  if (status !== 'processed') return statusWords[status];
  return decision === 'process' ? 'refunded' : 'closed in Loop';
}
