import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import type { SetAsideDelivery } from '../../src/inbox/set-aside.ts';
import { vendors } from '../../src/vendors.ts';
import { emptyOperations } from '../support/operations.ts';

const token = 'a-token-that-opens';
const hour = 3_600_000;
const host = 'localhost:80';

const rejected: SetAsideDelivery = {
  merchant: 'acme',
  source: 'loop',
  key: 'abc',
  why: '<script>alert("why")</script>',
  receivedAt: new Date(0),
};
let clock = 0;
let replays: unknown[] = [];
let lines: string[] = [];

beforeEach(() => {
  clock = Date.UTC(2026, 10, 23);
  replays = [];
  lines = [];
});

async function open(opsToken: string | null = token) {
  return buildApp({
    vendors,
    log: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
    operations: emptyOperations({
      setAside: async () => [rejected],
      replay: async (filter) => {
        replays.push({ ...filter });
        return { replayed: 1, accepted: 1, ignored: 0, rejected: 0 };
      },
    }),
    opsToken,
    now: () => new Date(clock),
    store: async () => 'accepted',
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
  });
}
type App = Awaited<ReturnType<typeof open>>;

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const post = (app: App, url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    payload: form(fields),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

/** Signs in, and hands back the cookie as the browser sends it. */
async function signIn(app: App, given = token): Promise<string> {
  const reply = await post(app, '/console/session', { token: given, next: '/console/rejected' });
  expect(reply.statusCode).toBe(303);
  const [cookie] = reply.cookies;
  return `${cookie?.name}=${encodeURIComponent(cookie?.value ?? '')}`;
}
const page = (app: App, cookie: string, url = '/console/rejected') =>
  app.inject({ url, headers: { cookie } });
const formTokenIn = (html: string) => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';

describe('without OPS_TOKEN', () => {
  it.each([
    ['GET', '/console'],
    ['GET', '/console/returns'],
    ['GET', '/console/nowhere'],
    ['POST', '/console/session'],
    ['POST', '/console/rejected/replay'],
  ] as const)('%s %s answers 403 and names the setting', async (method, url) => {
    const app = await open(null);
    const reply = await app.inject({ method, url, headers: { authorization: 'Bearer null' } });
    expect(reply.statusCode).toBe(403);
    expect(reply.body).toContain('OPS_TOKEN');
  });
});

describe('signing in', () => {
  it.each(['/console', '/console/', '/console/returns', '/console/returns/acme/1', '/console/nowhere'])(
    'is asked for at %s, with 401',
    async (url) => {
      const reply = await (await open()).inject(url);
      expect(reply.statusCode).toBe(401);
      expect(reply.body).toContain('<form method="post" action="/console/session"');
    },
  );

  it('with a wrong token gives no session, says so, and leaves a line in the log without it', async () => {
    const app = await open();
    const reply = await post(app, '/console/session', { token: 'not-the-token', next: '/console' });
    expect([reply.statusCode, reply.cookies]).toEqual([401, []]);
    expect(reply.body).toContain('This is not the ops token.');
    expect(lines.join()).toMatch(/wrong token/);
    expect(lines.join() + reply.body).not.toContain('not-the-token');
  });

  it('gives a cookie that scripts and other sites cannot use, and leads on', async () => {
    const reply = await post(await open(), '/console/session', { token, next: '/console/returns?q=1' });
    expect([reply.statusCode, reply.headers.location]).toEqual([303, '/console/returns?q=1']);
    expect(reply.cookies).toMatchObject([
      { path: '/console', httpOnly: true, sameSite: 'Strict', maxAge: 12 * 3600 },
    ]);
    expect(reply.cookies[0]).not.toHaveProperty('secure');
  });

  it('by https gives a cookie that only https carries', async () => {
    const app = await open();
    const reply = await post(app, '/console/session', { token, next: '' }, { 'x-forwarded-proto': 'https' });
    expect(reply.cookies).toMatchObject([{ secure: true }]);
  });

  it.each(['https://evil.example', '//evil.example', '/consoles', '/console\\evil', '/api/returns'])(
    'never leads to %s',
    async (next) => {
      const reply = await post(await open(), '/console/session', { token, next });
      expect(reply.headers.location).toBe('/console');
    },
  );

  it('is refused where another site sends the form', async () => {
    const app = await open();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ])
      expect(await post(app, '/console/session', { token, next: '' }, headers)).toMatchObject({
        statusCode: 403,
        cookies: [],
      });
  });
});

