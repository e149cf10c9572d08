import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** A JSON column: read as unknown and then parsed, written as text. */
type Json = ColumnType<unknown, string | null, string | null>;
type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** Every message that a vendor delivered, as it came. The only place where personal data is kept. */
export interface DeliveriesTable {
  merchant: string;
  /** `loop` or `masonhub`. */
  source: string;
  key: string;
  body: Buffer;
  part: number;
  result: 'accepted' | 'ignored' | 'rejected';
  why: string | null;
  events: Json;
  received_at: Time;
  applied_at: OptionalTime;
}

/** One row a return: the facts, and the status that follows from them. */
export interface ReturnsTable {
  merchant: string;
  loop_return_id: string;
  /** Of its RMA in MasonHub. */
  rma_number: string;
  status: string;
  reason: string | null;
  order_name: string | null;
  tracking_number: string | null;
  loop: Json;
  wanted: Json;
  sent: Json;
  confirmed: Json;
  rma_origin: string;
  stage: string;
  receipts: ColumnType<unknown, string, string>;
  receipt_unread: string | null;
  receipt_unread_as_of: Json;
  sent_policy: Json;
  confirmed_policy: Json;
  wait: Json;
  asked_again: string;
  problem: Json;
  labels: ColumnType<unknown, string, string>;
  destination: Json;
  dispositions: string;
  timeline_length: number;
  /** What it needs attention for, in words that all returns with the same cause share; see `causeOf`. */
  cause: string | null;
  /** The kind of its outcome. */
  decision: string | null;
  /** When it came into its status. */
  status_since: Time;
  /** Where it stands still, and since when; see `Milestones`. */
  ageing_stage: string | null;
  ageing_since: OptionalTime;
  docked_at: OptionalTime;
  receiving_at: OptionalTime;
  received_at: OptionalTime;
  decided_at: OptionalTime;
  /** How Loop has ended it in another way than was decided; see `differenceOf`. */
  differs: string | null;
  created_at: Time;
  updated_at: Time;
}

/** What was decided for a received return: one row at most, and that row is never replaced. */
export interface OutcomesTable {
  merchant: string;
  loop_return_id: string;
  kind: 'process' | 'flag' | 'hold' | 'none';
  why: string;
  note: string | null;
  message: 'due' | 'accepted' | 'refused' | null;
  note_state: 'none' | 'due' | 'added' | 'refused' | null;
  /** When the message, or its note, was last put on the wire without its answer being known yet. */
  message_claimed_at: OptionalTime;
  /** What Loop had last said of the return by then. */
  message_claimed_state: string | null;
  /** How often the message was put on the wire; what certainly never arrived does not count. */
  message_requests: Generated<number>;
  note_claimed_at: OptionalTime;
  decided_at: Time;
}

/** The timeline: append-only. */
export interface ReturnEventsTable {
  merchant: string;
  loop_return_id: string;
  position: number;
  at: Time;
  event: string;
  detail: string | null;
  delivery: string | null;
}

/** What people look a return up by; see `termsOf`. */
export interface ReturnTermsTable {
  merchant: string;
  loop_return_id: string;
  term: string;
  /** The return's, so that the newest are found first. */
  created_at: Time;
}

/** How far each vendor has been asked for what its messages missed. */
export interface PollsTable {
  merchant: string;
  /**
   * `loop` or `masonhub`; `masonhub.late`, of which returns MasonHub was last asked by number; or `restored`, where the
   * database came from a backup.
   */
  source: string;
  /**
   * Everything that the vendor changed before this moment is known here; or when the last of those returns was first
   * told of; or when it was restored.
   */
  watermark: Time;
}

/** A merchant's connection to a vendor: when the next request may leave, and why none may. */
export interface ConnectionsTable {
  merchant: string;
  /** `loop` or `masonhub`. */
  vendor: string;
  next_at: Time;
  /** Between two requests, where the vendor has shown that it wants fewer; 0 where it has not. */
  spacing_ms: number;
  pause: Json;
}

/** A parcel that the warehouse received without an RMA. */
export interface BlindParcelsTable {
  merchant: string;
  /** What tells it from others: MasonHub's id of it or, where there is none, what is on the box. */
  parcel: string;
  package_id: string | null;
  /** The package id in the form in which returns are looked up; see `termsOf`. */
  term: string | null;
  receipt: ColumnType<unknown, string, string>;
  /** The return that it is of; null while none is known. */
  loop_return_id: string | null;
  /** When it was first told of. */
  received_at: Time;
}

/** What was sent to a vendor for a return, and what it answered, in words without anything personal. */
export interface VendorCallsTable {
  merchant: string;
  loop_return_id: string;
  at: Time;
  vendor: string;
  request: string;
  body: string | null;
  answer: string;
  took_ms: number;
}

/** One row, written from time to time to see that writes can be committed. */
export interface ReadinessTable {
  id: number;
  written_at: Time;
}

/** What people have done. The database refuses to change or remove a row. */
export interface AuditTable {
  id: GeneratedAlways<number>;
  at: Time;
  /** An operator's name; null where nobody has proved who they are. */
  who: string | null;
  /** `password`, `sso` or `token`; `command` or `file` where it came by no request. */
  by: string;
  /** Where it came from; null where it came by no request. */
  address: string | null;
  action: string;
  merchant: string | null;
  /** A return's id, or in words what was chosen. */
  subject: string | null;
  result: string;
  details: ColumnType<unknown, string, never>;
}

/** Many returns that somebody has asked to be retried at once. */
export interface BulkRetriesTable {
  id: string;
  who: string;
  /** `password`, `sso` or `token`. */
  by: string;
  address: string;
  /** What the returns were chosen by, as it was asked for. */
  asked: ColumnType<unknown, string, never>;
  created_at: Time;
  total: number;
  /** Null while nobody has stopped it. */
  stopped_at: OptionalTime;
  stopped_by: string | null;
  /** When the last of its returns had an answer. */
  ended_at: OptionalTime;
}

/** The returns of a bulk retry, each with what became of it. */
export interface BulkRetryItemsTable {
  merchant: string;
  bulk_retry: string;
  loop_return_id: string;
  /** The return's, so that the oldest go first. */
  created_at: Time;
  /** `waiting`, and then one of the answers for good. */
  state: string;
  settled_at: OptionalTime;
}

export interface Tables {
  audit: AuditTable;
  bulk_retries: BulkRetriesTable;
  bulk_retry_items: BulkRetryItemsTable;
  blind_parcels: BlindParcelsTable;
  connections: ConnectionsTable;
  polls: PollsTable;
  deliveries: DeliveriesTable;
  returns: ReturnsTable;
  outcomes: OutcomesTable;
  return_events: ReturnEventsTable;
  return_terms: ReturnTermsTable;
  vendor_calls: VendorCallsTable;
  readiness: ReadinessTable;
}
