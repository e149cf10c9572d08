import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { disableDefaultColors } from 'vitest/node';
import { CountReporter } from './support/count-reporter.ts';
import { kindsOfTests } from './support/kinds.ts';
import { LongestFirst } from './support/longest-first.ts';

// Vitest colours its output even when it goes to a file; the workers read the variable.
const { FORCE_COLOR } = process.env;
if (!process.stdout.isTTY && FORCE_COLOR === undefined) {
  disableDefaultColors();
  Object.assign(process.env, { NO_COLOR: '1' });
}

const root = fileURLToPath(new URL('..', import.meta.url));
const { pure, others } = kindsOfTests(root);

export default defineConfig({
  root,
  test: {
    setupFiles: ['test/support/seed.ts'],
    // What one process has compiled, no other has to: where the service keeps it by itself.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    pool: 'forks',
    // A worker reads the service's code once, for all the files that it runs.
    isolate: false,
    // Half of a test's time is waiting: so many keep the cores at work.
    maxWorkers: 2 * Math.max(2, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
    reporters: ['default', new CountReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: 'service', include: [...others], globalSetup: ['test/support/postgres.ts'] },
      },
      { extends: true, test: { name: 'pure', include: [...pure] } },
    ],
  },
});
