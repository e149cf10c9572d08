import { setTimeout as delay } from 'node:timers/promises';
import type { Logger, LoggerOptions } from 'pino';
import { z } from 'zod';
import { isDatabaseAway } from './away.ts';
import { Overloaded } from './group-commit.ts';

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

/** Makes an outage of the database one line when it begins and one when it ends. */
export interface Outages {
  /** Goes into the log: what fails for want of the database is told at the level `debug` meanwhile. */
  readonly logMethod: LogMethod;
  /**
   * Until then, every line comes as it is.
   * @param whyNot null where the database takes a write, else why not
   * @returns what ends it
   */
  watch(log: Logger, whyNot: () => Promise<string | null>): () => Promise<void>;
}

interface WaitingLine {
  readonly tell: () => void;
  readonly tellQuietly: () => void;
}

const warning = 40;
const lookEveryMs = 500;
/** The job queue's words for the loss of its connection, which have no code. */
const ofTheQueue = /LISTEN\/NOTIFY connection/;

export function openOutages(): Outages {
  let begin: (() => void) | null = null;
  /** What came since something failed, until it is known whether that is an outage; null where nothing did. */
  let waitingLines: WaitingLine[] | null = null;
  let isOut = false;
  let quietLines = 0;

  const tellsOfOutage = (line: unknown): boolean => {
    // Whoever asks all the time whether the service is ready hears it in the answer.
    if (isOut && notReady.safeParse(line).success) return true;
    const error = errorOf(line);
    if (error === null) return false;
    return isDatabaseAway(error) || ofTheQueue.test(error.message) || (isOut && error instanceof Overloaded);
  };

  return {
    logMethod(args, method, level) {
      const tell = () => method.apply(this, args);
      if (begin === null || level < warning || !tellsOfOutage(args[0])) return tell();
      const tellQuietly = () => {
        quietLines += 1;
        this.debug(...args);
      };
      if (isOut) return tellQuietly();
      const isFirst = waitingLines === null;
      waitingLines ??= [];
      waitingLines.push({ tell, tellQuietly });
      if (isFirst) begin();
    },
    watch: (log, whyNot) => {
      const stopping = new AbortController();
      const look = () => whyNot().catch(() => 'not reachable');
      let watching = Promise.resolve();
      const follow = async () => {
        const since = performance.now();
        let why = await look();
        isOut = why !== null;
        for (const line of waitingLines ?? []) {
          if (isOut) line.tellQuietly();
          else line.tell();
        }
        waitingLines = null;
        let told: string | null = null;
        while (why !== null) {
          if (why !== told) log.error({ why }, 'the database takes no writes');
          told = why;
          const isOver = await delay(lookEveryMs, false, { signal: stopping.signal }).catch(() => true);
          if (isOver) return;
          why = await look();
        }
        if (!isOut) return;
        isOut = false;
        const seconds = Math.round((performance.now() - since) / 100) / 10;
        log.info({ seconds, lines: quietLines }, 'the database takes writes again');
        quietLines = 0;
      };
      begin = () => {
        watching = follow();
      };
      return async () => {
        begin = null;
        stopping.abort();
        await watching;
        isOut = false;
      };
    },
  };
}

const notReady = z.object({ code: z.literal('not_ready') });
const likeAnError = z.object({ err: z.object({ message: z.string(), code: z.string().optional() }) });

/** The error that a line tells of; that of the job queue is an object that only looks like one. */
function errorOf(line: unknown): Error | null {
  if (typeof line === 'object' && line !== null && 'err' in line && line.err instanceof Error)
    return line.err;
  const { data } = likeAnError.safeParse(line);
  return data === undefined ? null : Object.assign(new Error(data.err.message), { code: data.err.code });
}
