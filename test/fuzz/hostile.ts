import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Reply } from '../support/reply.ts';

/** JSON texts, not values: some of what a body can hold is lost once it is parsed. */
const nested = (depth: number, inside = '') => '['.repeat(depth) + inside + ']'.repeat(depth);
const nestedObjects = (depth: number) => `${'{"details":'.repeat(depth)}1${'}'.repeat(depth)}`;

const snippets = [
  ...['null', 'true', 'false', '[]', '{}', '""', '" "', '0', '-0', '-1', '0.5', '1e400', '-1e400', '1e-400'],
  '9'.repeat(400),
  '12345678901234567890',
  '"NaN"',
  '"Infinity"',
  String.raw`"\u0000"`,
  String.raw`"a\u0000b"`,
  String.raw`"\ud800"`,
  String.raw`"\udfff\ud800"`,
  '"\u202e\ufeff\u2028"',
  '"__proto__"',
  '"constructor"',
  '{"__proto__":{"polluted":true}}',
  '{"__proto__":[{"quantity":1}],"constructor":{"prototype":{"polluted":true}}}',
  '{"available":[{"quantity":1}],"__proto__":[{"quantity":1}]}',
  '{"toString":null,"valueOf":1,"length":-1}',
  '[null]',
  '[[]]',
  '[{}]',
  '{"0":{}}',
  '"2020-13-45 99:99:99"',
  '"+275760-09-13T00:00:00Z"',
  `"${'x'.repeat(5_000)}"`,
  `"${'. '.repeat(20_000)}x"`,
  `"${'9'.repeat(251)}"`,
  '"received"',
  nested(5_000),
  nested(100_000, '1234567890123456789'),
  nestedObjects(2_000),
] as const;

export const snippet: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...snippets) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...snippets), fc.integer({ min: 2, max: 3_000 }))
      .filter(([text]) => text.length < 100)
      .map(([text, times]) => `[${Array.from({ length: times }, () => text).join(',')}]`),
  },
);

/** How one value of a payload is changed: replaced, left out, or told twice. */
export interface Mutation {
  /** Which of the payload's values, counted as they are met; taken modulo their number. */
  readonly at: number;
  readonly how: 'replace' | 'drop' | 'twice' | 'under-proto';
  readonly by: string;
}

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    at: fc.nat(400),
    how: fc.constantFrom('replace', 'replace', 'replace', 'drop', 'twice', 'under-proto'),
    by: snippet,
  }),
  { minLength: 1, maxLength: 3 },
);

/** Writes a payload as JSON with its mutations. */
export function mutated(payload: unknown, changes: readonly Mutation[]): string {
  const size = count(payload);
  const byPlace = new Map(changes.map((change) => [change.at % size, change]));
  let place = 0;
  const write = (value: unknown, key: string | null): string => {
    const change = byPlace.get(place);
    place += 1;
    const own = writeInside(value);
    const named = (name: string | null, text: string) =>
      name === null ? text : `${JSON.stringify(name)}:${text}`;
    switch (change?.how) {
      case undefined:
        return named(key, own);
      case 'replace':
        return named(key, change.by);
      case 'drop':
        return key === null ? 'null' : '"dropped":1';
      case 'twice':
        return key === null ? own : `${named(key, own)},${named(key, change.by)}`;
      case 'under-proto':
        return named(key === null ? null : '__proto__', change.by);
    }
  };
  const writeInside = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map((one) => write(one, null)).join(',')}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
    return `{${Object.entries(value)
      .map(([key, one]) => write(one, key))
      .join(',')}}`;
  };
  return write(payload, null);
}

function count(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, one) => sum + count(one), 1);
}

/** Bytes that need not be JSON at all. */
export const anyBytes: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  snippet.map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
  snippet.map((text) => new TextEncoder().encode(`\ufeff${text}`)),
  snippet.map((text) => Uint8Array.from([...new TextEncoder().encode(text.slice(0, 300)), 0xff])),
);

/** Whether a body is JSON in UTF-8, as its sender would say. */
export function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}

/** A body of nearly 1 MiB: as many of the items as fit. */
export function filled(head: string, item: (index: number) => string, tail: string): string {
  const most = 1_048_576 - head.length - tail.length;
  const items: string[] = [];
  let length = 0;
  for (;;) {
    const next = item(items.length);
    if (length + next.length + 1 > most) break;
    items.push(next);
    length += next.length + 1;
  }
  return head + items.join(',') + tail;
}

/** A return, or a receipt, that is filled up to the largest body that is taken. */
export const inReturn = (head: string, item: (index: number) => string, tail = ']}') =>
  filled(`{"topic":"return","trigger":"return.updated","id":"77000001",${head}`, item, tail);
export const inReceipt = (head: string, item: (index: number) => string, tail: string) =>
  filled(`{"message_type":"rmaEvent","message_id":"${randomUUID()}","data":[${head}`, item, `${tail}]}`);
export const aReceipt = '{"customer_identifier":"77000001","status":"received","details":{"line_items":[';

/** The messages get ids of their own, or they would be duplicates of the ones they were made from. */
export const withNewIds = (text: string) =>
  text.replaceAll(/"message_id":"[0-9a-f-]{36}"/g, () => `"message_id":"${randomUUID()}"`);

export const bytesOf = (body: string | Uint8Array<ArrayBuffer>) =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body;

export function expectError(reply: Reply): void {
  const error = { code: expect.any(String), message: expect.any(String) };
  expect(reply.json).toMatchObject({ error });
}
