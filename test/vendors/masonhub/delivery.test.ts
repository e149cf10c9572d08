import { describe, expect, test } from 'vitest';
import { callbackDeliveries } from '../../../src/vendors/masonhub/delivery.ts';

const message = (status: string, id = '52e7a437-0000-4000-8000-000000000001') => ({
  message_type: 'rmaEvent',
  message_id: id,
  api_version: '1.0',
  data: [{ customer_identifier: '26442641', status }],
});

const keysOf = (json: unknown) =>
  callbackDeliveries('acme', Buffer.from(JSON.stringify(json)), json).map(({ key }) => key);

describe('the key by which a repeat of a message is known', () => {
  test('is the same for the same message, alone or beside another', () => {
    const [alone] = keysOf(message('received'));
    expect(alone).toMatch(/^52e7a437-0000-4000-8000-000000000001-[0-9a-f]{16}$/);
    expect(keysOf([message('onDock', 'another'), message('received')])[1]).toBe(alone);
    expect(keysOf({ ...message('received'), api_version: '1.1', sent_at: '2026-03-01' })).toEqual([alone]);
  });

  test('is another for what happened otherwise, or to another RMA, under the same id', () => {
    const other = { ...message('received'), data: [{ customer_identifier: '777777', status: 'received' }] };
    const carried = { ...message('received'), data: [{ customer_identifier: '777777', status: 'tendered' }] };
    const keys = keysOf([message('onDock'), message('received'), other, carried]);
    expect(new Set(keys).size).toBe(4);
  });

  test('is another for a receipt that says otherwise, and not for one that is only dated anew', () => {
    const receipt = (disposition: string, more: object = {}) => ({
      ...message('received'),
      data: [
        {
          customer_identifier: '26442641',
          status: 'received',
          line_items: [{ customer_sku_id: 'TEE', receiving_details: { [disposition]: [{ quantity: 1 }] } }],
          ...more,
        },
      ],
    });
    const [good] = keysOf(receipt('available'));
    expect(keysOf(receipt('available', { updated_at: '2026-11-01T10:00:00Z' }))).toEqual([good]);
    expect(keysOf(receipt('damaged'))).not.toEqual([good]);
  });

  test('is the id alone where it tells nothing of an RMA', () => {
    expect(keysOf({ ...message('open'), message_id: '7f9e' })).toEqual(['7f9e']);
  });

  test('is of the content alone where there is no id', () => {
    expect(keysOf([{ message_type: 'rmaEvent', data: [] }])[0]).toMatch(/^[0-9a-f]{64}-0$/);
  });
});
