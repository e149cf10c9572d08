import { expect, it } from 'vitest';
import { startWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

it('a list that Loop did not divide into pages is taken over whole, however long', async () => {
  await using world = await startWorld({ pollIntervalMs: 300 });
  const returns = Array.from({ length: 5_000 }, (_, index) => ({
    id: 90_000_000 + index,
    state: 'cancelled',
    edited_at: '2026-11-22T09:12:26+00:00',
    line_items: [],
  }));
  world.loop.answerNext('list', { status: 200, body: returns });
  const [row] = await until(
    async () => {
      const rows = await world.query("select count(*)::int as count from returns where status = 'cancelled'");
      return rows[0]?.['count'] === returns.length && rows;
    },
    () => `5,000 returns: ${JSON.stringify(world.log.slice(-3))}`,
  );
  expect(row).toEqual({ count: 5_000 });
});
