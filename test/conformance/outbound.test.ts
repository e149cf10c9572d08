import { beforeAll, describe, expect, it } from 'vitest';
import { openOutbound } from '../../src/outbound/call.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import type { Vendors } from '../support/vendors.ts';
import type { Judge } from './judge.ts';
import { loopJudge, loopRequests } from './loop/requests.ts';
import { masonHubJudge, masonHubRequests } from './masonhub/requests.ts';
import { type Recorded, recordRequests } from './recorder.ts';
import { runSetUp } from './set-up.ts';

const tee = { sku: 'TEE-1', reason: 'Too big' };
const cap = { sku: 'CAP-2' };

/** Everything that can become of a return, so that every request goes out that the service makes. */
async function playEverything(world: World): Promise<void> {
  const { loop, masonhub } = world;
  await opensAndReplaces(world);
  await cancels(world);
  await receives(world);
  await repeatsWhatGotNoAnswer(world);
  // Its webhooks are lost, so that the pull finds it.
  loop.silence();
  const lost = await loop.createReturn({ items: [tee] });
  await world.untilStatus(lost, 'open');
  masonhub.silence();
  await masonhub.receive(lost);
  await world.untilStatus(lost, 'processing');
  // Another one, of which the report has no items.
  loop.answerNext('asn', { body: [] });
  await world.untilStatus(await loop.createReturn({ items: [cap] }), 'open');
}

async function opensAndReplaces(world: World): Promise<void> {
  const id = await world.open(
    Array.from({ length: 35 }, (_, index) => ({
      sku: `SKU-${index}`,
      reason: 'A reason, at length. '.repeat(9),
    })),
    { label: 'late' },
  );
  await world.loop.addLabel(id, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
  await until(
    () => world.masonhub.rmas.get(id)?.version === 2,
    () => 'the replaced RMA',
  );
  // Every unit is reported, 30 at a time.
  await world.masonhub.receive(id);
  await world.untilStatus(id, 'processing');
}

async function cancels(world: World): Promise<void> {
  const id = await world.open([tee]);
  await world.loop.cancelReturn(id);
  await world.untilStatus(id, 'cancelled');
}

async function receives({ open, masonhub, untilStatus, untilQuiet }: World): Promise<void> {
  const damaged = await open([tee, cap]);
  const note = 'The dock has a lot to tell about this one. '.repeat(5);
  await masonhub.receive(damaged, [tee, { ...cap, status: 'damaged', note }]);
  await untilStatus(damaged, 'flagged');
  const withExtra = await open([tee]);
  await masonhub.receive(withExtra, [tee, { sku: 'MUG-9' }]);
  await untilStatus(withExtra, 'processing');
  await untilQuiet();
}

/** What got no answer is looked for before it is sent again. */
async function repeatsWhatGotNoAnswer({
  loop,
  masonhub,
  open,
  untilStatus,
  untilQuiet,
}: World): Promise<void> {
  masonhub.answerNext('create', 'work-then-drop');
  const id = await open([tee, cap]);
  loop.answerNext('flag', 'work-then-drop');
  loop.answerNext('note', 'work-then-drop');
  await masonhub.receive(id, [tee]);
  await untilStatus(id, 'flagged');
  await untilQuiet();
}

/** What is done once for a merchant: registered, moved to another address, and looked at. */
async function setUp({ loop, masonhub, entry }: Vendors): Promise<void> {
  const outbound = openOutbound();
  const run = (command: 'register' | 'check', publicUrl: string) =>
    runSetUp({ command, publicUrl, entry }, outbound.call);
  expect(await run('register', 'https://old.example.com')).toMatchObject({ status: 0 });
  expect(await run('register', 'https://new.example.com')).toMatchObject({ status: 0 });
  await run('check', 'https://new.example.com');
  await outbound.close();
  expect(loop.subscriptions.size).toBeGreaterThan(0);
  expect(masonhub.callbacks.size).toBe(1);
}

describe('what the service asks of the vendors', () => {
  let toLoop: readonly Recorded[];
  let toMasonHub: readonly Recorded[];

  beforeAll(async () => {
    using recorder = recordRequests();
    await using world = await startWorld({
      pollIntervalMs: 1000,
      merchants: {
        acme: {
          dispositions: true,
          backfill: '300d',
          masonhubSettings: { orderReference: 'order_name' },
          loop: { closeAfterMs: null },
        },
        depot: { destinations: [1042] },
      },
    });
    await playEverything(world);
    await setUp(world.vendorsOf('depot'));
    const vendors = [world.vendors, world.vendorsOf('depot')];
    const to = (urls: readonly string[]) => {
      const origins = urls.map((url) => new URL(url).origin);
      return recorder.requests.filter(({ origin }) => origins.includes(origin));
    };
    toLoop = to(vendors.map(({ loop }) => loop.url));
    toMasonHub = to(vendors.map(({ masonhub }) => masonhub.url));
  }, 120_000);

  describe.each([
    ['Loop', loopJudge, loopRequests, () => toLoop],
    ['MasonHub', masonHubJudge, masonHubRequests, () => toMasonHub],
  ] as const)('%s', (_vendor, judge: Judge, descriptions, requests) => {
    it('is asked nothing that its pages do not describe, and nothing otherwise than they do', () => {
      expect(new Set(requests().flatMap((request) => judge.problemsOf(request)))).toEqual(new Set());
    });

    it.each(descriptions.map(({ name, published }) => [name, published]))(
      'was asked for %s while this was looked at (%s)',
      (name) => {
        expect(requests().map((request) => judge.nameOf(request))).toContain(name);
      },
    );
  });

  it('are the returns in every state that the list leaves out where none is named', () => {
    const lists = toLoop.filter((request) => loopJudge.nameOf(request) === 'list');
    const states = new Set(lists.map(({ query }) => query['state'] ?? 'none'));
    for (const state of ['cancelled', 'review']) expect([...states]).toContain(state);
  });
});
