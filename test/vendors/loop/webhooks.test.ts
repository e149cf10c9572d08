import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Understood } from '../../../src/inbox/delivery.ts';
import { deliveredEvent } from '../../../src/returns/events.ts';
import { isSignedByLoop, understandWebhook } from '../../../src/vendors/loop/webhooks.ts';
import { listed } from '../../returns/fixtures.ts';

const secret = 'whsec-first';

function sign(body: Buffer, with_: string = secret): string {
  return createHmac('sha256', with_).update(body).digest('base64');
}

describe("Loop's signature", () => {
  /** As PHP writes JSON: slashes are escaped, and so is what is not ASCII. */
  const body = Buffer.from('{"topic":"return","url":"https:\\/\\/example.com\\/a","title":"Caf\\u00e9"}');

  test('proves the raw bytes, slashes escaped as PHP does', () => {
    expect(isSignedByLoop(body, sign(body), [secret])).toBe(true);
  });

  test('does not prove the same JSON written in another way', () => {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(isSignedByLoop(body, sign(rewritten), [secret])).toBe(false);
    expect(isSignedByLoop(rewritten, sign(body), [secret])).toBe(false);
  });

  test('proves bytes that are not even text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x0a]);
    expect(isSignedByLoop(bytes, sign(bytes), [secret])).toBe(true);
  });

  test('is accepted with any of several secrets', () => {
    const secrets = ['whsec-other', secret, 'whsec-third'];
    expect(isSignedByLoop(body, sign(body), secrets)).toBe(true);
    expect(isSignedByLoop(body, sign(body, 'whsec-third'), secrets)).toBe(true);
    expect(isSignedByLoop(body, sign(body, 'whsec-fourth'), secrets)).toBe(false);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['cut short', sign(body).slice(0, 20)],
    ['too long', `${sign(body).slice(0, -1)}AAAA`],
    ['not base64', '***'],
    ['hexadecimal', createHmac('sha256', secret).update(body).digest('hex')],
    ['of another body', sign(Buffer.from('{}'))],
    ['of another secret', sign(body, 'guess')],
  ])('is refused where it is %s', (_, signature) => {
    expect(isSignedByLoop(body, signature, [secret])).toBe(false);
  });

  test('is refused where no secret is known', () => {
    expect(isSignedByLoop(body, sign(body), [])).toBe(false);
  });
});

/** A webhook about a return, with names, addresses and words that must stay behind. */
function returnWebhook(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    topic: 'return',
    trigger: 'return.created',
    shop_id: 4012,
    id: '26442641',
    state: 'open',
    created_at: '2026-03-01T10:00:00+00:00',
    edited_at: null,
    total: '49.00',
    order_id: '883120',
    order_name: '#90507',
    provider_order_id: '5123456789012',
    order_number: 90507,
    customer: 'ada@example.com',
    customer_detail: { first_name: 'Ada', phone: '+1 555 0100' },
    address: { address1: '1 Hidden Lane', zip: '02139' },
    currency: 'USD',
    labels: [],
    carrier: '',
    tracking_number: 'N/A',
    label_status: 'pending',
    line_items: [
      {
        line_item_id: 7001,
        provider_line_item_id: '1200',
        sku: 'SHIRT',
        barcode: '',
        title: 'Shirt',
        price: '49.00',
        return_reason: 'Too big',
        parent_return_reason: 'Size',
        return_comment: 'My waist is not that wide',
        exchange_variant: '',
        outcome: 'refund',
      },
    ],
    exchanges: [],
    ...changes,
  };
}

function only(understood: Understood) {
  if (understood.result !== 'accepted') throw new Error(`${understood.result}: ${understood.why}`);
  const [told, ...more] = understood.events;
  if (told === undefined || more.length > 0) throw new Error(`${understood.events.length} events`);
  if (!('loopReturnId' in told)) throw new Error('it is about no return');
  return told;
}

function toldReturn(changes: Record<string, unknown> = {}) {
  const { event } = only(understandWebhook(returnWebhook(changes)));
  if (event.kind !== 'loopReturn') throw new Error(`it became ${event.kind}`);
  return event;
}

function withItem(changes: Record<string, unknown>) {
  return { line_items: [{ line_item_id: 7001, sku: 'SHIRT', ...changes }] };
}

