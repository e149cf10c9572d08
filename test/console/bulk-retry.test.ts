import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causeOf, look, stuckReturns, untilEnded } from '../bulk-retries/asking.ts';
import type { Reply } from '../support/reply.ts';
import { opsToken, startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { open, page, post as postForm, serveConsole, signIn } from './fresh-console.ts';
import { readPage } from './read.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ pace: { bulkRetriesPerSecond: 5 } });
});
afterAll(() => world?.stop());

const post = (path: string, fields: Readonly<Record<string, string>>): Promise<Reply> =>
  world.post(path, new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Bearer ${opsToken}`,
  });
/** What the form of a question sends. */
function yesTo<Chosen extends object>({ text }: Reply, chosen: Chosen) {
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
  return { ...chosen, confirm: 'yes', id: hidden('id'), shown: hidden('shown') };
}

describe('the question', () => {
  it('says how many returns that need attention, of which merchant and for what, and does nothing yet', async () => {
    await stuckReturns(world, 'ASK-1', 3);
    await world.open([{ sku: 'ASK-1-FINE' }]);
    const cause = await causeOf(world, 'ASK-1');
    const reply = await post('/console/retries', { merchant: 'acme', q: 'ASK-1', sort: 'oldest' });
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('Retry 3 returns?');
    expect(reply.text).toContain('beginning with ASK-1');
    expect(reply.text).toContain(cause.replaceAll("'", '&#39;'));
    expect(reply.text).toContain('5 a second at most');
    expect(reply.text).toContain('<button>Retry all 3</button>');
    expect(await world.query('select 1 from bulk_retries')).toEqual([]);
  });

  it('has no button where the filter leaves no return that needs attention', async () => {
    await world.open([{ sku: 'WELL-1' }]);
    for (const q of ['nowhere', 'WELL-1']) {
      const { status, text } = await post('/console/retries', { q });
      expect(status).toBe(200);
      expect(text).toContain('That leaves no return that needs attention');
      expect(text).not.toContain('Retry all');
    }
  });

  it('has no button where there are more than are carried out at once', async () => {
    await using many = await startWorld();
    await stuckReturns(many, 'GONE-1', 1);
    await many.query(`insert into returns
      select (jsonb_populate_record(r, jsonb_build_object('loop_return_id', 'copy ' || n, 'rma_number', 'copy ' || n))).*
      from returns r, generate_series(1, 10000) n`);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Bearer ${opsToken}`,
    };
    const { text } = await many.post('/console/retries', 'status=attention', headers);
    expect(text).toContain('more than 10,000 returns');
    expect(text).not.toContain('Retry all');
    const refused = await many.api('/api/returns/retry?status=attention', { method: 'POST' });
    expect(refused).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
    expect(refused.text).toContain('more than 10,000 returns');
  });

  it('names what was chosen in the words of the lists', async () => {
    await stuckReturns(world, 'WORDS-1', 1);
    const { text } = await post('/console/retries', { status: 'attention', q: 'WORDS-1' });
    expect(text).toContain('<li>status needs attention</li>');
    const none = { status: 'attention', overdue: 'flagged', decision: 'flag', differs: 'flag-closed' };
    const { text: nothing } = await post('/console/retries', none);
    expect(nothing).toContain('<li>decided: flag for review</li>');
    expect(nothing).toContain('<li>waiting too long: Flagged, not decided in Loop</li>');
    expect(nothing).toContain('<li>ended otherwise in Loop: flagged, closed</li>');
  });

  it('is not asked of all returns that there are', async () => {
    expect(await post('/console/retries', { sort: 'oldest' })).toMatchObject({ status: 400 });
  });

  it('is not offered beside the list of all returns', async () => {
    expect(await readPage(world, '/console/returns')).not.toContain('Retry all');
    expect(await readPage(world, '/console/returns?sort=oldest')).not.toContain('Retry all');
    expect(await readPage(world, '/console/returns?merchant=acme')).toContain('Retry all of these…');
  });
});

