import { describe, expect, it } from 'vitest';
import {
  formTokenIn,
  host,
  lines,
  open,
  page,
  post,
  rejected,
  replays,
  serveConsole,
  signIn,
  token,
} from './fresh-console.ts';

/** What holds for every form and every page of the console, once somebody has signed in. */

serveConsole();

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
      'copy.js',
      'icon.svg',
      'refresh.js',
      'style.css',
      'times.js',
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
