import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import { webhookExamples } from '../../src/vendors/loop/examples.ts';
import { freshDatabase } from '../support/database.ts';
import { startProcess, temporaryFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

test('a process whose secrets are all in files starts, and takes up a file that changes', async () => {
  await using folder = await temporaryFolder();
  const database = await freshDatabase();
  await using _ = { [Symbol.asyncDispose]: () => database.drop() };
  const at = (name: string) => join(folder.path, name);
  await writeFile(
    at('merchants.yaml'),
    `merchants:
  acme:
    loop: {apiKey: unused, apiUrl: 'http://127.0.0.1:9', webhookSecret: ['\${OLD}', '\${NEW}']}
    masonhub: {account: acme, apiToken: unused, callbackToken: unused, apiUrl: 'http://127.0.0.1:9'}
`,
  );
  await writeFile(at('database'), `${database.url}\n`);
  await writeFile(at('token'), 'token-in-a-file\n');
  await writeFile(at('old'), 'old-secret\n');
  await writeFile(at('new'), 'typo\n');
  await using service = startProcess(folder.path, {
    DATABASE_URL_FILE: at('database'),
    OPS_TOKEN_FILE: at('token'),
    OLD_FILE: at('old'),
    NEW_FILE: at('new'),
  });
  const url = await service.untilListening();
  const answer = await fetch(`${url}/api/returns`, { headers: { authorization: 'Bearer token-in-a-file' } });
  expect(answer.status).toBe(200);

  const body = phpJson(webhookExamples['return.created'].value);
  const send = async (secret: string) => {
    const signature = createHmac('sha256', secret).update(body).digest('base64');
    const headers = { 'content-type': 'application/json', 'x-loop-signature': signature };
    return (await fetch(`${url}/webhooks/loop/acme`, { method: 'POST', headers, body })).status;
  };
  expect(await send('old-secret')).toBe(200);
  expect(await send('new-secret')).toBe(401);
  await writeFile(at('new'), 'new-secret\n');
  await until(
    async () => (await send('new-secret')) === 200,
    () => `the new secret to be taken up: ${service.stdout}`,
  );
  expect(await send('old-secret')).toBe(200);
  for (const secret of ['token-in-a-file', 'old-secret', 'new-secret']) {
    expect(service.stdout).not.toContain(secret);
  }
  expect(await service.stop()).toEqual({ code: 0, signal: null });
});

test('a secret that is given twice stops the start, and so does one whose file is empty', async () => {
  await using folder = await temporaryFolder();
  const token = join(folder.path, 'token');
  await writeFile(token, '\n');
  const both = { OPS_TOKEN: 'hunter2', OPS_TOKEN_FILE: token, DATABASE_URL_FILE: token };
  await using service = startProcess(folder.path, both);
  expect(await service.ended()).toEqual({ code: 1, signal: null });
  expect(service.stderr).toBe(
    `DATABASE_URL: DATABASE_URL_FILE names ${token}, which is empty. Write the secret into it.
OPS_TOKEN: OPS_TOKEN and OPS_TOKEN_FILE are both set. Keep one of them.
`,
  );
});
