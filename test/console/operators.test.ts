import { beforeEach, describe, expect, it } from 'vitest';
import type { Operator } from '../../src/operators/operator.ts';
import { anna, ben, operator, password } from '../support/operators.ts';
import {
  formTokenIn,
  lines,
  open,
  page,
  post,
  recorded,
  replays,
  serveConsole,
  signIn,
  signInWith,
} from './fresh-console.ts';

serveConsole();

let operators: Map<string, Operator>;
beforeEach(() => {
  operators = new Map([
    ['anna', anna],
    ['ben', ben],
  ]);
});

const openWithUsers = () =>
  open('a-token-that-opens', { signIn: { operators: () => operators, singleSignOn: null } });
const filter = { result: 'rejected', merchant: 'acme', source: 'loop', key: 'abc' };
const by = { by: 'password', address: '127.0.0.1', merchant: null };

describe('the sign-in page', () => {
  it('asks for name and password, and has the token as a last choice', async () => {
    const { body } = await (await openWithUsers()).inject('/console');
    expect(body).toMatch(/name="name"[\s\S]*name="password"[\s\S]*<details[\s\S]*name="token"/);
    expect(body.match(/autofocus/g)).toHaveLength(1);
    expect(body).not.toContain('single sign-on');
  });

  it('asks for the token alone where there is nothing else', async () => {
    const { body } = await (await open()).inject('/console');
    expect(body).toContain('name="token"');
    expect(body).not.toMatch(/name="name"|<details/);
  });
});

describe('an operator', () => {
  it('signs in by name, in whatever case a phone writes it, is greeted, and is written down', async () => {
    const app = await openWithUsers();
    const cookie = await signInWith(app, { name: ' Anna ', password });
    const { body } = await page(app, cookie);
    expect(body).toMatch(/Signed in as <\/span>anna</);
    expect(recorded).toEqual([{ ...by, name: 'anna', action: 'sign-in', subject: null, result: 'done' }]);
    await post(app, '/console/session/end', { form: formTokenIn(body) }, { cookie });
    expect(recorded.at(-1)).toEqual({
      ...by,
      name: 'anna',
      action: 'sign-out',
      subject: null,
      result: 'done',
    });
  });

  it('acts under the own name', async () => {
    const app = await openWithUsers();
    const cookie = await signInWith(app, { name: 'anna', password });
    const form = formTokenIn((await page(app, cookie)).body);
    expect((await post(app, '/console/rejected/replay', { ...filter, form }, { cookie })).statusCode).toBe(
      303,
    );
    expect(replays).toEqual([filter]);
  });

  it('who may only view sees no button, and is told so whatever they send', async () => {
    const app = await openWithUsers();
    const cookie = await signInWith(app, { name: 'ben', password });
    const { body } = await page(app, cookie);
    expect(body).toMatch(/ben <span class="hint">\(may view only\)/);
    expect(body).toContain('By reason');
    expect(body).not.toContain('/console/rejected/replay');
    const form = formTokenIn(body);
    for (const url of ['/console/rejected/replay', '/console/returns/acme/1/retry']) {
      const reply = await post(app, url, { ...filter, form }, { cookie });
      expect(reply.statusCode).toBe(403);
      expect(reply.body).toMatch(/You are signed in as ben, who may see everything and change nothing/);
    }
    expect(replays).toEqual([]);
    expect((await post(app, '/console/session/end', { form }, { cookie })).statusCode).toBe(303);
  });
});

describe('a session of an operator', () => {
  it('ends with the operator’s entry', async () => {
    const app = await openWithUsers();
    const cookie = await signInWith(app, { name: 'anna', password });
    expect((await page(app, cookie)).statusCode).toBe(200);
    operators.delete('anna');
    expect((await page(app, cookie)).statusCode).toBe(401);
  });

  it('ends with another password, and not with another role, which counts at once', async () => {
    const app = await openWithUsers();
    const cookie = await signInWith(app, { name: 'anna', password });
    operators.set('anna', { ...anna, role: 'view' });
    const { body } = await page(app, cookie);
    expect(body).toContain('may view only');
    const form = formTokenIn(body);
    expect((await post(app, '/console/rejected/replay', { ...filter, form }, { cookie })).statusCode).toBe(
      403,
    );
    operators.set('anna', operator('anna', 'act', 'another long password'));
    expect((await page(app, cookie)).statusCode).toBe(401);
  });

  it('cannot be made that of another, nor that of the token', async () => {
    const app = await openWithUsers();
    const cookie = await signInWith(app, { name: 'ben', password });
    const [id, endsAt, , , , signature] = decodeURIComponent(cookie)
      .replace('console_session=', '')
      .split('.');
    const name = (text: string) => Buffer.from(text).toString('base64url');
    for (const whose of [
      ['password', 'act', name('anna')],
      ['token', 'act', name('ops token')],
      ['sso', 'act', name('ben')],
      ['password', 'act', name('ben')],
    ]) {
      const forged = `console_session=${[id, endsAt, ...whose, signature].join('.')}`;
      expect((await page(app, forged)).statusCode).toBe(401);
    }
  });

  it('is not touched by a session of the token beside it', async () => {
    const app = await openWithUsers();
    expect((await page(app, await signIn(app))).body).toContain('</span>ops token');
    expect(recorded).toMatchObject([{ name: 'ops token', by: 'token', action: 'sign-in', result: 'done' }]);
  });
});

describe('a try that fails', () => {
  it.each([
    ['a wrong password', { name: 'anna', password: 'hunter2-hunter2' }, 'anna', 'name or password'],
    ['a name that is not known', { name: 'hunter2-hunter2', password }, null, 'name or password'],
    ['a wrong token', { token: 'hunter2-hunter2' }, null, 'token'],
  ])(
    'with %s gives no session, and nothing that was typed in is kept or shown',
    async (_, fields, whose, what) => {
      const app = await openWithUsers();
      const reply = await post(app, '/console/session', { ...fields, next: '/console' });
      expect([reply.statusCode, reply.cookies]).toEqual([401, []]);
      expect(reply.body).toMatch(
        /role="alert">(The name or the password is wrong|This is not the ops token)\./,
      );
      expect(recorded).toEqual([
        {
          ...by,
          by: 'token' in fields ? 'token' : 'password',
          name: null,
          action: 'sign-in',
          subject: whose,
          result: 'refused',
        },
      ]);
      expect(lines.join()).toContain(`wrong ${what}`);
      expect(JSON.stringify(recorded) + lines.join() + reply.body).not.toContain('hunter2');
    },
  );

  it('says the same of a name that is not known as of a wrong password', async () => {
    const app = await openWithUsers();
    const answers = await Promise.all(
      ['anna', 'nobody'].map((name) =>
        post(app, '/console/session', { name, password: 'wrong', next: '/console' }),
      ),
    );
    expect(new Set(answers.map(({ body, statusCode }) => `${statusCode} ${body}`)).size).toBe(1);
  });

  it('where there is no users file is one all the same', async () => {
    const reply = await post(await open(), '/console/session', { name: 'anna', password, next: '/console' });
    expect(reply.statusCode).toBe(401);
  });
});
