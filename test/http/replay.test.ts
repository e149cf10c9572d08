import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ merchants: { acme: {}, zenith: {} } });
  // A pull would tell of the returns whose webhooks are not understood.
  await until(
    () => world.log.filter(({ msg }) => msg === 'Loop was asked for what changed').length === 2,
    () => 'the first pull of both merchants',
  );
});
afterAll(() => world.stop());

/** A return whose webhook an older version of the service did not understand, or took to be of no concern. */
async function misunderstood(
  slug: string,
  why: string,
  spoil: (body: string) => string = (body) => body,
  result: 'rejected' | 'ignored' = 'rejected',
) {
  const { loop } = world.vendorsOf(slug);
  loop.silence();
  const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
  loop.resume();
  const body = Buffer.from(spoil(JSON.stringify(loop.payloadOf(id, 'return.created'))));
  const insert = `insert into deliveries (merchant, source, key, body, part, result, why, received_at)
    values ($1, 'loop', encode(sha256($2), 'hex'), $2, 0, $4, $3, now()) returning key`;
  const [row] = await world.query(insert, [slug, body, why, result]);
  return { id, key: String(row?.['key']) };
}

const replay = (query: string) => world.api(`/api/deliveries/replay?${query}`, { method: 'POST' });
const ignored = (slug: string, why: string, spoil?: (body: string) => string) =>
  misunderstood(slug, why, spoil, 'ignored');
const ofNoConcern = (body: string) => body.replace('"topic":"return"', '"topic":"restock"');
const beyondUnderstanding = (body: string) => body.replace(/"id":"?\d+"?,"state"/, '"id":null,"state"');
const storedAs = async (key: string) =>
  (await world.query('select result, why from deliveries where key = $1', [key]))[0];
const rejectedOf = async (slug: string) => {
  const rows = await world.query(
    `select key, why from deliveries where merchant = $1 and result = 'rejected' order by key`,
    [slug],
  );
  return rows.map((row) => row['key']);
};

describe('a rejected delivery', () => {
  it('is replayed by its key, and goes the way of a new one', async () => {
    const { id, key } = await misunderstood('acme', 'state: an older version did not know it');
    const other = await misunderstood('acme', 'state: an older version did not know it');
    expect(await replay(`merchant=acme&source=loop&key=${key}`)).toMatchObject({
      status: 200,
      json: { replayed: 1, accepted: 1, ignored: 0, rejected: 0 },
    });
    await world.untilStatus(id, 'open');
    expect(await rejectedOf('acme')).toEqual([other.key]);
    expect(await world.returnOf(other.id)).toBeNull();
    expect(await replay('merchant=acme')).toMatchObject({ json: { accepted: 1 } });
    await world.untilStatus(other.id, 'open');
  });

  it('is replayed with all of its kind, and with no other', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => misunderstood('acme', 'id: of one kind')));
    const different = await misunderstood('acme', 'id: of another kind');
    const foreign = await misunderstood('zenith', 'id: of one kind');
    const kind = new URLSearchParams({ merchant: 'acme', source: 'loop', why: 'id: of one kind' });
    expect(await replay(kind.toString())).toMatchObject({ json: { replayed: 3, accepted: 3 } });
    for (const { id } of ids) await world.untilStatus(id, 'open');
    expect(await rejectedOf('acme')).toEqual([different.key]);
    expect(await rejectedOf('zenith')).toEqual([foreign.key]);
    expect(await replay('')).toMatchObject({ json: { replayed: 2, accepted: 2 } });
  });

  it('that is still not understood stays, with the reason', async () => {
    const { key } = await misunderstood('zenith', 'an old reason', beyondUnderstanding);
    expect(await replay('merchant=zenith')).toMatchObject({
      json: { replayed: 1, accepted: 0, rejected: 1 },
    });
    expect(await rejectedOf('zenith')).toEqual([key]);
    const listed = await world.api('/api/deliveries/rejected?merchant=zenith');
    expect(listed.json).toMatchObject({
      deliveries: [{ merchant: 'zenith', source: 'loop', key, why: 'an old reason' }],
      nextCursor: null,
    });
    await world.query('delete from deliveries where key = $1', [key]);
  });

  it('of a callback is found again among the messages of its request', async () => {
    const message = (id: string, status: unknown) => ({
      callback_url: 'https://returns.example.com',
      message_type: 'rmaEvent',
      message_id: id,
      api_version: '2.0',
      data: [{ customer_identifier: '88000001', event_type: status }],
    });
    const ids = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;
    const body = JSON.stringify([message(ids[0], 'delivered'), message(ids[1], 'onDock')]);
    expect((await world.post('/callbacks/masonhub/acme', body, world.proven())).status).toBe(200);
    await world.untilQuiet();
    await world.query(
      `update deliveries set result = 'rejected', why = 'x', events = null, applied_at = null where key like $1`,
      [`${ids[1]}%`],
    );
    expect(await replay('merchant=acme&source=masonhub')).toMatchObject({
      json: { replayed: 1, accepted: 1 },
    });
    await world.untilQuiet();
    const [row] = await world.query('select result, part, applied_at from deliveries where key like $1', [
      `${ids[1]}%`,
    ]);
    expect(row).toMatchObject({ result: 'accepted', part: 1, applied_at: expect.any(Date) });
  });
});

