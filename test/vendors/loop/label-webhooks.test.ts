import { describe, expect, test } from 'vitest';
import { deliveredEvent } from '../../../src/returns/events.ts';
import { understandWebhook } from '../../../src/vendors/loop/webhooks.ts';
import { listed } from '../../returns/fixtures.ts';
import { only, returnWebhook, toldReturn, withItem } from './webhook-bodies.ts';

/** The labels of a return: those that a webhook about the return lists, and one that is told by itself. */

describe('a webhook about a return', () => {
  test('says whether it lists the labels, or shows the newest alone', () => {
    const label = { tracking_number: '1Z999', line_items: [7001] };
    expect(toldReturn({ labels: [label] }).shownLabels).toBe('all');
    expect(toldReturn({ labels: undefined, ...label }).shownLabels).toBe('newest');
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
