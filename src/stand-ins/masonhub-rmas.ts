import { randomUUID } from 'node:crypto';
import type { JsonObject } from './json.ts';
import { linesOf, type RmaLine, type RmaProblem, recordProblems } from './masonhub-rules.ts';

export type RmaStatus = 'open' | 'in-receiving' | 'received' | 'deleted';

/** A line as the dock left it. */
export interface ReceivedLine extends RmaLine {
  quantityReceived: number;
  notOnOriginalRma: boolean;
  /** From inventory status to what was put there. */
  details: Record<string, { quantity: number; notes: string }[]>;
}

/** An RMA as MasonHub keeps it. */
export interface StandInRma {
  readonly id: string;
  readonly customerIdentifier: string;
  /** The record as it was sent last. */
  record: JsonObject;
  lines: readonly RmaLine[];
  status: RmaStatus;
  version: number;
  /** What was received; null until the receipt is complete. */
  received: readonly ReceivedLine[] | null;
  notes: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
  receivedAt: Date | null;
  deletedAt: Date | null;
}

/** One kind of batch call: what is wrong with a record, and the work when nothing is. */
export interface BatchWork {
  problems(record: JsonObject, claimed: ReadonlySet<string>): RmaProblem[];
  apply(record: JsonObject): void;
}

/** The identifier of a record, as far as it has one. */
export function identifierOf({ customer_identifier }: JsonObject): string {
  return typeof customer_identifier === 'string' ? customer_identifier : '';
}

/** An account's RMAs, and what the account refuses. */
export class RmaBook {
  readonly rmas = new Map<string, StandInRma>();
  readonly refused = new Map<string, string>();
  readonly refusedSkus = new Set<string>();
  readonly #deletedStayTaken: boolean;
  readonly #catalogue: ReadonlySet<string> | null;

  /**
   * @param deletedStayTaken MasonHub deletes softly, and its description does not say whether the number of a
   *   deleted RMA is free again (false) or comes back with a new version of the same record (true)
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
    problems: (record, claimed) => {
      const id = identifierOf(record);
      const held = this.rmas.get(id);
      const taken = held !== undefined && (held.status !== 'deleted' || this.#deletedStayTaken);
      return taken || claimed.has(id) ? [alreadyTaken(id)] : this.#recordProblems(record);
    },
    apply: (record) => this.#create(record),
  };

  readonly replacing: BatchWork = {
    problems: (record) => {
      const current = this.rmas.get(identifierOf(record));
      if (current === undefined) return [notFound];
      if (current.status === 'deleted')
        return this.#deletedStayTaken ? this.#recordProblems(record) : [notFound];
      if (current.status === 'received') return [cannot(current, 'updated')];
      return this.#recordProblems(record);
    },
    apply: (record) => {
      const current = this.get(identifierOf(record));
      const version = current.version + 1;
      const status = current.status === 'deleted' ? 'open' : current.status;
      Object.assign(current, { record, lines: linesOf(record), version, status, updatedAt: new Date() });
    },
  };

  readonly deleting: BatchWork = {
    problems: (record) => {
      const current = this.rmas.get(identifierOf(record));
      if (current === undefined) return [notFound];
      return current.status === 'open' ? [] : [cannot(current, 'deleted')];
    },
    apply: (record) => {
      const now = new Date();
      const current = this.get(identifierOf(record));
      Object.assign(current, { status: 'deleted', updatedAt: now, deletedAt: now });
    },
  };

  #recordProblems(record: JsonObject): RmaProblem[] {
    const refusal = this.refused.get(identifierOf(record));
    if (refusal !== undefined) return [{ field: 'customer_identifier', error: refusal }];
    const known = (sku: string) => !this.refusedSkus.has(sku) && (this.#catalogue?.has(sku) ?? true);
    return recordProblems(record, known);
  }

  #create(record: JsonObject): void {
    const now = new Date();
    const customerIdentifier = identifierOf(record);
    this.rmas.set(customerIdentifier, {
      id: randomUUID(),
      customerIdentifier,
      record,
      lines: linesOf(record),
      status: 'open',
      version: 1,
      received: null,
      notes: null,
      createdAt: now,
      updatedAt: now,
      receivedAt: null,
      deletedAt: null,
    });
  }
}

const notFound: RmaProblem = { field: 'customer_identifier', error: 'The record could not be found.' };

function alreadyTaken(id: string): RmaProblem {
  const error = `301: '${id}' is already taken and 'customer_identifier' must be unique`;
  return { field: 'customer_identifier', error };
}

function cannot(current: StandInRma, done: string): RmaProblem {
  return { field: 'status', error: `An RMA in status '${current.status}' cannot be ${done}.` };
}
