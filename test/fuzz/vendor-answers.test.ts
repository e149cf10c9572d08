import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type CallResult, openOutbound } from '../../src/outbound/call.ts';
import { describeCall } from '../../src/outbound/call-words.ts';
import { loopStates } from '../../src/returns/loop-facts.ts';
import { vendorTerms } from '../../src/vendor-terms/vendors.ts';
import { loopClient } from '../../src/vendors/loop/client.ts';
import { warehouseApi } from '../../src/vendors/loop/warehouse-api.ts';
import { masonHubClient } from '../../src/vendors/masonhub/client.ts';
import { json, page, type Scripted, startVendor } from '../outbound/vendor.ts';
import { merchantWith, RETURN_ID, rmaFor } from '../returns/fixtures.ts';
import { named, toSend } from '../support/rmas.ts';
import { mutated, mutations, snippet } from './hostile.ts';
import { real } from './real-answers.ts';

const merchant = merchantWith();
const rma = rmaFor(['SHIRT', 1]);
const window = { from: new Date(0), to: new Date(1) };

const parse = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

/** As text, so that a failure can show even what is nested too deeply to be written again. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...real).map((value) => JSON.stringify(value)),
  fc.tuple(fc.constantFrom(...real), mutations).map(([value, changes]) => mutated(value, changes)),
  snippet,
  fc.constant('<html></html>'),
);
const anyStatus = fc.oneof(
  fc.constantFrom(200, 201, 204, 301, 302, 307, 308, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503),
  fc.integer({ min: 200, max: 599 }),
);
const noAnswers: CallResult[] = [
  { kind: 'no-answer', why: 'the connection failed (ECONNRESET)', arrived: 'maybe' },
  { kind: 'no-answer', why: 'the connection failed (ECONNREFUSED)', arrived: 'no' },
  { kind: 'withheld', why: 'the vendor asked to be left alone' },
];
const answerOf = (status: number, value: unknown): Answer => ({
  kind: 'answer',
  status,
  json: value,
  retryAfterMs: null,
});

/** Whatever a vendor answers, the reader gives a value; `check` says what may count as success. */
async function whatever(check: (answer: CallResult) => Promise<void>): Promise<void> {
  for (const answer of noAnswers) await check(answer);
  await fc.assert(
    fc.asyncProperty(anyStatus, anyText, (status, text) => check(answerOf(status, parse(text)))),
    { numRuns: 800 },
  );
}

const isSuccess = (answer: CallResult): answer is Answer =>
  answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;

it('whatever a vendor answers can be shown to a person, in a few hundred characters', async () => {
  const call = { method: 'GET' as const, url: 'https://vendor.test/api', headers: {} };
  await whatever(async (answer) => {
    if (answer.kind === 'withheld') return;
    for (const { answerFields } of Object.values(vendorTerms)) {
      const { answer: words } = describeCall(call, answer, RETURN_ID, answerFields);
      expect(words.length).toBeLessThan(600);
      expect(words).not.toContain('\u0000');
    }
  });
});

describe('whatever Loop answers', () => {
  const clientOf = (answer: CallResult) => loopClient(merchant, async () => answer);
  const apiOf = (answer: CallResult) => warehouseApi(merchant, async () => answer);

  it.each(['process', 'flag'] as const)('a %s is done only with a success and the word true', (action) =>
    whatever(async (answer) => {
      const { kind } = await clientOf(answer)[action](RETURN_ID);
      const isTrue = isSuccess(answer) && (answer.json === true || answer.json === 'true');
      expect(kind === 'done').toBe(isTrue);
    }),
  );

  it('a note and an assessment are done only with a success that is JSON and tells of no error', () =>
    whatever(async (answer) => {
      const client = clientOf(answer);
      const kinds = [
        (await client.addNote(RETURN_ID, 'a note')).kind,
        (await client.assess('1', [{ lineItemId: '1', disposition: 'available' }], new Date(0))).kind,
      ];
      if (!isSuccess(answer) || answer.json === undefined || answer.json === false)
        expect(kinds).not.toContain('done');
      if (isSuccess(answer) && (Object(answer.json).error ?? null) !== null)
        expect(kinds).not.toContain('done');
    }));

  it('a state is known only where a success shows one', () =>
    whatever(async (answer) => {
      const known = await clientOf(answer).state(RETURN_ID);
      if (known.kind !== 'known') return;
      expect(isSuccess(answer)).toBe(true);
      expect(loopStates).toContain(known.state);
    }));

  it('there are notes only where a success shows them, or none as Loop says it', () =>
    whatever(async (answer) => {
      const notes = await clientOf(answer).notes(RETURN_ID);
      if (notes.kind !== 'notes') return;
      const isNone = answer.kind === 'answer' && answer.status === 422 && notes.contents.length === 0;
      expect(isNone || isSuccess(answer)).toBe(true);
    }));

  it('lists, reports and details are taken only from a success', () =>
    whatever(async (answer) => {
      const api = apiOf(answer);
      const kinds = [
        (await api.listReturns(window, null, null)).kind,
        (await api.asnReport(window)).kind,
        (await api.details(RETURN_ID)).kind,
      ];
      const taken = kinds.filter((kind) => ['page', 'rows', 'details'].includes(kind));
      if (!isSuccess(answer)) expect(taken).toEqual([]);
    }));
});

