import { type AgeingStage, ageingStages } from '../config/ageing.ts';
import { within } from '../config/deadline.ts';
import type { Merchants } from '../config/merchants.ts';
import type { ConnectionState } from '../connections/store.ts';
import { type Status, statuses } from '../returns/return.ts';
import { vendors } from '../vendor-terms/vendors.ts';
import type { Instruments } from './instruments.ts';
import { pollResults } from './observer.ts';

/** Jobs that are due and wait for a worker. */
export interface Backlog {
  readonly queue: string;
  /** Null for a queue that all merchants share. */
  readonly merchant: string | null;
  readonly jobs: number;
  readonly oldestSeconds: number;
}

/** The kinds that all merchants share one of. */
const sharedQueues = ['deliveries', 'bulk-retries'] as const;
/** The kinds that each merchant has one of. */
const merchantQueues = ['rmas', 'messages', 'polls'] as const;
/** The kinds of queues, as the backlog names them. */
export const queueKinds = [...sharedQueues, ...merchantQueues] as const;

/** What is looked up when somebody asks for the metrics. */
export interface Sources {
  readonly merchants: Merchants;
  /** Null where the merchants file is as it should be. */
  merchantsProblem(): string | null;
  countStatuses(): Promise<readonly { merchant: string; status: Status; count: number }[]>;
  overdue(): Promise<readonly { merchant: string; stage: AgeingStage; count: number }[]>;
  backlog(): Promise<readonly Backlog[]>;
  connections(): Promise<readonly ConnectionState[]>;
  readiness(): Promise<readonly { name: string; wrong: string | null }[]>;
}

/** Within what a scraper usually waits, so that it gets all else where the database does not answer. */
export const answerWithinMs = 4_000;

/** Looks everything up and sets the gauges. What cannot be looked up is left out rather than shown as it was. */
export async function takeSnapshot(sources: Sources, instruments: Instruments): Promise<void> {
  const [counts, overdue, backlog, connections, readiness] = await Promise.all([
    lookUp(sources.countStatuses()),
    lookUp(sources.overdue()),
    lookUp(sources.backlog()),
    lookUp(sources.connections()),
    lookUp(sources.readiness()),
  ]);
  instruments.merchantsFile.set(sources.merchantsProblem() === null ? 1 : 0);
  startPolls(instruments, sources.merchants);
  setReturns(instruments, sources.merchants, counts);
  setWaitingTooLong(instruments, sources.merchants, overdue);
  setBacklog(instruments, sources.merchants, backlog);
  setConnections(instruments, sources.merchants, connections);
  instruments.ready.reset();
  for (const { name, wrong } of readiness ?? [])
    instruments.ready.set({ check: name }, wrong === null ? 1 : 0);
}

/** A count that begins at nothing shows the first failure as a rise. */
function startPolls({ polls }: Instruments, merchants: Merchants): void {
  for (const merchant of merchants.keys())
    for (const source of vendors)
      for (const result of pollResults) polls.inc({ merchant, source, result }, 0);
}

/** Null where it cannot be looked up, or not soon enough. */
function lookUp<Value>(looking: Promise<Value>): Promise<Value | null> {
  return within(answerWithinMs, looking, () => null).catch(() => null);
}

function setReturns(
  { returns }: Instruments,
  merchants: Merchants,
  counts: Awaited<ReturnType<Sources['countStatuses']>> | null,
): void {
  returns.reset();
  if (counts === null) return;
  for (const merchant of merchants.keys())
    for (const status of statuses) returns.set({ merchant, status }, 0);
  for (const { merchant, status, count } of counts) {
    if (merchants.has(merchant)) returns.set({ merchant, status }, count);
  }
}

function setWaitingTooLong(
  { waitingTooLong }: Instruments,
  merchants: Merchants,
  overdue: Awaited<ReturnType<Sources['overdue']>> | null,
): void {
  waitingTooLong.reset();
  if (overdue === null) return;
  for (const merchant of merchants.keys())
    for (const stage of ageingStages) waitingTooLong.set({ merchant, stage }, 0);
  for (const { merchant, stage, count } of overdue) {
    if (merchants.has(merchant)) waitingTooLong.set({ merchant, stage }, count);
  }
}

function setBacklog(
  { backlogJobs, backlogAge }: Instruments,
  merchants: Merchants,
  backlog: readonly Backlog[] | null,
): void {
  backlogJobs.reset();
  backlogAge.reset();
  if (backlog === null) return;
  const set = (labels: { queue: string; merchant?: string }, jobs: number, oldestSeconds: number) => {
    backlogJobs.set(labels, jobs);
    backlogAge.set(labels, oldestSeconds);
  };
  for (const queue of sharedQueues) set({ queue }, 0, 0);
  for (const merchant of merchants.keys()) for (const queue of merchantQueues) set({ queue, merchant }, 0, 0);
  for (const { queue, merchant, jobs, oldestSeconds } of backlog) {
    if (merchant === null) set({ queue }, jobs, oldestSeconds);
    else if (merchants.has(merchant)) set({ queue, merchant }, jobs, oldestSeconds);
  }
}

const pausedStates = ['limited', 'refused'] as const;

/** A refused key stays so until a request has shown that it works; a limit is over when its time is. */
function isPaused(known: ConnectionState | undefined, state: (typeof pausedStates)[number]): boolean {
  if (known?.state !== state) return false;
  return state === 'refused' || (known.until?.getTime() ?? 0) > Date.now();
}

function setConnections(
  { paused, turnWait }: Instruments,
  merchants: Merchants,
  connections: readonly ConnectionState[] | null,
): void {
  paused.reset();
  turnWait.reset();
  if (connections === null) return;
  for (const merchant of merchants.keys()) {
    for (const vendor of vendors) {
      const known = connections.find((one) => one.merchant === merchant && one.vendor === vendor);
      turnWait.set({ merchant, vendor }, (known?.nextTurnInMs ?? 0) / 1000);
      for (const state of pausedStates) {
        paused.set({ merchant, vendor, state }, isPaused(known, state) ? 1 : 0);
      }
    }
  }
}
