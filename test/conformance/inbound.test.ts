import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOutbound } from '../../src/outbound/call.ts';
import { WEBHOOKS } from '../../src/vendors/loop/webhooks-api.ts';
import { startWorld, type World } from '../support/service.ts';
import type { Published, PublishedAnswer } from './corpus.ts';
import { loopAnswers } from './loop/answers.ts';
import { loopDeliveries } from './loop/deliveries.ts';
import { loopReadings } from './loop/readings.ts';
import { masonHubAnswers } from './masonhub/answers.ts';
import { masonHubDeliveries } from './masonhub/deliveries.ts';
import { masonHubReadings } from './masonhub/readings.ts';
import { setUps } from './masonhub/set-up.ts';
import { runSetUp } from './set-up.ts';
import { expectAnswers, expectOutcome, type Told, tellAll } from './tell.ts';
import { startVendor, type Vendor } from './vendor.ts';

const PUBLIC_URL = 'https://returns.example.com';
const LOOP_BASE = '/api/2026-10';
const MASONHUB_BASE = '/acme/api/v1';
/** Loop's side of the set-up is as it should be. */
const registeredWebhooks = WEBHOOKS.map((webhook, id) => ({
  ...webhook,
  id,
  url: `${PUBLIC_URL}/webhooks/loop/acme`,
  status: 'active',
}));

/** Entries with what their tests' names say. */
function titled<Entry extends Published & ({ readonly call: string } | { readonly command: string })>(
  entries: readonly Entry[],
) {
  return entries.map((entry) => {
    const what = 'call' in entry ? entry.call : entry.command;
    return [what, entry.name, entry.published, entry] as const;
  });
}

describe('what the vendors send', () => {
  const stories = [...loopDeliveries, ...masonHubDeliveries];
  let world: World;
  let told: Told[];

  beforeAll(async () => {
    world = await startWorld();
    told = await tellAll(world, stories);
  }, 240_000);
  afterAll(() => world.stop());

  it('is answered with 4xx by no endpoint', () => {
    const refused = told.flatMap(({ story, answers }) =>
      answers
        .filter(({ reply }) => reply.status >= 400)
        .map(({ message, reply }) => `${message.from}: ${story.name}: ${reply.status}`),
    );
    expect([...new Set(refused)]).toEqual([]);
  });

  describe.each([
    ['Loop', 0, loopDeliveries],
    ['MasonHub', loopDeliveries.length, masonHubDeliveries],
  ] as const)('%s', (_vendor, offset, corpus) => {
    it.each(corpus.map((story, index) => [story.name, story.published, offset + index] as const))(
      '%s (%s)',
      async (_name, _published, index) => {
        const one = told[index];
        if (one === undefined) throw new Error('The story was not told');
        expectAnswers(one);
        await expectOutcome(world, one);
      },
    );
  });
});

describe('what the vendors answer', () => {
  const outbound = openOutbound();
  let vendor: Vendor;

  beforeAll(async () => {
    vendor = await startVendor('');
  });
  afterAll(async () => {
    await outbound.close();
    await vendor[Symbol.asyncDispose]();
  });

  /** The call of an entry, through the service's own client. */
  async function read<Call extends string>(
    { call, reply }: PublishedAnswer<Call>,
    readings: Record<Call, () => Promise<unknown>>,
  ): Promise<unknown> {
    vendor.answer(reply);
    return readings[call]();
  }

  function expectReading({ reading, says = [] }: PublishedAnswer<string>, read: unknown): void {
    expect(read).toMatchObject(reading);
    for (const words of says) expect(JSON.stringify(read)).toContain(words);
  }

  it.each(titled(loopAnswers))('Loop, %s: %s (%s)', async (_call, _name, _published, entry) => {
    expectReading(entry, await read(entry, loopReadings(vendor.url, outbound.call)));
  });

  it.each(titled(masonHubAnswers))('MasonHub, %s: %s (%s)', async (_call, _name, _published, entry) => {
    expectReading(entry, await read(entry, masonHubReadings(vendor.url, outbound.call)));
  });
});

describe('what MasonHub answers while a merchant is set up', () => {
  it.each(titled(setUps))('%s: %s (%s)', async (_command, _name, _published, entry) => {
    const { command, replies, status, finds = [], findsNot = [] } = entry;
    const outbound = openOutbound();
    await using loop = await startVendor(LOOP_BASE);
    await using masonhub = await startVendor(MASONHUB_BASE);
    loop.answerEach({ 'GET /webhooks': [{ status: 200, json: { webhooks: registeredWebhooks } }] });
    masonhub.answerEach(replies);
    const settings = {
      loop: { apiKey: 'loop-key', webhookSecret: 'loop-secret', apiUrl: loop.url + LOOP_BASE },
      masonhub: {
        account: 'acme',
        apiToken: 'token',
        callbackToken: 'callback-token',
        apiUrl: masonhub.url + MASONHUB_BASE,
      },
    };
    const ran = await runSetUp({ command, publicUrl: PUBLIC_URL, entry: settings }, outbound.call);
    await outbound.close();
    if (status !== undefined) expect(ran.status, ran.output).toBe(status);
    for (const words of finds) expect(ran.findings, ran.output).toContain(words);
    for (const words of findsNot) expect(ran.findings, ran.output).not.toContain(words);
  });
});