describe('whatever MasonHub answers', () => {
  const clientOf = (answer: CallResult) => masonHubClient(merchant, async () => answer);

  it.each(['createRmas', 'replaceRmas', 'deleteRmas'] as const)(
    '%s has accepted a record only where a success names it and says so',
    (action) =>
      whatever(async (answer) => {
        const client = clientOf(answer);
        const read = await (action === 'deleteRmas'
          ? client.deleteRmas([named(RETURN_ID)])
          : client[action]([toSend(rma)]));
        if (read.kind !== 'records') return;
        // Where MasonHub refuses a batch whole, it says why of each.
        const kinds = new Set([...read.byNumber.values()].map(({ kind }) => kind));
        if (!isSuccess(answer)) expect(kinds).toEqual(new Set(['refused']));
        if (read.byNumber.get(RETURN_ID)?.kind === 'accepted') {
          const text = inspect(answer, { depth: 10 });
          expect(text).toContain(RETURN_ID);
          expect(text.toLowerCase()).toContain('success');
        }
      }),
  );

  it('a record that is both accepted and refused has no answer', async () => {
    const results = ['success', 'failure'].map((status) => ({ customer_identifier: RETURN_ID, status }));
    for (const given of [results, results.toReversed()]) {
      const read = await clientOf(answerOf(200, { results: given })).createRmas([toSend(rma)]);
      expect(read).toEqual({ kind: 'records', byNumber: new Map() });
    }
  });

  it('RMAs are found, or missed, only where a success lists them', () =>
    whatever(async (answer) => {
      const client = clientOf(answer);
      const kinds = [
        (await client.findRmas([named(RETURN_ID)])).kind,
        (await client.receivedRmas(new Date(0), 0)).kind,
      ];
      if (!isSuccess(answer)) expect(kinds).not.toContain('found');
    }));
});

it("a passing trouble of Loop's own is not taken for a return that it does not know", async () => {
  const trouble = { error: { message: 'Something went wrong', code: 'UNEXPECTED_ERROR' } };
  const client = loopClient(merchant, async () => answerOf(200, trouble));
  expect(await client.state(RETURN_ID)).toMatchObject({ kind: 'transient', arrived: 'maybe' });
});

it('thousands of rows of which half are broken leave the returns whole', async () => {
  const rows = Array.from({ length: 40_000 }, (_, index) => ({
    id: index % 20_000,
    sku: index < 20_000 ? 'SHIRT' : {},
  }));
  const api = warehouseApi(merchant, async () => answerOf(200, [...rows, { id: 20_001, sku: 'HAT' }]));
  expect(await api.asnReport(window)).toMatchObject({ kind: 'rows', rows: [{ returnId: '20001' }] });
});

describe('over a real connection', () => {
  it('nothing but the known success counts, nothing throws, and the key goes to nobody else', async () => {
    const [vendor, stranger] = [await startVendor(), await startVendor()];
    const outbound = openOutbound({ connectMs: 2_000, headersMs: 2_000, bodyMs: 2_000 });
    const client = loopClient(
      merchantWith({ loop: { apiUrl: vendor.url, apiKey: 'the-key' } }),
      outbound.call,
    );
    const type = { 'content-type': 'application/json' };
    const strange: Scripted[] = [
      ...[301, 302, 303, 307, 308].map((status) => ({
        status,
        headers: { location: `${stranger.url}/` },
        body: 'true',
      })),
      page(200),
      { status: 200, body: '' },
      { status: 204 },
      { status: 200, headers: { ...type, 'content-length': '400' }, body: 'true' },
      { status: 200, headers: { ...type, 'content-encoding': 'gzip' }, body: '\u001f\u008b\u0008true' },
      { status: 200, headers: type, body: `[${'1,'.repeat(200_000)}1]` },
      { status: 200, headers: type, body: '['.repeat(100_000) },
      { status: 200, headers: type, body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
      { status: 200, headers: type, body: 'true true' },
      ...['soon', '-1', '1e9', '99999999999999999999', 'Thu, 01 Jan 1970 00:00:00 GMT', ''].map(
        (retryAfter) => ({
          ...Object(json(429, { message: 'Too many' })),
          headers: { ...type, 'retry-after': retryAfter },
        }),
      ),
      { status: 599, body: 'true' },
      'drop',
    ];
    for (const answer of strange) {
      vendor.answer(answer);
      const { kind } = await client.process(RETURN_ID);
      expect({ kind, answer: JSON.stringify(answer).slice(0, 200) }).toMatchObject({
        kind: expect.stringMatching(/^(transient|paused)$/),
      });
    }
    vendor.answer({ status: 200, headers: { 'content-type': 'text/plain' }, body: ' true\n' });
    expect(await client.process(RETURN_ID)).toEqual({ kind: 'done' });
    expect(vendor.asked.length).toBe(strange.length + 1);
    expect(stranger.asked).toEqual([]);
    await Promise.all([vendor.close(), stranger.close(), outbound.close()]);
  });
});
