import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { z } from 'zod';
import { type AgeingLimits, defaultAgeingLimits } from '../../src/config/ageing.ts';
import { type Merchant, parseMerchants } from '../../src/config/merchants.ts';
import type { Operators } from '../../src/operators/operator.ts';
import { type Service, type ServiceOptions, startService } from '../../src/service.ts';
import type { LoopItemSpec, LoopReturnSpec } from '../../src/stand-ins/loop/returns.ts';
import type { StandInLoop } from '../../src/stand-ins/loop/stand-in.ts';
import type { StandInMasonHub } from '../../src/stand-ins/masonhub/stand-in.ts';
import { defaultPace, type Pace } from '../../src/steps/pace.ts';
import { freshDatabase } from './database.ts';
import { type Reply, send } from './reply.ts';
import { type ReturnBody, returnBody, type Status } from './return-body.ts';
import { until } from './until.ts';
import { type MerchantSpec, merchantsFileOf, startVendors, type Vendors } from './vendors.ts';
import { countRows, letIn, openJobs, openQuerying, storedStatus } from './world-database.ts';

export interface WorldOptions {
  /** By slug; one merchant, `acme`, unless a test needs others. */
  merchants?: Readonly<Record<string, MerchantSpec>>;
  /** How long returns may stand still; the usual limits unless a test is about it. */
  ageing?: AgeingLimits;
  pace?: Partial<Pace>;
  /** How often the vendors are polled; an hour unless a test is about it, so only once at the start. */
  pollIntervalMs?: number;
  /** How long raw deliveries are kept; a day unless a test is about it. */
  retentionMs?: number;
  /** Null: the setting is unset. */
  opsToken?: string | null;
  /** What else people sign in with; nothing but the token unless a test is about it. */
  signIn?: Partial<Pick<ServiceOptions['settings'], 'port' | 'publicUrl' | 'oidc'>> & {
    operators?: Operators;
  };
  /** Where alerts are posted; nowhere unless a test is about them. */
  alertWebhookUrl?: string;
}

const logLine = z.looseObject({ level: z.number(), msg: z.string() });
/** A line of the service's log. */
export type LogLine = z.infer<typeof logLine>;

/** What Loop has been told about one return. */
export interface Told {
  readonly processed: number;
  readonly flagged: number;
  readonly notes: readonly string[];
}

/** The service, its database, and a stand-in Loop and MasonHub for each merchant, all over real sockets. */
export interface World extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  /** What the service has logged so far. */
  readonly log: readonly LogLine[];
  /** The first merchant's vendors. */
  readonly vendors: Vendors;
  readonly loop: StandInLoop;
  readonly masonhub: StandInMasonHub;
  vendorsOf(slug: string): Vendors;
  /** A request to the operations API, with its token unless the headers say otherwise. */
  api(path: string, init?: { method?: string; headers?: Record<string, string> }): Promise<Reply>;
  post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** The headers with which the first merchant's Loop sends a body. */
  signed(body: string | Uint8Array, secret?: string): Record<string, string>;
  /** The headers with which the first merchant's MasonHub sends a body. */
  proven(): Record<string, string>;
  /** Creates a return in the first merchant's Loop, and waits until MasonHub has its RMA. */
  open(items: readonly LoopItemSpec[], spec?: Omit<LoopReturnSpec, 'items'>): Promise<string>;
  /** Null where the service knows no such return. */
  returnOf(id: string, slug?: string): Promise<ReturnBody | null>;
  statusOf(id: string, slug?: string): Promise<Status | null>;
  untilStatus(id: string, status: Status, slug?: string): Promise<ReturnBody>;
  /** Waits until everything that was delivered has been carried out: nothing more can follow by itself. */
  untilQuiet(): Promise<void>;
  /** What the first merchant's Loop has been told about a return. */
  told(id: string): Told;
  query(statement: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Changes the merchants file, and has it taken up. */
  changeMerchants(edit: (merchants: Map<string, Merchant>) => void): Promise<void>;
  /** Asks for a retry of what failed as a person does: once more where the service is not able to at the moment. */
  retry(id: string, slug?: string): Promise<void>;
  /** How many rows each of the service's own tables holds. */
  rowCounts(): Promise<Record<string, number>>;
  /** Cuts every connection to the database and lets nobody in, as an outage would. */
  cutDatabase(): Promise<void>;
  mendDatabase(): Promise<void>;
  stop(): Promise<void>;
}

/** Quick retries, and patience only where a test asks for it. */
export const testPace: Pace = {
  ...defaultPace,
  tries: 3,
  retryDelaySeconds: 0,
  pollingSeconds: 0.5,
  answerWithinMs: 50,
  processWithinMs: 50,
  askClosedAfterSeconds: 3600,
  loopRequestsPerMinute: 60_000,
  refusedPauseMs: 100,
  bulkRetriesPerSecond: 1_000,
};

export const opsToken = 'the-ops-token-of-a-test';

