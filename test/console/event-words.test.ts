import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventWords } from '../../src/http/console/event-words.ts';
import { deliveredEvent, receiptEvent } from '../../src/returns/events.ts';
import { loopStates, steps, wait } from '../../src/returns/return.ts';
import { WEBHOOKS } from '../../src/vendors/loop/webhooks-api.ts';

/** The text of each source file in a folder. */
async function sources(folder: string): Promise<string[]> {
  const url = new URL(`../../src/${folder}/`, import.meta.url);
  const names = (await readdir(url)).filter((name) => name.endsWith('.ts'));
  return Promise.all(names.map((name) => readFile(new URL(name, url), 'utf8')));
}

/** What one kind of delivered event can say in a field. */
function valuesOf(kind: string, field: string): string[] {
  const option = deliveredEvent.options.find(({ shape }) => shape.kind.value === kind);
  const schema: unknown = Object.entries(option?.shape ?? {}).find(([name]) => name === field)?.[1];
  return z.object({ options: z.array(z.string()) }).parse(schema).options;
}

/** What can stand for each expression within a name. */
const valuesFor: Record<string, readonly string[]> = {
  'event.status': valuesOf('carrier', 'status'),
  'event.stage': valuesOf('receiving', 'stage'),
  how: ['created', 'replaced', 'adopted'],
  'event.step': steps,
  'outcome.kind': ['process', 'flag', 'hold', 'none'],
  'wait.for': wait.shape.for.options,
  what: wait.shape.for.options,
  state: loopStates,
  // Only of a return with a message, or with none yet.
  kind: ['process', 'flag', 'message'],
};

/** `rma.${event.how}` as all that it can be. */
function written(name: string): string[] {
  const [whole, expression] = /\$\{([\w.]+)\}/.exec(name) ?? [];
  if (whole === undefined || expression === undefined) return [name];
  const values = valuesFor[expression];
  if (values === undefined) throw new Error(`What can ${name} be? Say it in this test.`);
  return values.flatMap((value) => written(name.replace(whole, value)));
}

/** Every name that src/returns gives to what happens to a return, and every trigger that steps do. */
async function ownNames(): Promise<string[]> {
  const word = String.raw`(?:\w+|\$\{[\w.]+\})`;
  const ofSeveralWords = new RegExp(String.raw`(['\x60])(?<name>${word}(?:\.${word})+)\1`, 'g');
  const ofOneWord = /(?:\bevent: |\bnoted\([^'`;]*, )'(?<name>\w+)'/g;
  const trigger = /returnEvent\([^)]*'(?<name>[\w.]+)', 'answer'\)/g;
  const recording = (await sources('returns')).filter((text) => /\b(TimelineEntry|Recorded)\b/.test(text));
  const found = [
    ...recording.flatMap((text) => [...text.matchAll(ofSeveralWords), ...text.matchAll(ofOneWord)]),
    ...(await sources('vendors/loop')).flatMap((text) => [...text.matchAll(trigger)]),
  ];
  const names = found.flatMap(({ groups }) => written(groups?.['name'] ?? ''));
  return [...new Set([...names, ...receiptEvent.shape.trigger.options])];
}

const names = await ownNames();
const byLoop = eventWords('return.melted');

describe('what happens to a return', () => {
  it('is looked for where it is written', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        ...['attention', 'retry', 'receipt', 'receipt.pulled', 'receipt.unread', 'return.pulled'],
        ...['details.told', 'details.unknown', 'rma.adopted', 'rma.deleting', 'carrier.inTransit'],
        ...['decided.hold', 'decided.by', 'waiting.inspection', 'waited.parcel', 'parcel.failed'],
        ...['flag.accepted', 'message.refused'],
      ]),
    );
  });

  it.each(names)('has words of its own where this service names it: %s', (name) => {
    expect(eventWords(name)).not.toEqual(byLoop);
  });

  it.each([...WEBHOOKS.map(({ trigger }) => trigger), 'label.requested', 'label.closed'])(
    'has words of its own where Loop usually tells of it: %s',
    (trigger) => {
      expect(eventWords(trigger)).toMatchObject({ from: 'Loop', to: null });
      expect(eventWords(trigger)).not.toEqual(byLoop);
    },
  );

  it('is told by Loop where its name is no other’s', () => {
    expect(byLoop).toEqual({ from: 'Loop', to: null, what: 'tells of the return' });
  });
});
