import { startWorld, type World, type WorldOptions } from '../support/service.ts';
import { until } from '../support/until.ts';

const messages = ['Loop was asked for what changed', 'MasonHub was asked for receipts'];

/** A world whose first pulls are over, so that no pull finds what its tests do. */
export async function startQuietly(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld(options);
  const merchants = Object.keys(options.merchants ?? { acme: {} }).length;
  const pulls = (msg: string) => world.log.filter((line) => line.msg === msg).length;
  await until(
    () => messages.every((msg) => pulls(msg) >= merchants),
    () => 'the first pulls',
  );
  return world;
}

/** A world that lives by pulls, one whenever the queue is looked at: every webhook of Loop's is lost. */
export async function startSilently(options: WorldOptions = {}): Promise<World> {
  const world = await startQuietly({ pollIntervalMs: 250, ...options });
  for (const slug of Object.keys(options.merchants ?? { acme: {} })) world.vendorsOf(slug).loop.silence();
  return world;
}