/** Starts a whole world around one service. Whatever it opened is closed by `stop`, or by `await using`. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const closing = new AsyncDisposableStack();
  try {
    return await start(options, closing);
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

async function start(options: WorldOptions, closing: AsyncDisposableStack): Promise<World> {
  const database = await freshDatabase('started');
  closing.defer(() => database.drop());
  const merchants: Vendors[] = [];
  for (const [slug, spec] of Object.entries(options.merchants ?? { acme: {} })) {
    const vendors = await startVendors(slug, spec);
    closing.defer(() => vendors.close());
    merchants.push(vendors);
  }
  const log: LogLine[] = [];
  const token = options.opsToken === undefined ? opsToken : options.opsToken;
  const { ageing = defaultAgeingLimits } = options;
  const { operators, ...signInSettings } = options.signIn ?? {};
  let current = parseMerchants(merchantsFileOf(merchants), {}, 'merchants.yaml');
  const service = await startService({
    settings: {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: database.url,
      dataDir: tmpdir(),
      opsToken: token,
      alertWebhookUrl: options.alertWebhookUrl ?? null,
      pollIntervalMs: options.pollIntervalMs ?? 3_600_000,
      retentionMs: options.retentionMs ?? 86_400_000,
      ...signInSettings,
    },
    ...(operators === undefined
      ? {}
      : { usersFile: { operators, read: async () => ({ content: operators, files: [] }) } }),
    merchants: current,
    ageing,
    readMerchants: async () => ({ merchants: current, ageing, files: [] }),
    log: pino({ level: 'info' }, { write: (line) => void log.push(logLine.parse(JSON.parse(line))) }),
    pace: { ...testPace, ...options.pace },
  });
  closing.defer(() => service.stop());
  for (const vendors of merchants) vendors.sendTo(service.url);
  const { query, close } = openQuerying(database.url);
  closing.defer(close);
  return {
    ...handles(service, merchants, query),
    databaseUrl: database.url,
    log,
    query,
    changeMerchants: async (edit) => {
      const edited = new Map(current);
      edit(edited);
      current = edited;
      await service.reloadMerchants();
    },
    cutDatabase: () => letIn(database.url, false),
    mendDatabase: () => letIn(database.url, true),
    stop: () => closing.disposeAsync(),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function handles(service: Service, merchants: readonly Vendors[], query: World['query']) {
  const vendorsOf = (slug: string) => {
    const found = merchants.find((one) => one.slug === slug);
    if (found === undefined) throw new Error(`This test has no merchant ${slug}`);
    return found;
  };
  const [vendors] = merchants;
  if (vendors === undefined) throw new Error('A world needs a merchant');
  const { loop, masonhub } = vendors;
  const api: World['api'] = (path, init = {}) =>
    send(service.url + path, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${opsToken}`, ...init.headers },
    });
  const returnOf = async (id: string, slug = vendors.slug) => {
    const { status, json, text } = await api(`/api/returns/${slug}/${encodeURIComponent(id)}`);
    if (status === 404) return null;
    if (status !== 200) throw new Error(`The service answered ${status} for return ${id}: ${text}`);
    return returnBody.parse(json);
  };
  const untilStatus: World['untilStatus'] = (id, status, slug) =>
    until(
      async () => {
        // A look at the table costs a tenth of a request to the API, and most looks come too early.
        if ((await storedStatus(query, slug ?? vendors.slug, id)) !== status) return null;
        const found = await returnOf(id, slug);
        return found?.status === status && found;
      },
      async () => `return ${id} as ${status}; it is ${JSON.stringify(await returnOf(id, slug))}`,
    );
  return {
    url: service.url,
    vendors,
    loop,
    masonhub,
    vendorsOf,
    api,
    returnOf,
    untilStatus,
    retry: async (id: string, slug: string = vendors.slug) => {
      const ask = () => api(`/api/returns/${slug}/${encodeURIComponent(id)}/retry`, { method: 'POST' });
      const { status, text } = await until(
        async () => {
          const reply = await ask();
          return reply.status !== 503 && reply;
        },
        () => `a retry of return ${id}`,
      );
      if (status !== 202) throw new Error(`The service answered ${status} to a retry of ${id}: ${text}`);
    },
    statusOf: async (id: string, slug?: string) => (await returnOf(id, slug))?.status ?? null,
    post: (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      send(service.url + path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    signed: (body: string | Uint8Array, secret: string = vendors.webhookSecrets[0]) => ({
      'x-loop-signature': createHmac('sha256', secret).update(body).digest('base64'),
    }),
    proven: () => ({ authorization: `Bearer ${vendors.callbackToken}` }),
    open: async (items: readonly LoopItemSpec[], spec: Omit<LoopReturnSpec, 'items'> = {}) => {
      const id = await loop.createReturn({ ...spec, items });
      await untilStatus(id, 'open');
      return id;
    },
    told: (id: string): Told => {
      const about = loop.returns.get(id);
      if (about === undefined) throw new Error(`The stand-in Loop has no return ${id}`);
      const notes = about.notes.map((note) => note.content);
      return { processed: about.processedTimes, flagged: about.flaggedTimes, notes };
    },
    untilQuiet: async () => {
      await until(
        async () => (await openJobs(query)).length === 0,
        async () => `an end of the jobs ${JSON.stringify(await openJobs(query))}`,
      );
    },
    rowCounts: () => countRows(query),
  };
}
