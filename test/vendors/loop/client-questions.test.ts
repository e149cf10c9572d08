import { describe, expect, test } from 'vitest';
import { json, page, type Scripted } from '../../outbound/vendor.ts';
import { client, serveClient, vendor } from './client-at-vendor.ts';

/** What the client asks Loop of a return: its state, and its notes. */

serveClient();

describe("a return's state in Loop", () => {
  const ask = (scripted: Scripted) => {
    vendor.answer(scripted);
    return client.state('26442641');
  };

  test('is asked for by its id', async () => {
    await ask(json(200, { state: 'open' }));
    expect(vendor.asked.at(-1)).toMatchObject({
      method: 'GET',
      path: '/api/2026-10/warehouse/return/details?return_id=26442641',
    });
  });

  test.each([
    ['open', 'open'],
    ['closed', 'closed'],
    ['needs review', 'review'],
    ['canceled', 'cancelled'],
  ])('%s is %s', async (state, known) => {
    expect(await ask(json(200, { id: 1, state, more: [] }))).toEqual({
      kind: 'known',
      state: known,
      word: null,
    });
  });

  test('whose word is not known here is unknown, with the word', async () => {
    expect(await ask(json(200, { id: 1, state: 'dreaming' }))).toEqual({
      kind: 'known',
      state: 'unknown',
      word: 'dreaming',
    });
  });

  test('is unknown where Loop finds no such return, which it says with status 200', async () => {
    expect(await ask(json(200, { error: { message: 'Return not found' } }))).toEqual({
      kind: 'unknown',
      why: 'Return not found',
    });
  });

  test.each([
    ['a page', page(200)],
    ['a list', json(200, [])],
    ['no state', json(200, { id: 1, state: null })],
    ['a failure', json(500, { state: 'closed' })],
  ] as const)('is asked for again where Loop answers %s', async (_, scripted) => {
    expect((await ask(scripted)).kind).toBe('transient');
  });
});

describe("a return's notes in Loop", () => {
  const ask = (scripted: Scripted) => {
    vendor.answer(scripted);
    return client.notes('26442641');
  };

  test('are their contents', async () => {
    expect(
      await ask(
        json(200, {
          notes: [
            { id: 1, content: 'one' },
            { id: 2, content: 'two' },
          ],
        }),
      ),
    ).toEqual({
      kind: 'notes',
      contents: ['one', 'two'],
    });
  });

  test('are those that have contents, which Loop describes as optional', async () => {
    const notes = [{ id: 1 }, { id: 2, content: null }, { id: 3, content: 'three' }];
    expect(await ask(json(200, { notes }))).toEqual({ kind: 'notes', contents: ['three'] });
  });

  test('are none where Loop answers 422', async () => {
    expect(await ask(json(422, 'false'))).toEqual({ kind: 'notes', contents: [] });
  });

  test.each([
    ['a page', page(200)],
    ['something else', json(200, [])],
    ['a failure', json(503, { notes: [] })],
  ] as const)('are asked for again where Loop answers %s', async (_, scripted) => {
    expect((await ask(scripted)).kind).toBe('transient');
  });
});