describe('a session', () => {
  it('opens the pages for twelve hours', async () => {
    const app = await open();
    const cookie = await signIn(app);
    clock += 12 * hour - 1;
    expect((await page(app, cookie)).statusCode).toBe(200);
    clock += 1;
    expect((await page(app, cookie)).statusCode).toBe(401);
  });

  it('holds in every replica, and ends when the token changes', async () => {
    const cookie = await signIn(await open());
    expect((await page(await open(), cookie)).statusCode).toBe(200);
    expect((await page(await open('another-token'), cookie)).statusCode).toBe(401);
  });

  it('cannot be made longer, nor made up', async () => {
    const app = await open();
    const cookie = decodeURIComponent(await signIn(app));
    const longer = cookie.replace(/\.(\d+)\./, (_, endsAt: string) => `.${Number(endsAt) + hour}.`);
    expect(longer).not.toBe(cookie);
    for (const forged of [
      longer,
      'console_session=abc.99999999999999.x',
      'console_session=',
      'console_session=.',
    ])
      expect((await page(app, forged)).statusCode).toBe(401);
  });

  it('is ended by signing out', async () => {
    const app = await open();
    const cookie = await signIn(app);
    const shown = await page(app, cookie);
    const reply = await post(app, '/console/session/end', { form: formTokenIn(shown.body) }, { cookie });
    expect([reply.statusCode, reply.cookies]).toMatchObject([303, [{ value: '', path: '/console' }]]);
  });

  it('is not needed by a request that carries the token', async () => {
    const app = await open();
    const authorization = `Bearer ${token}`;
    expect((await app.inject({ url: '/console/rejected', headers: { authorization } })).statusCode).toBe(200);
    expect(
      (await post(app, '/console/rejected/replay', { merchant: 'acme' }, { authorization })).statusCode,
    ).toBe(303);
    expect(
      (await app.inject({ url: '/console/rejected', headers: { authorization: 'Bearer no' } })).statusCode,
    ).toBe(401);
  });
});

