import { setTimeout as delay } from 'node:timers/promises';
import type { Logger, LoggerOptions } from 'pino';
import { z } from 'zod';
import { within } from '../config/deadline.ts';
import { isDatabaseAway } from './away.ts';
import { Overloaded } from './group-commit.ts';

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

/** Makes an outage of the database one line when it begins and one when it ends. */
export interface Outages {
  /**
   * Goes into the log: what fails for want of the database is told at the level `debug` meanwhile. A line that may
   * be such waits until it is known, for some seconds at most. One that tells of the process's end never does.
   */
  readonly logMethod: LogMethod;
  /**
   * Until then, every line comes as it is.
   * @param whyNot null where the database takes a write, else why not
   * @returns what ends it: what waits is then told as it is
   */
  watch(log: Logger, whyNot: () => Promise<string | null>): () => Promise<void>;
}

/** The code under which requests for readiness are refused; whoever asks hears the reason in the answer. */
export const notReadyCode = 'not_ready';

interface WaitingLine {
  readonly tell: () => void;
  readonly tellQuietly: () => void;
}

interface State {
  /** Starts to look whether there is an outage; null while nobody looks. */
  begin: (() => void) | null;
  /** What came since something failed, until it is known whether that is an outage; null where nothing did. */
  waiting: WaitingLine[] | null;
  isOut: boolean;
  quietLines: number;
}

const warning = 40;
const fatal = 60;
const lookEveryMs = 500;
const lookWithinMs = 3_000;
/** More than come in that time, unless something else is wrong as well. */
const mostWaiting = 200;

export function openOutages(): Outages {
  const state: State = { begin: null, waiting: null, isOut: false, quietLines: 0 };
  return {
    logMethod(args, method, level) {
      const tell = () => method.apply(this, args);
      const mayBeQuiet = level >= warning && level < fatal && tellsOfOutage(args[0], state);
      if (state.begin === null || !mayBeQuiet) return tell();
      const tellQuietly = () => {
        state.quietLines += 1;
        this.debug(...args);
      };
      if (state.isOut) return tellQuietly();
      const isFirst = state.waiting === null;
      state.waiting ??= [];
      if (state.waiting.length >= mostWaiting) return tell();
      state.waiting.push({ tell, tellQuietly });
      if (isFirst) state.begin();
    },
    watch: (log, whyNot) => {
      const stopping = new AbortController();
      const look = () => within(lookWithinMs, whyNot(), () => 'no answer').catch(() => 'not reachable');
      state.begin = () => void follow(state, log, look, stopping.signal);
      return async () => {
        state.begin = null;
        state.isOut = false;
        stopping.abort();
        release(state);
      };
    },
  };
}

/** Looks until the database takes writes again, and tells of the outage where it is one. */
async function follow(
  state: State,
  log: Logger,
  look: () => Promise<string | null>,
  stopping: AbortSignal,
): Promise<void> {
  const since = performance.now();
  let why = await look();
  if (stopping.aborted) return;
  state.isOut = why !== null;
  release(state);
  if (!state.isOut) return;
  let told: string | null = null;
  while (why !== null) {
    if (why !== told) log.error({ why }, 'the database takes no writes');
    told = why;
    await delay(lookEveryMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    why = await look();
    if (stopping.aborted) return;
  }
  state.isOut = false;
  const seconds = Math.round((performance.now() - since) / 100) / 10;
  log.info({ seconds, lines: state.quietLines }, 'the database takes writes again');
  state.quietLines = 0;
}

/** Tells what waits, by what is known now. */
function release(state: State): void {
  for (const line of state.waiting ?? []) {
    if (state.isOut) line.tellQuietly();
    else line.tell();
  }
  state.waiting = null;
}

const refusedReadiness = z.object({ code: z.literal(notReadyCode) });

function tellsOfOutage(line: unknown, { isOut }: State): boolean {
  if (isOut && refusedReadiness.safeParse(line).success) return true;
  const error = errorOf(line);
  if (error === null) return false;
  return isDatabaseAway(error) || (isOut && error instanceof Overloaded);
}

const likeAnError = z.object({ err: z.object({ message: z.string(), code: z.string().optional() }) });

/** The error that a line tells of; that of the job queue is an object that only looks like one. */
function errorOf(line: unknown): Error | null {
  if (typeof line === 'object' && line !== null && 'err' in line && line.err instanceof Error)
    return line.err;
  const { data } = likeAnError.safeParse(line);
  return data === undefined ? null : Object.assign(new Error(data.err.message), { code: data.err.code });
}
