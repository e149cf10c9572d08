import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openOutages } from '../../src/database/outages.ts';
import { until } from '../support/until.ts';

const away = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const hangs = () => new Promise<never>(() => {});

function watched(whyNot: () => Promise<string | null>) {
  const lines: string[] = [];
  const outages = openOutages();
  const write = (line: string) => void lines.push(JSON.parse(line).msg);
  const log = pino({ level: 'info', hooks: outages }, { write });
  return { lines, log, stop: outages.watch(log, whyNot) };
}

test('what fails for want of the database comes out where there is no outage', async () => {
  const { lines, log, stop } = watched(async () => null);
  log.warn({ err: away }, 'a connection is lost');
  await until(
    () => lines.includes('a connection is lost'),
    () => 'the line',
  );
  await stop();
});

test('a line that tells of the end of the process always comes out', async () => {
  const { lines, log, stop } = watched(async () => 'not reachable');
  log.fatal({ err: away }, 'before anybody knows');
  log.error({ err: away }, 'quiet');
  await until(
    () => lines.includes('the database takes no writes'),
    () => 'the outage',
  );
  log.fatal({ err: away }, 'during the outage');
  await stop();
  expect(lines).toEqual(['before anybody knows', 'the database takes no writes', 'during the outage']);
});

test('a database that does not even say no holds up no stop, and takes no line away', async () => {
  const { lines, log, stop } = watched(hangs);
  for (let count = 0; count < 300; count += 1) log.error({ err: away }, `line ${count}`);
  // More than may wait come out as they are.
  expect(lines.length).toBeGreaterThan(0);
  await stop();
  expect(lines).toHaveLength(300);
});

test('a vendor that does not answer is no outage of the database', async () => {
  const { lines, log, stop } = watched(async () => 'not reachable');
  log.error({ err: away }, 'quiet');
  await until(
    () => lines.includes('the database takes no writes'),
    () => 'the outage',
  );
  log.error({ err: new Error('Loop gave no answer: it did not answer in time') }, 'a poll failed');
  await stop();
  expect(lines).toContain('a poll failed');
});
