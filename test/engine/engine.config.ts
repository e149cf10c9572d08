import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { suites } from './suites.ts';

/** Runs tests on the one database that `npm run engine` was given: one after the other, as they share it. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    globalSetup: ['test/engine/given-database.ts'],
    setupFiles: ['test/support/seed.ts'],
    include: suites.flatMap(({ files }) => [...files]),
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    fileParallelism: false,
    maxConcurrency: 1,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
