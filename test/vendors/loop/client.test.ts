import { describe, expect, test } from 'vitest';
import { type LoopAnswer, loopClient } from '../../../src/vendors/loop/client.ts';
import { json, page, type Scripted, startVendor } from '../../outbound/vendor.ts';
import { merchantWith } from '../../returns/fixtures.ts';
import { client, hasty, outbound, serveClient, vendor } from './client-at-vendor.ts';

serveClient();

describe.each(['process', 'flag'] as const)('a request to %s a return', (action) => {
  async function answerTo(scripted: Scripted): Promise<LoopAnswer> {
    vendor.answer(scripted);
    return client[action]('26442641');
  }

  test('goes to the return, with the key in X-Authorization and not in Authorization', async () => {
    await answerTo(json(200, true));
    const asked = vendor.asked.at(-1);
    expect(asked).toMatchObject({ method: 'POST', path: `/api/2026-10/warehouse/return/26442641/${action}` });
    expect(asked?.headers['x-authorization']).toBe('loop-key');
    expect(asked?.headers).not.toHaveProperty('authorization');
  });

  test.each([true, 'true'])('is done where Loop says %j', async (body) => {
    expect(await answerTo(json(200, body))).toEqual({ kind: 'done' });
  });

  test('is refused where Loop says so with status 200', async () => {
    const message = 'Return is closed and therefore cannot be processed.';
    expect(await answerTo(json(200, { errors: { message, code: 'UNPROCESSABLE_RETURN' } }))).toEqual({
      kind: 'refused',
      why: message,
      state: 'closed',
    });
  });

  test.each([
    ['NOT_AUTHORIZED', { errors: { message: 'Authorization failed.', code: 'NOT_AUTHORIZED' } }],
    ['NOT_AUTHORIZED', { errors: [{ message: 'Authorization failed.', code: 'NOT_AUTHORIZED' }] }],
    ['NOT_AUTHORIZED', { message: 'Authorization failed.', errors: { code: 'NOT_AUTHORIZED' } }],
    ['NOT_AUTHORIZED', { errors: [{ code: 'NOT_AUTHORIZED' }] }],
    ['NOT_AUTHORIZED', { errors: ['NOT_AUTHORIZED'] }],
    ['GEN-UNAUTHORIZED', { error: { code: '401', http_code: 'GEN-UNAUTHORIZED', message: 'Unauthorized.' } }],
    ['401', { error: { code: '401', message: 'Unauthorized.' } }],
  ])(
    'says nothing of the return where Loop does not take the key, with status 200: %s',
    async (word, body) => {
      expect(await answerTo(json(200, body))).toMatchObject({
        kind: 'transient',
        arrived: 'maybe',
        why: expect.stringContaining(`Loop refused the key (${word})`),
      });
      vendor.answer(json(200, body));
      expect((await client.state('26442641')).kind).toBe('transient');
    },
  );

  test.each([
    [{ error: { message: 'No return matches.' } }, 'unknown'],
    [{ errors: { message: 'No return matches.', code: 'NOT_FOUND' } }, 'unknown'],
    [{ error: { code: '404', http_code: 'GEN-NOT-FOUND', message: 'No return matches.' } }, 'unknown'],
    [{ errors: ['UNEXPECTED_ERROR'] }, 'transient'],
    [{ errors: { message: 'Slow down.', code: 'TOO_MANY' } }, 'transient'],
  ])('knows nothing of a return only where Loop says no more than that: %j', async (body, kind) => {
    vendor.answer(json(200, body));
    expect((await client.state('26442641')).kind).toBe(kind);
  });

  test('is refused where Loop says so with status 404', async () => {
    expect(await answerTo(json(404, { errors: { message: 'Not found', code: 'NOT_FOUND' } }))).toEqual({
      kind: 'refused',
      why: 'Not found',
      state: null,
    });
  });

  test.each([
    ['a page of a gateway', page(200)],
    ['nothing', { status: 200, body: '' }],
    ['false', json(200, 'false')],
    ['something new', json(200, { queued: true })],
    ['true, but with a status that is no success', json(400, true)],
    ['a redirect', { status: 302, headers: { location: '/login' }, body: 'true' }],
  ] as const)('may have been done where Loop answers %s: never taken for success', async (_, scripted) => {
    expect(await answerTo(scripted)).toMatchObject({ kind: 'transient', arrived: 'maybe' });
  });

  test.each([500, 502, 503])('may have been done where Loop answers true with status %d', async (status) => {
    expect(await answerTo(json(status, true))).toMatchObject({ kind: 'transient', arrived: 'maybe' });
  });

  test('was not done where Loop limits requests', async () => {
    expect(await answerTo(json(429, { message: 'Too many' }))).toMatchObject({ kind: 'paused' });
  });

  test.each([401, 403])('with status %d is a matter of the key', async (status) => {
    const body = { error: { code: '401', http_code: 'GEN-UNAUTHORIZED', message: 'Unauthorized.' } };
    const answer = await answerTo(json(status, body));
    expect(answer.kind).toBe('paused');
    expect('why' in answer && answer.why).toContain('loop.apiKey');
    expect('why' in answer && answer.why).not.toContain('loop-key');
  });

  test('may have been done where the connection breaks', async () => {
    expect(await answerTo('drop')).toMatchObject({ kind: 'transient', arrived: 'maybe' });
  });

  test('may have been done where no answer comes in time', async () => {
    const merchant = merchantWith({ loop: { apiUrl: vendor.url } });
    vendor.answer('silence');
    const answer = await loopClient(merchant, hasty.call)[action]('26442641');
    expect(answer).toMatchObject({ kind: 'transient', arrived: 'maybe' });
  });

  test('was not done where nobody listens', async () => {
    const gone = await startVendor();
    await gone.close();
    const nobody = loopClient(merchantWith({ loop: { apiUrl: gone.url } }), outbound.call);
    expect(await nobody[action]('26442641')).toMatchObject({ kind: 'transient', arrived: 'no' });
  });
});

