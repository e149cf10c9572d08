import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { serve } from './serve.ts';

/** As much of Node-RED as is used to run it inside of another program, which its documentation calls embedding. */
const nodeRed = z.object({
  init: z.custom<(server: unknown, settings: object) => void>((value) => typeof value === 'function'),
  start: z.custom<() => Promise<void>>((value) => typeof value === 'function'),
  stop: z.custom<() => Promise<void>>((value) => typeof value === 'function'),
});
/** It is there once Node-RED knows its settings. */
const withFlows = z.object({
  httpNode: z.custom<(request: unknown, response: unknown) => void>((value) => typeof value === 'function'),
});

/**
 * A flow as people put it together in Node-RED: a webhook comes in, a function with one INSERT stores it, an answer
 * goes out. It checks no signature and knows no duplicates.
 */
serve(async ({ databaseUrl, nodeRedFolder }) => {
  if (nodeRedFolder === null) throw new Error('Node-RED is not installed');
  const load = createRequire(join(nodeRedFolder, 'package.json'));
  const pg = load('pg');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  await pool.query(
    'create table if not exists webhooks (id bigserial primary key, body jsonb not null, at timestamptz not null)',
  );
  const userDir = join(nodeRedFolder, 'user');
  await mkdir(userDir, { recursive: true });
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flow));
  const loaded: unknown = load('node-red');
  const red = nodeRed.parse(loaded);
  const server = createServer((request, response) => withFlows.parse(loaded).httpNode(request, response));
  red.init(server, {
    userDir,
    flowFile: 'flows.json',
    httpAdminRoot: false,
    httpNodeRoot: '/',
    functionGlobalContext: { pool },
    logging: { console: { level: 'error', metrics: false, audit: false } },
  });
  await red.start();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const url = `http://127.0.0.1:${port}`;
  await untilFlowRuns(`${url}/webhooks/loop/warm-up`);
  return {
    url,
    stop: async () => {
      await red.stop();
      server.close();
      await pool.end();
    },
  };
});

const flow = [
  { id: 'flow', type: 'tab', label: 'Webhooks' },
  {
    id: 'in',
    z: 'flow',
    type: 'http in',
    url: '/webhooks/loop/:merchant',
    method: 'post',
    wires: [['store']],
  },
  {
    id: 'store',
    z: 'flow',
    type: 'function',
    func: `await global.get('pool').query('insert into webhooks (body, at) values ($1, now())', [msg.payload]);
      msg.payload = { status: 'accepted' };
      return msg;`,
    outputs: 1,
    wires: [['out']],
  },
  { id: 'out', z: 'flow', type: 'http response', statusCode: '200', wires: [] },
];

/** It listens before its flow runs. */
async function untilFlowRuns(url: string): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  while ((await fetch(url, init)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
}
