import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../config/version.ts';
import { sources } from '../inbox/delivery.ts';
import { steps } from '../returns/return.ts';
import { alertResults, bulkRetryResults, deliveryResults, stepResults } from './observer.ts';

const prefix = 'masonhub_loop_';

const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
/** From what a healthy service needs to what a day's outage makes of it. */
const waitBuckets = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

/** The messages whose acceptance by Loop is timed. */
export const timedMessages = ['process', 'flag'] as const;

export type Instruments = ReturnType<typeof makeInstruments>;

/**
 * Everything that is counted, in a registry of its own. Labels only ever hold words from short lists and the
 * slugs of the merchants file: no id, nothing personal, nothing that a vendor wrote.
 */
export function makeInstruments() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: prefix + name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: prefix + name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name: prefix + name, help, labelNames, buckets, registers });

  const made = {
    deliveries: counter('deliveries_total', 'Deliveries from vendors, by what became of them.', [
      'source',
      'result',
    ]),
    steps: counter('steps_total', 'Tries of the steps that carry returns to vendors.', ['step', 'result']),
    polls: counter('polls_total', 'Pulls of what messages may have missed.', [
      'merchant',
      'source',
      'result',
    ]),
    alerts: counter('alerts_total', 'Tries to deliver alerts to ALERT_WEBHOOK_URL.', ['result']),
    bulkRetried: counter('bulk_retried_total', 'Returns of bulk retries, by what came of their turn.', [
      'result',
    ]),
    calls: histogram(
      'vendor_call_duration_seconds',
      'Requests to vendors, by their answer; the status is none where none came.',
      ['vendor', 'endpoint', 'status'],
      callBuckets,
    ),
    rmaOpen: histogram(
      'rma_open_duration_seconds',
      'From the first delivery that told of a return to its RMA in MasonHub.',
      [],
      waitBuckets,
    ),
    messageAccepted: histogram(
      'message_accepted_duration_seconds',
      'From the receipt that was decided, or the end of a wait, to the refund message or flag that Loop accepted.',
      ['message'],
      waitBuckets,
    ),
    returns: gauge('returns', 'Returns that Loop has told of.', ['merchant', 'status']),
    waitingTooLong: gauge(
      'waiting_too_long',
      'Returns that stand still at one stage for longer than the merchants file allows.',
      ['merchant', 'stage'],
    ),
    backlogJobs: gauge('backlog_jobs', 'Jobs that are due and wait for a worker.', ['queue', 'merchant']),
    backlogAge: gauge('backlog_oldest_seconds', 'How long the oldest of them has been due.', [
      'queue',
      'merchant',
    ]),
    paused: gauge('connection_paused', '1 where nothing is sent to a vendor for a merchant.', [
      'merchant',
      'vendor',
      'state',
    ]),
    turnWait: gauge(
      'rate_limit_wait_seconds',
      "How long the next request waits for its turn within a vendor's limit.",
      ['merchant', 'vendor'],
    ),
    poolConnections: gauge('database_pool_connections', 'Connections to the database.', ['state']),
    poolWaiting: gauge('database_pool_waiting', 'Queries that wait for a connection to the database.', []),
    merchantsFile: gauge(
      'merchants_file_valid',
      '0 where the merchants file cannot be used, so that the merchants of before stay.',
      [],
    ),
    ready: gauge('ready', '1 for each readiness check that holds.', ['check']),
    build: gauge('build_info', '1, with what runs here.', ['version', 'node_version']),
  };
  made.build.set({ version, node_version: process.version }, 1);
  for (const source of sources)
    for (const result of deliveryResults) made.deliveries.inc({ source, result }, 0);
  for (const step of steps) for (const result of stepResults) made.steps.inc({ step, result }, 0);
  for (const result of alertResults) made.alerts.inc({ result }, 0);
  for (const result of bulkRetryResults) made.bulkRetried.inc({ result: labelOf(result) }, 0);
  for (const message of timedMessages) made.messageAccepted.zero({ message });
  return { registry, ...made };
}

/** A word of the service as a label's value: the others have no hyphens either. */
export function labelOf(word: string): string {
  return word.replaceAll('-', '_');
}
