import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const list = z.strictObject({
  parcels: z.array(
    z.strictObject({
      merchant: z.string(),
      packageId: z.string().nullable(),
      receivedAt: z.iso.datetime(),
      lines: z.array(
        z.strictObject({
          sku: z.string(),
          received: z.array(z.strictObject({ disposition: z.string(), units: z.int().positive() })),
        }),
      ),
      unread: z.string().nullable(),
      loopReturnIds: z.array(z.string()),
    }),
  ),
  count: z.int(),
});

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function unannounced() {
  const reply = await world.api('/api/parcels/unannounced');
  expect(reply.status).toBe(200);
  return list.parse(reply.json);
}

/** The list once it has so many parcels. */
const untilCount = (count: number) =>
  until(
    async () => {
      const found = await unannounced();
      return found.count === count && found;
    },
    async () => `${count} parcels; there are ${JSON.stringify(await unannounced())}`,
  );

const label = (trackingNumber: string) => ({ labels: [{ carrier: 'UPS', trackingNumber }] });

describe('parcels nobody announced', () => {
  it('are none at first', async () => {
    expect(await unannounced()).toEqual({ parcels: [], count: 0 });
  });

  it('are told of with what was in them, once each, however often they are received', async () => {
    const units = [{ sku: 'TEE-1' }, { sku: 'TEE-1', status: 'damaged', quantity: 2 }];
    await world.masonhub.receiveBlind('1Z999AA10123456784', units, { times: 2 });
    await world.untilQuiet();
    expect((await untilCount(1)).parcels).toEqual([
      {
        merchant: 'acme',
        packageId: '1Z999AA10123456784',
        receivedAt: expect.any(String),
        lines: [
          {
            sku: 'TEE-1',
            received: [
              { disposition: 'available', units: 1 },
              { disposition: 'damaged', units: 2 },
            ],
          },
        ],
        unread: null,
        loopReturnIds: [],
      },
    ]);
  });

  it('name the returns that bear their number, where several do', async () => {
    const ids = [
      await world.open([{ sku: 'TEE-1' }], label('1z999aa10123456807')),
      await world.open([{ sku: 'TEE-1' }], label('1Z999AA10123456807')),
    ];
    await world.masonhub.receiveBlind('1Z999AA10123456807', [{ sku: 'TEE-1' }]);
    const [newest] = (await untilCount(2)).parcels;
    expect(newest).toMatchObject({ packageId: '1Z999AA10123456807', loopReturnIds: ids });
  });

  it('are the newest fifty, and the number of all', async () => {
    await world.query(
      `insert into blind_parcels (merchant, parcel, package_id, term, receipt, received_at)
        select 'acme', 'old ' || number, 'OLD-' || number, 'old-' || number, '{"lines": [], "note": null}',
          now() - number * interval '1 day' from generate_series(1, 150) as number`,
    );
    const { parcels, count } = await unannounced();
    expect({ shown: parcels.length, count }).toEqual({ shown: 50, count: 152 });
    expect(parcels.slice(0, 3).map(({ packageId }) => packageId)).toEqual([
      '1Z999AA10123456807',
      '1Z999AA10123456784',
      'OLD-1',
    ]);
    const { text } = await world.api('/console/parcels');
    expect(text).toContain('152 parcels, newest first');
    expect(text).toContain('The newest 50 are shown.');
  });
});
