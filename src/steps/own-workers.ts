import type { PgBoss } from 'pg-boss';

interface OwnWorker {
  readonly id: string;
  readonly isBusy: boolean;
}

/**
 * The workers of this process, by their queue. Whoever commits jobs wakes one of them: a notification of the
 * database's would wake all of them, on every replica, and make each commit wait for the one before. Workers look
 * by themselves from time to time, should the process that committed a job have died before it was taken.
 */
export class OwnWorkers {
  readonly #boss: Pick<PgBoss, 'notifyWorker'>;
  readonly #ofQueue = new Map<string, OwnWorker[]>();

  constructor(boss: Pick<PgBoss, 'notifyWorker'>) {
    this.#boss = boss;
  }

  /**
   * Starts so many workers of a queue.
   * @param start starts one that gives its jobs to this handler, and returns its id
   */
  async start<Jobs, Results>(
    queue: string,
    count: number,
    handler: (jobs: Jobs) => Promise<Results>,
    start: (handler: (jobs: Jobs) => Promise<Results>) => Promise<string>,
  ): Promise<void> {
    const own: OwnWorker[] = [];
    for (let nth = 0; nth < count; nth += 1) own.push(await startOne(handler, start));
    this.#ofQueue.set(queue, own);
  }

  /** One that is free, if there is one, looks into the queue at once; else each does so when it has done its jobs. */
  wake(queue: string): void {
    const own = this.#ofQueue.get(queue) ?? [];
    const next = own.find(({ isBusy }) => !isBusy);
    if (next === undefined) {
      // Which of them ends first nobody knows: one may wait for a vendor for hours.
      for (const { id } of own) this.#boss.notifyWorker(id);
      return;
    }
    // Its turn is the last from now on: it may have begun to look before the next job is there.
    this.#ofQueue.set(queue, [...own.filter((one) => one !== next), next]);
    this.#boss.notifyWorker(next.id);
  }

  forget(queue: string): void {
    this.#ofQueue.delete(queue);
  }
}

async function startOne<Jobs, Results>(
  handler: (jobs: Jobs) => Promise<Results>,
  start: (handler: (jobs: Jobs) => Promise<Results>) => Promise<string>,
): Promise<OwnWorker> {
  let isBusy = false;
  const id = await start(async (jobs) => {
    isBusy = true;
    try {
      return await handler(jobs);
    } finally {
      isBusy = false;
    }
  });
  return {
    id,
    get isBusy() {
      return isBusy;
    },
  };
}
