// Are there known vulnerabilities in what production needs? One that is high or critical ends with 1 and is
// named. A registry that cannot be asked is said and ends with 0: its outage says nothing of this project.
// Usage: node .ci/audit.mjs <seconds that npm may take>
import { spawn } from 'node:child_process';

const seconds = Number(process.argv[2]);
if (!(seconds > 0)) {
  console.error('Say how many seconds npm may take: node .ci/audit.mjs 60');
  process.exit(2);
}
const { output, trouble } = await runAudit(seconds * 1000);
const report = trouble === null ? parse(output) : null;
const counts = report?.metadata?.vulnerabilities;
if (counts === undefined) {
  const why = trouble ?? report?.message ?? report?.error?.summary ?? 'npm gave no report';
  console.log(`audit: not done, the registry could not be asked (${firstLine(why)}).`);
} else {
  const grave = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) => isGrave(severity));
  if (counts.high + counts.critical > 0 || grave.length > 0) {
    console.error(
      'audit: known vulnerabilities in what production needs. Update these, or what brings them:',
    );
    for (const [name, { severity, range, via }] of grave) {
      console.error(`  ${name} ${range ?? ''} (${severity}): ${titlesOf(via).join('; ')}`);
    }
    process.exitCode = 1;
  } else {
    const lesser = counts.total > 0 ? ` (${counts.total} below that)` : '';
    console.log(`audit: no known high or critical vulnerability in what production needs${lesser}.`);
  }
}

/** @returns {Promise<{output: string, trouble: string | null}>} */
function runAudit(withinMs) {
  return new Promise((resolve) => {
    // A group of its own, so that npm's children end with it.
    const npm = spawn('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    const timer = setTimeout(() => {
      process.kill(-npm.pid, 'SIGKILL');
      resolve({ output, trouble: `no answer within ${withinMs / 1000} seconds` });
    }, withinMs);
    const end = (trouble) => {
      clearTimeout(timer);
      resolve({ output, trouble });
    };
    npm.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    npm.on('error', (error) => end(`npm could not be started: ${error.message}`));
    npm.on('close', () => end(null));
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isGrave(severity) {
  return severity === 'high' || severity === 'critical';
}

/** npm names the advisory, or the package that brings the vulnerability along. */
function titlesOf(via = []) {
  return via.map((one) =>
    typeof one === 'string' ? `by way of ${one}` : `${one.title} ${one.url ?? ''}`.trim(),
  );
}

function firstLine(text) {
  return String(text).split('\n')[0].slice(0, 200);
}
