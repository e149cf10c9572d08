import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Replica, startReplica } from '../replicas/replicas.ts';
import type { ReplicaSettings } from '../replicas/settings.ts';
import { freshDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/process.ts';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';
import { deadlineIn, holds } from './deadline.ts';

/** The heartbeat is that of production, so a dead replica is missed after half a minute. */
const boundMs = 150_000;
const testMs = 300_000;

/** A database and a merchant, for replicas that are started one by one. */
async function place(vendors: Vendors, settings: Partial<ReplicaSettings>) {
  const closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const folder = closing.use(await temporaryFolder());
  const merchantsFile = join(folder.path, 'merchants.yaml');
  await writeFile(merchantsFile, merchantsFileOf([vendors]));
  return {
    start: async (name: string): Promise<Replica> => {
      const replica = await startReplica(folder.path, name, {
        databaseUrl: database.url,
        merchantsFile,
        opsToken: 'the-ops-token-of-a-test',
        pollIntervalMs: 3_600_000,
        retentionMs: 86_400_000,
        pace: { pollingSeconds: 0.5 },
        ...settings,
      });
      closing.use(replica);
      await replica.untilReady();
      return replica;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

test(
  'a replica that is killed at its work has it taken over by the other, and nothing is done twice',
  async () => {
    await using closing = new AsyncDisposableStack();
    const vendors = await startVendors('acme');
    closing.defer(() => vendors.close());
    const { loop, masonhub } = vendors;
    const here = closing.use(
      await place(vendors, { pace: { pollingSeconds: 0.5, longestRetryDelaySeconds: 2 } }),
    );
    const first = await here.start('first');
    vendors.sendTo(first.url ?? '');
    const deadline = deadlineIn(boundMs);

    const refunded = await loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    expect(await holds(() => masonhub.rmas.has(refunded), deadline)).toBe(true);
    loop.answerNext('process', 'work-then-hang');
    await masonhub.receive(refunded);
    masonhub.answerNext('create', 'hang');
    const opened = await loop.createReturn({ items: [{ sku: 'TEE-2' }] });
    const hanging = () =>
      [...loop.calls, ...masonhub.calls].filter(({ scripted }) => scripted !== null).map(({ name }) => name);
    expect(await holds(() => hanging().length === 2, deadline)).toBe(true);

    const second = await here.start('second');
    vendors.sendTo(second.url ?? '');
    expect(masonhub.rmas.has(opened)).toBe(false);
    await first.kill(null);
    const statusOf = async (id: string) => {
      const answer = await fetch(`${second.url}/api/returns/acme/${id}`, {
        headers: { authorization: 'Bearer the-ops-token-of-a-test' },
      });
      return JSON.parse(await answer.text()).status;
    };
    expect(await holds(async () => (await statusOf(opened)) === 'open', deadline)).toBe(true);
    expect(await holds(async () => (await statusOf(refunded)) === 'processed', deadline)).toBe(true);
    expect(masonhub.rmas.has(opened)).toBe(true);
    expect(loop.returns.get(refunded)?.processedTimes).toBe(1);
    expect(loop.calls.filter(({ name }) => name === 'process')).toHaveLength(1);
  },
  testMs,
);

test(
  'a recurring poll never runs twice at once on two replicas, and goes on once it has ended',
  async () => {
    await using closing = new AsyncDisposableStack();
    const vendors = await startVendors('acme');
    closing.defer(() => vendors.close());
    const slow = await startSlowList();
    closing.defer(() => slow.close());
    const { apiKey, webhookSecrets, apiToken, callbackToken, masonhub } = vendors;
    const entry = {
      loop: { apiKey, webhookSecret: webhookSecrets, apiUrl: slow.url },
      masonhub: { account: 'acme', apiToken, callbackToken, apiUrl: masonhub.url },
    };
    const here = closing.use(await place({ ...vendors, entry }, { pollIntervalMs: 100 }));
    const [first] = await Promise.all([here.start('first'), here.start('second')]);
    vendors.sendTo(first.url ?? '');
    const id = await vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    const deadline = deadlineIn(boundMs);
    expect(await holds(() => masonhub.rmas.has(id), deadline)).toBe(true);

    // While Loop takes its time over one poll, MasonHub's go round, so the replicas look for polls to run.
    const finds = () => masonhub.calls.filter(({ name }) => name === 'find').length;
    expect(await holds(() => slow.asked >= 1 && finds() >= 8, deadline)).toBe(true);
    expect(slow.mostAtOnce).toBe(1);
    slow.answer();
    expect(await holds(() => slow.asked >= 4, deadline)).toBe(true);
    expect(slow.mostAtOnce).toBe(1);
  },
  testMs,
);

/** A Loop that answers the question for changed returns only when it is told to. */
async function startSlowList() {
  let asked = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  let isSlow = true;
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    asked += 1;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.once('close', () => {
      atOnce -= 1;
    });
    const answer = () => void response.end(JSON.stringify({ returns: [], nextPageUrl: null }));
    request.resume();
    if (isSlow) waiting.add(answer);
    else answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get asked() {
      return asked;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    answer: () => {
      isSlow = false;
      for (const answer of waiting) answer();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