describe('what changes something', () => {
  const filter = { result: 'rejected', merchant: 'acme', source: 'loop', why: rejected.why };

  it('is done for a form of the session', async () => {
    const app = await open();
    const cookie = await signIn(app);
    const fields = { ...filter, form: formTokenIn((await page(app, cookie)).body) };
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const reply = await post(app, '/console/rejected/replay', fields, headers);
    expect(reply.statusCode).toBe(303);
    expect(replays).toEqual([filter]);
    const done = await page(app, cookie, reply.headers.location);
    expect(done.body).toContain('Replayed 1: 1 understood now');
  });

  it('leads back to the ignored deliveries where it was done for those', async () => {
    const app = await open();
    const cookie = await signIn(app);
    const { body } = await page(app, cookie, '/console/rejected?result=ignored');
    expect(body).toContain('<h1>Ignored deliveries</h1>');
    expect(body).toContain('name="result" value="ignored"');
    const fields = { ...filter, result: 'ignored', form: formTokenIn(body) };
    const reply = await post(app, '/console/rejected/replay', fields, { cookie });
    expect(replays).toEqual([{ ...filter, result: 'ignored' }]);
    const done = await page(app, cookie, reply.headers.location);
    expect(done.body).toContain('<h1>Ignored deliveries</h1>');
    expect(done.body).toContain('Replayed 1: 1 understood now');
  });

  it('shows rejected deliveries where nobody knows what is asked for', async () => {
    const app = await open();
    const { body } = await page(app, await signIn(app), '/console/rejected?result=nonsense&replayed=many');
    expect(body).toContain('<h1>Rejected deliveries</h1>');
  });

  it.each<[string, (own: string) => { form: string; headers: Record<string, string> }]>([
    ['without the form’s token', () => ({ form: '', headers: {} })],
    ['with a made-up one', () => ({ form: 'made-up', headers: {} })],
    ['from another site', (own) => ({ form: own, headers: { 'sec-fetch-site': 'cross-site' } })],
    ['from a neighbouring site', (own) => ({ form: own, headers: { 'sec-fetch-site': 'same-site' } })],
    ['from another origin', (own) => ({ form: own, headers: { origin: 'https://evil.example' } })],
    ['from nowhere', (own) => ({ form: own, headers: { origin: 'null' } })],
  ])('is refused %s', async (_, make) => {
    const app = await open();
    const cookie = await signIn(app);
    const { form, headers } = make(formTokenIn((await page(app, cookie)).body));
    const reply = await post(
      app,
      '/console/rejected/replay',
      { ...filter, form },
      { cookie, host, ...headers },
    );
    expect(reply.statusCode).toBe(403);
    expect(replays).toEqual([]);
  });

  it('is refused with the form of another session', async () => {
    const app = await open();
    const other = formTokenIn((await page(app, await signIn(app))).body);
    const cookie = await signIn(app);
    const reply = await post(app, '/console/rejected/replay', { ...filter, form: other }, { cookie });
    expect([reply.statusCode, replays]).toEqual([403, []]);
  });

  it('is taken from a browser that only names its origin', async () => {
    const app = await open();
    const cookie = await signIn(app);
    const own = formTokenIn((await page(app, cookie)).body);
    const headers = { cookie, host: 'ops.example', origin: 'https://ops.example' };
    const reply = await post(app, '/console/rejected/replay', { ...filter, form: own }, headers);
    expect(reply.statusCode).toBe(303);
  });
});

describe('every page', () => {
  it('allows no script, style or form but our own, and is kept nowhere', async () => {
    const app = await open();
    for (const reply of [await app.inject('/console'), await page(app, await signIn(app))]) {
      expect(reply.headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
      expect(reply.headers['content-security-policy']).not.toContain('unsafe');
      expect(reply.headers['cache-control']).toBe('no-store');
      expect(reply.body).not.toMatch(/<script(?![^>]+src=)|<style|\sstyle=|\son\w+=/);
    }
  });

  it('shows what it is given as text', async () => {
    const app = await open();
    const { body } = await page(app, await signIn(app));
    expect(body).toContain('&lt;script&gt;alert(&quot;why&quot;)');
    expect(body).not.toContain('<script>alert');
    const search = await app.inject('/console/returns?q=%22%3E%3Cscript%3E');
    expect(search.body).not.toContain('"><script>');
  });

  it('holds no token, and neither does the log', async () => {
    const app = await open();
    const cookie = await signIn(app);
    const replies = [
      await app.inject('/console'),
      await page(app, cookie),
      await page(app, cookie, '/console/nowhere'),
    ];
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([401, 200, 404]);
    const said = JSON.stringify(replies.map(({ body, headers }) => [body, headers])) + lines.join();
    expect(said).not.toContain(token);
    expect(said).not.toContain(cookie.split('=')[1]);
  });

  it('says in words what is wrong with a request', async () => {
    const app = await open();
    const cookie = await signIn(app);
    const reply = await page(app, cookie, '/console/returns?status=melted');
    expect(reply.statusCode).toBe(400);
    expect(reply.headers['content-type']).toContain('text/html');
    expect(reply.body).toContain('status');
  });

  it('has its style and script at addresses that may be kept for good', async () => {
    const app = await open();
    const { body } = await page(app, await signIn(app));
    const addresses = [...body.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/g)].map(
      ([, url]) => url ?? '',
    );
    expect(addresses.map((url) => url.split('/').at(-1)).sort()).toEqual([
      'icon.svg',
      'refresh.js',
      'style.css',
    ]);
    for (const url of addresses) {
      const reply = await app.inject(url);
      expect([reply.statusCode, reply.headers['cache-control']]).toEqual([
        200,
        expect.stringContaining('immutable'),
      ]);
    }
  });
});
