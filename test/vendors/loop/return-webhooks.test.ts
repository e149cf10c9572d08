import { describe, expect, test } from 'vitest';
import { deliveredEvent } from '../../../src/returns/events.ts';
import { understandWebhook } from '../../../src/vendors/loop/webhooks.ts';
import { only, returnWebhook, toldReturn, withItem } from './webhook-bodies.ts';

describe('a webhook about a return', () => {
  test('becomes what the service knows of a return', () => {
    expect(only(understandWebhook(returnWebhook()))).toEqual({
      loopReturnId: '26442641',
      event: {
        kind: 'loopReturn',
        trigger: 'return.created',
        heardBy: 'webhook',
        tellsState: true,
        shownLabels: 'newest',
        facts: {
          state: 'open',
          stateWord: null,
          editedAt: '2026-03-01T10:00:00.000Z',
          updatedAt: null,
          heardOpen: true,
          orderName: '#90507',
          orderNumber: '90507',
          providerOrderId: '5123456789012',
          destinationId: null,
          items: [
            {
              lineItemId: '7001',
              sku: 'SHIRT',
              units: 1,
              reason: 'Too big',
              parentReason: 'Size',
              destinationId: null,
            },
          ],
          unread: null,
          labels: [],
          packageReference: null,
        },
      },
    });
  });

  test('leaves names, addresses and the words of the shopper behind', () => {
    const kept = JSON.stringify(understandWebhook(returnWebhook()));
    for (const personal of ['ada', 'Ada', '555', 'Hidden', '02139', 'waist']) {
      expect(kept).not.toContain(personal);
    }
  });

  test('can wait in the inbox as JSON and comes out the same', () => {
    const { event } = only(understandWebhook(returnWebhook()));
    expect(deliveredEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test.each(['return.created', 'return.updated', 'return.closed', 'label.created', 'return.dreamt'])(
    'is understood for the trigger %s: its topic says what it holds',
    (trigger) => {
      expect(toldReturn({ trigger }).trigger).toBe(trigger);
    },
  );

  test('is understood by its trigger where the topic is left out, and by its topic where the trigger is', () => {
    expect(toldReturn({ topic: undefined, trigger: 'return.closed' }).trigger).toBe('return.closed');
    expect(toldReturn({ trigger: undefined }).trigger).toBe('return.updated');
  });

  test('has its id as text, whether Loop sent a text or a number', () => {
    expect(only(understandWebhook(returnWebhook({ id: '6042537' }))).loopReturnId).toBe('6042537');
    expect(only(understandWebhook(returnWebhook({ id: 6042537 }))).loopReturnId).toBe('6042537');
  });

  test('is rejected where its id is a number that has already lost digits', () => {
    const json: unknown = JSON.parse(
      JSON.stringify(returnWebhook()).replace('"26442641"', '9007199254740993'),
    );
    const understood = understandWebhook(json);
    expect(understood.result).toBe('rejected');
    expect('why' in understood && understood.why).toMatch(/^id: /);
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['an object', {}],
  ])('is rejected, naming the field, where its id is %s', (_, id) => {
    const understood = understandWebhook(returnWebhook({ id }));
    if (understood.result !== 'rejected') throw new Error(understood.result);
    expect(understood.why).toMatch(/^id: /);
    expect(understood.issues[0]?.path).toBe('id');
  });

  test.each([
    ['that are left out', undefined, 'line_items'],
    ['that are null', null, 'line_items'],
    ['that are no list', 'none', 'line_items'],
    ['of which one is no line item', [{ sku: 'SHIRT' }, 7], 'line_items.1'],
    [
      'with a quantity that is none',
      [{ sku: 'SHIRT', quantity: 'ada@example.com' }],
      'line_items.0.quantity',
    ],
    ['with a part of a unit', [{ sku: 'SHIRT', quantity: 0.5 }], 'line_items.0.quantity'],
  ])(
    'with line items %s is taken, naming the place of the fault and never its value',
    (_, line_items, place) => {
      const { facts } = toldReturn({ line_items, state: 'review' });
      expect(facts).toMatchObject({ state: 'review', items: [] });
      expect(facts.unread?.startsWith(`${place}: `), facts.unread ?? 'nothing').toBe(true);
      expect(JSON.stringify(facts)).not.toContain('ada@example.com');
    },
  );

  test('of too many line items is taken, and none of them guessed at', () => {
    const line_items = Array.from({ length: 2_001 }, () => ({ sku: 'SHIRT' }));
    expect(toldReturn({ line_items }).facts).toMatchObject({ items: [], unread: expect.any(String) });
  });

  test('passes with fields that nobody knows yet', () => {
    const event = toldReturn({ a_new_field: { deep: [1] }, ...withItem({ surprise: true }) });
    expect(event.facts.items).toHaveLength(1);
  });

  test('changed when it was last edited, in either spelling of a date', () => {
    expect(toldReturn({ edited_at: '2020-10-29T16:07:31+00:00' }).facts.editedAt).toBe(
      '2020-10-29T16:07:31.000Z',
    );
    expect(toldReturn({ edited_at: '2020-10-29 16:07:31' }).facts.editedAt).toBe('2020-10-29T16:07:31.000Z');
    expect(toldReturn({ edited_at: '', created_at: '' }).facts.editedAt).toBeNull();
  });

  test('has the date of its creation only where no other is told', () => {
    const created_at = '2020-10-29 16:07:31';
    expect(toldReturn({ created_at }).facts).toMatchObject({
      editedAt: '2020-10-29T16:07:31.000Z',
      updatedAt: null,
    });
    // Null until the first edit; an answer that leaves it out does not say.
    const updated_at = '2020-10-30 16:07:31';
    expect(toldReturn({ created_at, updated_at }).facts).toMatchObject({
      editedAt: '2020-10-29T16:07:31.000Z',
      updatedAt: '2020-10-30T16:07:31.000Z',
    });
    expect(toldReturn({ created_at, updated_at, edited_at: undefined }).facts).toMatchObject({
      editedAt: null,
      updatedAt: '2020-10-30T16:07:31.000Z',
    });
  });

  test.each([
    ['open', 'open'],
    ['closed', 'closed'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['expired', 'expired'],
    ['review', 'review'],
    ['in_review', 'review'],
    ['needs review', 'review'],
    ['Needs Review', 'review'],
    ['needs_review', 'review'],
  ])('in the state %s is %s', (state, expected) => {
    expect(toldReturn({ state }).facts).toMatchObject({ state: expected, stateWord: null });
  });

  test.each(['closed', 'open', 'review', 'dreaming'])(
    'in the state %s says whether it is on its way',
    (state) => {
      expect(toldReturn({ state }).facts.heardOpen).toBe(state !== 'closed');
    },
  );

  test.each([undefined, null, ''])('without a state (%j) tells none, unless the trigger does', (state) => {
    expect(toldReturn({ state })).toMatchObject({ tellsState: false, facts: { state: 'unknown' } });
    const closing = toldReturn({ state, trigger: 'return.closed' });
    expect(closing).toMatchObject({ tellsState: true, facts: { state: 'closed' } });
  });

  test.each(['partial', 'processing', 'processed', 'dreaming'])(
    'in the state %s, which is not known here, is taken with its word',
    (state) => {
      expect(toldReturn({ state }).facts).toMatchObject({ state: 'unknown', stateWord: state });
    },
  );

  test('in a state that is not even a word is taken, and no state guessed at', () => {
    expect(toldReturn({ state: { name: 'open' } }).facts).toMatchObject({
      state: 'unknown',
      stateWord: null,
    });
  });

  test('is refused for nothing else than its id', () => {
    const odd = Object.keys(returnWebhook()).filter((field) => !['topic', 'trigger', 'id'].includes(field));
    const changes = Object.fromEntries(
      [...odd, 'edited_at', 'updated_at', 'label_updated_at', 'package_reference', 'destination_id'].map(
        (field) => [field, { deep: [1] }],
      ),
    );
    expect(toldReturn(changes).facts).toMatchObject({ orderName: null, labels: [], packageReference: null });
  });

  test.each(['', null, undefined, '  '])('with a reason of %j has none', (reason) => {
    const [item] = toldReturn(withItem({ return_reason: reason, parent_return_reason: reason })).facts.items;
    expect(item).toMatchObject({ reason: null, parentReason: null });
  });

  test.each(['', null, undefined])('with a SKU of %j is kept, and says that there is none', (sku) => {
    expect(toldReturn(withItem({ sku })).facts.items[0]?.sku).toBe('');
  });

  test('has one unit for each line item, and more where Loop says so', () => {
    expect(toldReturn(withItem({})).facts.items[0]?.units).toBe(1);
    expect(toldReturn(withItem({ quantity: null })).facts.items[0]?.units).toBe(1);
    expect(toldReturn(withItem({ quantity: 3 })).facts.items[0]?.units).toBe(3);
    expect(toldReturn(withItem({ quantity: '2' })).facts.items[0]?.units).toBe(2);
  });

  test('leaves out a line item of no units', () => {
    expect(toldReturn(withItem({ quantity: 0 })).facts.items).toEqual([]);
  });

  test('keeps the same SKU twice as two items', () => {
    const line_items = [{ sku: 'SHIRT' }, { sku: 'SHIRT' }];
    expect(toldReturn({ line_items }).facts.items).toHaveLength(2);
  });

  test('takes an exchange as it comes, an object or an empty text', () => {
    expect(toldReturn(withItem({ exchange_variant: { id: 1 } })).facts.items).toHaveLength(1);
    expect(toldReturn(withItem({ exchange_variant: '' })).facts.items).toHaveLength(1);
  });
});
