import { expect, test } from 'vitest';
import { vendorFaults, wayFaults } from './plan.ts';
import { lines } from './report.ts';
import { runFaults } from './run.ts';
import { stories } from './stories.ts';

const seed = 7;
/** Enough for every story to come. */
const returns = 3 * (2 + Math.ceil((stories.length - 2) / 3));

test('through kills, database stops and every fault of a vendor nothing is lost, wrong or doubled', async () => {
  const report = await runFaults({ returns, seed });
  const text = lines(report).join('\n');
  expect(report.findings, text).toEqual([]);
  expect(report.crashes, text).toBe(0);
  expect(report.ranOut, text).toBe(false);
  expect(report.logs).toBeNull();

  const { tally } = report;
  expect(tally.kills).toBeGreaterThanOrEqual(2);
  expect(tally.databaseStops.fast).toBeGreaterThanOrEqual(1);
  expect(tally.databaseStops.immediate).toBeGreaterThanOrEqual(1);
  expect(tally.silences).toBeGreaterThanOrEqual(2);
  expect(tally.repeats).toBeGreaterThanOrEqual(1);
  expect(tally.lateChanges.whole).toBeGreaterThanOrEqual(1);
  expect([...tally.faults.keys()].sort()).toEqual([...vendorFaults, ...wayFaults].sort());
  const ends = ['attention', 'cancelled', 'flagged', 'held', 'processed'];
  expect([...report.endings.keys()].sort()).toEqual(ends);
  expect([...report.endings.values()].reduce((all, count) => all + count, 0)).toBe(returns);
}, 300_000);
