import { createHmac, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { z } from 'zod';
import { isObject } from '../../src/stand-ins/json.ts';
import { phpJson } from '../../src/stand-ins/loop/payloads.ts';
import type { Reply } from '../support/reply.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import type { Change, HeldRma, Made, Message, Step, Story } from './corpus.ts';

/** A story as it was told, and what the endpoints answered to each of its messages. */
export interface Told {
  readonly story: Story;
  /** The return's number. */
  readonly id: string;
  readonly answers: { readonly message: Message; readonly reply: Reply }[];
}

const firstId = 71_000_001;
/** So many that the endpoints turn nobody away. */
const sideBySide = 20;

/**
 * Tells all stories side by side: every story's first step, then every story's second, and so on. Between the
 * steps the service carries out what follows.
 */
export async function tellAll(world: World, stories: readonly Story[]): Promise<Told[]> {
  await untilStarted(world);
  // Loop knows each return; what it tells of it is the story's affair.
  world.loop.silence();
  world.masonhub.silence();
  world.loop.closeProcessedAfter(null);
  const told = stories.map((story, index) => ({ story, id: String(firstId + index), answers: [] }));
  for (const { id } of told)
    await world.loop.createReturn({ id, items: [{ sku: 'BOOT-OLIVE-41' }, { sku: 'SOCK-GREY' }] });
  const rounds = Math.max(...stories.map(({ steps }) => steps.length));
  for (let round = 0; round < rounds; round += 1) {
    for (let next = 0; next < told.length; next += sideBySide) {
      const some = told.slice(next, next + sideBySide);
      await Promise.all(some.map((one) => take(world, one, one.story.steps[round])));
    }
    await world.untilQuiet();
  }
  return told;
}

/** The pulls of the start are over, so that they find none of the returns. */
async function untilStarted(world: World): Promise<void> {
  const pulls = ['Loop was asked for what changed', 'MasonHub was asked for receipts'];
  await until(
    () => pulls.every((text) => world.log.some(({ msg }) => msg === text)),
    () => `the end of the start: ${JSON.stringify(world.log)}`,
  );
}

async function take(world: World, { id, answers }: Told, step: Step | undefined): Promise<void> {
  if (step === undefined) return;
  if ('becomes' in step) change(world, id, step);
  else answers.push({ message: step, reply: await send(world, id, step) });
}

function change({ loop, masonhub }: World, id: string, { at, becomes }: Change): void {
  const about = at === 'loop' ? loop.returns.get(id) : masonhub.rmas.get(id);
  if (about !== undefined) Object.assign(about, becomes);
}

function send(world: World, id: string, message: Message): Promise<Reply> {
  const payload = message.says(id);
  if (message.from === 'loop') {
    const body = typeof payload === 'string' ? payload : phpJson(payload);
    return world.post('/webhooks/loop/acme', body, world.signed(body));
  }
  const { callbackToken: token } = world.vendors;
  const proof = message.proof ?? 'bearer';
  const proven = proof === 'body' && isObject(payload) ? { ...payload, token } : payload;
  const body = typeof proven === 'string' ? proven : JSON.stringify(proven);
  return world.post('/callbacks/masonhub/acme', body, {
    'user-agent': 'MasonHub-Webhook/1.0',
    'x-masonhub-event': 'rmaEvent',
    'x-masonhub-delivery': randomUUID(),
    ...proofHeaders(proof, body, token),
  });
}

function proofHeaders(
  proof: NonNullable<Message['proof']>,
  body: string,
  token: string,
): Record<string, string> {
  const hex = createHmac('sha256', token).update(body).digest('hex');
  switch (proof) {
    case 'bearer':
      return { authorization: `Bearer ${token}` };
    case 'body':
      return {};
    case 'signature':
      return { 'x-masonhub-signature': `sha256=${hex}` };
    case 'bare signature':
      return { 'x-masonhub-signature': hex };
  }
}

const endpointAnswer = z.object({ status: z.enum(['accepted', 'ignored', 'duplicate']) });

/** The endpoints answered each message as its story says. */
export function expectAnswers({ answers }: Told): void {
  for (const { message, reply } of answers) {
    const { answer = 'accepted' } = message;
    expect(reply, `the answer ${reply.text} to a message of ${message.from}`).toMatchObject({ status: 200 });
    const { status } = endpointAnswer.parse(reply.json);
    if (answer !== 'taken') expect(status).toBe(answer);
  }
}

/** The service has made of it what the story says. */
export async function expectOutcome(world: World, { story, id }: Told): Promise<void> {
  const made = story.makes(id);
  const known = await world.returnOf(id);
  const shown = `the return is ${JSON.stringify(known)}`;
  if (made.status !== undefined) expect(known?.status ?? null, shown).toBe(made.status);
  if (made.notStatus !== undefined) expect(known?.status, shown).not.toBe(made.notStatus);
  expectWords(known?.reason ?? '', made.reason, shown);
  const timeline = (known?.timeline ?? []).map(({ event, detail }) => `${event} ${detail}`).join('\n');
  expectWords(timeline, made.timeline, shown);
  if (made.rma !== undefined) expect(heldRma(world, id, made.rma), shown).toEqual(made.rma);
  expectTold(world, id, made, shown);
}

function expectWords(text: string, words: readonly string[] = [], shown: string): void {
  for (const word of words) expect(text.toLowerCase(), shown).toContain(word.toLowerCase());
}

function expectTold(world: World, id: string, { told, notes }: Made, shown: string): void {
  const heard = world.told(id);
  if (told !== undefined) expect(heard, shown).toMatchObject(told);
  expectWords(heard.notes.join('\n'), notes, shown);
}

/** What MasonHub holds, as far as a story looks at it. */
function heldRma({ masonhub }: World, id: string, looked: HeldRma | null): HeldRma | null {
  const held = masonhub.rmas.get(id);
  if (held === undefined) return null;
  const { package_id } = held.record;
  const units = Object.fromEntries(held.lines.map(({ sku, quantity }) => [sku, quantity]));
  return {
    ...(looked === null || looked.packageId !== undefined ? { packageId: String(package_id) } : {}),
    ...(looked === null || looked.units !== undefined ? { units } : {}),
    ...(looked === null || looked.status !== undefined ? { status: held.status } : {}),
  };
}
