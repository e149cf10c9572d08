import { expect, test } from 'vitest';
import { lines } from './report.ts';
import { runFaults } from './run.ts';

const seed = 7;
const returns = 24;

test('when the primary is killed and its standby takes over nothing is lost, wrong or doubled', async () => {
  const report = await runFaults({ database: 'pair', returns, seed });
  const text = lines(report).join('\n');
  expect(report.findings, text).toEqual([]);
  expect(report.crashes, text).toBe(0);
  expect(report.ranOut, text).toBe(false);
  expect(report.tally.databaseStops, text).toEqual({ fast: 1, immediate: 1 });
  expect(text).toContain('the primary was killed 1 times (SIGKILL), stopped in order 1 times');
  expect([...report.endings.values()].reduce((all, count) => all + count, 0)).toBe(returns);
}, 300_000);
