import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { customer, personalValues } from '../../src/stand-ins/personal-data.ts';
import { purge } from '../../src/steps/purge.ts';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

/**
 * Vendors' free text is the one way in which personal data could come into what is kept for good: here every
 * refusal, note and failure of a return's life quotes the shopper's e-mail address and phone number.
 */
const quoted = `Write to ${customer.email} or call ${customer.phone}`;
/** What the vendors said beside that, which has to be there still. */
const kept = ['order #90508', 'SKU MUG-9', 'tracking 9400111899223197428490', 'return 99904598'];
const freeText = `${kept.join(', ')}. ${quoted}.`;
const item = { sku: 'TEE-1', reason: 'Too big' };

let world: World;
const ids: Record<string, string> = {};
const answers: string[] = [];

const made = async (name: string): Promise<string> => {
  const id = await world.open([item], { label: 'late' });
  ids[name] = id;
  return id;
};

beforeAll(async () => {
  world = await startWorld({ merchants: { acme: { dispositions: true } }, pollIntervalMs: 300 });
  const { loop, masonhub } = world;
  const error = (status: number) => ({
    status,
    body: { errors: { message: freeText, code: 'UNPROCESSABLE_RETURN' } },
  });

  const refused = await loop.createReturn({ items: [item] });
  ids['refused by MasonHub'] = refused;
  await world.untilStatus(refused, 'open');
  masonhub.refuse(refused, freeText);
  await loop.updateReturn(refused, { items: [item, item] });
  await world.untilStatus(refused, 'attention');

  masonhub.answerNext('create', {
    status: 400,
    body: { error: { message: freeText, details: { note: [quoted] } } },
  });
  const whole = await loop.createReturn({ items: [item] });
  ids['refused in its batch'] = whole;
  await world.untilStatus(whole, 'attention');

  const process = await made('refused by Loop');
  loop.answerNext('process', error(200));
  await masonhub.receive(process);
  await world.untilStatus(process, 'attention');

  const failed = await made('not processed');
  loop.closeProcessedAfter(null);
  await masonhub.receive(failed);
  await world.untilStatus(failed, 'processing');
  await loop.failProcessing(failed, freeText);
  await world.untilStatus(failed, 'attention');

  const flagged = await made('flagged');
  const note = `${quoted}, SKU MUG-9`;
  await masonhub.receive(flagged, [{ sku: 'TEE-1', status: 'damaged', note }], { notes: freeText });
  await world.untilStatus(flagged, 'flagged');

  const unnoted = await made('without its note');
  loop.answerNext('note', error(422));
  loop.answerNext('assess', error(400));
  await masonhub.receive(unnoted, [{ sku: 'TEE-1', status: 'damaged', note }]);
  await until(
    async () => (await world.returnOf(unnoted))?.timeline.some(({ event }) => event === 'note.refused'),
    () => 'a note that is refused',
  );

  loop.answerNext('list', error(400));
  await until(
    () => world.log.some(({ msg }) => msg === 'a poll could not be finished'),
    () => 'a poll that fails',
  );
  const strange = JSON.stringify({ topic: 'return', trigger: quoted, id: { [quoted]: quoted } });
  const rejected = JSON.stringify({
    message_type: 'rmaEvent',
    data: [{ customer_identifier: { [quoted]: quoted } }],
  });
  answers.push((await world.post('/webhooks/loop/acme', strange, world.signed(strange))).text);
  answers.push((await world.post('/callbacks/masonhub/acme', rejected, world.proven())).text);
  await world.untilQuiet();
  answers.push((await world.api('/api/returns')).text, (await world.api('/docs/json')).text);
  for (const id of Object.values(ids)) answers.push((await world.api(`/api/returns/acme/${id}`)).text);
});
afterAll(async () => {
  await world.stop();
});

/** Every row of every table that holds the text, as `schema.table`; of deliveries, all but the body unless asked for. */
async function placesOf(value: string, withBodies: boolean): Promise<string[]> {
  const tables = await world.query(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('information_schema', 'pg_catalog')`,
  );
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['public.deliveries', 'pgboss.job']));
  const found: string[] = [];
  for (const { name } of tables) {
    const row = withBodies || name !== 'public.deliveries' ? 'to_jsonb(t)' : `to_jsonb(t) - 'body'`;
    const body = withBodies && name === 'public.deliveries' ? `|| encode(t.body, 'escape')` : '';
    const rows = await world.query(`select 1 from ${name} t where strpos((${row})::text ${body}, $1) > 0`, [
      value,
    ]);
    if (rows.length > 0) found.push(String(name));
  }
  return found;
}

const personal = [customer.email, customer.phone];

describe("an e-mail address or a phone number in a vendor's free text", () => {
  it('was in each of them, or this test would prove nothing', () => {
    const asked = JSON.stringify([world.loop.calls, world.masonhub.calls, world.loop.deliveries]);
    for (const value of personal) expect(asked.split(value).length).toBeGreaterThan(8);
  });

  it.each(personal)('is in no table but in the raw deliveries: %s', async (value) => {
    expect(await placesOf(value, false)).toEqual([]);
    expect(await placesOf(value, true)).toEqual(['public.deliveries']);
  });

  it.each(personal)('is in no line of the log, in no answer, and in no note to Loop: %s', (value) => {
    expect(world.log.filter((line) => JSON.stringify(line).includes(value))).toEqual([]);
    expect(answers.filter((answer) => answer.includes(value))).toEqual([]);
    const notes = Object.values(ids).flatMap((id) => world.told(id).notes);
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.filter((note) => note.includes(value))).toEqual([]);
  });

  it('goes alone: what else the vendor said is there for whoever has to look', async () => {
    for (const name of ['refused by MasonHub', 'refused in its batch', 'refused by Loop', 'not processed']) {
      const { reason } = (await world.returnOf(ids[name] ?? '')) ?? {};
      for (const words of [...kept, 'Write to [e-mail] or call [phone]']) expect(reason).toContain(words);
    }
    expect(world.told(ids['flagged'] ?? '').notes.join()).toContain('[e-mail]');
  });
});

it('after the retention nothing personal is left anywhere', async () => {
  await world.untilQuiet();
  const day = 86_400_000;
  const { db, close } = connect(world.databaseUrl, { log: pino({ level: 'silent' }) });
  await purge({ db, log: pino({ level: 'silent' }), now: () => new Date(Date.now() + 2 * day) }, day);
  await close();
  for (const value of personalValues) expect(await placesOf(value, true)).toEqual([]);
  expect((await world.rowCounts())['deliveries']).toBe(0);
});
