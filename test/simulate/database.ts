import type { Backend, Backends } from './backends.ts';
import type { Connection, Result, Settled, Statement } from './connection.ts';
import { type Blocked, LockWaits } from './lock-waits.ts';
import { runForReal } from './runtime.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import { chained, stagedText, summaryOf } from './statements.ts';

/** What becomes of a COMMIT: its answer is lost with the connection, after it has happened or before. */
export const commitFaults = ['answer lost', 'lost'] as const;
export type CommitFault = (typeof commitFaults)[number];

/** What the simulation has to say of the next statement, and what it hears of it. */
export interface DatabaseTroubles {
  commitFault(): CommitFault | null;
  isAway(): boolean;
  /** How long a statement may take beside what it takes anyway, in milliseconds. */
  slownessMs(): number;
  /** Two transactions wait for each other. */
  deadlock(statements: readonly string[]): void;
  /** Something may be seen otherwise from now on. */
  changed(): void;
}

const none: Settled = { result: { rows: [], rowCount: 0 } };
const longestStatementMs = 30_000;
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
  readonly #locks: LockWaits;

  constructor(scheduler: Scheduler, backends: Backends, troubles: DatabaseTroubles) {
    this.#scheduler = scheduler;
    this.#backends = backends;
    this.#locks = new LockWaits(backends);
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
      const slowness = this.#troubles.slownessMs();
      const ms = slowness === 0 ? 0 : this.#scheduler.dice.whole(0, slowness);
      this.#scheduler.after(ms, connection.actor, `sql ${summaryOf(text)}`, async () => {
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
    const answer = this.#ask(backend, text, values).then(
      (result): Settled => ({ result }),
      (error: unknown): Settled => ({ error }),
    );
    const settled = this.#isAlone(connection)
      ? await answer
      : await this.#locks.settledOrNull(backend, answer);
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
  #ask(backend: Backend, text: string, values: unknown[]): Promise<Result> {
    if (!text.includes('clock_timestamp()')) return backend.query(chained(text), values);
    const timed = text.replaceAll('clock_timestamp()', `$${values.length + 1}::timestamptz`);
    return backend.query(timed, [...values, new Date(this.#scheduler.now).toISOString()]);
  }

  /**
   * All that a statement sets free is told together and in one order, however long PostgreSQL took over each: whoever
   * was told first would otherwise go on sooner or later, as the machine is.
   */
  async #finish(statement: Statement, settled: Settled): Promise<void> {
    this.#note(statement, settled);
    const finished = [{ statement, settled }];
    const isOver = !statement.connection.inTransaction || 'error' in settled;
    if (isOver) finished.push(...(await this.#setFree()));
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
    const waiting = this.#locks.of(connection);
    if (waiting !== undefined) {
      await this.#giveUp(waiting);
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

  async #block(statement: Statement, backend: Backend, answer: Promise<Settled>): Promise<void> {
    const { actor } = statement.connection;
    this.#scheduler.note(`${actor.name} waits for a lock: ${summaryOf(statement.text)}`);
    const blocked: Blocked = { ...statement, backend, answer, forgetTimeout: () => {} };
    blocked.forgetTimeout = this.#scheduler.after(longestStatementMs, actor, 'statement timeout', () =>
      runForReal(() => this.#cancel(blocked, '57014', 'canceling statement due to statement timeout')),
    );
    this.#locks.add(blocked);
    const circle = await this.#locks.circleOf(blocked);
    if (circle.length === 0) return;
    this.#troubles.deadlock(circle.map((one) => `${one.connection.actor.name}: ${summaryOf(one.text)}`));
    await this.#cancel(blocked, '40P01', 'deadlock detected');
  }

  async #cancel(blocked: Blocked, code: string, message: string): Promise<void> {
    if (!this.#locks.has(blocked)) return;
    await this.#giveUp(blocked);
    await this.#finish(blocked, { error: Object.assign(new Error(message), { code }) });
  }

  /** Cancelled while its backend stands still: its lock may be free by now, and it would be quicker now and then. */
  async #giveUp(blocked: Blocked): Promise<void> {
    await this.#backends.cancel(blocked.backend);
    this.#locks.forget(blocked);
    await blocked.answer;
  }

  /** Whoever waited for a lock that is free now goes on, one after the other, in the order in which they began to wait. */
  async #setFree(): Promise<{ statement: Statement; settled: Settled }[]> {
    const freed: { statement: Statement; settled: Settled }[] = [];
    let next = await this.#locks.settleNext();
    while (next !== null) {
      this.#note(next.blocked, next.settled);
      freed.push({ statement: next.blocked, settled: next.settled });
      next = await this.#locks.settleNext();
    }
    return freed;
  }
}
