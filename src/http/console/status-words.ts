import type { Status } from '../../returns/return.ts';

/** The statuses as people read them. Of a return that is over, Loop says no more than that it is closed. */
export const statusWords: Readonly<Record<Status, string>> = {
  pending: 'pending',
  open: 'open',
  receiving: 'receiving',
  inspecting: 'in inspection',
  received: 'received',
  processing: 'processing',
  processed: 'closed in Loop',
  flagged: 'flagged for review',
  held: 'held',
  cancelled: 'cancelled',
  attention: 'needs attention',
};
