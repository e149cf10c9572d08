import { pino } from 'pino';
import { beforeEach, expect } from 'vitest';
import { type AppParts, buildApp } from '../../src/http/app.ts';
import type { SetAsideDelivery } from '../../src/inbox/set-aside.ts';
import type { Operations } from '../../src/operations/operations.ts';
import { vendors } from '../../src/vendors.ts';
import { emptyOperations } from '../support/operations.ts';

export const token = 'a-token-that-opens';
export const hour = 3_600_000;
export const host = 'localhost:80';

export const rejected: SetAsideDelivery = {
  merchant: 'acme',
  source: 'loop',
  key: 'abc',
  why: '<script>alert("why")</script>',
  receivedAt: new Date(0),
};
export const clock = { now: 0 };
export let replays: unknown[] = [];
export let lines: string[] = [];
/** What was written down for the audit list. */
export let recorded: unknown[] = [];

/** Gives each test of a file a console that nobody has used. */
export function serveConsole(): void {
  beforeEach(() => {
    clock.now = Date.UTC(2026, 10, 23);
    replays = [];
    lines = [];
    recorded = [];
  });
}

export async function open(
  opsToken: string | null = token,
  more: Pick<AppParts, 'signIn' | 'trustedProxies'> = {},
  operations: Partial<Operations> = {},
) {
  return buildApp({
    vendors,
    log: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
    operations: emptyOperations({
      setAside: async () => [rejected],
      replay: async (filter) => {
        replays.push({ ...filter });
        return { replayed: 1, accepted: 1, ignored: 0, rejected: 0 };
      },
      record: async (actor, action) => void recorded.push({ ...actor, ...action }),
      ...operations,
    }),
    opsToken,
    now: () => new Date(clock.now),
    store: async () => 'accepted',
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
    ...more,
  });
}
export type App = Awaited<ReturnType<typeof open>>;

export const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
export const post = (
  app: App,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  app.inject({
    method: 'POST',
    url,
    payload: form(fields),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

/** Signs in, and hands back the cookie as the browser sends it. */
export function signIn(app: App, given = token): Promise<string> {
  return signInWith(app, { token: given });
}

/** The same with whatever the form has. */
export async function signInWith(app: App, fields: Record<string, string>): Promise<string> {
  const reply = await post(app, '/console/session', { ...fields, next: '/console/rejected' });
  expect(reply.statusCode).toBe(303);
  const [cookie] = reply.cookies;
  return `${cookie?.name}=${encodeURIComponent(cookie?.value ?? '')}`;
}
export const page = (app: App, cookie: string, url = '/console/rejected') =>
  app.inject({ url, headers: { cookie } });
export const formTokenIn = (html: string) => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
