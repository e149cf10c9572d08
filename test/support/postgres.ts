import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { prepareDatabase } from '../../src/start-database.ts';
import { memoryFolder } from './memory-folder.ts';

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
  const folder = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-tests-'));
  const postgres = await startEmbeddedDatabase(folder, pino({ level: 'silent' }), { durable: false });
  await makeSignInCheap(postgres.url);
  project.provide('postgresUrl', postgres.url);
  project.provide('hasOneDatabase', false);
  project.provide('startedDatabase', await makeStarted(postgres.url));
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** What makes a password slow to guess is most of what a connection costs, and a test opens a dozen. */
async function makeSignInCheap(postgresUrl: string): Promise<void> {
  const { username, password } = new URL(postgresUrl);
  await administer(postgresUrl, `set scram_iterations = 1; alter user ${username} password '${password}'`);
}

const started = 'started';

async function makeStarted(postgresUrl: string): Promise<string> {
  await administer(postgresUrl, `create database ${started}`);
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

async function administer(postgresUrl: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(statements);
  await client.end();
}
