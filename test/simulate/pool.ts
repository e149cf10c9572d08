import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Database } from '../../src/database/connect.ts';
import type { Tables } from '../../src/database/tables.ts';
import type { Connection } from './connection.ts';
import type { SimulatedDatabase } from './database.ts';
import { runningActor } from './runtime.ts';

/** As many as the service opens. */
const mostConnections = 10;

/** The database as one replica has it: a pool of connections of its own. */
export function openSimulatedDatabase(database: SimulatedDatabase): Database {
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => new SimulatedPool(database),
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}

class SimulatedConnection implements DatabaseConnection {
  readonly inner: Connection;
  readonly #database: SimulatedDatabase;

  constructor(database: SimulatedDatabase) {
    this.#database = database;
    this.inner = database.connect(runningActor());
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, rowCount } = await this.#database.query(this.inner, sql, [...parameters]);
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  // biome-ignore lint/correctness/useYield: the service streams nothing.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Nothing is streamed in a simulation');
  }

  ask(statement: 'begin' | 'commit' | 'rollback'): Promise<unknown> {
    return this.#database.query(this.inner, statement, []);
  }
}

class SimulatedPool implements Driver {
  readonly #database: SimulatedDatabase;
  readonly #free: SimulatedConnection[] = [];
  readonly #waiting: ((connection: SimulatedConnection) => void)[] = [];
  #open = 0;

  constructor(database: SimulatedDatabase) {
    this.#database = database;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    this.#database.requireReachable();
    const known = this.#free.pop();
    if (known !== undefined && !known.inner.lost) return known;
    if (known !== undefined) this.#open -= 1;
    if (this.#open < mostConnections) return this.#connect();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #connect(): SimulatedConnection {
    this.#open += 1;
    return new SimulatedConnection(this.#database);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const own = asOwn(connection);
    this.#database.letGo(own.inner);
    const next = this.#waiting.shift();
    if (own.inner.lost) this.#open -= 1;
    if (next !== undefined) next(own.inner.lost ? this.#connect() : own);
    else if (!own.inner.lost) this.#free.push(own);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await asOwn(connection).ask('begin');
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await asOwn(connection).ask('commit');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await asOwn(connection).ask('rollback');
  }

  async destroy(): Promise<void> {}
}

function asOwn(connection: DatabaseConnection): SimulatedConnection {
  if (connection instanceof SimulatedConnection) return connection;
  throw new Error('This connection is of another pool');
}
