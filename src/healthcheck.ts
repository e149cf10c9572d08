import { get } from 'node:http';

/**
 * Asks the service on this machine how it is, and ends with 0 where it is well, else with 1 and the reason.
 * For an image or a process manager: `node src/healthcheck.ts` asks whether it is live, and
 * `node src/healthcheck.ts ready` whether it can do its job. It reads PORT and HOST as the service does.
 *
 * It runs every few seconds, so it loads nothing but what it needs.
 */
const answerWithinMs = 4_000;
/** Where it listens on every address, the machine's own is among them. */
const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': 'localhost' };

const what = process.argv[2] ?? 'live';
const host = process.env['HOST'] || '0.0.0.0';
const port = process.env['PORT'] || '3000';

function end(problem: string): void {
  console.error(problem);
  process.exitCode = 1;
}

if (what !== 'live' && what !== 'ready') {
  end(`"${what}" is not what can be asked. Ask for live or ready.`);
} else if (port === '0') {
  end('PORT is 0, so nobody knows which port the service took. Give it one.');
} else {
  const request = get(
    {
      host: everywhere[host] ?? host,
      port,
      path: `/health/${what}`,
      agent: false,
      signal: AbortSignal.timeout(answerWithinMs),
    },
    async (answer) => {
      const text = (await answer.toArray()).join('');
      if (answer.statusCode !== 200) end(`${answer.statusCode} ${text}`);
    },
  );
  request.on('error', (error) => end(`no answer: ${error.message}`));
}
