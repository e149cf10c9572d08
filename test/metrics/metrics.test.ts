import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageingStages } from '../../src/config/ageing.ts';
import { version } from '../../src/config/version.ts';
import { statuses, steps } from '../../src/returns/return.ts';
import { personalValues } from '../../src/stand-ins/personal-data.ts';
import { startWorld, type World } from '../support/service.ts';
import { type Scrape, scrape, untilScrape as untilScrapeOf } from './scrape.ts';

const own = 'masonhub_loop_';
let world: World;
const ids: Record<'refunded' | 'flagged' | 'refused', string> = { refunded: '', flagged: '', refused: '' };

const untilScrape = (holds: (now: Scrape) => boolean) => untilScrapeOf(holds, world);

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, zenith: {} }, pace: { tries: 2 } });
  const { loop, masonhub } = world;
  ids.refunded = await world.open([{ sku: 'TEE-1' }]);
  ids.flagged = await world.open([{ sku: 'TEE-1' }]);
  await masonhub.receive(ids.refunded);
  await masonhub.receive(ids.flagged, [{ sku: 'TEE-1', status: 'damaged', note: 'A hole' }]);
  await world.untilStatus(ids.refunded, 'processed');
  await world.untilStatus(ids.flagged, 'flagged');
  masonhub.answerNext('create', { status: 500, body: {} }, { status: 500, body: {} });
  ids.refused = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  await world.untilStatus(ids.refused, 'attention');
  await world.untilQuiet();
});
afterAll(async () => {
  await world.stop();
});

