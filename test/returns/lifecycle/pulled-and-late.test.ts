import { describe, expect, test } from 'vitest';
import { good, opened, told } from '../courses.ts';
import { drive } from '../driver.ts';
import { answerTells, item, listed, loopTells } from '../fixtures.ts';
import { cancelled, closed, later, merchant, onDock } from '../news.ts';

describe('a return that was pulled', () => {
  const parentReason = 'Size';
  const pulled = (changes: Parameters<typeof loopTells>[0]) => answerTells({ at: later, ...changes });

  test('keeps the reasons and the labels that the webhook told and the list does not show', () => {
    const labels = [listed('1Z111AA10123456784', '71'), listed('1Z222AA10123456784', '72')];
    const items = [item('SHIRT', { parentReason }), item('PANTS', { lineItemId: '72' })];
    const driver = drive(merchant);
    driver.tell(loopTells({ items, labels }));
    driver.run();
    const shown = [item('SHIRT'), item('PANTS', { lineItemId: '72' })];
    driver.tell(pulled({ items: shown, labels: [listed('1Z222AA10123456784')] }));
    expect(driver.facts.loop).toMatchObject({ items, labels });
    expect(driver.waiting).toEqual([]);
  });

  const ofTheApi = (told: ReturnType<typeof loopTells>): ReturnType<typeof loopTells> => ({
    ...told,
    facts: { ...told.facts, editedAt: null, updatedAt: told.facts.editedAt },
  });

  test('keeps its items where the webhook from before the pull comes late, and takes its state', () => {
    const driver = drive(merchant);
    driver.tell(ofTheApi(pulled({ items: [item('SOCKS')], labels: [listed('1Z333AA10123456784')] })));
    driver.run();
    driver.tell(loopTells({ state: 'review', labels: [listed('1Z111AA10123456784')] }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SOCKS']);
    expect(driver.heldByMasonHub?.packageId).toBe('1Z333AA10123456784');
    expect(driver.facts.loop?.state).toBe('review');
  });

  test('stays as it was where the pull is older than what the webhook told', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ at: later, items: [item('SOCKS')] }));
    driver.run();
    driver.tell(ofTheApi(pulled({ at: '2026-03-01T11:00:00.000Z' })));
    expect(driver.waiting).toEqual([]);
    expect(driver.facts.loop?.items.map(({ sku }) => sku)).toEqual(['SOCKS']);
  });

  test('brings what the webhook had not told', () => {
    const driver = opened();
    driver.tell(pulled({ items: [item('SOCKS')], labels: [listed('1Z333AA10123456784')] }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SOCKS']);
    expect(driver.heldByMasonHub?.packageId).toBe('1Z333AA10123456784');
  });

  test('keeps its label where its items have changed, and the label was told with the old ones', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ items: [item('SHIRT')], labels: [listed('1Z111AA10123456784', '71')] }));
    driver.run();
    const items = [item('SOCKS', { lineItemId: '81' })];
    driver.tell(pulled({ items, labels: [listed('1Z111AA10123456784')] }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SOCKS']);
    expect(driver.heldByMasonHub?.packageId).toBe('1Z111AA10123456784');
  });

  test.each([
    ['after it', '2026-03-03T10:00:00.000Z', 'open'],
    ['before it', '2026-03-01T11:00:00.000Z', 'cancelled'],
  ] as const)(
    'as open opens again where a webhook had told that it is cancelled, only if %s',
    (_, at, status) => {
      const driver = opened();
      driver.tell(cancelled);
      driver.run();
      driver.tell(ofTheApi(pulled({ at })));
      driver.run();
      expect(driver.status).toBe(status);
    },
  );

  test('is as it is shown where nothing was known of it', () => {
    const driver = drive(merchant);
    driver.tell(pulled({ labels: [listed('1Z333AA10123456784')] }));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.packageId).toBe('1Z333AA10123456784');
  });
});

describe('news that come late', () => {
  test('change nothing where Loop had already told something newer', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    const before = driver.facts;
    driver.tell(loopTells());
    expect(driver.facts).toEqual(before);
    expect(driver.timeline.at(-1)).toEqual({
      event: 'return.created',
      detail: 'Came late: Loop had already told something newer, so nothing changed.',
    });
  });

  test('do not open a cancelled return again, whether dates are older, equal or missing', () => {
    for (const at of ['2026-03-01T10:00:00.000Z', later, null]) {
      const driver = drive(merchant);
      driver.tell(cancelled, loopTells({ trigger: 'return.updated', at }));
      driver.run();
      expect(driver.status).toBe('cancelled');
    }
  });

  test('do not open a closed return again, whichever date they bear', () => {
    for (const at of ['2026-03-01T10:00:00.000Z', later, '2026-03-09T10:00:00.000Z', null]) {
      for (const state of ['open', 'review', 'cancelled'] as const) {
        const driver = told(good);
        driver.loopCloses(closed);
        const before = driver.facts;
        driver.tell(loopTells({ trigger: 'return.updated', state, at }));
        expect(driver.facts).toEqual(before);
        expect(driver.status).toBe('processed');
      }
    }
  });

  test('are none where Loop says that the return is closed: that is final, whichever date it bears', () => {
    for (const at of ['2026-02-01T10:00:00.000Z', null]) {
      const driver = told(good);
      driver.loopCloses(loopTells({ trigger: 'return.closed', state: 'closed', at }));
      expect(driver.status).toBe('processed');
      expect(driver.timeline.at(-1)?.detail).not.toContain('Came late');
    }
  });

  test('from the warehouse do not take a received return back', () => {
    const driver = told(good);
    driver.tell(onDock, { kind: 'carrier', status: 'inTransit' });
    expect(driver.status).toBe('processing');
  });
});
