import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { parseMerchants } from '../../src/config/merchants.ts';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { startService } from '../../src/service.ts';
import type { LoopCall } from '../../src/stand-ins/loop/stand-in.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';
import { usageOf } from './usage.ts';

/**
 * Drains a backlog of outcomes for one merchant from two services on one database, against a Loop that
 * takes 300 requests a minute, and prints how the allowance was used. It takes as long as the allowance
 * makes it: 1,000 outcomes are three and a half minutes.
 */
const perMinute = 300;
const replicas = 2;
/** Every tenth return comes back damaged: it is flagged, and gets a note. */
const damagedEvery = 10;
const leastShare = 0.95;

const { values } = parseArgs({ options: { outcomes: { type: 'string', default: '1000' } } });
const outcomes = Number(values.outcomes);
if (!Number.isInteger(outcomes) || outcomes < 1) {
  console.error('--outcomes takes a whole number, such as 1000.');
  process.exit(2);
}

const folder = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-allowance-'));
await using closing = new AsyncDisposableStack();
closing.defer(() => rm(folder, { recursive: true, force: true }));
const log = pino({ level: 'silent' });
const database = await startEmbeddedDatabase(folder, log);
closing.defer(() => database.stop());
const vendors = await startVendors('acme', { loop: { requestsPerMinute: perMinute } });
closing.defer(() => vendors.close());

for (let replica = 0; replica < replicas; replica += 1) {
  const service = await startService({
    settings: {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: database.url,
      dataDir: folder,
      opsToken: null,
      // Pulls come due all the time, and have to wait for the outcomes.
      pollIntervalMs: 15_000,
      retentionMs: 86_400_000,
    },
    merchants: parseMerchants(merchantsFileOf([vendors]), {}, 'merchants.yaml'),
    log,
  });
  closing.defer(() => service.stop());
  vendors.sendTo(service.url);
}

await fillBacklog(vendors);
await untilDrained(vendors);
process.exitCode = report(vendors.loop.calls) ? 0 : 1;

/** Receipts of every return at once, as after an outage of Loop. */
async function fillBacklog({ loop, masonhub }: Vendors): Promise<void> {
  console.log(`Opening ${outcomes} returns …`);
  const ids: string[] = [];
  for (let index = 0; index < outcomes; index += 1) {
    ids.push(await loop.createReturn({ items: [{ sku: 'TEE-1' }] }));
  }
  while (ids.some((id) => !masonhub.rmas.has(id))) await delay(100);
  console.log(`Receiving them all; Loop takes ${perMinute} requests a minute.`);
  for (const [index, id] of ids.entries()) {
    const status = index % damagedEvery === 0 ? 'damaged' : 'available';
    await masonhub.receive(id, [{ sku: 'TEE-1', status }]);
  }
}

async function untilDrained({ loop }: Vendors): Promise<void> {
  const expected = Math.ceil(outcomes / damagedEvery);
  for (let second = 1; ; second += 1) {
    await delay(1_000);
    const done = [...loop.returns.values()];
    const told = done.filter((one) => one.processedTimes + one.flaggedTimes > 0).length;
    const notes = done.reduce((sum, one) => sum + one.notes.length, 0);
    if (second % 10 === 0) console.log(`${String(second).padStart(4)} s: ${told} outcomes, ${notes} notes`);
    if (told === outcomes && notes === expected) return;
  }
}

function report(calls: readonly LoopCall[]): boolean {
  const isOutcome = ({ name }: LoopCall) => name === 'process' || name === 'flag';
  const sent = calls.filter(isOutcome);
  const lastOutcome = sent.at(-1)?.at ?? new Date(0);
  const firstOutcome = sent[0]?.at ?? new Date(0);
  const whileDraining = calls.filter(({ at }) => at >= firstOutcome && at <= lastOutcome);
  const count = (name: RegExp) => whileDraining.filter((call) => name.test(call.name)).length;
  const times = (list: readonly LoopCall[]) => list.map(({ at }) => at.getTime());
  const used = usageOf(times(whileDraining), perMinute);
  const all = usageOf(times(calls), perMinute);
  const refused = calls.filter(({ status }) => status === 429).length;
  const rows = [
    ['outcomes sent', String(sent.length)],
    ['by how many services', String(replicas)],
    ['minutes', ((lastOutcome.getTime() - firstOutcome.getTime()) / 60_000).toFixed(2)],
    ['of the allowance used', `${(used.share * 100).toFixed(1)} % (goal: at least ${leastShare * 100} %)`],
    ['most requests in any minute', `${all.mostInAMinute} of ${perMinute}`],
    ['429 answers', `${refused} (goal: 0)`],
    ['notes sent while outcomes waited', String(count(/^note$/))],
    ['pulls sent while outcomes waited', String(count(/^(list|asn)$/))],
  ] as const;
  console.log('');
  for (const [name, value] of rows) console.log(`  ${name.padEnd(34)} ${value}`);
  return used.share >= leastShare && refused === 0;
}