describe('a webhook about a return', () => {
  test('says whether it lists the labels, or shows the newest alone', () => {
    const label = { tracking_number: '1Z999', line_items: [7001] };
    expect(toldReturn({ labels: [label] }).shownLabels).toBe('all');
    expect(toldReturn({ labels: undefined, ...label }).shownLabels).toBe('newest');
  });

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

  test.each([
    ['HR200250DB9E', 'HR200250DB9E'],
    ['', null],
    ['N/A', null],
    [undefined, null],
  ])('with the package reference %j comes in the bag %j', (package_reference, packageReference) => {
    expect(toldReturn({ package_reference }).facts.packageReference).toBe(packageReference);
  });

  test.each(['N/A', 'n/a', 'NA', 'pending', 'Pending', '', ' ', null, undefined])(
    'with the tracking number %j has none yet',
    (tracking_number) => {
      expect(toldReturn({ tracking_number }).facts.labels).toEqual([]);
      expect(toldReturn({ labels: [{ tracking_number }] }).facts.labels).toEqual([]);
    },
  );

  test('has its labels in their order, and the tracking number of older deliveries only where none is listed', () => {
    const labels = [
      { tracking_number: 'N/A' },
      { tracking_number: '1Z999' },
      { tracking_number: 794644790138 },
      { tracking_number: '1Z999' },
    ];
    expect(toldReturn({ labels, tracking_number: '9400' }).facts.labels).toEqual([
      listed('1Z999'),
      listed('794644790138'),
    ]);
    for (const none of [[], null, undefined, 'none', [{ tracking_number: 'N/A' }, 7, null]]) {
      expect(toldReturn({ labels: none, tracking_number: '9400' }).facts.labels).toEqual([listed('9400')]);
    }
  });

  test('has of each label how it stands and when that was told', () => {
    const labels = [
      { tracking_number: '1Z111', status: 'cancelled', updated_at: '2026-03-01 10:00:05' },
      { tracking_number: '1Z222', status: 'delivered' },
      { tracking_number: '1Z333', status: { code: 1 }, updated_at: 'yesterday' },
    ];
    expect(toldReturn({ labels }).facts.labels).toEqual([
      { ...listed('1Z111'), standing: 'void', at: '2026-03-01T10:00:05.000Z' },
      { ...listed('1Z222'), standing: 'delivered' },
      listed('1Z333'),
    ]);
  });

  test('of an older delivery has the same of its one label', () => {
    const old = { labels: [], tracking_number: '9400', label_status: 'expired' };
    const at = (changes: Record<string, unknown>) => toldReturn({ ...old, ...changes }).facts.labels;
    const isVoid = { ...listed('9400'), standing: 'void' };
    expect(at({ label_updated_at: '2026-03-01 10:00:05', updated_at: '2026-03-02 10:00:05' })).toEqual([
      { ...isVoid, at: '2026-03-01T10:00:05.000Z' },
    ]);
    expect(at({ updated_at: '2026-03-02 10:00:05' })).toEqual([isVoid]);
  });

  test.each([
    ['ids', [7001, '7002']],
    ['line items shown whole', [{ line_item_id: 7001 }, { id: '7002', sku: 'PANTS' }]],
    ['both, and something that is neither', [7001, { line_item_id: '7002' }, null, {}, [], true]],
  ])('has the line items of a label where they come as %s', (_, line_items) => {
    expect(toldReturn({ labels: [{ tracking_number: '1Z999', line_items }] }).facts.labels).toEqual([
      listed('1Z999', '7001', '7002'),
    ]);
  });

  test.each([null, undefined, [], 'all', {}])(
    'has a label of all line items where it names %j',
    (line_items) => {
      expect(toldReturn({ labels: [{ tracking_number: '1Z999', line_items }] }).facts.labels).toEqual([
        listed('1Z999'),
      ]);
    },
  );

  test.each([
    ['its id', { destination_id: '31' }],
    ['its id as a number', { destination_id: 31 }],
    ['the destination shown whole', { destination: { id: 31, name: 'East', address: '1 Hidden Lane' } }],
    ['the destination by its id', { destination: '31' }],
    ['both', { destination_id: 31, destination: { id: 31 } }],
    ['an empty id beside the destination', { destination_id: '', destination: { id: 31 } }],
  ])('has a destination, of the return and of a line item, by %s', (_, destination) => {
    expect(toldReturn(destination).facts.destinationId).toBe('31');
    expect(toldReturn(withItem(destination)).facts.items[0]?.destinationId).toBe('31');
    expect(JSON.stringify(toldReturn(destination))).not.toContain('Hidden');
  });

  test.each([
    {},
    { destination_id: null },
    { destination_id: '' },
    { destination_id: {} },
    { destination: null },
    { destination: { name: 'East' } },
    { destination: true },
  ])('has no destination, and is understood, with %j', (destination) => {
    expect(toldReturn(destination).facts.destinationId).toBeNull();
    expect(toldReturn(withItem(destination)).facts.items[0]?.destinationId).toBeNull();
  });

  test('does not take a tracking number that has lost digits as a number', () => {
    const text = JSON.stringify(returnWebhook()).replace('"N/A"', '9400110200881234567890');
    const { event } = only(understandWebhook(JSON.parse(text)));
    expect(event.kind === 'loopReturn' && event.facts.labels).toEqual([]);
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

describe('a webhook about a label', () => {
  const labelWebhook = (changes: Record<string, unknown> = {}) => ({
    topic: 'label',
    trigger: 'label.created',
    shop_id: '4012',
    id: '26442641',
    order_id: '883120',
    carrier: 'UPS',
    tracking_number: '1Z999AA10123456784',
    label_status: 'new',
    label_updated_at: '2026-03-01 10:00:05',
    shipment_id: '1',
    ...changes,
  });

  test.each([
    'label.created',
    'label.updated',
    'label.requested',
    'label.closed',
    'return.created',
    'label.dreamt',
  ])('for the trigger %s brings the tracking number', (trigger) => {
    expect(only(understandWebhook(labelWebhook({ trigger })))).toEqual({
      loopReturnId: '26442641',
      event: {
        kind: 'label',
        trigger,
        trackingNumber: '1Z999AA10123456784',
        standing: 'live',
        at: '2026-03-01T10:00:05.000Z',
      },
    });
  });

  test.each([
    ['its id', { id: 26442641 }],
    ['its id as older deliveries have it', { id: undefined, return_id: 26442641 }],
    ["that, beside the label's own", { id: 7, return_id: '26442641' }],
    ['its id beside an empty one', { return_id: '' }],
  ])('names the return by %s', (_, changes) => {
    expect(only(understandWebhook(labelWebhook(changes))).loopReturnId).toBe('26442641');
  });

  test.each([
    ['pre_transit', 'live'],
    ['failure', 'void'],
    ['error', 'void'],
    ['cancelled', 'void'],
    ['delivered', 'delivered'],
    ['N/A', 'live'],
    [null, 'live'],
    [7, 'live'],
  ])('with the status %j is %s', (label_status, standing) => {
    const { event } = only(understandWebhook(labelWebhook({ label_status })));
    expect(event).toMatchObject({ kind: 'label', standing });
  });

  test('can wait in the inbox as JSON and comes out the same', () => {
    const { event } = only(understandWebhook(labelWebhook({ label_status: 'error' })));
    expect(deliveredEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test.each([null, '', undefined])('has no date where it is %j', (label_updated_at) => {
    const { event } = only(understandWebhook(labelWebhook({ label_updated_at })));
    expect(event.kind === 'label' && event.at).toBeNull();
  });

  test.each(['N/A', 'pending', '', null])('has no tracking number where it is %j', (tracking_number) => {
    const { event } = only(understandWebhook(labelWebhook({ tracking_number })));
    expect(event.kind === 'label' && event.trackingNumber).toBeNull();
  });

  test('is rejected, naming the field, where it does not say for which return', () => {
    for (const id of [undefined, null, '', {}]) {
      const understood = understandWebhook(labelWebhook({ id }));
      if (understood.result !== 'rejected') throw new Error(understood.result);
      expect(understood.why).toMatch(/^id: /);
      expect(understood.issues[0]?.path).toBe('id');
    }
  });

  test.each([
    ['nothing at all', {}],
    ['no label yet', { tracking_number: 'N/A', label_status: 'N/A' }],
  ])('is ignored where there is %s and no return is named', (_, payload) => {
    const message = { topic: 'label', trigger: 'return.created', shop_id: '4012', ...payload };
    expect(understandWebhook(message).result).toBe('ignored');
  });
});

describe('a webhook about a failure to process', () => {
  const failure = (changes: Record<string, unknown> = {}) => ({
    topic: 'return.processing',
    trigger: 'return.processing.failed',
    return_id: '26442641',
    return_state: 'open',
    message: 'The gateway declined the refund',
    source: null,
    ...changes,
  });

  test('says why', () => {
    expect(only(understandWebhook(failure()))).toEqual({
      loopReturnId: '26442641',
      event: { kind: 'processingFailed', message: 'The gateway declined the refund' },
    });
  });

  test.each([null, '', undefined, { text: 'No' }])('says no reason where the message is %j', (message) => {
    const { event } = only(understandWebhook(failure({ message })));
    expect(event.kind === 'processingFailed' && event.message).toBeNull();
  });
});

describe('a webhook about something else', () => {
  test.each([
    ['restock', 'restock.requested'],
    ['label.request', 'label.request.issued'],
    ['giftcard', 'giftcard.requested'],
    ['happy.returns.shipment', 'happy.returns.shipment.created'],
    ['restock', 'return.created'],
  ])('with the topic %s and the trigger %s is ignored', (topic, trigger) => {
    expect(understandWebhook({ topic, trigger, id: 'anything' }).result).toBe('ignored');
  });

  test.each([{}, { topic: null, trigger: '' }, { trigger: 'restock' }])(
    'is ignored where neither topic nor trigger says what it is about: %j',
    (head) => {
      const message = { ...returnWebhook(), topic: undefined, trigger: undefined, ...head };
      expect(understandWebhook(message).result).toBe('ignored');
    },
  );

  test.each([null, [], 'text', 1, true])('is rejected where the body is %j', (json) => {
    expect(understandWebhook(json).result).toBe('rejected');
  });

  test.each(['topic', 'trigger'])('whose %s is no text is read as one that leaves it out', (field) => {
    expect(understandWebhook(returnWebhook({ [field]: {} }))).toEqual(
      understandWebhook(returnWebhook({ [field]: undefined })),
    );
    expect(understandWebhook(returnWebhook({ [field]: {} })).result).toBe('accepted');
  });

  test('is ignored with words that the database can keep', () => {
    const understood = understandWebhook({ topic: 'x', trigger: `a\u0000b${'👕'.repeat(60)}` });
    if (understood.result !== 'ignored') throw new Error(understood.result);
    expect(understood.why).not.toContain('\u0000');
    expect(understood.why.isWellFormed()).toBe(true);
  });
});
