import { describe, expect, it } from 'vitest';
import type { Merchant } from '../../src/config/merchants.ts';
import { startWorld, testPace, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const two = { merchants: { acme: {}, zenith: {} } };

/** Changes one merchant's settings in the file. */
const change = (world: World, slug: string, edit: (merchant: Merchant) => Merchant) =>
  world.changeMerchants((merchants) => {
    const merchant = merchants.get(slug);
    if (merchant === undefined) throw new Error(`There is no ${slug} to change`);
    merchants.set(slug, edit(merchant));
  });
const knock = (world: World, slug: string) => world.post(`/webhooks/loop/${slug}`, '{}');
const waiting = (world: World, queue: string) =>
  world.query(
    `select state, retry_count from pgboss.job where name = $1 and state in ('created', 'retry', 'active')`,
    [queue],
  );

describe.concurrent('a merchant whose settings change', () => {
  it('has them from the next receipt on: what was held stays so', async () => {
    await using world = await startWorld({ merchants: { acme: { refunds: false } } });
    const [early, late] = [await world.open([{ sku: 'TEE-1' }]), await world.open([{ sku: 'TEE-1' }])];
    await world.masonhub.receive(early);
    await world.untilStatus(early, 'held');
    await change(world, 'acme', (merchant) => ({ ...merchant, refunds: true }));
    await world.masonhub.receive(late);
    await world.untilStatus(late, 'processed');
    expect(await world.statusOf(early)).toBe('held');
    expect(world.told(early).processed).toBe(0);
  });

  it('sends with the new key also what waited because the old one was refused', async () => {
    await using world = await startWorld();
    await world.untilQuiet();
    await change(world, 'acme', (merchant) => ({
      ...merchant,
      masonhub: { ...merchant.masonhub, apiToken: 'an-old-token' },
    }));
    const id = await world.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await until(
      () => world.masonhub.calls.filter(({ status }) => status === 401).length >= 2,
      () => 'two refusals',
    );
    await change(world, 'acme', (merchant) => ({
      ...merchant,
      masonhub: { ...merchant.masonhub, apiToken: world.vendors.apiToken },
    }));
    await world.untilStatus(id, 'open');
  });

  it('has their endpoint take the new secret, and no longer the old one', async () => {
    await using world = await startWorld();
    await change(world, 'acme', (merchant) => ({
      ...merchant,
      loop: { ...merchant.loop, webhookSecrets: ['a-new-secret'] },
    }));
    const body = '{"topic":"restock","trigger":"restock.created"}';
    const deliver = async (secret?: string) =>
      (await world.post('/webhooks/loop/acme', body, world.signed(body, secret))).status;
    expect(await deliver()).toBe(401);
    expect(await deliver('a-new-secret')).toBe(200);
  });
});

describe.concurrent('a merchant who leaves the file', () => {
  it('has no endpoint any more; what waits stays, and goes on once the entry is back', async () => {
    await using world = await startWorld(two);
    const zenith = world.vendorsOf('zenith');
    await world.untilQuiet();
    zenith.masonhub.revokeKey(true);
    const id = await zenith.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const jobs = () => waiting(world, 'rmas/zenith');
    // A poll may be refused before the delivery has become a job.
    await until(
      async () => (await jobs()).length === 1 && zenith.masonhub.calls.some(({ status }) => status === 401),
      async () => `a job and a refusal; the jobs are ${JSON.stringify(await jobs())}`,
    );
    let entry: Merchant | undefined;
    await world.changeMerchants((merchants) => {
      entry = merchants.get('zenith');
      merchants.delete('zenith');
    });
    expect((await knock(world, 'zenith')).status).toBe(404);
    expect((await knock(world, 'acme')).status).toBe(401);
    // The worker hands back what it held, and nobody takes it up again.
    const handedBack = await until(
      async () => {
        const all = await jobs();
        return all.length === 1 && all[0]?.['state'] !== 'active' && all;
      },
      async () => `one job that waits; there are ${JSON.stringify(await jobs())}`,
    );
    // Not before: a try that is under way may still be taken.
    zenith.masonhub.revokeKey(false);
    const other = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(other);
    await world.untilStatus(other, 'processed');
    expect(await jobs()).toEqual(handedBack);
    expect(zenith.masonhub.rmas.has(id)).toBe(false);

    await world.changeMerchants((merchants) => {
      if (entry !== undefined) merchants.set('zenith', entry);
    });
    expect((await knock(world, 'zenith')).status).toBe(401);
    await world.untilStatus(id, 'open', 'zenith');
    await zenith.masonhub.receive(id);
    await world.untilStatus(id, 'processed', 'zenith');
    expect(zenith.loop.returns.get(id)?.processedTimes).toBe(1);
  });

  it('while a key is refused has no paused connection any more, neither for a probe nor in the console', async () => {
    await using world = await startWorld(two);
    const zenith = world.vendorsOf('zenith');
    await world.untilQuiet();
    zenith.masonhub.revokeKey(true);
    await zenith.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const ready = async () => (await world.api('/health/ready')).text;
    const untilReady = (part: string) => until(async () => (await ready()).includes(part), ready);
    await untilReady('"state":"refused"');
    expect((await world.api('/console')).text).toContain('The other 3 work.');
    await world.changeMerchants((merchants) => void merchants.delete('zenith'));
    await untilReady('"paused":[]');
    expect((await world.api('/console')).text).toContain('All 2 work.');
  });

  it('and comes back again and again while a key is refused has not used up a try of what waited', async () => {
    await using world = await startWorld(two);
    const zenith = world.vendorsOf('zenith');
    await world.untilQuiet();
    zenith.masonhub.revokeKey(true);
    const id = await zenith.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const jobs = () => waiting(world, 'rmas/zenith');
    const untilAll = (isActive: boolean) =>
      until(
        async () => {
          const all = await jobs();
          return all.length > 0 && all.every(({ state }) => (state === 'active') === isActive);
        },
        async () => `jobs that are ${isActive ? '' : 'not '}under way: ${JSON.stringify(await jobs())}`,
      );
    for (let round = 0; round < testPace.tries; round += 1) {
      await untilAll(true);
      let entry: Merchant | undefined;
      await world.changeMerchants((merchants) => {
        entry = merchants.get('zenith');
        merchants.delete('zenith');
      });
      await untilAll(false);
      await world.changeMerchants((merchants) => {
        if (entry !== undefined) merchants.set('zenith', entry);
      });
    }
    await untilAll(true);
    expect(await jobs()).toHaveLength(1);
    // The hiccup is the first answer that counts.
    zenith.masonhub.answerNext('create', { status: 500 });
    zenith.masonhub.answerNext('find', { status: 500 });
    zenith.masonhub.revokeKey(false);
    await world.untilStatus(id, 'open', 'zenith');
  });

  it('and comes back again and again has the same workers as before, and each return one RMA', async () => {
    await using world = await startWorld(two);
    const zenith = world.vendorsOf('zenith');
    for (let round = 0; round < 3; round += 1) {
      let entry: Merchant | undefined;
      await world.changeMerchants((merchants) => {
        entry = merchants.get('zenith');
        merchants.delete('zenith');
      });
      await world.changeMerchants((merchants) => {
        if (entry !== undefined) merchants.set('zenith', entry);
      });
    }
    const ids = await Promise.all(
      Array.from({ length: 5 }, () => zenith.loop.createReturn({ items: [{ sku: 'TEE-1' }] })),
    );
    for (const id of ids) await world.untilStatus(id, 'open', 'zenith');
    const created = zenith.masonhub.calls
      .filter(({ name }) => name === 'create')
      .flatMap(({ records }) => (records ?? []).map(({ customer_identifier }) => customer_identifier));
    expect(created.sort()).toEqual([...ids].sort());
  });
});

describe('the merchants of before', () => {
  it('stay, all of them and nobody else, while the database is away; the new ones come once it is back', async () => {
    await using world = await startWorld(two);
    await world.untilQuiet();
    await world.cutDatabase();
    await world.changeMerchants((merchants) => {
      const zenith = merchants.get('zenith');
      if (zenith === undefined) throw new Error('There is no zenith to change');
      merchants.delete('zenith');
      merchants.set('nadir', { ...zenith, slug: 'nadir' });
    });
    expect(world.log.map(({ msg }) => msg)).toContain(
      'the merchants file is refused, and the merchants of before stay',
    );
    const known = async () => [
      (await knock(world, 'acme')).status,
      (await knock(world, 'zenith')).status,
      (await knock(world, 'nadir')).status,
    ];
    expect(await known()).toEqual([401, 401, 404]);
    await world.mendDatabase();
    await world.changeMerchants(() => {});
    expect(await known()).toEqual([401, 404, 401]);
  });
});

describe.concurrent('a merchant who is renamed in one change of the file', () => {
  it('is not asked for a second refund: Loop is asked what it knows of a return before', async () => {
    await using world = await startWorld({
      merchants: { acme: { loop: { closeAfterMs: null } } },
      pace: { processWithinMs: 600_000 },
      pollIntervalMs: 500,
    });
    const [queued, disputed] = [await world.open([{ sku: 'TEE-1' }]), await world.open([{ sku: 'TEE-1' }])];
    await world.masonhub.receive(queued);
    await world.untilStatus(queued, 'processing');
    await world.masonhub.receive(disputed, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(disputed, 'flagged');
    await world.masonhub.receive(disputed);
    await world.untilStatus(disputed, 'attention');
    await world.changeMerchants((merchants) => {
      const acme = merchants.get('acme');
      if (acme !== undefined) merchants.set('renamed', { ...acme, slug: 'renamed' });
      merchants.delete('acme');
    });
    expect(world.log).toContainEqual(
      expect.objectContaining({ level: 40, merchant: 'renamed', was: 'acme' }),
    );
    await world.untilStatus(queued, 'received', 'renamed');
    const { reason } = await world.untilStatus(disputed, 'attention', 'renamed');
    expect(reason).toContain('Needs Review');
    await until(
      () => world.loop.calls.some(({ name, returnId }) => name === 'details' && returnId === queued),
      () => 'Loop to be asked',
    );
    expect(world.told(queued).processed).toBe(1);
    expect(world.told(disputed).processed).toBe(0);
  });

  it('is told of in the log where the other entry stays, as both take the same returns', async () => {
    await using world = await startWorld();
    await world.changeMerchants((merchants) => {
      const acme = merchants.get('acme');
      if (acme !== undefined) merchants.set('twin', { ...acme, slug: 'twin' });
    });
    const told = world.log.filter(({ msg }) => msg.includes('what is sent of one is sent twice'));
    expect(told).toMatchObject([
      { level: 50, merchant: 'acme', others: ['twin'] },
      { level: 50, merchant: 'twin', others: ['acme'] },
    ]);
  });
});
