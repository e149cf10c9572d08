import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all tests share; each makes a database of its own in it. */
    postgresUrl: string;
    /** Where it may only use the one database that the address names. */
    hasOneDatabase: boolean;
  }
}

/** Runs one PostgreSQL in a temporary folder for the whole test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'masonhub-loop-tests-'));
  const postgres = await startEmbeddedDatabase(folder, pino({ level: 'silent' }), { durable: false });
  project.provide('postgresUrl', postgres.url);
  project.provide('hasOneDatabase', false);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
