import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReceiptEvent } from '../../src/returns/events.ts';
import type { Receipt } from '../../src/returns/return.ts';
import { assignParcel, storeBlindParcel, withoutStored } from '../../src/returns-store/blind-parcels.ts';
import { found, merchantWith, receiptOf } from '../returns/fixtures.ts';
import { openDatabase } from '../support/open-database.ts';
import { until } from '../support/until.ts';

/** What is kept of a box without an RMA while it is not known which return it is of. */

const connection = openDatabase();
const now = new Date('2026-11-01T10:00:00Z');
const [ten, eleven] = ['2026-11-01T10:00:00.000Z', '2026-11-01T11:00:00.000Z'];
const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

/** Two receipts of one box: at ten its unit was available, and at eleven it is damaged. */
function twoReceipts(dated: (date: string) => Partial<Receipt> = (changedAt) => ({ changedAt })) {
  const box = { masonHubId: randomUUID(), packageId: 'BOX-1', isBlind: true };
  return {
    older: { ...receiptOf(found('SHIRT', { available: 1 })), ...box, ...dated(ten) },
    newer: { ...receiptOf(found('SHIRT', { damaged: 1 })), ...box, ...dated(eleven) },
  };
}

const told = (receipt: Receipt, trigger: ReceiptEvent['trigger'] = 'receipt') =>
  connection.db
    .transaction()
    .execute((trx) => storeBlindParcel(trx, merchantWith(), { kind: 'receipt', trigger, receipt }, now));
const store = async (receipt: Receipt) => (await told(receipt)).isLate;

async function keptOf({ masonHubId }: Receipt): Promise<unknown> {
  const kept = await connection.pool.query('select receipt from blind_parcels where parcel = $1', [
    masonHubId,
  ]);
  return kept.rows[0]?.receipt;
}

test('a receipt that MasonHub shows is news where it says otherwise, or has another number on the box', async () => {
  const { older: kept } = twoReceipts();
  await store(kept);
  const renumbered = { ...kept, packageId: 'BOX-2' };
  const shown = [{ ...kept, packageId: 'box-1' }, renumbered];
  expect(await withoutStored(connection.db, 'acme', shown)).toEqual([renumbered]);
});

test('one that could not be understood is news beside one that was only where it is certainly newer', async () => {
  const { older: kept, newer } = twoReceipts();
  await store(kept);
  const unread = { ...kept, lines: [], unread: 'line_items.0: expected a number.' };
  expect(await withoutStored(connection.db, 'acme', [unread, { ...unread, changedAt: null }])).toEqual([]);
  const later = { ...unread, changedAt: newer.changedAt };
  expect(await withoutStored(connection.db, 'acme', [later])).toEqual([later]);
  await store(later);
  expect(await withoutStored(connection.db, 'acme', [later])).toEqual([]);
  expect(await withoutStored(connection.db, 'acme', [newer])).toEqual([newer]);
});

describe('of two receipts of a box without an RMA', () => {
  test.each<[string, (date: string) => Partial<Receipt>]>([
    ['of its record', (changedAt) => ({ changedAt })],
    ['of the message', (toldAt) => ({ toldAt })],
    ['of the message where that of the record did not move', (toldAt) => ({ toldAt, changedAt: ten })],
  ])('the newer one by the date %s is kept, in whatever order they come', async (_which, dated) => {
    const inOrder = twoReceipts(dated);
    expect([await store(inOrder.older), await store(inOrder.newer)]).toEqual([false, false]);
    expect(await keptOf(inOrder.newer)).toEqual(inOrder.newer);
    const late = twoReceipts(dated);
    expect([await store(late.newer), await store(late.older)]).toEqual([false, true]);
    expect(await keptOf(late.newer)).toEqual(late.newer);
  });

  test('the later told one is kept where their dates do not tell which is older', async () => {
    const { older, newer } = twoReceipts(() => ({}));
    await store(newer);
    await store(older);
    expect(await keptOf(older)).toEqual(older);
  });

  test('the newer one is kept where another process stores it at the same moment', async () => {
    const { older, newer } = twoReceipts();
    const other = await connection.db.startTransaction().execute();
    await storeBlindParcel(
      other,
      merchantWith(),
      { kind: 'receipt', trigger: 'receipt', receipt: newer },
      now,
    );
    const storing = store(older);
    await until(
      async () => (await connection.pool.query(waits)).rowCount === 1,
      () => 'somebody who waits for the other one',
    );
    await other.commit().execute();
    expect(await storing).toBe(true);
    expect(await keptOf(newer)).toEqual(newer);
  });
});

describe('another number on a box that counts to a return', () => {
  async function assigned(dates: Partial<Receipt>) {
    const { older } = twoReceipts(() => dates);
    const { parcel } = await told(older);
    await connection.db.transaction().execute((trx) => assignParcel(trx, 'acme', parcel, '26442641'));
    return { kept: older, other: { ...older, packageId: 'BOX-2' } };
  }

  test('is not taken over from a callback without a date, so that MasonHub, asked, still has news', async () => {
    const { kept, other } = await assigned({});
    const damaged = { ...receiptOf(found('SHIRT', { damaged: 1 })), ...other, lines: [] };
    expect(await told(damaged)).toMatchObject({ isCorrected: false, receipt: { packageId: 'BOX-1' } });
    expect(await keptOf(kept)).toMatchObject({ packageId: 'BOX-1', lines: [] });
    expect(await withoutStored(connection.db, 'acme', [damaged])).toEqual([damaged]);
    expect(await told(damaged, 'receipt.pulled')).toMatchObject({
      isCorrected: true,
      loopReturnId: '26442641',
      receipt: { packageId: 'BOX-2' },
    });
    expect(await keptOf(kept)).toMatchObject({ packageId: 'BOX-2' });
    expect(await withoutStored(connection.db, 'acme', [damaged])).toEqual([]);
  });

  test('is taken over from a callback of a later date', async () => {
    const { kept, other } = await assigned({ changedAt: ten });
    expect(await told({ ...other, changedAt: eleven })).toMatchObject({ isCorrected: true });
    expect(await keptOf(kept)).toMatchObject({ packageId: 'BOX-2' });
  });
});
