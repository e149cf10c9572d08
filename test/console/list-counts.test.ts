import { expect, test } from 'vitest';
import { open, page, serveConsole, signIn, token } from './fresh-console.ts';

serveConsole();

test('the tabs of a list count what is there now, as the overview does', async () => {
  let count = 0;
  const countStatuses = async () => {
    count += 1;
    return [{ merchant: 'acme', status: 'attention' as const, count }];
  };
  const app = await open(token, {}, { countStatuses });
  const cookie = await signIn(app);
  const counted = async () => {
    const { body } = await page(app, cookie, '/console/returns');
    return /needs attention\s*<span[^>]*>(\d+)/.exec(body)?.[1] ?? body;
  };
  expect(await counted()).toBe('1');
  expect(await counted()).toBe('2');
  await app.close();
});