describe('a yes', () => {
  it('that is sent twice, at once or later, begins one bulk retry, and each leads to it', async () => {
    const { ids, teach } = await stuckReturns(world, 'TWICE-1', 3);
    teach();
    const fields = yesTo(await post('/console/retries', { q: 'TWICE-1' }), { q: 'TWICE-1' });
    const replies = await Promise.all([post('/console/retries', fields), post('/console/retries', fields)]);
    await untilEnded(world, fields.id);
    replies.push(await post('/console/retries', fields));
    for (const { status, headers } of replies) {
      expect([status, headers.get('location')]).toEqual([303, `/console/retries/${fields.id}`]);
    }
    expect(await world.query(`select id from bulk_retries where asked->>'q' = 'TWICE-1'`)).toHaveLength(1);
    for (const id of ids) {
      const { timeline } = await world.untilStatus(id, 'open');
      expect(timeline.filter(({ event }) => event === 'retry')).toHaveLength(1);
    }
  });

  it('is to as many returns as were shown: where there are more by then, it is asked again', async () => {
    await stuckReturns(world, 'MORE-1', 2);
    const chosen = { q: 'MORE-1' };
    const first = await post('/console/retries', chosen);
    await stuckReturns(world, 'MORE-1', 1);
    const again = await post('/console/retries', yesTo(first, chosen));
    expect(again.status).toBe(200);
    expect(again.text).toContain('no longer the 2 returns that you were asked about');
    expect(again.text).toContain('<button>Retry all 3</button>');
    const begun = `select total from bulk_retries where asked->>'q' = 'MORE-1'`;
    expect(await world.query(begun)).toEqual([]);
    const fields = yesTo(again, chosen);
    expect((await post('/console/retries', fields)).headers.get('location')).toBe(
      `/console/retries/${fields.id}`,
    );
    expect(await world.query(begun)).toEqual([{ total: 3 }]);
  });

  it('to returns that are all well by then does nothing, and says so', async () => {
    const { ids, teach } = await stuckReturns(world, 'GOOD-1', 1);
    const fields = yesTo(await post('/console/retries', { q: 'GOOD-1' }), { q: 'GOOD-1' });
    teach();
    for (const id of ids) {
      await world.retry(id);
      await world.untilStatus(id, 'open');
    }
    const { status, text } = await post('/console/retries', fields);
    expect(status).toBe(200);
    expect(text).toContain('That leaves no return that needs attention');
  });

  it.each([
    {},
    { id: 'not-an-id', shown: '1' },
    { id: crypto.randomUUID() },
    { id: crypto.randomUUID(), shown: '0' },
    { id: crypto.randomUUID(), shown: '10001' },
  ])('without the id of a question and what it showed is refused: %o', async (fields) => {
    const reply = await post('/console/retries', { q: 'TWICE-1', confirm: 'yes', ...fields });
    expect(reply.status).toBe(400);
  });
});

describe('the progress', () => {
  it('shows what is left and how long it takes, and can be stopped', async () => {
    const { ids, teach } = await stuckReturns(world, 'STOP-1', 30);
    teach();
    const fields = yesTo(await post('/console/retries', { q: 'STOP-1' }), { q: 'STOP-1' });
    const { id } = fields;
    await post('/console/retries', fields);
    await until(
      async () => (await look(world, id)).counts.retried > 0,
      () => 'the first return to be retried',
    );
    const running = await world.api(`/console/retries/${id}`);
    expect(running.text).toMatch(/<progress max="30" value="\d+"/);
    expect(running.text).toContain('http-equiv="refresh"');
    expect(running.text).toContain('less than a minute from now on');
    expect(running.text).toContain(ids[0] ?? 'none');
    const stopped = await post(`/console/retries/${id}/stop`, {});
    expect([stopped.status, stopped.headers.get('location')]).toEqual([
      303,
      `/console/retries/${id}?done=stopped`,
    ]);
    const { counts } = await untilEnded(world, id);
    const after = await readPage(world, `/console/retries/${id}?done=stopped`);
    expect(after).toContain('It is stopped. What is retried already goes on.');
    expect(after).toContain(`Retried ${counts.retried} of 30`);
    expect(after).toContain('left as it is: stopped before its turn');
    const { text: audited } = await world.api('/console/audit?action=bulk-retry');
    const link = `<a href="/console/retries/${id}">bulk retry</a>`;
    expect(audited).toContain(`begun, total 30, ${link}`);
    expect(audited).toMatch(new RegExp(`done,[a-z0-9 -]* retried ${counts.retried}[a-z0-9, -]*, ${link}`));
    expect(audited).not.toContain('unknown 0');
    expect(after).not.toContain('Stop</button>');
    expect((await world.api(`/console/retries/${id}`)).text).not.toContain('http-equiv="refresh"');
    const again = await post(`/console/retries/${id}/stop`, {});
    expect(again.headers.get('location')).toBe(`/console/retries/${id}?done=over`);
    expect(await readPage(world, '/console/retries')).toMatch(/ops token beginning with STOP-1 30 stopped/);
  });

  it('of a bulk retry that is not there is a page that says so', async () => {
    expect(await world.api('/console/retries/none')).toMatchObject({ status: 404 });
    expect(await post('/console/retries/none/stop', {})).toMatchObject({ status: 404 });
  });
});

describe('from elsewhere', () => {
  serveConsole();

  it.each(['/console/retries', '/console/retries/one/stop'])('nothing is taken at %s', async (path) => {
    const app = await open();
    const cookie = await signIn(app);
    const fields = { q: 'TEE-1', confirm: 'yes', id: crypto.randomUUID(), shown: '1' };
    expect((await postForm(app, path, fields, { cookie })).statusCode).toBe(403);
    expect((await postForm(app, path, fields)).statusCode).toBe(401);
    expect((await page(app, cookie, '/console/retries')).statusCode).toBe(200);
  });
});
