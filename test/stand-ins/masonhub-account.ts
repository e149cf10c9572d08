import { type MasonHubOptions, startStandInMasonHub } from '../../src/stand-ins/masonhub/stand-in.ts';
import { startReceiver } from './receiver.ts';

/** A stand-in MasonHub, a place where its callbacks arrive, and a client that talks to it. */
export async function openAccount(options: Partial<MasonHubOptions> = {}) {
  const receiver = await startReceiver();
  const usual = { account: 'acme', apiToken: 'api', callbackToken: 'token', callbackUrl: receiver.url };
  const hub = await startStandInMasonHub({ ...usual, retryMinuteMs: 0.1, ...options });
  const call = async (method: string, path: string, body?: unknown, token = 'api') => {
    const answer = await fetch(hub.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  return {
    hub,
    receiver,
    call,
    create: (...records: unknown[]) => call('POST', '/rmas', records),
    replace: (...records: unknown[]) => call('PUT', '/rmas', records),
    remove: (...numbers: string[]) =>
      call(
        'DELETE',
        '/rmas',
        numbers.map((customer_identifier) => ({ customer_identifier })),
      ),
    /** The callback that arrived last. */
    lastMessage: () => JSON.parse(receiver.received.at(-1)?.body ?? ''),
    [Symbol.asyncDispose]: async () => {
      await hub.close();
      await receiver.close();
    },
  };
}

export const line = (sku: string, quantity = 1) => ({
  customer_sku_id: sku,
  quantity,
  return_reason_code: 'other',
  return_inventory_status: 'qc',
});

export const rma = (customer_identifier: string, ...line_items: unknown[]) => ({
  customer_identifier,
  generate_return_label: false,
  package_id: '794600000001',
  return_type: 'rma_submitted_by_customer',
  line_items: line_items.length === 0 ? [line('SKU')] : line_items,
});

/** The one answer to a batch, which the API description shows in an array as well. */
export const batch = ({ body }: { body: unknown }) => (Array.isArray(body) ? body[0] : body);
