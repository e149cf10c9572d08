import { describe, expect, it } from 'vitest';
import { startWorld } from '../support/service.ts';
import { callback, endpoints, postTo, serveEndpoints, world } from './at-the-endpoints.ts';

serveEndpoints();

describe("MasonHub's messages in one request", () => {
  const [, endpoint] = endpoints;

  it('are applied whatever their ids are made of', async () => {
    const id = await world.open([{ sku: 'TEE-1' }]);
    const body = JSON.stringify(
      world.masonhub.receivedEnvelope(id, 'all-available', { messageId: '\ud800' }),
    );
    expect(await postTo(endpoint, body)).toMatchObject({ status: 200, json: { status: 'accepted' } });
    await world.untilStatus(id, 'processed');
  });

  const known = callback({ data: [{ customer_identifier: '5550002', event_type: 'inTransit' }] });
  const ofOrders = callback({ message_type: 'orderEvent' });
  const nameless = callback({ data: [{ customer_identifier: {}, event_type: 'inTransit' }] });

  it.each([
    ['a repeat beside one that is about something else', 200, { status: 'duplicate' }, [known, ofOrders]],
    ['nothing but what is about something else', 200, { status: 'ignored' }, [ofOrders, ofOrders]],
    [
      'one that is about something else beside one that does not say what it is about',
      422,
      { error: { code: 'not_understood' } },
      [ofOrders, nameless],
    ],
  ])('have one answer: to %s it is %i %j', async (_what, status, json, messages) => {
    await postTo(endpoint, known);
    expect(await postTo(endpoint, `[${messages.join()}]`)).toMatchObject({ status, json });
  });

  it.each([
    ['thousands of them', 3_000],
    ['1 MiB of them', 209_000],
  ])('are 30 at most: %s are refused as one delivery, kept once', async (_what, count) => {
    await using alone = await startWorld();
    const body = `[${Array(count).fill('null')}]`;
    const reply = await alone.post('/callbacks/masonhub/acme', body, alone.proven());
    expect(reply).toMatchObject({ status: 422 });
    expect(await alone.rowCounts()).toMatchObject({ deliveries: 1, returns: 0 });
  });
});
