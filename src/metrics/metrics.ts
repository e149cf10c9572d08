import type { Logger } from 'pino';
import { within } from '../config/deadline.ts';
import type { ConnectionKey } from '../connections/store.ts';
import type { Database } from '../database/connect.ts';
import { inNobodysName } from '../database/group-commit.ts';
import type { MakeCall } from '../outbound/call.ts';
import type { Advanced } from '../returns-store/advance.ts';
import { type Ended, measureSpans, type SpanName, spans } from './durations.ts';
import { type Instruments, labelOf, makeInstruments } from './instruments.ts';
import type { Observer } from './observer.ts';
import { answerWithinMs, type Sources, takeSnapshot } from './snapshot.ts';

/** Prometheus' text format. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

export interface Metrics {
  readonly observer: Observer;
  /** Times the requests to a vendor. */
  timed(call: MakeCall, key: ConnectionKey): MakeCall;
  /** What is counted here, and what the sources say, looked up every few seconds at most. */
  read(sources: Sources): Promise<MetricsText>;
  /** Waits for what is being measured. */
  close(): Promise<void>;
}

export interface MetricsParts {
  readonly db: Database;
  readonly pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number };
  readonly log: Logger;
}

const snapshotForMs = 3_000;
/** What has ended is measured when somebody looks, or so many together where nobody does. */
const mostUnmeasured = 100;

/** Counts and times what the service does. Each service has its own. */
export function openMetrics({ db, pool, log }: MetricsParts): Metrics {
  const instruments = makeInstruments();
  const ended: Ended[] = [];
  let measured = Promise.resolve();
  let snapshot: Promise<void> | null = null;
  let takenAt = 0;

  /** Many at a time, one statement after the other: measuring never takes more than a connection from the work. */
  function measureEnded(): Promise<void> {
    const group = ended.splice(0);
    if (group.length > 0) measured = measured.then(() => inNobodysName(() => observeDurations(group)));
    return measured;
  }

  async function observeDurations(group: readonly Ended[]): Promise<void> {
    try {
      for (const [index, seconds] of (await measureSpans(db, group)).entries()) {
        const span = group[index]?.span;
        if (span !== undefined && seconds !== null) histogramOf(instruments, span)(Math.max(0, seconds));
      }
    } catch (err) {
      log.debug({ err }, 'durations could not be measured');
    }
  }

  return {
    observer: {
      delivery: (source, result) => instruments.deliveries.inc({ source, result }),
      step: (step, result) => instruments.steps.inc({ step, result }),
      poll: (merchant, source, result) => instruments.polls.inc({ merchant, source, result }),
      alert: (result) => instruments.alerts.inc({ result }),
      bulkRetried: (result) => instruments.bulkRetried.inc({ result: labelOf(result) }),
      advanced: (merchant, lines) => {
        ended.push(...lines.flatMap((line) => endedSpans(merchant, line)));
        if (ended.length >= mostUnmeasured) void measureEnded();
      },
    },
    timed:
      (make, { vendor }) =>
      async (call) => {
        const end = instruments.calls.startTimer({ vendor, endpoint: call.endpoint ?? 'other' });
        const answer = await make(call);
        end({ status: answer.kind === 'answer' ? String(answer.status) : 'none' });
        return answer;
      },
    read: async (sources) => {
      const now = performance.now();
      if (snapshot === null || now - takenAt > snapshotForMs) {
        takenAt = now;
        snapshot = takeSnapshot(sources, instruments);
      }
      await Promise.all([snapshot, within(answerWithinMs, measureEnded(), () => undefined)]);
      instruments.poolConnections.set({ state: 'idle' }, pool.idleCount);
      instruments.poolConnections.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      instruments.poolWaiting.set(pool.waitingCount);
      return { contentType: instruments.registry.contentType, text: await instruments.registry.metrics() };
    },
    close: () => measured,
  };
}

function endedSpans(merchant: string, { loopReturnId, wrote }: Advanced): Ended[] {
  return spanNames
    .filter((span) => spans[span].to.some((event) => wrote.includes(event)))
    .map((span) => ({ merchant, loopReturnId, span }));
}

const spanNames: readonly SpanName[] = ['rmaOpen', 'process', 'flag'];

function histogramOf(instruments: Instruments, span: SpanName): (seconds: number) => void {
  if (span === 'rmaOpen') return (seconds) => instruments.rmaOpen.observe(seconds);
  return (seconds) => instruments.messageAccepted.observe({ message: span }, seconds);
}
