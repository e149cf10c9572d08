import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { prepareDatabase } from '../../src/start-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all tests share; each makes a database of its own in it. */
    postgresUrl: string;
    /** Where it may only use the one database that the address names. */
    hasOneDatabase: boolean;
    /** A database in it that a service was started on once: copies of it start sooner than empty ones. */
    startedDatabase: string;
  }
}

/** Runs one PostgreSQL in a temporary folder for the whole test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'masonhub-loop-tests-'));
  const postgres = await startEmbeddedDatabase(folder, pino({ level: 'silent' }), { durable: false });
  project.provide('postgresUrl', postgres.url);
  project.provide('hasOneDatabase', false);
  project.provide('startedDatabase', await makeStarted(postgres.url));
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

const started = 'started';

async function makeStarted(postgresUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(`create database ${started}`);
  await client.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${started}`;
  const log = pino({ level: 'silent' });
  await prepareDatabase(url.href, log);
  // Its schema alone: the queues in it are made with the pace of each test.
  const boss = new PgBoss({ connectionString: url.href, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false });
  return started;
}
