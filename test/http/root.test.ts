import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/service.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test.each(['GET', 'HEAD'])(
  '%s / leads to the console, with no token needed to be led there',
  async (method) => {
    const answer = await fetch(`${world.url}/`, { method, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console']);
  },
);

test('nothing else is there at the root', async () => {
  expect((await fetch(`${world.url}/`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${world.url}/index.html`)).status).toBe(404);
});
