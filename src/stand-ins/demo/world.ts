import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { aDayMs } from '../../config/duration.ts';
import { parseMerchants } from '../../config/merchants.ts';
import { type Service, startService } from '../../service.ts';
import { defaultPace, type Pace } from '../../steps/pace.ts';
import { type StandInLoop, startStandInLoop } from '../loop/stand-in.ts';
import { usualStyles } from '../loop/style.ts';
import { type StandInMasonHub, startStandInMasonHub } from '../masonhub/stand-in.ts';

/** Acme has refund messages switched on, Borealis has not. */
export type MerchantSlug = 'acme' | 'borealis';

/** A merchant's two vendors. */
export interface Vendors {
  readonly loop: StandInLoop;
  readonly hub: StandInMasonHub;
  readonly apiToken: string;
}

/** The service, with both vendors of each merchant beside it. */
export interface World {
  readonly url: string;
  readonly opsToken: string;
  readonly vendors: Readonly<Record<MerchantSlug, Vendors>>;
  /** Lets the service believe that it is so much earlier; from then on only later. 0: the present. */
  goBack(ms: number): void;
  close(): Promise<void>;
}

/** Retries come after a second instead of minutes, so that a vendor's bad moment can be watched. */
const pace: Pace = {
  ...defaultPace,
  tries: 8,
  retryDelaySeconds: 1,
  longestRetryDelaySeconds: 2,
  pollingSeconds: 0.5,
  answerWithinMs: 500,
  processWithinMs: 500,
};

/** Of a parcel that came in part, the first line's units are there and the second's are not. */
const partialReceipts = [0.9, 0.1];

/**
 * Starts everything on free ports, its data in a temporary folder.
 * @throws what went wrong, once everything that had been started is stopped again
 */
export async function startWorld(): Promise<World> {
  const cleanUp: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    const vendors = {
      acme: await startVendors('acme', cleanUp),
      borealis: await startVendors('borealis', cleanUp),
    };
    const opsToken = `demo-${randomBytes(9).toString('base64url')}`;
    let backMs = 0;
    const now = () => new Date(Date.now() - backMs);
    const service = await startServiceBeside(vendors, opsToken, now, cleanUp);
    for (const slug of ['acme', 'borealis'] as const) {
      vendors[slug].loop.sendWebhooksTo(`${service.url}/webhooks/loop/${slug}`);
      vendors[slug].hub.sendCallbacksTo(`${service.url}/callbacks/masonhub/${slug}`);
    }
    const goBack = (ms: number) => {
      backMs = ms;
    };
    return { url: service.url, opsToken, vendors, goBack, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startVendors(slug: MerchantSlug, cleanUp: (() => Promise<void>)[]): Promise<Vendors> {
  const { apiKey, webhookSecret, apiToken, callbackToken } = keysOf(slug);
  // A return with two labels has both in its list; the older payloads have room for one only.
  const styles = usualStyles.filter(({ labels }) => labels === 'list');
  const loop = await startStandInLoop({ apiKey, webhookSecret, webhookUrl: null, styles });
  cleanUp.push(() => loop.close());
  let drawn = 0;
  const random = () => partialReceipts[drawn++ % partialReceipts.length] ?? 0;
  const hub = await startStandInMasonHub({
    account: slug,
    apiToken,
    callbackToken,
    callbackUrl: null,
    random,
  });
  cleanUp.push(() => hub.close());
  return { loop, hub, apiToken };
}

function keysOf(slug: MerchantSlug) {
  return {
    apiKey: `${slug}-loop-key`,
    webhookSecret: `${slug}-loop-secret`,
    apiToken: `${slug}-masonhub-token`,
    callbackToken: `${slug}-callback-token`,
  };
}

async function startServiceBeside(
  vendors: Record<MerchantSlug, Vendors>,
  opsToken: string,
  now: () => Date,
  cleanUp: (() => Promise<void>)[],
): Promise<Service> {
  const dataDir = await mkdtemp(join(tmpdir(), 'masonhub-loop-demo-'));
  cleanUp.push(() => rm(dataDir, { recursive: true, force: true }));
  // Where the demo is run by root, the database runs as another user, who has to enter the folder.
  await chmod(dataDir, 0o711);
  const service = await startService({
    settings: {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: null,
      // Ten minutes by default; here nobody wants to wait.
      pollIntervalMs: 3_000,
      retentionMs: 30 * aDayMs,
      dataDir: join(dataDir, 'data'),
      opsToken,
    },
    merchants: parseMerchants(merchantsFile(vendors), {}, 'merchants.yaml'),
    // The screen belongs to the demo.
    log: pino({ level: 'silent' }),
    pace,
    now,
  });
  cleanUp.push(() => service.stop());
  return service;
}

function merchantsFile(vendors: Record<MerchantSlug, Vendors>): string {
  return `merchants:
${merchantEntry('acme', vendors.acme, true)}
${merchantEntry('borealis', vendors.borealis, false)}`;
}

function merchantEntry(slug: MerchantSlug, { loop, hub }: Vendors, refunds: boolean): string {
  const { apiKey, webhookSecret, apiToken, callbackToken } = keysOf(slug);
  return `  ${slug}:
    loop: {apiKey: ${apiKey}, webhookSecret: ${webhookSecret}, apiUrl: '${loop.url}'}
    masonhub:
      account: ${slug}
      apiToken: ${apiToken}
      callbackToken: ${callbackToken}
      apiUrl: '${hub.url}'
    refunds: ${refunds}
    returnReasons: {Item was too big: tooBig, Arrived damaged: damaged}`;
}
