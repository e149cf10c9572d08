import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { memoryFolder } from '../support/memory-folder.ts';
import type { Suite } from './suites.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));

/** What tests came to. */
export interface TestsRun {
  readonly passed: number;
  /** Each one's name, and the first line of why. */
  readonly failed: readonly string[];
}

const written = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** Runs the tests of a suite on a database, in a process of their own. */
export async function runTests({ files }: Pick<Suite, 'files'>, databaseUrl: string): Promise<TestsRun> {
  const folder = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-engine-'));
  const report = join(folder, 'report.json');
  try {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(
      process.execPath,
      [
        vitest,
        'run',
        '--config',
        'test/engine/engine.config.ts',
        '--reporter=json',
        `--outputFile=${report}`,
        ...files,
      ],
      {
        cwd: project,
        env: { PATH, HOME, ENGINE_DATABASE_URL: databaseUrl },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    await once(child, 'close');
    const text = await readFile(report, 'utf8').catch(() => null);
    return text === null ? { passed: 0, failed: [said.trim()] } : read(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read(text: string): TestsRun {
  const { testResults } = written.parse(JSON.parse(text));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  // A file that cannot be loaded, or a world that does not start, has no test of its own to fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status !== 'passed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  const failed = tests.filter(({ status }) => status === 'failed');
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: [
      ...broken.map(({ name, message = '' }) => `${name}: ${firstLine(message)}`),
      ...failed.map(
        ({ fullName, failureMessages }) => `${fullName}: ${firstLine(failureMessages?.[0] ?? '')}`,
      ),
    ],
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
