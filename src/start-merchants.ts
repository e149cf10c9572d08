import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type AgeingLimits, defaultAgeingLimits } from './config/ageing.ts';
import type { Settings } from './config/environment.ts';
import { type FollowedFile, followFile } from './config/follow-file.ts';
import type { Merchant, Merchants, ReadMerchants } from './config/merchants.ts';
import { sharingShop } from './config/shared-shops.ts';
import type { Observer } from './metrics/observer.ts';
import type { StepContext } from './steps/context.ts';
import { openMerchantWorkers } from './steps/merchant-workers.ts';
import type { Queues } from './steps/queues.ts';
import { markIfOld, markRenamed } from './steps/restored.ts';
import { vendors } from './vendors.ts';

export interface StartMerchantsOptions {
  readonly settings: Pick<Settings, 'pollIntervalMs'>;
  readonly merchants: Merchants;
  /** How long a return may stand still; left out, the usual limits. */
  readonly ageing?: AgeingLimits;
  /** Reads the merchants file again, whose changes are then taken up; left out where they cannot change. */
  readonly readMerchants?: () => Promise<ReadMerchants>;
}

/** The merchants with their workers and polls, and the file that is followed from now on. */
export async function startMerchants(
  {
    merchants: atFirst,
    ageing: limitsAtFirst = defaultAgeingLimits,
    readMerchants,
    settings,
  }: StartMerchantsOptions,
  context: StepContext & { readonly observer: Observer },
  queues: Queues,
  cleanUp: (() => Promise<void>)[],
): Promise<{ merchants: Merchants; ageingLimits: () => AgeingLimits; file: FollowedFile | null }> {
  const { observer, log } = context;
  const { pollIntervalMs } = settings;
  await markIfOld(context, [...atFirst.keys()], pollIntervalMs);
  const merchants = new Map<string, Merchant>();
  let limits = limitsAtFirst;
  const ageingLimits = () => limits;
  const use = openMerchantWorkers({ context, queues, observer, pollIntervalMs, merchants, vendors });
  await use(atFirst);
  warnOfSharedShops(atFirst, log);
  if (readMerchants === undefined) return { merchants, ageingLimits, file: null };
  const file = followFile({
    names: 'merchants',
    read: async () => {
      const content = await readMerchants();
      return { content, files: content.files };
    },
    use: async (fresh) => {
      await markRenamed(context, merchants, fresh.merchants);
      const changes = await use(fresh.merchants);
      warnOfSharedShops(fresh.merchants, log);
      if (!isDeepStrictEqual(fresh.ageing, limits)) log.info(fresh.ageing, 'the ageing limits were taken up');
      limits = fresh.ageing;
      return changes;
    },
    log,
  });
  cleanUp.push(file.stop);
  return { merchants, ageingLimits, file };
}

function warnOfSharedShops(merchants: Merchants, log: Logger): void {
  for (const merchant of merchants.values()) {
    const others = sharingShop(merchant, merchants.values());
    if (others.length === 0) continue;
    const line = { merchant: merchant.slug, others };
    log.error(
      line,
      'merchants have the same shop in Loop and take the same returns, so what is sent of one is sent twice',
    );
  }
}
