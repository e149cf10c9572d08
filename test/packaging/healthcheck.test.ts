import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSource } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';

/** Stands for the service: what each address answers. */
let answers: Record<string, { status: number; text: string } | 'nothing'>;
let asked: string[];
let service: ReturnType<typeof createServer>;

beforeEach(() => {
  answers = {
    '/health/live': { status: 200, text: '{"status":"live"}' },
    '/health/ready': { status: 503, text: 'database: the disk is full' },
  };
  asked = [];
  service = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer === undefined || answer === 'nothing') return;
    response.writeHead(answer.status).end(answer.text);
  });
});
afterEach(() => service.closeAllConnections());
afterEach(() => service.close());

async function listen(host: string): Promise<string> {
  service.listen(0, host);
  await once(service, 'listening');
  const address = service.address();
  if (address === null || typeof address === 'string') throw new Error('A server has no port');
  return String(address.port);
}

const check = (env: Record<string, string>, ...args: string[]) => runSource('src/healthcheck.ts', args, env);

test.each([
  ['127.0.0.1', undefined],
  ['127.0.0.1', ''],
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1', 'localhost'],
  ['0.0.0.0', '0.0.0.0'],
  ['127.0.0.1', '::'],
])('a service that is live on %s is found with HOST=%s', async (listensOn, host) => {
  const PORT = await listen(listensOn);
  const env = host === undefined ? { PORT } : { PORT, HOST: host };
  expect(await check(env)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(asked).toEqual(['/health/live']);
});

test('one that is live and not ready is well or not, according to what is asked', async () => {
  const PORT = await listen('127.0.0.1');
  expect(await check({ PORT }, 'live')).toMatchObject({ status: 0 });
  expect(await check({ PORT }, 'ready')).toEqual({
    status: 1,
    stdout: '',
    stderr: '503 database: the disk is full\n',
  });
});

test('one that is not there, or says nothing, is not well', async () => {
  expect(await check({ PORT: String(await freePort()) })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^no answer: .*ECONNREFUSED/),
  });
  answers['/health/live'] = 'nothing';
  expect(await check({ PORT: await listen('127.0.0.1') })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^no answer: /),
  });
});

test('what cannot be asked is said', async () => {
  expect(await check({ PORT: '0' })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('PORT is 0'),
  });
  expect(await check({}, 'lively')).toMatchObject({
    status: 1,
    stderr: '"lively" is not what can be asked. Ask for live or ready.\n',
  });
});