describe('an ignored delivery', () => {
  it('that is understood now is replayed, together with rejected ones, and goes the way of a new one', async () => {
    const one = await ignored('acme', 'of no concern to an older version');
    const other = await misunderstood('acme', 'not known to an older version');
    expect(await replay('merchant=acme')).toMatchObject({
      status: 200,
      json: { replayed: 2, accepted: 2, ignored: 0, rejected: 0 },
    });
    for (const { id } of [one, other]) await world.untilStatus(id, 'open');
    expect(await replay('merchant=acme')).toMatchObject({ json: { replayed: 0 } });
    await world.untilQuiet();
    const { timeline } = (await world.returnOf(one.id)) ?? { timeline: [] };
    expect(timeline.filter(({ event }) => event === 'return.created')).toHaveLength(1);
  });

  it('is taken up once by replays that run at the same time', async () => {
    const { id } = await ignored('acme', 'of no concern to an older version');
    const replies = await Promise.all([1, 2, 3].map(() => replay('merchant=acme&result=ignored')));
    const accepted = replies.map(({ json }) => z.object({ accepted: z.number() }).parse(json).accepted);
    expect(accepted.toSorted()).toEqual([0, 0, 1]);
    await world.untilStatus(id, 'open');
  });

  it('is left out where only rejected ones are meant, and the other way round', async () => {
    const one = await ignored('acme', 'of one kind');
    const other = await misunderstood('acme', 'of one kind');
    expect(await replay('merchant=acme&result=rejected')).toMatchObject({ json: { replayed: 1 } });
    expect(await storedAs(other.key)).toMatchObject({ result: 'accepted' });
    expect(await storedAs(one.key)).toEqual({ result: 'ignored', why: 'of one kind' });
    const third = await misunderstood('acme', 'of one kind');
    expect(await replay('merchant=acme&result=ignored')).toMatchObject({ json: { replayed: 1 } });
    expect(await storedAs(one.key)).toMatchObject({ result: 'accepted' });
    expect(await storedAs(third.key)).toMatchObject({ result: 'rejected' });
    await replay('merchant=acme');
    for (const { id } of [one, other, third]) await world.untilStatus(id, 'open');
  });

  it('that is still of no concern stays, with the reason', async () => {
    const { key } = await ignored('zenith', 'an old reason', ofNoConcern);
    expect(await replay('merchant=zenith')).toMatchObject({
      json: { replayed: 1, accepted: 0, ignored: 1, rejected: 0 },
    });
    expect(await storedAs(key)).toEqual({ result: 'ignored', why: 'an old reason' });
    await world.query('delete from deliveries where key = $1', [key]);
  });

  it('becomes a rejected one where it is of concern but not understood, and the other way round', async () => {
    const one = await ignored('zenith', 'an old reason', beyondUnderstanding);
    const other = await misunderstood('zenith', 'an old reason', ofNoConcern);
    expect(await replay('merchant=zenith')).toMatchObject({
      json: { replayed: 2, accepted: 0, ignored: 1, rejected: 1 },
    });
    expect(await storedAs(one.key)).toEqual({
      result: 'rejected',
      why: expect.stringMatching(/^id: /),
    });
    expect(await storedAs(other.key)).toEqual({
      result: 'ignored',
      why: expect.stringContaining('restock'),
    });
    await world.query('delete from deliveries where key in ($1, $2)', [one.key, other.key]);
  });

  it('is listed apart from rejected ones', async () => {
    const one = await ignored('zenith', 'ignored by an older version');
    const other = await misunderstood('zenith', 'rejected by an older version');
    const listed = async (query: string) =>
      (await world.api(`/api/deliveries/rejected?merchant=zenith${query}`)).json;
    const only = ({ key }: { key: string }) => ({ deliveries: [{ key }], nextCursor: null });
    expect(await listed('')).toMatchObject(only(other));
    expect(await listed('&result=rejected')).toMatchObject(only(other));
    expect(await listed('&result=ignored')).toMatchObject(only(one));
    await replay('merchant=zenith');
    for (const { id } of [one, other]) await world.untilStatus(id, 'open', 'zenith');
  });
});

describe('the list of rejected deliveries', () => {
  it('comes in pages, each of which says where the next begins', async () => {
    await world.query(
      `insert into deliveries (merchant, source, key, body, part, result, why, received_at)
       select 'acme', 'loop', 'page-' || lpad(n::text, 3, '0'), 'x', 0, 'rejected', 'of many', now() from generate_series(1, 120) n`,
    );
    const keys: string[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ why: 'of many', ...(cursor === null ? {} : { cursor }) });
      const { json } = await world.api(`/api/deliveries/rejected?${query}`);
      const page = JSON.parse(JSON.stringify(json));
      keys.push(...page.deliveries.map((one: { key: string }) => one.key));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(keys).toHaveLength(120);
    expect(new Set(keys).size).toBe(120);
  });

  it('takes no cursor but its own, and shows nothing to others', async () => {
    expect((await world.api('/api/deliveries/rejected?cursor=nonsense')).status).toBe(400);
    expect((await world.api('/api/deliveries/rejected?source=ups')).status).toBe(400);
    expect((await world.api('/api/deliveries/rejected?result=accepted')).status).toBe(400);
    expect((await replay('result=accepted')).status).toBe(400);
    // A misspelled filter would mean all of them.
    expect(await replay('merchnt=acme')).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('merchnt') } },
    });
    expect((await world.api('/api/deliveries/rejected?marchant=acme')).status).toBe(400);
    expect((await world.api('/api/returns?state=open')).status).toBe(400);
    for (const path of ['/api/deliveries/rejected', '/api/deliveries/replay'])
      for (const method of ['GET', 'POST'])
        expect([401, 404]).toContain(
          (await world.api(path, { method, headers: { authorization: '' } })).status,
        );
  });
});
