import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openSwitch } from '../replicas/switch.ts';
import { freshDatabase } from '../support/database.ts';
import { type ServiceProcess, startProcess, temporaryFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

const line = z.object({ level: z.number(), msg: z.string(), why: z.string().optional() });
const debug = 20;
const warning = 40;

function linesOf(service: ServiceProcess) {
  return service.stdout
    .split('\n')
    .filter((text) => text.endsWith('}'))
    .map((text) => line.parse(JSON.parse(text)));
}

/** The service with an empty merchants file, on a database whose address can lead nowhere. */
async function place() {
  const closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const route = await openSwitch();
  closing.defer(() => route.close());
  const folder = closing.use(await temporaryFolder());
  await writeFile(join(folder.path, 'merchants.yaml'), 'merchants: {}');
  const address = new URL(database.url);
  const port = Number(address.port);
  route.leadTo(port);
  address.port = String(route.port);
  const settings = { DATABASE_URL: address.href, LOG_LEVEL: 'debug', OPS_TOKEN: 'the-ops-token-of-a-test' };
  const service = closing.use(startProcess(folder.path, settings));
  const url = await service.untilListening();
  const ask = async () => {
    const answer = await fetch(`${url}/api/returns`, {
      headers: { authorization: 'Bearer the-ops-token-of-a-test' },
    });
    return answer.status;
  };
  // The connections are made when they are needed.
  expect(await ask()).toBe(200);
  return { database, route, port, service, url, ask, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

test('an outage of the database is one line at its beginning and one at its end', async () => {
  await using here = await place();
  const { route, port, service, url, ask } = here;
  const has = (text: string) =>
    until(
      () => linesOf(service).some(({ msg }) => msg === text),
      () => `the log to say that ${text}: ${service.stdout}`,
    );
  route.leadTo(null);
  await has('the database takes no writes');
  for (let asked = 0; asked < 5; asked += 1) {
    expect(await ask()).toBe(503);
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  }
  route.leadTo(port);
  await has('the database takes writes again');

  const lines = linesOf(service);
  const loud = lines.filter(({ level }) => level >= warning);
  expect(loud).toEqual([
    expect.objectContaining({ msg: 'the database takes no writes', why: 'not reachable' }),
  ]);
  const quiet = new Set(lines.filter(({ level }) => level === debug).map(({ msg }) => msg));
  expect(quiet).toContain('lost a connection to the database');
  expect(quiet).toContain('The database does not answer. Ask again later.');
});

test('a connection that is lost while the database is well is told as it is', async () => {
  await using here = await place();
  const { database, service } = here;
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const killed = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'masonhub-loop' limit 1`,
    );
    expect(killed.rowCount).toBe(1);
  } finally {
    await client.end();
  }
  const loud = await until(
    () => {
      const found = linesOf(service).filter(({ level }) => level >= warning);
      return found.length > 0 ? found : undefined;
    },
    () => `a warning: ${service.stdout}`,
  );
  expect(loud.map(({ msg }) => msg)).toEqual(['lost a connection to the database']);
});
