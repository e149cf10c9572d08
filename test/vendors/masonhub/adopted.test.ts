import { describe, expect, test } from 'vitest';
import type { RmaOrigin } from '../../../src/returns/return.ts';
import { masonHubClient, type ShownRmas } from '../../../src/vendors/masonhub/client.ts';
import { adoptedFrom, notOpened, settleRefusal } from '../../../src/vendors/masonhub/rma-refusals.ts';
import type { RmaRequest } from '../../../src/vendors/masonhub/rma-tasks.ts';
import { type RmaRecord, rmaRecord } from '../../../src/vendors/masonhub/schemas.ts';
import { merchantWith } from '../../returns/fixtures.ts';
import { rma } from '../../support/rmas.ts';

const askedAt = new Date('2026-11-03T12:00:00Z');
const knownSince = new Date('2026-11-01T10:00:00.400Z');
const noAnswer: RmaRequest = {
  loopReturnId: rma.rmaNumber,
  task: 'create',
  rma,
  unanswered: rma,
  heldFrom: null,
  knownSince,
};
const inWholeSeconds = '2026-11-01T10:00:00Z';
const shown = (created_at: string | null, status = 'received', package_id: string | null = rma.packageId) =>
  rmaRecord.parse({
    customer_identifier: rma.rmaNumber,
    package_id,
    status,
    created_at,
    line_items: rma.lines.map(({ sku, units }) => ({
      customer_sku_id: sku,
      quantity: units,
      quantity_received: units,
      return_inventory_status: 'available',
    })),
  });

test('a refused deletion leaves the RMA to be deleted, and a refused change is none', async () => {
  const client = masonHubClient(merchantWith(), () => Promise.reject(new Error('MasonHub is asked')));
  const refused = (task: RmaRequest['task']) =>
    settleRefusal(client, { ...noAnswer, task }, 'No.', { kind: 'parcel', status: 'open' }, askedAt);
  expect(await refused('delete')).toMatchObject({ event: { kind: 'rmaRefused', rma: null } });
  expect(await refused('replace')).toMatchObject({ event: { kind: 'rmaRefused', rma } });
});

test.each(['onDock', 'receivingStarted', 'in-receiving', 'received'])(
  'an RMA that is %s has come too far to be changed or deleted',
  async (status) => {
    const client = masonHubClient(merchantWith(), () => Promise.reject(new Error('MasonHub is asked')));
    for (const task of ['replace', 'delete'] as const) {
      const result = await settleRefusal(
        client,
        { ...noAnswer, task },
        'No.',
        { kind: 'parcel', status },
        askedAt,
      );
      expect(result).toMatchObject({ event: { kind: 'rmaFixed', stage: 'receiving', status } });
    }
  },
);

describe('an RMA that is found under the number that was asked for', () => {
  test.each<[string, string | null, Partial<RmaRequest>, RmaOrigin]>([
    ['made since the return is known, after a creation without an answer', inWholeSeconds, {}, 'opened'],
    ['made before', '2026-11-01T09:59:00Z', {}, 'found'],
    ['made nobody knows when', null, {}, 'found'],
    ['made since, where the first try is refused', inWholeSeconds, { unanswered: null }, 'found'],
    ['one of this service that MasonHub had confirmed', null, { heldFrom: 'opened' }, 'opened'],
    ['one that had been found before', inWholeSeconds, { heldFrom: 'found' }, 'found'],
  ])('is %s', (_what, createdAt, changes, origin) => {
    const result = adoptedFrom([shown(createdAt)], rma, { ...noAnswer, ...changes }, askedAt);
    const receiveInto = origin === 'opened' ? rma.receiveInto : 'available';
    expect(result).toMatchObject({ event: { how: 'adopted', origin, asked: rma, rma: { receiveInto } } });
  });

  test.each([
    ['another parcel', 'another-box'],
    ['a parcel that it does not show', null],
  ])('may be what somebody else asked for, where it is for %s', (_, packageId) => {
    const result = adoptedFrom([shown(inWholeSeconds, 'received', packageId)], rma, noAnswer, askedAt);
    expect(result).toMatchObject({ event: { origin: 'found', rma: { receiveInto: 'available' } } });
  });

  test.each([
    ['another parcel', 'another-box', false],
    ['a parcel that it does not show', null, true],
  ])(
    'received with a line less, for %s, is taken over unless it is for another one',
    (_, packageId, isTaken) => {
      const record = shown(inWholeSeconds, 'received', packageId);
      const came = { ...record, line_items: record.line_items?.slice(1) ?? [] };
      const result = adoptedFrom([came], rma, noAnswer, askedAt);
      if (isTaken)
        expect(result).toMatchObject({ event: { origin: 'found', receipt: { lines: { length: 1 } } } });
      else expect(result).toBeNull();
    },
  );

  test('is told with its receipt, as of when it was asked for, once it is received', () => {
    const receipt = { shownAt: askedAt.toISOString(), isBlind: false, lines: { length: 2 } };
    expect(adoptedFrom([shown(null)], rma, noAnswer, askedAt)).toMatchObject({ event: { receipt } });
    const open = adoptedFrom([shown(null, 'open')], rma, noAnswer, askedAt);
    expect(open).toMatchObject({ event: { how: 'adopted' } });
    expect(open).not.toHaveProperty('event.receipt');
  });

  test.each<[string, string | null, Partial<RmaRequest>, boolean]>([
    ['this service made it', inWholeSeconds, {}, true],
    ['it was there before', '2026-11-01T09:59:00Z', {}, false],
    ['the first try was refused', inWholeSeconds, { unanswered: null }, false],
    ['a change of it has no answer', inWholeSeconds, { heldFrom: 'opened' }, false],
  ])(
    'is taken over by its number, received with a line less, where %s: %s',
    (_what, createdAt, changes, isOurs) => {
      const record = shown(createdAt);
      const came = { ...record, line_items: record.line_items?.slice(1) ?? [] };
      const result = adoptedFrom([came], rma, { ...noAnswer, ...changes }, askedAt);
      const event = { how: 'adopted', rma: { lines: rma.lines }, receipt: { lines: { length: 1 } } };
      if (isOurs) expect(result).toMatchObject({ event });
      else expect(result).toBeNull();
    },
  );

  test('is none where there is no such record', () => {
    expect(adoptedFrom([], rma, noAnswer, askedAt)).toBeNull();
  });
});

describe('an RMA that is only asked for, and that is not there as it was sent', () => {
  const found = (rmas: readonly RmaRecord[], unread: ShownRmas['unread'] = []): ShownRmas => ({
    kind: 'found',
    rmas,
    unread,
  });

  test.each<[string, RmaRecord[]]>([
    ['shown', []],
    ['shown but as deleted', [shown(null, 'deleted')]],
  ])('was never opened where none is %s', (_, records) => {
    expect(notOpened(found(records), rma)).toEqual({ event: { kind: 'rmaGone' } });
  });

  test('is asked for again where what is shown cannot be understood', () => {
    const unread = {
      rmaNumber: rma.rmaNumber,
      masonHubId: null,
      packageId: null,
      status: null,
      changedAt: null,
      why: 'line_items: not a list',
    };
    expect(notOpened(found([], [unread]), rma)).toMatchObject({ kind: 'retry' });
  });

  test("is somebody else's where another has its number", () => {
    const result = notOpened(found([shown(null)]), rma);
    expect(result).toMatchObject({ event: { kind: 'rmaRefused', rma } });
    expect(JSON.stringify(result)).toContain('it is not what this return asks for. Its parcel');
  });
});
