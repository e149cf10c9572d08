import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customer, personalValues } from '../../src/stand-ins/personal-data.ts';
import { startReceiver } from '../stand-ins/receiver.ts';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/** A comment that a shopper writes: personal too. */
const comment = 'My-Private-Comment about how it fits me';

let world: World;
/** Where alerts are posted; its address is a secret. */
let alerts: Awaited<ReturnType<typeof startReceiver>>;
const alertSecret = 'alerts-go-here-hunter2';
/** Every answer that the service gave to this test. */
const answers: string[] = [];

const note = <Replied extends { text: string; headers: Headers }>(reply: Replied): Replied => {
  answers.push(reply.text, JSON.stringify([...reply.headers]));
  return reply;
};

beforeAll(async () => {
  alerts = await startReceiver();
  world = await startWorld({
    merchants: { acme: {}, cautious: { refunds: false } },
    alertWebhookUrl: `${alerts.url}${alertSecret}`,
  });
  const items = [{ sku: 'TEE-1', reason: 'Too big', comment }];
  const { loop, masonhub, vendors } = world;
  const processed = await world.open(items);
  await masonhub.receive(processed, [{ sku: 'TEE-1' }, { sku: 'MUG-9' }]);
  await world.untilStatus(processed, 'processed');
  const flagged = await world.open(items, { label: 'late' });
  await masonhub.progress(flagged, 'onDock');
  await masonhub.receive(flagged, [{ sku: 'TEE-1', status: 'damaged' }], { apiVersion: '1.0' });
  await world.untilStatus(flagged, 'flagged');
  masonhub.refuseSku('GONE-1');
  const refused = await loop.createReturn({ items: [{ sku: 'GONE-1', comment }] });
  await world.untilStatus(refused, 'attention');
  loop.answerNext('process', { status: 401 }, { status: 502 }, { status: 502 }, { status: 502 });
  const keyless = await world.open(items);
  await masonhub.receive(keyless);
  await world.untilStatus(keyless, 'attention');
  const cancelled = await world.open(items);
  await loop.cancelReturn(cancelled);
  await world.untilStatus(cancelled, 'cancelled');
  const cautious = world.vendorsOf('cautious');
  const held = await cautious.loop.createReturn({ items });
  await world.untilStatus(held, 'open', 'cautious');
  await cautious.masonhub.receive(held);
  await world.untilStatus(held, 'held', 'cautious');

  const personal = `${customer.firstName} ${customer.email}`;
  const strange = [
    `{"customer": "${personal}", `,
    `"${personal}"`,
    JSON.stringify({ topic: 'return', trigger: 'return.created', id: { personal }, customer: personal }),
    JSON.stringify({ topic: 'return', trigger: 'return.created', id: '1', state: personal, line_items: [] }),
    JSON.stringify({ message_type: 'rmaEvent', data: [{ customer_identifier: { personal } }] }),
    JSON.stringify({ message_type: 'rmaEvent', data: [{ customer_identifier: '1', details: personal }] }),
  ];
  for (const body of strange) {
    note(await world.post('/webhooks/loop/acme', body, world.signed(body)));
    note(await world.post('/callbacks/masonhub/acme', body, world.proven()));
    note(await world.post('/webhooks/loop/acme', body, { 'x-loop-signature': vendors.webhookSecrets[0] }));
    note(await world.post('/callbacks/masonhub/acme', body, { authorization: vendors.callbackToken }));
  }
  note(await world.api('/api/returns', { headers: { authorization: `Basic ${opsToken}` } }));
  note(await world.api(`/api/returns?q=${encodeURIComponent(customer.email)}`));
  note(await world.api(`/api/returns?status=${encodeURIComponent(customer.email)}`));
  for (const [slug, id] of [
    ['acme', processed],
    ['acme', flagged],
    ['acme', refused],
    ['acme', keyless],
    ['acme', cancelled],
    ['cautious', held],
    ['acme', '1'],
  ]) {
    expect(note(await world.api(`/api/returns/${slug}/${id}`))).toMatchObject({ status: 200 });
    expect(note(await world.api(`/console/returns/${slug}/${id}`))).toMatchObject({ status: 200 });
    note(await world.api(`/api/returns/${slug}/${id}/retry`, { method: 'POST' }));
  }
  const open = ['/api/returns', '/api/deliveries/rejected', '/metrics', '/health/live', '/health/ready'];
  const pages = ['/console', '/console/returns', '/console/returns?q=TEE-1', '/console/rejected'];
  for (const path of [...open, ...pages, '/docs', '/docs/json', '/docs/yaml'])
    expect(note(await world.api(path)), path).toMatchObject({ status: 200 });
  for (const path of ['/nowhere', '/console/nowhere', '/console/returns/acme/2'])
    expect(note(await world.api(path)), path).toMatchObject({ status: 404 });
  const nobody = { headers: { authorization: '' } };
  expect(note(await world.api('/console/returns', nobody))).toMatchObject({ status: 401 });
  await world.untilQuiet();
  await until(
    () => alerts.received.length >= 3,
    () => `three alerts; there are ${alerts.received.length}`,
  );
  answers.push(...alerts.received.map(({ body }) => body));
  await world.cutDatabase();
  const body = JSON.stringify(loop.payloadOf(processed, 'return.updated'));
  expect(note(await world.post('/webhooks/loop/acme', body, world.signed(body)))).toMatchObject({
    status: 503,
  });
  for (const path of ['/api/returns', '/console', '/metrics', '/health/ready']) note(await world.api(path));
  await world.mendDatabase();
});
afterAll(async () => {
  await world.stop();
  await alerts.close();
});

