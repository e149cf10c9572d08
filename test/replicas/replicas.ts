import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fromReplica, memorySaid, type ReplicaSettings } from './settings.ts';

const entry = fileURLToPath(new URL('./replica.ts', import.meta.url));
const restartAfterMs = 300;

/** One replica of the service: a real process, started again whenever it ends, as an orchestrator would. */
export interface Replica extends AsyncDisposable {
  /** Where it listens; null while it does not. */
  readonly url: string | null;
  readonly pid: number | undefined;
  /** How often it has ended by itself after it was ready: it never should. */
  readonly crashes: number;
  /** Resolves with its address once it listens. */
  untilReady(): Promise<string>;
  /** The memory that its process keeps after a collection, in bytes; null while it is not ready. */
  memory(): Promise<number | null>;
  /**
   * SIGKILL, in whatever it does, and a start after a while, or never where the while is null.
   * @returns false where there is no process to be killed
   */
  kill(downMs: number | null): Promise<boolean>;
  /** SIGTERM and no start any more; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a replica; its log is appended to `<name>.log` in the folder. */
export async function startReplica(
  folder: string,
  name: string,
  settings: ReplicaSettings,
): Promise<Replica> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
  const log = await open(join(folder, `${name}.log`), 'a');
  const life = new Life(file, log);
  life.start();
  return {
    get url() {
      return life.url;
    },
    get pid() {
      return life.child?.pid;
    },
    get crashes() {
      return life.crashes;
    },
    untilReady: () => life.untilReady(),
    memory: () => life.memory(),
    kill: (downMs) => life.kill(downMs),
    stop: () => life.stop(),
    [Symbol.asyncDispose]: async () => {
      await life.end();
      await log.close();
    },
  };
}

/** The processes that a replica is, one after another. */
class Life {
  url: string | null = null;
  child: ChildProcess | null = null;
  crashes = 0;
  readonly #file: string;
  readonly #log: FileHandle;
  readonly #heard = new EventEmitter();
  #wanted = true;

  constructor(file: string, log: FileHandle) {
    this.#file = file;
    this.#log = log;
  }

  start(): void {
    const child = spawn(process.execPath, [entry, this.#file], {
      stdio: ['ignore', this.#log.fd, this.#log.fd, 'ipc'],
    });
    this.child = child;
    child.on('message', (message) => {
      const said = fromReplica.parse(message);
      // What a process said before it was killed can come after that.
      if (this.child !== child) return;
      if ('url' in said) this.url = said.url;
      this.#heard.emit('said', said);
    });
    child.once('exit', () => {
      if (this.child !== child) return;
      if (this.url !== null && this.#wanted) this.crashes += 1;
      this.url = null;
      void this.#startAfter(restartAfterMs);
    });
  }

  async untilReady(): Promise<string> {
    while (this.url === null) await once(this.#heard, 'said');
    return this.url;
  }

  async memory(): Promise<number | null> {
    if (this.url === null || !this.child?.connected) return null;
    this.child.send('memory');
    for (;;) {
      const [said] = await once(this.#heard, 'said');
      const { data } = memorySaid.safeParse(said);
      if (data !== undefined) return data.rss;
    }
  }

  async kill(downMs: number | null): Promise<boolean> {
    const { child } = this;
    await this.#kill();
    if (downMs !== null) void this.#startAfter(downMs);
    return child !== null;
  }

  async stop(): Promise<number | null> {
    this.#wanted = false;
    const { child } = this;
    if (child === null) return null;
    const exit = ended(child);
    child.kill('SIGTERM');
    await exit;
    return child.exitCode;
  }

  async end(): Promise<void> {
    this.#wanted = false;
    await this.#kill();
  }

  async #kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    this.url = null;
    if (child === null) return;
    const exit = ended(child);
    child.kill('SIGKILL');
    await exit;
  }

  async #startAfter(ms: number): Promise<void> {
    const before = this.child;
    await wait(ms);
    if (this.#wanted && this.child === before) this.start();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
