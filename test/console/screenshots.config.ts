import { defineConfig } from 'vitest/config';

/** Runs the photographer and nothing else. */
export default defineConfig({
  test: { globalSetup: ['test/support/postgres.ts'], include: ['test/console/screenshots.ts'] },
});
