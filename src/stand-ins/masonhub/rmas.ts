import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { DELETABLE, type RmaStatus, UPDATABLE } from './lifecycle.ts';
import type { LineStyle, QuantityStyle } from './quantities.ts';
import { linesOf, type RmaProblem, type RmaRecordLine, recordProblems } from './rules.ts';

/** A line as the dock left it. */
export interface ReceivedLine extends RmaRecordLine {
  quantityReceived: number;
  notOnOriginalRma: boolean;
  /** From inventory status to what was put there. */
  details: Record<string, { quantity: number; notes: string }[]>;
}

/** An RMA as MasonHub keeps it. */
export interface StandInRma {
  /** MasonHub's own id. */
  readonly id: string;
  /** Null where a parcel came without an RMA. */
  readonly customerIdentifier: string | null;
  /** The record as it was sent last. */
  record: JsonObject;
  lines: readonly RmaRecordLine[];
  status: RmaStatus;
  version: number;
  /** What was received; null until the receipt is complete. */
  received: readonly ReceivedLine[] | null;
  /** How its receipt is written, in callbacks and in lists. */
  quantityStyle: QuantityStyle;
  lineStyle: LineStyle;
  notes: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
  receivedAt: Date | null;
  deletedAt: Date | null;
}

/** Why MasonHub does not take a record. */
export type Refusal =
  | { readonly kind: 'invalid'; readonly problems: readonly RmaProblem[] }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'status';
      readonly status: RmaStatus;
      readonly done: 'updated' | 'deleted';
      readonly message: string;
      readonly allowed: JsonObject;
    };

/** One kind of batch call: why a record is refused, and the work where it is not. */
export interface BatchWork {
  refusal(record: JsonObject, claimed: ReadonlySet<string>): Refusal | null;
  /** @returns what the pages' answers say of the record besides its number */
  apply(record: JsonObject): JsonObject;
}

/** The identifier of a record, as far as it has one. */
export function identifierOf({ customer_identifier }: JsonObject): string {
  return typeof customer_identifier === 'string' ? customer_identifier : '';
}

/** An account's RMAs, and what the account refuses. */
export class RmaBook {
  /** By number, the newest of each. */
  readonly rmas = new Map<string, StandInRma>();
  /** Every one that there has been, in the order of their creation. */
  readonly all: StandInRma[] = [];
  /** The numbers of which an RMA has been deleted, whatever came after it. */
  readonly deleted = new Set<string>();
  readonly refused = new Map<string, string>();
  readonly refusedSkus = new Set<string>();
  readonly #deletedStayTaken: boolean;
  readonly #catalogue: ReadonlySet<string> | null;

  /**
   * @param deletedStayTaken the page on deleting returns says that the number of a deleted RMA is free again
   *   (false); the API description leaves room for one that comes back with a new version of the record (true)
   */
  constructor(catalogue: readonly string[] | null, deletedStayTaken: boolean) {
    this.#deletedStayTaken = deletedStayTaken;
    this.#catalogue = catalogue === null ? null : new Set(catalogue);
  }

  /** The RMA that a test talks about; a test that names another one is mistaken. */
  get(rmaNumber: string): StandInRma {
    const found = this.rmas.get(rmaNumber);
    if (found === undefined) throw new Error(`The stand-in MasonHub has no RMA ${rmaNumber}`);
    return found;
  }

  readonly creating: BatchWork = {
    refusal: (record, claimed) => {
      const id = identifierOf(record);
      const held = this.rmas.get(id);
      const taken = held !== undefined && (held.status !== 'deleted' || this.#deletedStayTaken);
      return taken || claimed.has(id) ? invalid([alreadyTaken(id)]) : this.#invalidity(record);
    },
    apply: (record) => {
      this.add(newRma(identifierOf(record), record, linesOf(record)));
      return { status: 'success' };
    },
  };

  readonly replacing: BatchWork = {
    refusal: (record) => {
      const current = this.rmas.get(identifierOf(record));
      if (current === undefined) return { kind: 'unknown' };
      if (current.status === 'deleted')
        return this.#deletedStayTaken ? this.#invalidity(record) : { kind: 'unknown' };
      return UPDATABLE.includes(current.status) ? this.#invalidity(record) : notUpdatable(current.status);
    },
    apply: (record) => {
      const current = this.get(identifierOf(record));
      const version = current.version + 1;
      const status = current.status === 'deleted' ? 'open' : current.status;
      const updatedAt = new Date();
      Object.assign(current, { record, lines: linesOf(record), version, status, updatedAt });
      return { status: 'success', updated_at: updatedAt.toISOString() };
    },
  };

  readonly deleting: BatchWork = {
    refusal: (record) => {
      const current = this.rmas.get(identifierOf(record));
      if (current === undefined) return { kind: 'unknown' };
      return current.status === DELETABLE ? null : notDeletable(current.status);
    },
    apply: (record) => {
      const now = new Date();
      const current = this.get(identifierOf(record));
      Object.assign(current, { status: 'deleted', updatedAt: now, deletedAt: now });
      this.deleted.add(identifierOf(record));
      return { status: 'deleted', deleted_at: now.toISOString() };
    },
  };

  add(rma: StandInRma): void {
    this.all.push(rma);
    if (rma.customerIdentifier !== null) this.rmas.set(rma.customerIdentifier, rma);
  }

  #invalidity(record: JsonObject): Refusal | null {
    const refusal = this.refused.get(identifierOf(record));
    if (refusal !== undefined) return invalid([{ field: 'customer_identifier', error: refusal }]);
    const known = (sku: string) => !this.refusedSkus.has(sku) && (this.#catalogue?.has(sku) ?? true);
    const problems = recordProblems(record, known);
    return problems.length === 0 ? null : invalid(problems);
  }
}

/** An RMA that nothing has happened to yet. */
export function newRma(
  customerIdentifier: string | null,
  record: JsonObject,
  lines: readonly RmaRecordLine[],
): StandInRma {
  const now = new Date();
  return {
    id: randomUUID(),
    customerIdentifier,
    record,
    lines,
    status: 'open',
    version: 1,
    received: null,
    quantityStyle: 'varied',
    lineStyle: 'details',
    notes: null,
    createdAt: now,
    updatedAt: now,
    receivedAt: null,
    deletedAt: null,
  };
}

export function invalid(problems: readonly RmaProblem[]): Refusal {
  return { kind: 'invalid', problems };
}

function alreadyTaken(id: string): RmaProblem {
  const error = `301: '${id}' is already taken and 'customer_identifier' must be unique`;
  return { field: 'customer_identifier', error };
}

function notUpdatable(status: RmaStatus): Refusal {
  const message = `Cannot update RMA that has been ${status}`;
  return { kind: 'status', status, done: 'updated', message, allowed: { allowed_statuses: UPDATABLE } };
}

function notDeletable(status: RmaStatus): Refusal {
  const message = `Cannot delete RMA that is not in '${DELETABLE}' status`;
  return { kind: 'status', status, done: 'deleted', message, allowed: { allowed_status: DELETABLE } };
}
