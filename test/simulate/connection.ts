import type pg from 'pg';
import type { Backend } from './backends.ts';
import type { Actor } from './scheduler.ts';

export type Result = Pick<pg.QueryResult, 'rows' | 'rowCount'>;
export type Settled = { readonly result: Result } | { readonly error: unknown };
export type Settle = (settled: Settled) => void;

/** One connection of a replica. It has a backend of the server only while it needs one. */
export interface Connection {
  readonly actor: Actor;
  backend: Backend | null;
  inTransaction: boolean;
  staged: (() => void)[];
  /** Why nothing can be asked over it any more. */
  lost: Error | null;
}

/** What a connection was asked. */
export interface Statement {
  readonly connection: Connection;
  readonly text: string;
  readonly values: unknown[];
  readonly settle: Settle;
}
