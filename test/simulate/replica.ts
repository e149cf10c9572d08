import { pino } from 'pino';
import type { Settings } from '../../src/config/environment.ts';
import type { Merchants } from '../../src/config/merchants.ts';
import { openCallRecords } from '../../src/connections/calls.ts';
import type { Database } from '../../src/database/connect.ts';
import { addEndpoints, openApp } from '../../src/http/app.ts';
import type { StoreDelivery } from '../../src/inbox/inbox.ts';
import type { Observer } from '../../src/metrics/observer.ts';
import type { MakeCall } from '../../src/outbound/call.ts';
import type { Message } from '../../src/stand-ins/send-message.ts';
import type { Pace } from '../../src/steps/pace.ts';
import type { Queues } from '../../src/steps/queues.ts';
import { noTracing } from '../../src/tracing/tracing.ts';
import { vendors } from '../../src/vendors.ts';
import { startWork } from '../../src/work.ts';

/** The endpoints of one replica, built once: which process is behind them changes. */
export interface Door {
  receive(message: Message): Promise<{ status: number; body: string; retryAfterSeconds: number | null }>;
  /** Whether anybody listens: a process does so once it has started, until it is gone. */
  isOpen(): boolean;
  /** From now on these merchants come in, and their deliveries are stored so. */
  open(merchants: Merchants, store: StoreDelivery): void;
  /** The process behind it is gone. */
  shut(): void;
}

/** The service's own endpoints, signatures and all, without a socket. */
export async function buildDoor(): Promise<Door> {
  const merchants = new Map();
  let behind: {
    readonly store: StoreDelivery;
    readonly gone: Promise<never>;
    readonly leave: () => void;
  } | null = null;
  const app = await openApp({ log: pino({ level: 'silent' }) });
  await addEndpoints(app, merchants, {
    vendors,
    store: async (delivery) => {
      if (behind === null) throw new Error('Nobody is behind this door');
      return Promise.race([behind.store(delivery), behind.gone]);
    },
    countTurnedAway: () => {},
  });
  await app.ready();
  return {
    open: (next, store) => {
      merchants.clear();
      for (const [slug, merchant] of next) merchants.set(slug, merchant);
      const { promise: gone, reject } = Promise.withResolvers<never>();
      gone.catch(() => {});
      behind = { store, gone, leave: () => reject(new Error('The process is gone')) };
    },
    shut: () => {
      behind?.leave();
      behind = null;
    },
    isOpen: () => behind !== null,
    receive: async ({ url, headers, body }) => {
      const answer = await app.inject({
        method: 'POST',
        url: new URL(url).pathname,
        headers: { 'content-type': 'application/json', ...headers },
        payload: body,
      });
      const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
      const retryAfterSeconds = Number.isNaN(seconds) ? null : seconds;
      return { status: answer.statusCode, body: answer.body, retryAfterSeconds };
    },
  };
}

export type ReplicaSettings = Pick<Settings, 'pollIntervalMs' | 'retentionMs'>;

export interface ReplicaParts {
  readonly db: Database;
  readonly queues: Queues;
  readonly call: MakeCall;
  readonly merchants: Merchants;
  readonly pace: Pace;
  readonly settings: ReplicaSettings;
  /** Hears of what the service calls an error. */
  readonly hearError: (line: string) => void;
}

const silent: Observer = {
  delivery: () => {},
  step: () => {},
  poll: () => {},
  alert: () => {},
  advanced: () => {},
  bulkRetried: () => {},
};

/** Starts what works between the endpoints and the vendors, as `startService` does. */
export async function startReplica(parts: ReplicaParts): Promise<StoreDelivery> {
  const { db, queues, call, pace, settings } = parts;
  const log = pino({ level: 'error' }, { write: parts.hearError });
  const now = () => new Date();
  const calls = openCallRecords({ db, log, now });
  const work = await startWork(
    {
      settings,
      db,
      queues,
      callOf: (key) => calls.recorded(call, key),
      enqueueAlerts: queues.enqueueAlerts,
      observer: silent,
      tracing: noTracing,
      log,
      pace,
      now,
    },
    { settings, merchants: parts.merchants },
    [],
  );
  return work.inbox.store;
}
