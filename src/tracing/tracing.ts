import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ConnectionKey } from '../connections/store.ts';
import type { DeliveryKey, StoreDelivery } from '../inbox/inbox.ts';
import type { MakeCall } from '../outbound/call.ts';
import type { Step } from '../returns/return.ts';
import type { Advanced } from '../returns-store/advance.ts';

/** A step of a return that is tried now. */
export interface TracedStep {
  readonly id: string;
  readonly loopReturnId: string;
  readonly step: Step;
  /** 1 the first time. */
  readonly attempt: number;
}

/**
 * Whoever records what the service does for a return is told of it here. What it records goes out beside the work:
 * being told never fails and never waits.
 */
export interface Tracing {
  /** What a line of the log says of the trace that it belongs to; null where nothing is traced. */
  readonly logFields: ((line: object) => object) | null;
  /** Records the requests that the service answers, except those of probes and of Prometheus. */
  traceRequests(app: FastifyInstance): Promise<void>;
  /** Keeps with each delivery which request brought it, for whoever applies it later. */
  stored(store: StoreDelivery): StoreDelivery;
  /** Deliveries that are applied to their returns together. */
  applied<Result>(keys: readonly DeliveryKey[], work: () => Promise<Result>): Promise<Result>;
  /** One try of steps that are taken together; what came of each is in the result, by the ids. */
  tried<Results extends ReadonlyMap<string, { readonly kind: string }>>(
    merchant: string,
    steps: readonly TracedStep[],
    work: () => Promise<Results>,
  ): Promise<Results>;
  /** Records each request to a vendor, in the traces of the returns that it is for. */
  called(make: MakeCall, key: ConnectionKey): MakeCall;
  /** What is committed has moved returns on. */
  advanced(merchant: string, lines: readonly Advanced[]): void;
  /** Where to say that nothing can be recorded. */
  warnTo(log: Logger): void;
  /** Sends what is recorded, for two seconds at most. */
  stop(): Promise<void>;
}

/** Where nobody asked for traces: everything goes on as if it were not there. */
export const noTracing: Tracing = {
  logFields: null,
  traceRequests: async () => {},
  stored: (store) => store,
  applied: (_, work) => work(),
  tried: (_merchant, _steps, work) => work(),
  called: (make) => make,
  advanced: () => {},
  warnTo: () => {},
  stop: async () => {},
};
