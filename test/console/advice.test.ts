import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { tellsAllLabels } from '../support/vendors.ts';
import { readPage } from './read.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    merchants: {
      acme: { returnReasons: { 'Too big': 'tooBig' }, ...tellsAllLabels },
      limited: {},
      keyless: {},
      echo: { masonhubSettings: { receiveInto: 'available' } },
      vague: {},
    },
    pace: { refusedPauseMs: 3_600_000 },
  });
});
afterAll(() => world.stop());

const read = (path: string) => readPage(world, path);

/** A return of a merchant whose Loop answers the flag like this, once its connection is seen to pause. */
async function paused(slug: string, answer: { status: number; headers?: Record<string, string> }) {
  const { loop, masonhub } = world.vendorsOf(slug);
  const id = await loop.createReturn({ items: [{ sku: 'MUG-1' }] });
  await world.untilStatus(id, 'open', slug);
  loop.answerNext('flag', answer);
  await masonhub.receive(id, [{ sku: 'MUG-1', status: 'damaged' }]);
  await until(
    async () => (await world.api('/health/ready')).text.includes(`"merchant":"${slug}"`),
    () => `the connection of ${slug} to pause`,
  );
  return id;
}

describe('why a return is stuck, and what to do, is said on its page and on the overview', () => {
  it('where Loop refuses the key', async () => {
    const id = await paused('keyless', { status: 401 });
    const own = await read(`/console/returns/keyless/${id}`);
    expect(own).toContain('the message is on its way to Loop');
    expect(own).not.toContain('What to do: The merchant decides');
    for (const page of [await read(`/console/returns/keyless/${id}`), await read('/console')]) {
      expect(page).toContain('keyless: Loop refuses the key');
      expect(page).toContain('Check loop.apiKey in the merchants file');
      expect(page).toContain('Put a working key there; what waits then goes on by itself');
    }
  });

  it('where Loop limits requests', async () => {
    const id = await paused('limited', { status: 429, headers: { 'retry-after': '900' } });
    for (const page of [await read(`/console/returns/limited/${id}`), await read('/console')]) {
      expect(page).toContain('limited: Loop limits requests');
      expect(page).toContain('see whether something else uses the same key');
    }
  });

  it('where MasonHub refuses the RMA', async () => {
    world.masonhub.refuseSku('GONE-1');
    const id = await world.loop.createReturn({ items: [{ sku: 'GONE-1' }] });
    await world.untilStatus(id, 'attention');
    expect(await read(`/console/returns/acme/${id}`)).toMatch(
      /'GONE-1'.*What to do: Put right what the reason/,
    );
    expect(await read('/console')).toMatch(/'GONE-1'.*a SKU must exist in MasonHub's catalogue/);
  });

  it('where Loop refuses the message', async () => {
    world.loop.answerNext('flag', {
      status: 200,
      body: { errors: { message: 'Return is archived.', code: 'UNPROCESSABLE_RETURN' } },
    });
    const id = await world.open([{ sku: 'TEE-1' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged' }]);
    await world.untilStatus(id, 'attention');
    expect(await read(`/console/returns/acme/${id}`)).toMatch(
      /Return is archived\..*What to do: Once the cause is gone, retry/,
    );
    expect(await read('/console')).toContain('Return is archived.');
  });

  it('where the parcel was not as it should be', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1', status: 'damaged', note: 'Torn' }]);
    await world.untilStatus(id, 'flagged');
    const page = await read(`/console/returns/acme/${id}`);
    expect(page).toContain('1 × TEE-1 damaged ("Torn")');
    expect(page).toContain('1 × CAP-2 missing');
    expect(page).toContain('What to do: The merchant decides in Loop.');
  });

  it('where units are in quality control', async () => {
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }]);
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }, { sku: 'CAP-2', status: 'qc' }]);
    const { reason } = await world.untilStatus(id, 'inspecting');
    const page = await read(`/console/returns/acme/${id}`);
    expect(reason).toContain('1 × CAP-2');
    const [, standing = ''] = /How it stands (.*) What was asked for/.exec(page) ?? [];
    expect(standing.split(reason ?? 'no reason')).toHaveLength(2);
    expect(standing).toContain('Nothing is sent to Loop before the warehouse has decided or that time is');
    expect(standing).not.toContain('What to do');
  });

  it('where another parcel is on its way', async () => {
    const labels = [
      { carrier: 'UPS', trackingNumber: '1Z999AA10123456821', items: [0] },
      { carrier: 'UPS', trackingNumber: '1Z999AA10123456838', items: [1] },
    ];
    const id = await world.open([{ sku: 'TEE-1' }, { sku: 'CAP-2' }], { labels });
    await world.masonhub.receive(id, [{ sku: 'TEE-1' }]);
    await world.untilStatus(id, 'receiving');
    const page = await read(`/console/returns/acme/${id}`);
    expect(page).toMatch(/receiving \d+ \w+ \d+, [\d:]+ Parcel 1Z999AA10123456838 is still on its way/);
    expect(page).toContain('Nothing is sent to Loop before that parcel is received or that time is over.');
    expect(page).not.toContain('has not finished with it');
  });

  it('where MasonHub is asked once more, and does not answer', async () => {
    const { loop, masonhub } = world.vendorsOf('echo');
    const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await world.untilStatus(id, 'open', 'echo');
    masonhub.answerNext('find', { status: 429, body: {}, headers: { 'retry-after': '900' } });
    await masonhub.receive(id, 'all-available', { lines: 'asked' });
    await until(
      async () => (await world.api('/health/ready')).text.includes('"merchant":"echo"'),
      () => 'the connection to pause',
    );
    const page = await read(`/console/returns/echo/${id}`);
    expect(page).toContain('The receipt says no more than what the RMA asked for, so MasonHub is asked once');
    expect(page).toContain('echo: MasonHub limits requests');
  });

  it('where Loop is asked for what was not understood, and does not answer', async () => {
    const { loop, webhookSecrets } = world.vendorsOf('vague');
    await until(
      () => world.log.some(({ msg, merchant }) => /^Loop was asked/.test(msg) && merchant === 'vague'),
      () => 'the first pull, which would tell all of the return',
    );
    loop.silence();
    const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    loop.answerNext('details', { status: 429, body: {}, headers: { 'retry-after': '900' } });
    const body = JSON.stringify({ ...loop.payloadOf(id, 'return.created'), line_items: 'none of your kind' });
    const reply = await world.post('/webhooks/loop/vague', body, world.signed(body, webhookSecrets[0]));
    expect(reply.status).toBe(200);
    await until(
      async () => (await world.api('/health/ready')).text.includes('"merchant":"vague"'),
      () => 'the connection to pause',
    );
    const page = await read(`/console/returns/vague/${id}`);
    expect(page).toContain('items that could not be understood, and is asked for them.');
    expect(page).toContain('vague: Loop limits requests');
    expect(page).not.toContain('The RMA is on its way to MasonHub');
  });

  it('where a vendor sent what is not understood', async () => {
    const body = JSON.stringify({ topic: 'return', trigger: 'return.created', state: 'open' });
    expect((await world.post('/webhooks/loop/acme', body, world.signed(body))).status).toBe(422);
    expect(await read('/console')).toMatch(/acme: 1 from Loop .*install a version that does, then replay/);
    expect(await read('/console/rejected')).toContain('helps once a newer version understands them');
  });

  it('and a reason that is not mapped is shown beside what it went out as', async () => {
    const id = await world.open([
      { sku: 'TEE-1', reason: 'Too big' },
      { sku: 'CAP-2', reason: 'Felt scratchy' },
    ]);
    const page = await read(`/console/returns/acme/${id}`);
    expect(page).toContain('tooBig (Too big)');
    expect(page).toContain('other (Felt scratchy)');
    expect(page).toContain("not in the merchant's returnReasons goes out as other");
    expect(page).toContain('The parcel has not come yet.');
  });
});