describe('a note', () => {
  const add = (scripted: Scripted) => {
    vendor.answer(scripted);
    return client.addNote('26442641', 'Warehouse check: 1 × SHIRT damaged.');
  };

  test('goes to the return as its content', async () => {
    await add(json(200, true));
    expect(vendor.asked.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/2026-10/warehouse/return/26442641/note',
      body: { content: 'Warehouse check: 1 × SHIRT damaged.' },
    });
  });

  test('is added where Loop answers with status 200', async () => {
    expect(await add(json(200, 'true'))).toEqual({ kind: 'done' });
  });

  test('is refused where Loop finds it too long', async () => {
    const body = {
      message: 'The given data was invalid.',
      errors: { content: ['must be under 255 characters'] },
    };
    expect(await add(json(422, body))).toMatchObject({ kind: 'refused', why: 'The given data was invalid.' });
  });

  test('is refused where the refusal comes with status 200', async () => {
    expect(await add(json(200, { errors: 'Return not found' }))).toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['a page of a gateway', page(200)],
    ['false', json(200, 'false')],
    ['status 422 without words', json(422, 'false')],
  ] as const)('is not taken for added where Loop answers %s', async (_, scripted) => {
    expect((await add(scripted)).kind).not.toBe('done');
  });
});

describe('a report of what became of items', () => {
  const assess = (scripted: Scripted) => {
    vendor.answer(scripted);
    return client.assess(
      '99904601',
      [
        { lineItemId: '71', disposition: 'available' },
        { lineItemId: '72', disposition: 'other' },
        { lineItemId: '73', disposition: 'missing' },
      ],
      new Date('2026-03-06T11:18:46Z'),
    );
  };

  test("goes to Loop in Loop's own words, with the moment of the inspection", async () => {
    const inspected_at = '2026-03-06T11:18:46.000Z';
    await assess(json(200, true));
    expect(vendor.asked.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/2026-10/dispositioning/assess',
      body: {
        items: [
          { line_item_id: 71, disposition_outcome: 'back_to_stock', inspected_at },
          { line_item_id: 72, disposition_outcome: 'resale_hold', inspected_at },
          { line_item_id: 73, disposition_outcome: 'missing', inspected_at },
        ],
      },
    });
  });

  test('is done where Loop answers with JSON that is no error', async () => {
    expect(await assess(json(200, { items: [] }))).toEqual({ kind: 'done' });
  });

  test('is refused where Loop says so, also with status 200', async () => {
    const refusal = { kind: 'refused', why: 'Line item not found', state: null };
    expect(await assess(json(200, { errors: 'Line item not found' }))).toEqual(refusal);
    expect(await assess(json(422, { message: 'Line item not found' }))).toEqual(refusal);
  });

  test.each([
    ['a page of a gateway', page(200)],
    ['false', json(200, false)],
    ['a failure', json(500, true)],
  ] as const)('is not taken for done where Loop answers %s', async (_, scripted) => {
    expect((await assess(scripted)).kind).toBe('transient');
  });
});

test('an id with characters of its own cannot lead to another path', async () => {
  await client.process('1/../2?x=#');
  expect(vendor.asked.at(-1)?.path).toBe('/api/2026-10/warehouse/return/1%2F..%2F2%3Fx%3D%23/process');
});
