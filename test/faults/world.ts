import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Door, openDoor } from '../replicas/door.ts';
import { type StoppablePostgres, startPostgres } from '../replicas/postgres.ts';
import { type Replica, startReplica } from '../replicas/replicas.ts';
import type { ReplicaSettings } from '../replicas/settings.ts';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';
import { type AskService, askingAny } from './known.ts';
import { slugs, specOf } from './merchants.ts';
import { type Observer, openObserver } from './observer.ts';
import type { Schedule } from './plan.ts';

const opsToken = 'the-ops-token';

/**
 * The real service's patience is made for vendors whose bad days last hours. Here they last seconds, and so do
 * the pauses; everything else is as in production, the heartbeat by which a dead worker is known among it.
 */
const quick: Omit<ReplicaSettings, 'databaseUrl' | 'merchantsFile'> = {
  opsToken,
  pollIntervalMs: 5_000,
  retentionMs: 86_400_000,
  pace: {
    tries: 200,
    longestRetryDelaySeconds: 3,
    pollingSeconds: 1,
    answerWithinMs: 4_000,
    processWithinMs: 8_000,
    askClosedAfterSeconds: 3,
  },
};

/** Two replicas on one database, behind one door, with both vendors of each merchant beside them. */
export interface World {
  readonly vendorsOf: (slug: string) => Vendors;
  readonly vendors: readonly Vendors[];
  readonly postgres: StoppablePostgres;
  readonly replicas: readonly Replica[];
  readonly door: Door;
  readonly observer: Observer;
  readonly ask: AskService;
}

/** @param folder for the database, the settings and the logs */
export async function startWorld(
  folder: string,
  schedule: Schedule,
  closing: AsyncDisposableStack,
): Promise<World> {
  const postgres = await startPostgres(join(folder, 'data'));
  closing.defer(() => postgres.close());
  const vendors = new Map<string, Vendors>();
  for (const slug of slugs) {
    const own = await startVendors(slug, specOf(slug));
    closing.defer(() => own.close());
    vendors.set(slug, own);
  }
  const merchantsFile = join(folder, 'merchants.yaml');
  await writeFile(merchantsFile, merchantsFileOf([...vendors.values()]));
  const settings: ReplicaSettings = { ...quick, databaseUrl: postgres.url, merchantsFile };
  const replicas = [
    closing.use(await startReplica(folder, 'replica-1', settings)),
    closing.use(await startReplica(folder, 'replica-2', settings)),
  ];
  const door = await openDoor(
    () => replicas.map(({ url }) => url),
    (nth) => schedule.onTheWay.get(nth) ?? null,
  );
  closing.defer(() => door.close());
  for (const own of vendors.values()) own.sendTo(door.url);
  const observer = openObserver(postgres.url);
  closing.defer(() => observer.close());
  return {
    vendors: [...vendors.values()],
    vendorsOf: (slug) => {
      const found = vendors.get(slug);
      if (found === undefined) throw new Error(`There is no merchant ${slug}`);
      return found;
    },
    postgres,
    replicas,
    door,
    observer,
    ask: askingAny(replicas, opsToken),
  };
}
