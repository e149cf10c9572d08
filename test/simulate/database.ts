import type pg from 'pg';
import type { Backend, Backends } from './backends.ts';
import { realWait, runForReal } from './runtime.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import { chained, stagedText, summaryOf } from './statements.ts';

/** What becomes of a COMMIT: its answer is lost with the connection, after it has happened or before. */
export const commitFaults = ['answer lost', 'lost'] as const;
export type CommitFault = (typeof commitFaults)[number];

/** What the simulation has to say of the next statement, and what it hears of it. */
export interface DatabaseTroubles {
  commitFault(): CommitFault | null;
  isAway(): boolean;
  /** Two transactions wait for each other. */
  deadlock(statements: readonly string[]): void;
  /** Something may be seen otherwise from now on. */
  changed(): void;
}

type Result = Pick<pg.QueryResult, 'rows' | 'rowCount'>;
type Settled = { readonly result: Result } | { readonly error: unknown };
type Settle = (settled: Settled) => void;

/** One connection of a replica. It has a backend of the server only while it needs one. */
export interface Connection {
  readonly actor: Actor;
  backend: Backend | null;
  inTransaction: boolean;
  staged: (() => void)[];
  /** Why nothing can be asked over it any more. */
  lost: Error | null;
}

interface Statement {
  readonly connection: Connection;
  readonly text: string;
  readonly values: unknown[];
  readonly settle: Settle;
}

/** A statement that waits for a lock. */
interface Blocked extends Statement {
  readonly backend: Backend;
  readonly answer: Promise<Settled>;
  forgetTimeout: () => void;
}

const none: Settled = { result: { rows: [], rowCount: 0 } };
const longestStatementMs = 30_000;
/** A statement that takes longer may be waiting for a lock, and is looked at. In real time: it decides nothing. */
const suspiciousMs = 3;

/**
 * Real PostgreSQL, one statement at a time: which one is the scheduler's to decide. A statement that waits for a
 * lock is seen to wait, by PostgreSQL's own word, and goes on once the lock is free. So everything happens in an
 * order that the seed decides, and the locks are real.
 */
export class SimulatedDatabase {
  readonly #scheduler: Scheduler;
  readonly #backends: Backends;
  readonly #troubles: DatabaseTroubles;
  readonly #connections = new Set<Connection>();
  #blocked: Blocked[] = [];

  constructor(scheduler: Scheduler, backends: Backends, troubles: DatabaseTroubles) {
    this.#scheduler = scheduler;
    this.#backends = backends;
    this.#troubles = troubles;
  }

  /** @throws where nobody listens */
  requireReachable(): void {
    if (this.#troubles.isAway()) {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    }
  }

  connect(actor: Actor): Connection {
    const connection = { actor, backend: null, inTransaction: false, staged: [], lost: null };
    this.#connections.add(connection);
    return connection;
  }

  /** A connection that nobody uses keeps no backend from the others. */
  letGo(connection: Connection): void {
    if (connection.lost !== null) this.#connections.delete(connection);
    if (!connection.inTransaction) this.#giveBack(connection);
  }

  /** The server rolls back what a dead process had begun. */
  async drop(actor: Actor): Promise<void> {
    const own = [...this.#connections].filter((connection) => connection.actor === actor);
    for (const connection of own) await this.#lose(connection, 'Connection terminated');
    this.#tell(await this.#setFree());
  }

  /** Every connection is gone, as when the server stops. */
  async cut(): Promise<void> {
    for (const connection of [...this.#connections]) await this.#lose(connection);
    this.#tell(await this.#setFree());
  }

  /** Carries a statement out when its turn has come. */
  query(connection: Connection, text: string, values: unknown[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (settled: Settled) => {
        if ('error' in settled) reject(settled.error);
        else resolve(settled.result);
      };
      this.#scheduler.after(0, connection.actor, `sql ${summaryOf(text)}`, async () => {
        this.#scheduler.now += this.#scheduler.dice.whole(0, 2);
        await runForReal(() => this.#carryOut({ connection, text, values, settle }));
      });
    });
  }

  async #carryOut(statement: Statement): Promise<void> {
    const { connection, text, values, settle } = statement;
    if (connection.lost === null && this.#troubles.isAway()) await this.#lose(connection);
    if (connection.lost !== null) return settle({ error: connection.lost });
    if (text === stagedText) return this.#stage(statement);
    if (text === 'begin') {
      connection.backend = await this.#backends.takeBegun();
      connection.inTransaction = true;
      return settle(none);
    }
    const fault = text === 'commit' ? this.#troubles.commitFault() : null;
    if (fault === 'lost') return this.#loseDuring(statement);
    connection.backend ??= await this.#backends.take();
    const { backend } = connection;
    const answer = backend.query(chained(this.#inSimulatedTime(text)), values).then(
      (result): Settled => ({ result }),
      (error: unknown): Settled => ({ error }),
    );
    const settled = this.#isAlone(connection) ? await answer : await this.#settledOrBlocked(backend, answer);
    if (settled === null) return this.#block(statement, backend, answer);
    await this.#finish({ ...statement, settle: fault === null ? settle : () => {} }, settled);
    if (fault !== null) await this.#loseDuring(statement);
  }

  /** Whether nobody else is in a transaction, and so nobody holds a lock. */
  #isAlone(connection: Connection): boolean {
    return [...this.#connections].every((one) => one === connection || !one.inTransaction);
  }

  #stage({ connection, values: [publish], settle }: Statement): void {
    if (typeof publish !== 'function') throw new Error('What is staged has to be a function');
    const call = () => void Reflect.apply(publish, undefined, []);
    if (connection.inTransaction) connection.staged.push(call);
    else call();
    settle(none);
  }

  /** The server's clock is the scheduler's. */
  #inSimulatedTime(text: string): string {
    if (!text.includes('clock_timestamp()')) return text;
    const now = new Date(this.#scheduler.now).toISOString();
    return text.replaceAll('clock_timestamp()', `timestamptz '${now}'`);
  }

  /**
   * All that a statement sets free is told together and in one order, however long PostgreSQL took over each: whoever
   * was told first would otherwise go on sooner or later, as the machine is.
   */
  async #finish(statement: Statement, settled: Settled): Promise<void> {
    this.#note(statement, settled);
    const finished = [{ statement, settled }];
    if (!statement.connection.inTransaction) finished.push(...(await this.#setFree()));
    this.#tell(finished);
  }

  #tell(finished: readonly { statement: Statement; settled: Settled }[]): void {
    for (const { statement, settled } of finished) statement.settle(settled);
  }

  #note({ connection, text }: Statement, settled: Settled): void {
    const isEnd = 'result' in settled && (text === 'commit' || text === 'rollback');
    if (isEnd) {
      const { staged } = connection;
      connection.staged = [];
      connection.inTransaction = false;
      this.#giveBack(connection, 'begun');
      if (text === 'commit') for (const publish of staged) publish();
    }
    if (!connection.inTransaction) this.#troubles.changed();
  }

  #giveBack(connection: Connection, as: 'plain' | 'begun' = 'plain'): void {
    const { backend } = connection;
    connection.backend = null;
    if (backend !== null) this.#backends.giveBack(backend, as);
  }

