import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LoadBalancer, type OnTheWay, openLoadBalancer } from '../replicas/load-balancer.ts';
import { type StoppablePostgres, startPostgres } from '../replicas/postgres.ts';
import { type Replica, startReplica } from '../replicas/replicas.ts';
import type { ReplicaSettings } from '../replicas/settings.ts';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';
import { type AskService, askingAny } from './known.ts';
import { receiptsOf, slugs, specOf } from './merchants.ts';
import { type Observer, openObserver } from './observer.ts';

const opsToken = 'the-ops-token-of-a-test';

/** Two replicas on one database, behind one load balancer, with both vendors of each merchant beside them. */
export interface World {
  /** Where the logs are. */
  readonly folder: string;
  readonly vendorsOf: (slug: string) => Vendors;
  readonly vendors: readonly Vendors[];
  readonly postgres: StoppablePostgres;
  readonly replicas: readonly Replica[];
  readonly loadBalancer: LoadBalancer;
  readonly observer: Observer;
  readonly ask: AskService;
  /** Writes the merchants file as it is before or after a shop's change in the middle of the run. */
  readonly writeMerchants: (when: 'before' | 'after') => Promise<void>;
}

export type WorldSettings = Pick<ReplicaSettings, 'pollIntervalMs' | 'retentionMs' | 'pace'>;

/** @param folder for its files, where it is one of the run's own */
export type OpenDatabase = (folder: string) => Promise<StoppablePostgres>;

/**
 * @param folder for the database, the settings and the logs
 * @param troubleOf what happens to the nth delivery on its way
 * @param openPostgres the database that they share; one of its own unless given
 */
export async function startWorld(
  folder: string,
  own: WorldSettings,
  closing: AsyncDisposableStack,
  troubleOf: (nth: number) => OnTheWay | null = () => null,
  openPostgres: OpenDatabase = startPostgres,
): Promise<World> {
  const postgres = await openPostgres(join(folder, 'data'));
  closing.defer(() => postgres.close());
  const vendors = new Map<string, Vendors>();
  for (const slug of slugs) {
    const started = await startVendors(slug, specOf(slug));
    closing.defer(() => started.close());
    vendors.set(slug, started);
  }
  const merchantsFile = join(folder, 'merchants.yaml');
  const writeMerchants = async (when: 'before' | 'after') => {
    const entries = slugs.flatMap((slug) => {
      const one = vendors.get(slug);
      return one === undefined ? [] : [{ slug, entry: { ...one.entry, receipts: receiptsOf(slug, when) } }];
    });
    await writeFile(`${merchantsFile}.new`, merchantsFileOf(entries));
    await rename(`${merchantsFile}.new`, merchantsFile);
  };
  await writeMerchants('before');
  const settings: ReplicaSettings = { ...own, opsToken, databaseUrl: postgres.url, merchantsFile };
  const replicas = [
    closing.use(await startReplica(folder, 'replica-1', settings)),
    closing.use(await startReplica(folder, 'replica-2', settings)),
  ];
  const loadBalancer = await openLoadBalancer(() => replicas.map(({ url }) => url), troubleOf);
  closing.defer(() => loadBalancer.close());
  for (const one of vendors.values()) one.sendTo(loadBalancer.url);
  const observer = openObserver(postgres.url);
  closing.defer(() => observer.close());
  return {
    folder,
    vendors: [...vendors.values()],
    vendorsOf: (slug) => {
      const found = vendors.get(slug);
      if (found === undefined) throw new Error(`There is no merchant ${slug}`);
      return found;
    },
    postgres,
    replicas,
    loadBalancer,
    observer,
    ask: askingAny(replicas, opsToken),
    writeMerchants,
  };
}
