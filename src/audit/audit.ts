import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { insertRows } from '../database/rows.ts';

/** How somebody has shown, or tried to show, who they are. */
export const signInMeans = ['password', 'sso', 'token'] as const;
export type SignInMeans = (typeof signInMeans)[number];

/** Beside these, what comes by no request: a command on the service's machine, and a users file that says something else. */
export const actionMeans = [...signInMeans, 'command', 'file'] as const;
export type ActionMeans = (typeof actionMeans)[number];

/** Who does something, and from where. */
export interface Actor {
  /** An operator's name; no shopper's. */
  readonly name: string;
  readonly by: SignInMeans;
  /** The address that the request came from. */
  readonly address: string;
}

/** How somebody is called where nothing else says by which means they came: another may have the same name there. */
export function calledBy({ name, by }: Pick<Actor, 'name' | 'by'>): string {
  return by === 'sso' ? `${name} (single sign-on)` : name;
}

/** Somebody who has not proved who they are: what they claim to be is not written down. */
export interface Stranger extends Omit<Actor, 'name'> {
  readonly name: null;
}

/** Whoever does something without a request. */
export interface LocalActor {
  /** The operating system's name of them; null where it has none, or where nobody can tell. */
  readonly name: string | null;
  readonly by: Exclude<ActionMeans, SignInMeans>;
  readonly address: null;
}

export const auditActions = [
  'sign-in',
  'sign-out',
  'retry',
  'bulk-retry',
  'replay',
  'erase',
  'restored',
  'operators',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** What somebody asked for. */
export interface AskedAction {
  readonly action: AuditAction;
  /** Null where it is about no single merchant. */
  readonly merchant: string | null;
  /** What it is done to: a return's id, or in words what was chosen. Nothing personal, nothing secret. */
  readonly subject: string | null;
}

/** The same with what came of it. */
export interface Action extends AskedAction {
  /** In one or two words, such as `retried`. */
  readonly result: string;
  /** What else there is to say, such as counts. Nothing personal, nothing secret. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** An entry of the audit list. */
export interface AuditEntry extends Required<Action> {
  /** Tells apart what was written at the same moment. */
  readonly id: number;
  readonly at: Date;
  /** Null: somebody who had not proved who they are, or of whom it is not known. */
  readonly who: string | null;
  readonly by: ActionMeans;
  /** Null where it came by no request. */
  readonly address: string | null;
}

/** Where a page of the list ends, so that the next one goes on from there. */
export type AuditPosition = Pick<AuditEntry, 'at' | 'id'>;

export interface AuditFilter {
  readonly who?: string | undefined;
  readonly action?: AuditAction | undefined;
}

/**
 * Writes down what somebody has done, for good. Where the action has a transaction it belongs into that one, so that
 * neither is there without the other.
 * @param db a transaction, or the database where the action has none
 */
export async function recordActions(
  db: Database,
  at: Date,
  { name, by, address }: Actor | Stranger | LocalActor,
  actions: readonly Action[],
): Promise<void> {
  const rows = actions.map(({ action, merchant, subject, result, details = {} }) => ({
    at: at.toISOString(),
    who: name,
    by,
    address,
    action,
    merchant,
    subject,
    result,
    details,
  }));
  await insertRows(db, 'audit', rows, {
    at: 'timestamptz',
    who: 'text',
    by: 'text',
    address: 'text',
    action: 'text',
    merchant: 'text',
    subject: 'text',
    result: 'text',
    details: 'jsonb',
  });
}

/** The same for one action. */
export function recordAction(
  db: Database,
  at: Date,
  actor: Actor | Stranger | LocalActor,
  action: Action,
): Promise<void> {
  return recordActions(db, at, actor, [action]);
}

/**
 * Does what takes many transactions, with two entries: that it is asked for, and what came of it. So nothing is done
 * that is not written down, also where the process ends in the middle: then there is no second entry.
 * @returns what the work returns, which is the last entry's details
 */
export async function recordWork<Counts extends { readonly [Name in keyof Counts]: number }>(
  db: Database,
  now: () => Date,
  actor: Actor,
  asked: AskedAction,
  work: () => Promise<Counts>,
): Promise<Counts> {
  await recordAction(db, now(), actor, { ...asked, result: 'begun' });
  const counts = await work();
  const details = Object.fromEntries(Object.entries<number>(counts));
  await recordAction(db, now(), actor, { ...asked, result: 'done', details });
  return counts;
}

const storedDetails = z.record(z.string(), z.union([z.string(), z.number()]));

/** A page of the list, newest first. */
export async function listAudit(
  db: Database,
  { who, action }: AuditFilter,
  { after, limit }: { after: AuditPosition | null; limit: number },
): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .$if(who !== undefined, (query) => query.where('who', '=', who ?? ''))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(after !== null, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('at', 'id'), '<', eb.tuple(after?.at ?? new Date(0), after?.id ?? 0)),
      ),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    by: z.enum(actionMeans).parse(row.by),
    action: z.enum(auditActions).parse(row.action),
    details: storedDetails.parse(row.details),
  }));
}
