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

/**
 * These run a second time with the job queue in its distributed mode: without skipped locks, partitions,
 * advisory locks and NOTIFY, as on an engine that is spread over several machines.
 */
const storageAndSteps = [
  'test/steps/*.test.ts',
  'test/connections/pauses.test.ts',
  'test/end-to-end/repeats.test.ts',
  'test/http/replay.test.ts',
  'test/life/answers.test.ts',
  'test/life/processing.test.ts',
  'test/life/pull.test.ts',
  'test/metrics/alerts.test.ts',
];

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/support/postgres.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    reporters: ['default', new CountReporter()],
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'distributed',
          include: storageAndSteps,
          env: { TEST_DATABASE_BACKEND: 'cockroachdb' },
        },
      },
    ],
  },
});
