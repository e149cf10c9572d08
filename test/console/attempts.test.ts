import { afterEach, describe, expect, it, vi } from 'vitest';
import { anna, password } from '../support/operators.ts';
import {
  type App,
  formTokenIn,
  lines,
  open,
  page,
  post,
  recorded,
  serveConsole,
  signIn,
  token,
} from './fresh-console.ts';

serveConsole();
afterEach(() => void vi.useRealTimers());

const operators = new Map([['anna', anna]]);
const openWithUsers = (trustedProxies: readonly string[] = []) =>
  open(token, { signIn: { operators: () => operators, singleSignOn: null }, trustedProxies });
const wrong = { token: 'not-the-token', next: '/console' };
const fail = async (app: App, times: number, headers: Record<string, string> = {}) => {
  for (let tried = 0; tried < times; tried += 1)
    expect((await post(app, '/console/session', wrong, headers)).statusCode).toBe(401);
};

describe('an address that has failed ten times in a minute', () => {
  it('is told to wait, whatever it tries next, with a page that says so', async () => {
    const app = await openWithUsers();
    await fail(app, 9);
    expect((await post(app, '/console/session', { name: 'anna', password: 'x', next: '' })).statusCode).toBe(
      401,
    );
    for (const fields of [wrong, { token, next: '' }, { name: 'anna', password, next: '' }]) {
      const reply = await post(app, '/console/session', fields);
      expect([reply.statusCode, reply.cookies]).toEqual([429, []]);
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(60);
      expect(reply.headers['content-type']).toContain('text/html');
      expect(reply.body).toMatch(/<h1>Too many tries<\/h1>[\s\S]*Try again in \d+ seconds/);
    }
    expect(recorded).toHaveLength(10);
    expect(lines.join()).toContain('too_many_tries');
  });

  it('may try again a minute later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const app = await openWithUsers();
    await fail(app, 10);
    expect((await post(app, '/console/session', wrong)).statusCode).toBe(429);
    vi.setSystemTime(Date.now() + 60_000);
    expect(await signIn(app)).toContain('console_session=');
  });

  it('keeps nobody out who has signed in', async () => {
    const app = await openWithUsers();
    const cookie = await signIn(app);
    await fail(app, 10);
    const shown = await page(app, cookie);
    expect(shown.statusCode).toBe(200);
    const replay = { result: 'rejected', merchant: 'acme', form: formTokenIn(shown.body) };
    expect((await post(app, '/console/rejected/replay', replay, { cookie })).statusCode).toBe(303);
  });

  it('cannot fail more often by trying many passwords at once', async () => {
    const app = await openWithUsers();
    const tries = Array.from({ length: 14 }, () =>
      post(app, '/console/session', { name: 'anna', password: 'wrong', next: '' }),
    );
    const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });
});

it('who signs in well may do so as often as they like', async () => {
  const app = await openWithUsers();
  for (let times = 0; times < 25; times += 1) await signIn(app);
});

it('so many passwords wait at once at most, and the others are told to come back', async () => {
  const app = await openWithUsers();
  const tries = Array.from({ length: 24 }, () =>
    post(app, '/console/session', { name: 'anna', password, next: '' }),
  );
  const replies = await Promise.all(tries);
  expect(replies.filter(({ statusCode }) => statusCode === 303)).toHaveLength(20);
  const [turnedAway] = replies.filter(({ statusCode }) => statusCode === 429);
  expect(turnedAway?.body).toContain('Too many people sign in at this moment.');
});

describe('what counts as the address', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('is that of the connection: nobody gets another try, nor another name, by a header', async () => {
    const app = await openWithUsers();
    for (let tried = 0; tried < 10; tried += 1) await fail(app, 1, from(`192.0.2.${tried}`));
    expect((await post(app, '/console/session', wrong, from('192.0.2.99'))).statusCode).toBe(429);
    expect(recorded[0]).toMatchObject({ address: '127.0.0.1' });
  });

  it('is what a trusted proxy says, so that one person’s tries do not lock out another', async () => {
    const app = await openWithUsers(['127.0.0.0/8']);
    await fail(app, 10, from('192.0.2.1'));
    expect((await post(app, '/console/session', wrong, from('192.0.2.1'))).statusCode).toBe(429);
    await fail(app, 1, from('192.0.2.2'));
    expect(recorded.at(-1)).toMatchObject({ address: '192.0.2.2' });
  });

  it('is not what a proxy says that is not among the trusted ones', async () => {
    const app = await openWithUsers(['10.0.0.5']);
    await fail(app, 1, from('192.0.2.1'));
    expect(recorded[0]).toMatchObject({ address: '127.0.0.1' });
  });
});