  async #lose(connection: Connection, why = 'Connection terminated unexpectedly'): Promise<void> {
    const error = new Error(why);
    connection.lost = error;
    connection.staged = [];
    const { backend, inTransaction } = connection;
    if (backend === null) return;
    const waiting = this.#blocked.find((one) => one.connection === connection);
    if (waiting !== undefined) {
      this.#unblock(waiting);
      await this.#backends.cancel(backend);
      await waiting.answer;
      waiting.settle({ error });
    }
    if (inTransaction) await backend.query(chained('rollback'), []);
    connection.inTransaction = false;
    this.#giveBack(connection, inTransaction ? 'begun' : 'plain');
  }

  async #loseDuring({ connection, settle }: Statement): Promise<void> {
    await this.#lose(connection);
    const freed = await this.#setFree();
    settle({ error: connection.lost });
    this.#tell(freed);
  }

  /** Null where PostgreSQL says that it waits for a lock. */
  async #settledOrBlocked(backend: Backend, answer: Promise<Settled>): Promise<Settled | null> {
    let settled = await Promise.race([answer, realWait(suspiciousMs).then(() => null)]);
    while (settled === null) {
      if ((await this.#backends.blockersOf(backend)).length > 0) return null;
      settled = await Promise.race([answer, realWait(1).then(() => null)]);
    }
    return settled;
  }

  async #block(statement: Statement, backend: Backend, answer: Promise<Settled>): Promise<void> {
    const { actor } = statement.connection;
    this.#scheduler.note(`${actor.name} waits for a lock: ${summaryOf(statement.text)}`);
    const blocked: Blocked = { ...statement, backend, answer, forgetTimeout: () => {} };
    blocked.forgetTimeout = this.#scheduler.after(longestStatementMs, actor, 'statement timeout', () =>
      runForReal(() => this.#cancel(blocked, '57014', 'canceling statement due to statement timeout')),
    );
    this.#blocked.push(blocked);
    const circle = await this.#circleOf(blocked);
    if (circle.length === 0) return;
    this.#troubles.deadlock(circle.map((one) => `${one.connection.actor.name}: ${summaryOf(one.text)}`));
    await this.#cancel(blocked, '40P01', 'deadlock detected');
  }

  /** Those that wait for each other; none where there is no such circle. */
  async #circleOf(first: Blocked): Promise<Blocked[]> {
    const seen: Blocked[] = [];
    const open = [first];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      seen.push(one);
      for (const pid of await this.#backends.blockersOf(one.backend)) {
        if (pid === first.backend.pid) return seen;
        const next = this.#blocked.find(({ backend }) => backend.pid === pid);
        if (next !== undefined && !seen.includes(next)) open.push(next);
      }
    }
    return [];
  }

  async #cancel(blocked: Blocked, code: string, message: string): Promise<void> {
    if (!this.#blocked.includes(blocked)) return;
    this.#unblock(blocked);
    await this.#backends.cancel(blocked.backend);
    await blocked.answer;
    await this.#finish(blocked, { error: Object.assign(new Error(message), { code }) });
  }

  #unblock(blocked: Blocked): void {
    blocked.forgetTimeout();
    this.#blocked = this.#blocked.filter((one) => one !== blocked);
  }

  /** Whoever waited for a lock that is free now goes on, in the order in which they began to wait, with what came of it. */
  async #setFree(): Promise<{ statement: Statement; settled: Settled }[]> {
    const freed: { statement: Statement; settled: Settled }[] = [];
    let isMoreFree = true;
    while (isMoreFree) {
      isMoreFree = false;
      for (const blocked of [...this.#blocked]) {
        const settled = await this.#settledOrBlocked(blocked.backend, blocked.answer);
        if (settled === null) continue;
        this.#unblock(blocked);
        this.#note(blocked, settled);
        freed.push({ statement: blocked, settled });
        isMoreFree ||= !blocked.connection.inTransaction;
      }
    }
    return freed;
  }
}
