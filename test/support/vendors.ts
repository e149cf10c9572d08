import type { Merchant } from '../../src/config/merchants.ts';
import { usualStyles } from '../../src/stand-ins/loop/payloads.ts';
import { type LoopOptions, type StandInLoop, startStandInLoop } from '../../src/stand-ins/loop/stand-in.ts';
import {
  type MasonHubOptions,
  type StandInMasonHub,
  startStandInMasonHub,
} from '../../src/stand-ins/masonhub/stand-in.ts';

/** A merchant's `receipts`, as the merchants file spells it. */
export interface ReceiptsSection {
  refund?: readonly string[];
  wait?: readonly string[];
  waitFor?: string;
  secondParcelFor?: string;
  trustRequestedStatus?: boolean;
}

/** What is special about a merchant of a test. */
export interface MerchantSpec {
  /** On unless a test is about the opposite. */
  refunds?: boolean;
  receipts?: ReceiptsSection;
  /** The first is the one that the stand-in Loop signs with. */
  webhookSecrets?: readonly [string, ...string[]];
  /** More of the entry's `masonhub` in the merchants file. */
  masonhubSettings?: Readonly<Record<string, string>>;
  returnReasons?: Readonly<Record<string, string>>;
  /** Only returns bound for these Loop destinations go to MasonHub; all of them unless given. */
  destinations?: readonly number[];
  partialRmas?: boolean;
  keptItems?: Merchant['keptItems'];
  dispositions?: boolean;
  backfill?: string;
  loop?: Partial<LoopOptions>;
  masonhub?: Partial<MasonHubOptions>;
}

/** A merchant whose Loop tells of all labels of a return; the other styles name one only, however many there are. */
export const tellsAllLabels = { loop: { styles: usualStyles.filter(({ labels }) => labels === 'list') } };

/** One merchant's two vendors, and what proves them. */
export interface Vendors {
  readonly slug: string;
  readonly loop: StandInLoop;
  readonly masonhub: StandInMasonHub;
  readonly apiKey: string;
  readonly webhookSecrets: readonly [string, ...string[]];
  readonly apiToken: string;
  readonly callbackToken: string;
  /** The merchant's entry in the merchants file. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Points both vendors' messages at a service. */
  sendTo(serviceUrl: string): void;
  close(): Promise<void>;
}

/** Starts a stand-in Loop and a stand-in MasonHub for one merchant. */
export async function startVendors(slug: string, spec: MerchantSpec = {}): Promise<Vendors> {
  const apiKey = `loop-key-of-${slug}`;
  const webhookSecrets = spec.webhookSecrets ?? ([`webhook-secret-of-${slug}`] as const);
  const apiToken = `masonhub-token-of-${slug}`;
  const callbackToken = `callback-token-of-${slug}`;
  const loop = await startStandInLoop({
    apiKey,
    webhookSecret: webhookSecrets[0],
    webhookUrl: null,
    ...spec.loop,
  });
  const masonhub = await startStandInMasonHub({
    account: slug,
    apiToken,
    callbackToken,
    callbackUrl: null,
    ...spec.masonhub,
  });
  return {
    slug,
    loop,
    masonhub,
    apiKey,
    webhookSecrets,
    apiToken,
    callbackToken,
    entry: {
      loop: {
        apiKey,
        webhookSecret: webhookSecrets,
        apiUrl: loop.url,
        ...given('destinations', spec.destinations),
      },
      masonhub: { account: slug, apiToken, callbackToken, apiUrl: masonhub.url, ...spec.masonhubSettings },
      refunds: spec.refunds ?? true,
      ...given('receipts', spec.receipts),
      ...given('returnReasons', spec.returnReasons),
      ...given('partialRmas', spec.partialRmas),
      ...given('keptItems', spec.keptItems),
      ...given('dispositions', spec.dispositions),
      ...given('backfill', spec.backfill),
    },
    sendTo: (serviceUrl) => {
      loop.sendWebhooksTo(`${serviceUrl}/webhooks/loop/${slug}`);
      masonhub.sendCallbacksTo(`${serviceUrl}/callbacks/masonhub/${slug}`);
    },
    close: async () => {
      await Promise.all([loop.close(), masonhub.close()]);
    },
  };
}

/** A setting that the merchant's entry holds only where the test names it. */
function given(key: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [key]: value };
}

/** A merchants file: JSON is YAML too. */
export function merchantsFileOf(vendors: readonly Pick<Vendors, 'slug' | 'entry'>[]): string {
  return JSON.stringify({ merchants: Object.fromEntries(vendors.map((one) => [one.slug, one.entry])) });
}
