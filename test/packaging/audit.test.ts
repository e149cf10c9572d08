import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/process.ts';

const script = fileURLToPath(new URL('../../.ci/audit.mjs', import.meta.url));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the audit with an `npm` that does what the test says. */
async function auditWith(npm: string, seconds = '20'): Promise<Run> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'npm');
  await writeFile(path, `#!/bin/sh\n${npm}\n`);
  await chmod(path, 0o755);
  const { PATH = '' } = process.env;
  return await new Promise((resolve) => {
    const env = { PATH: `${folder.path}${delimiter}${PATH}` };
    execFile(process.execPath, [script, seconds], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const saying = (report: unknown, code: number) =>
  `cat <<'REPORT'\n${JSON.stringify(report)}\nREPORT\nexit ${code}`;

/** npm's report on one package of a severity. */
function reportOn(severity: 'low' | 'moderate' | 'high' | 'critical') {
  const none = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 };
  const advisory = { title: 'It gives everything away', url: 'https://example.invalid/GHSA-1', severity };
  return {
    auditReportVersion: 2,
    vulnerabilities: {
      leaky: { name: 'leaky', severity, range: '<2.0.0', via: [advisory] },
      brings: { name: 'brings', severity, range: '*', via: ['leaky'] },
    },
    metadata: { vulnerabilities: { ...none, [severity]: 2, total: 2 } },
  };
}

test.each(['high', 'critical'] as const)('a known %s vulnerability fails, and is named', async (severity) => {
  const { code, stderr } = await auditWith(saying(reportOn(severity), 1));
  expect(code).toBe(1);
  expect(stderr).toContain(
    `leaky <2.0.0 (${severity}): It gives everything away https://example.invalid/GHSA-1`,
  );
  expect(stderr).toContain('by way of leaky');
});

test.each(['low', 'moderate'] as const)('a known %s one is counted and does not fail', async (severity) => {
  const { code, stdout, stderr } = await auditWith(saying(reportOn(severity), 0));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    'audit: no known high or critical vulnerability in what production needs (2 below that).\n',
  );
});

test('no known vulnerability is one line', async () => {
  const metadata = { vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 } };
  const { code, stdout } = await auditWith(saying({ vulnerabilities: {}, metadata }, 0));
  expect(code).toBe(0);
  expect(stdout).toBe('audit: no known high or critical vulnerability in what production needs.\n');
});

test.each([
  [
    'does not know the question',
    saying({ message: '405 Method Not Allowed - POST …/advisories/bulk', error: { summary: '' } }, 1),
    '405 Method Not Allowed',
  ],
  ['fails', saying({ error: { code: 'ENOTFOUND', summary: 'getaddrinfo ENOTFOUND' } }, 1), 'ENOTFOUND'],
  ['says nothing', 'exit 1', 'npm gave no report'],
  ['sends a page', 'echo "<html>Bad gateway</html>"; exit 1', 'npm gave no report'],
])('a registry that %s does not fail, and is said', async (_what, npm, why) => {
  const { code, stdout } = await auditWith(npm);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^audit: not done, the registry could not be asked \(.*\)\.\n$/);
  expect(stdout).toContain(why);
});

test('a registry that never answers is given up', async () => {
  const { code, stdout } = await auditWith('sleep 600', '0.2');
  expect(code).toBe(0);
  expect(stdout).toBe('audit: not done, the registry could not be asked (no answer within 0.2 seconds).\n');
});

test('production is asked about, and nothing else', async () => {
  const { stdout } = await auditWith(`echo "{\\"message\\": \\"asked with $*\\"}"`);
  expect(stdout).toContain('asked with audit --omit=dev --audit-level=high --json');
});
