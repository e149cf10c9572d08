import { describe, expect, it } from 'vitest';
import {
  clock,
  formTokenIn,
  hour,
  lines,
  open,
  page,
  post,
  serveConsole,
  signIn,
  token,
} from './fresh-console.ts';

serveConsole();

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
    clock.now += 12 * hour - 1;
    expect((await page(app, cookie)).statusCode).toBe(200);
    clock.now += 1;
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
