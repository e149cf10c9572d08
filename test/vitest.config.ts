import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { disableDefaultColors } from 'vitest/node';
import { CountReporter } from './support/count-reporter.ts';

// Vitest colours its output even when it goes to a file; the workers read the variable.
const { FORCE_COLOR } = process.env;
if (!process.stdout.isTTY && FORCE_COLOR === undefined) {
  disableDefaultColors();
  Object.assign(process.env, { NO_COLOR: '1' });
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/support/postgres.ts'],
    setupFiles: ['test/support/seed.ts'],
    pool: 'forks',
    // By itself it takes one fewer than there are cores, and most of a test's time is waiting.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    reporters: ['default', new CountReporter()],
    include: ['test/**/*.test.ts'],
  },
});
