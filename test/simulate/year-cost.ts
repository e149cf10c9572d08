import { readFile } from 'node:fs/promises';
import type { Backends } from './backends.ts';

/** What some returns' lives cost the database. */
export interface Cost {
  readonly lives: number;
  readonly statements: number;
  /** Processor time of all that the service's connections asked for; 0 where the system does not tell. */
  readonly databaseMs: number;
  /** The same for a statement that never changes: machines are faster at one time than at another. */
  readonly yardstickMs: number;
}

const yardstick = 'select max(md5(n::text)) from generate_series(1, 20000) as n';
const ticksPerMs = 0.1;

/** Measures what the service asks of the database. */
export class CostMeter {
  readonly #backends: Backends;

  constructor(backends: Backends) {
    this.#backends = backends;
  }

  /** @param live resolves with how many lives there were */
  async of(live: () => Promise<number>): Promise<Cost> {
    const before = await this.#used();
    const lives = await live();
    const after = await this.#used();
    return {
      lives,
      statements: after.statements - before.statements,
      databaseMs: after.databaseMs - before.databaseMs,
      yardstickMs: await this.#measure(),
    };
  }

  async #used(): Promise<Pick<Cost, 'statements' | 'databaseMs'>> {
    const { statements, pids } = this.#backends.ofTheService();
    const used = await Promise.all(pids.map(processorMs));
    return { statements, databaseMs: used.reduce((sum, ms) => sum + ms, 0) };
  }

  async #measure(): Promise<number> {
    const eye = await this.#backends.eye();
    const before = await processorMs(eye.pid);
    for (let times = 0; times < 5; times += 1) await eye.query(yardstick, []);
    return (await processorMs(eye.pid)) - before;
  }
}

/** Linux keeps it in /proc, in ticks of ten milliseconds: user and system time follow the command, which may hold spaces. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / ticksPerMs;
}
