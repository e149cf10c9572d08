import { defineConfig } from 'vitest/config';

/** Runs the service behind a real PgBouncer, and nothing else. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres.ts'],
    include: ['test/engine/pgbouncer.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
