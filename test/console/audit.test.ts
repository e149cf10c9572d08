import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startBrowsing } from '../support/browse.ts';
import { anna, ben, password } from '../support/operators.ts';
import { startWorld, type World } from '../support/service.ts';
import { formTokenIn } from './fresh-console.ts';
import { readPage } from './read.ts';

let world: World;
beforeAll(async () => {
  const operators = new Map([anna, ben].map((one) => [one.name, one]));
  world = await startWorld({ signIn: { operators } });
});
afterAll(() => world?.stop());

async function stuckReturn(sku: string): Promise<string> {
  const teach = world.masonhub.refuseSku(sku);
  const id = await world.loop.createReturn({ items: [{ sku }] });
  await world.untilStatus(id, 'attention');
  teach();
  return id;
}

async function signInAs(name: string) {
  const browsing = startBrowsing();
  const at = (path: string) => world.url + path;
  await browsing.go(at('/console/session'), { name, password, next: '/console' });
  return {
    page: (path: string) => browsing.go(at(path)),
    post: (path: string, form: Record<string, string>) => browsing.go(at(path), form),
  };
}

const answer = z.object({
  entries: z.array(z.looseObject({ who: z.string().nullable(), action: z.string(), result: z.string() })),
  nextCursor: z.string().nullable(),
});
const audit = async (query = '') => answer.parse((await world.api(`/api/audit${query}`)).json);

test('a day at the desk: who did what is in the list, on the return’s page and in the API', async () => {
  const id = await stuckReturn('SCARF-1');
  await signInAs('nobody');
  const desk = await signInAs('anna');
  const { text } = await desk.page(`/console/returns/acme/${id}`);
  await desk.post(`/console/returns/acme/${id}/retry`, { form: formTokenIn(text) });
  await world.untilStatus(id, 'open');
  expect(await readPage(world, `/console/returns/acme/${id}`)).toContain('asked for by anna');
  await desk.post('/console/session/end', { form: formTokenIn(text) });

  const { entries, nextCursor } = await audit();
  expect(nextCursor).toBeNull();
  expect(entries.map(({ who, action, result }) => [who, action, result])).toEqual([
    ['anna', 'sign-out', 'done'],
    ['anna', 'retry', 'retried'],
    ['anna', 'sign-in', 'done'],
    [null, 'sign-in', 'refused'],
  ]);
  expect(entries[1]).toEqual({
    at: expect.any(String),
    who: 'anna',
    by: 'password',
    address: '127.0.0.1',
    action: 'retry',
    merchant: 'acme',
    subject: id,
    result: 'retried',
    details: {},
  });
  const shown = await readPage(world, '/console/audit');
  expect(shown).toMatch(
    new RegExp(
      `anna password 127\\.0\\.0\\.1 sign-out .* anna password 127\\.0\\.0\\.1 retry of a return ${id} of acme retried`,
    ),
  );
  expect(shown).not.toContain('nobody');
});

test('who may only view reads the list, and retries nothing', async () => {
  const id = await stuckReturn('SCARF-2');
  const desk = await signInAs('ben');
  const { text } = await desk.page(`/console/returns/acme/${id}`);
  expect(text).not.toContain('Retry</button>');
  const reply = await desk.post(`/console/returns/acme/${id}/retry`, { form: formTokenIn(text) });
  expect(reply.status).toBe(403);
  expect((await desk.page('/console/audit')).text).toContain('anna');
  expect((await world.returnOf(id))?.status).toBe('attention');
});

test('the list is filtered by who and by action, here and there', async () => {
  expect(new Set((await audit('?who=anna')).entries.map(({ who }) => who))).toEqual(new Set(['anna']));
  expect(new Set((await audit('?action=retry')).entries.map(({ action }) => action))).toEqual(
    new Set(['retry']),
  );
  expect((await audit('?who=anna&action=replay')).entries).toEqual([]);
  const shown = await readPage(world, '/console/audit?who=anna&action=retry');
  expect(shown).toContain('retry of a return');
  expect(shown).not.toMatch(/sign-in (?!sign-out|retry|replay).* refused/);
  expect(await readPage(world, '/console/audit?who=nobody')).toContain('Nothing is found.');
  expect(await readPage(world, '/console/audit?who=&action=')).toContain('anna');
});

test('it is read page by page, here and there', async () => {
  await world.query(
    `insert into audit (at, who, by, address, action, result, details)
      select now() - n * interval '1 day', 'carl', 'sso', '192.0.2.1', 'replay', 'begun', '{}' from generate_series(1, 120) n`,
  );
  const first = await audit('?who=carl');
  const second = await audit(`?who=carl&cursor=${first.nextCursor}`);
  const third = await audit(`?who=carl&cursor=${second.nextCursor}`);
  expect([first, second, third].map(({ entries }) => entries.length)).toEqual([50, 50, 20]);
  expect(third.nextCursor).toBeNull();
  const times = [first, second, third].flatMap(({ entries }) => entries.map(({ at }) => String(at)));
  expect(times).toEqual([...new Set(times)].sort().reverse());
  const { text } = await world.api('/console/audit?who=carl');
  const [, older = ''] = /href="([^"]+)" rel="next"/.exec(text) ?? [];
  expect(older).toContain('who=carl');
  expect((await world.api(older.replaceAll('&amp;', '&'))).text).toContain('>Newest</a>');
});

test.each(['?cursor=made-up', '?action=melt', '?what=1'])('%s is refused in words', async (query) => {
  expect(await world.api(`/api/audit${query}`)).toMatchObject({
    status: 400,
    json: { error: { code: 'invalid_request' } },
  });
});