describe('a scrape after the whole life of some returns', () => {
  it('counts deliveries by who sent them and what became of them', async () => {
    const again = JSON.stringify(world.loop.payloadOf(ids.refunded, 'return.created'));
    const before = await scrape(world);
    const deliver = (body: string, headers = world.signed(body)) =>
      world.post('/webhooks/loop/acme', body, headers);
    await deliver(again);
    await deliver(again);
    await deliver('{"topic":"restock","trigger":"restock.created"}');
    await deliver('{"topic":"return","trigger":"return.created"}');
    await deliver(again, world.signed('something else'));
    await deliver('{"topic":');
    await world.post('/webhooks/loop/nobody', again, world.signed(again));
    await world.post('/callbacks/masonhub/acme', '[]', { authorization: 'Bearer wrong' });
    const expected = {
      loop: { duplicate: 1, accepted: 1, ignored: 1, rejected: 1, unauthorized: 1, unreadable: 1 },
      masonhub: { unauthorized: 1 },
    };
    const rise = (now: Scrape, source: string, result: string) =>
      (now.value(`${own}deliveries_total`, { source, result }) ?? 0) -
      (before.value(`${own}deliveries_total`, { source, result }) ?? 0);
    const now = await untilScrape((one) => rise(one, 'masonhub', 'unauthorized') === 1);
    for (const [source, results] of Object.entries(expected)) {
      for (const [result, count] of Object.entries(results)) {
        expect(rise(now, source, result), `${source} ${result}`).toBe(count);
      }
    }
    expect(rise(now, 'loop', 'unknown_merchant')).toBe(1);
    expect(now.value(`${own}deliveries_total`, { result: 'shed' })).toBe(0);
  });

  it('counts returns by merchant and status, and those that are none as well', async () => {
    const now = await untilScrape((one) => one.value(`${own}returns`, { status: 'attention' }) === 1);
    const count = (merchant: string, status: string) => now.value(`${own}returns`, { merchant, status });
    expect(statuses.map((status) => count('acme', status))).toEqual(
      statuses.map((status) => (['processed', 'flagged', 'attention'].includes(status) ? 1 : 0)),
    );
    expect(statuses.map((status) => count('zenith', status))).toEqual(statuses.map(() => 0));
  });

  it('counts the tries of each step by what came of them', async () => {
    const now = await scrape(world);
    const count = (step: string, result: string) => now.value(`${own}steps_total`, { step, result });
    expect(count('rma', 'retry')).toBe(1);
    expect(count('rma', 'given_up')).toBe(1);
    expect(count('rma', 'done')).toBe(2);
    expect(count('message', 'done')).toBe(2);
    expect(count('note', 'done')).toBe(1);
    expect(count('message', 'paused')).toBe(0);
  });

  it('times the requests to vendors, by a name that is not their address', async () => {
    const all = (now: Scrape) =>
      now.value(`${own}vendor_call_duration_seconds_count`, { vendor: 'masonhub' });
    const asked = () =>
      ['acme', 'zenith'].reduce((sum, slug) => sum + world.vendorsOf(slug).masonhub.calls.length, 0);
    const now = await untilScrape((one) => all(one) === asked());
    const count = (vendor: string, endpoint: string, status: string) =>
      now.value(`${own}vendor_call_duration_seconds_count`, { vendor, endpoint, status });
    const processed = world.loop.calls.filter(({ name }) => name === 'process').length;
    expect(count('loop', 'process', '200')).toBe(processed);
    expect(count('loop', 'flag', '200')).toBe(1);
    expect(count('loop', 'note', '200')).toBe(1);
    expect(count('masonhub', 'rmas.create', '500')).toBe(2);
    expect(now.value(`${own}vendor_call_duration_seconds_count`, { endpoint: 'other' })).toBeNull();
  });

  it('times a return from its webhook to its RMA, and from its receipt to its message', async () => {
    const name = (what: string) => `${own}${what}_duration_seconds`;
    const now = await untilScrape(
      (one) =>
        one.value(`${name('rma_open')}_count`) === 2 && one.value(`${name('message_accepted')}_count`) === 2,
    );
    expect(now.value(`${name('message_accepted')}_count`, { message: 'process' })).toBe(1);
    expect(now.value(`${name('message_accepted')}_count`, { message: 'flag' })).toBe(1);
    const [times] = await world.query(
      `select sum(seconds)::float8 as seconds from (
        select extract(epoch from
          min(e.at) filter (where e.event = 'rma.created') - min(d.received_at)) as seconds
        from return_events e left join deliveries d on d.key = e.delivery and d.source = 'loop'
        where e.loop_return_id <> $1 and e.event in ('return.created', 'rma.created') group by e.loop_return_id) as each`,
      [ids.refused],
    );
    expect(now.value(`${name('rma_open')}_sum`)).toBeCloseTo(Number(times?.['seconds']), 3);
  });

  it('has the backlog, the connections, the pool, the checks and the process', async () => {
    const now = await untilScrape((one) => one.value(`${own}returns`, { status: 'attention' }) === 1);
    for (const queue of ['rmas', 'messages', 'polls']) {
      for (const merchant of ['acme', 'zenith']) {
        expect(now.value(`${own}backlog_jobs`, { queue, merchant })).toBe(0);
        expect(now.value(`${own}backlog_oldest_seconds`, { queue, merchant })).toBe(0);
      }
    }
    for (const queue of ['deliveries', 'bulk-retries'])
      expect(now.value(`${own}backlog_jobs`, { queue })).toBe(0);
    for (const vendor of ['loop', 'masonhub']) {
      expect(now.value(`${own}connection_paused`, { merchant: 'acme', vendor })).toBe(0);
      expect(now.value(`${own}rate_limit_wait_seconds`, { merchant: 'acme', vendor })).toBe(0);
      expect(now.value(`${own}polls_total`, { merchant: 'acme', source: vendor, result: 'done' })).toBe(1);
      expect(now.value(`${own}polls_total`, { merchant: 'acme', source: vendor, result: 'failed' })).toBe(0);
    }
    expect(now.value(`${own}database_pool_connections`)).toBeGreaterThan(0);
    expect(now.value(`${own}database_pool_waiting`)).toBe(0);
    for (const check of ['database', 'migrations', 'workers'])
      expect(now.value(`${own}ready`, { check })).toBe(1);
    expect(now.value(`${own}build_info`, { version, node_version: process.version })).toBe(1);
    expect(now.value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(now.value('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('says nothing of a single return: labels hold known words only, and no id, person or secret is in it', async () => {
    const { text, samples } = await scrape(world);
    const slugs = ['acme', 'zenith'];
    const vendors = ['loop', 'masonhub'];
    const calls =
      'process flag note notes dispositions details list asn rmas.create rmas.replace rmas.delete rmas.find rmas.received';
    const allowed: Record<string, (value: string) => boolean> = {
      merchant: (value) => slugs.includes(value),
      vendor: (value) => vendors.includes(value),
      source: (value) => vendors.includes(value),
      step: (value) => steps.some((step) => step === value),
      stage: (value) => ageingStages.some((stage) => stage === value),
      endpoint: (value) => calls.split(' ').includes(value),
      queue: (value) => ['deliveries', 'bulk-retries', 'rmas', 'messages', 'polls'].includes(value),
      message: (value) => ['process', 'flag'].includes(value),
      state: (value) => ['limited', 'refused', 'idle', 'busy'].includes(value),
      check: (value) => ['database', 'migrations', 'workers'].includes(value),
      status: (value) =>
        value === 'none' || /^[1-5]\d\d$/.test(value) || statuses.some((one) => one === value),
      result: (value) => /^[a-z_]{4,16}$/.test(value),
      version: (value) => value === version,
      node_version: (value) => value === process.version,
      le: (value) => value === '+Inf' || Number(value) > 0,
    };
    const ownSamples = samples.filter(({ name }) => name.startsWith(own));
    expect(ownSamples.length).toBeGreaterThan(100);
    for (const { name, labels } of ownSamples) {
      for (const [label, value] of Object.entries(labels)) {
        expect(allowed[label]?.(value), `${name} ${label}="${value}"`).toBe(true);
      }
    }
    const { apiKey, apiToken, callbackToken, webhookSecrets } = world.vendors;
    const secrets = [apiKey, apiToken, callbackToken, ...webhookSecrets];
    for (const word of [...Object.values(ids), ...personalValues, ...secrets, 'TEE-1', 'A hole']) {
      expect(text).not.toContain(word);
    }
  });
});

describe.concurrent('who may see them', () => {
  it('is whoever has the OPS_TOKEN', async () => {
    expect((await world.api('/metrics', { headers: { authorization: '' } })).status).toBe(401);
    expect((await world.api('/metrics', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  });

  it('is nobody while it is unset', async () => {
    await using here = await startWorld({ opsToken: null });
    const reply = await here.api('/metrics');
    expect(reply.status).toBe(403);
    expect(reply.json).toMatchObject({ error: { code: 'no_ops_token' } });
  });
});