const personal = [...personalValues, comment];

describe('what is personal', () => {
  it('is in what the vendors send, or this test would prove nothing', () => {
    const sent = world.loop.deliveries.map(({ body }) => body.replaceAll('\\/', '/')).join();
    for (const value of personal) expect(sent).toContain(value);
  });

  it.each(personal)('is in no line of the log: %s', (value) => {
    expect(world.log.filter((line) => JSON.stringify(line).includes(value))).toEqual([]);
  });

  it.each(personal)('is in no answer: %s', (value) => {
    expect(answers.filter((answer) => answer.includes(value))).toEqual([]);
  });

  it.each(personal)('is in no request to MasonHub: %s', (value) => {
    const calls = [...world.masonhub.calls, ...world.vendorsOf('cautious').masonhub.calls];
    expect(calls.filter((call) => JSON.stringify(call).includes(value))).toEqual([]);
  });

  it.each(personal)('is in no table but the raw deliveries: %s', async (value) => {
    const rows = await world.query(
      `select 'returns' as place from returns t where t::text like $1
        union all select 'outcomes' from outcomes t where t::text like $1
        union all select 'return_events' from return_events t where t::text like $1
        union all select 'vendor_calls' from vendor_calls t where t::text like $1
        union all select 'deliveries, beside the body' from deliveries t
          where concat_ws(' ', key, result, why, events::text) like $1
        union all select 'jobs' from pgboss.job t where t::text like $1`,
      [`%${value}%`],
    );
    expect(rows).toEqual([]);
  });
});

describe('a secret', () => {
  const secretsOf = () => {
    const ofVendors = ['acme', 'cautious'].map((slug) => world.vendorsOf(slug));
    const password = new URL(world.databaseUrl).password;
    return [
      opsToken,
      alertSecret,
      password,
      ...ofVendors.flatMap((one) => [one.apiKey, ...one.webhookSecrets, one.apiToken, one.callbackToken]),
    ].filter((secret) => secret !== '');
  };

  it('is in no line of the log', () => {
    for (const secret of secretsOf())
      expect(world.log.filter((line) => JSON.stringify(line).includes(secret))).toEqual([]);
  });

  it('is in no answer', () => {
    for (const secret of secretsOf()) expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
  });
});
