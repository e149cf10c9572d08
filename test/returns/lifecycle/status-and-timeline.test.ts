import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import { newReturn } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { bad, decided, events, good, opened, told } from '../courses.ts';
import { drive } from '../driver.ts';
import { item, loopTells, RETURN_ID, receiptTold as received, rmaFor } from '../fixtures.ts';
import { at, cancelled, closed, label, merchant, onDock, refused, retry, withoutRefunds } from '../news.ts';

describe('the status of a return', () => {
  test('is pending until MasonHub has accepted the RMA', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    expect(driver.status).toBe('pending');
    expect(driver.waiting).toEqual(['rma']);
    driver.tell({ kind: 'rmaSent', rma: rmaFor(['SHIRT', 1], ['PANTS', 1]) });
    expect(driver.status).toBe('pending');
  });

  test('is open once the RMA exists', () => {
    const driver = opened();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SHIRT', 'PANTS']);
    expect(events(driver)).toEqual(['return.created', 'rma.sent', 'rma.created']);
  });

  test('stays open on the way to the warehouse', () => {
    const driver = opened();
    for (const status of ['tendered', 'inTransit', 'delivered', 'undeliverable'] as const) {
      driver.tell({ kind: 'carrier', status });
      expect(driver.status).toBe('open');
      expect(events(driver)).toContain(`carrier.${status}`);
    }
  });

  test.each(['onDock', 'receivingStarted'] as const)('is receiving from %s on', (stage) => {
    const driver = opened();
    driver.tell({ kind: 'receiving', stage });
    expect(driver.status).toBe('receiving');
    expect(driver.waiting).toEqual([]);
  });

  test('is received while the message to Loop is on its way', () => {
    expect(decided(good).status).toBe('received');
    expect(decided(bad).status).toBe('received');
  });

  test('is processing once Loop has accepted the process request, and processed once it is closed', () => {
    const driver = told(good);
    expect(driver.status).toBe('processing');
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
    expect(driver.taken.map((message) => message.kind)).toEqual(['process']);
  });

  test('is flagged once Loop has accepted the flag', () => {
    const driver = told(bad);
    expect(driver.status).toBe('flagged');
    expect(driver.reason).toBe('1 × SHIRT damaged');
    expect(driver.taken.map((message) => message.kind)).toEqual(['flag']);
  });

  test('is held where refunds are not enabled for the merchant', () => {
    const driver = told(good, withoutRefunds);
    expect(driver.status).toBe('held');
    expect(driver.reason).toContain('Refund messages are not enabled for this merchant');
    expect(driver.taken).toEqual([]);
    expect(driver.notes).toEqual([]);
  });

  test('is cancelled once a cancelled return has no RMA any more', () => {
    const driver = opened();
    driver.tell(cancelled);
    expect(driver.status).toBe('open');
    driver.run();
    expect(driver.status).toBe('cancelled');
    expect(driver.heldByMasonHub).toBeNull();
  });

  test('is attention where no RMA is possible, and the reason says why', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ items: [item('')] }));
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('no SKU');
    expect(driver.waiting).toEqual([]);
  });

  test('is pending for a return of which only the number is known', () => {
    expect(statusOf(newReturn('acme', RETURN_ID))).toEqual({ status: 'pending', reason: null });
  });
});

test('each event has its line in the timeline', () => {
  const every: ReturnEvent[] = [
    loopTells(),
    label,
    { kind: 'processingFailed', message: 'x' },
    { kind: 'carrier', status: 'tendered' },
    onDock,
    received(good),
    { kind: 'receiptUnread', why: 'x' },
    { kind: 'rmaSent', rma: rmaFor(['SHIRT', 1]) },
    {
      kind: 'rmaAccepted',
      rma: rmaFor(['SHIRT', 1]),
      how: 'adopted',
      origin: 'found',
      asked: rmaFor(['SHIRT', 1]),
    },
    { kind: 'rmaRefused', why: 'x', rma: null },
    { kind: 'rmaDeleteSent' },
    { kind: 'rmaDeleted' },
    { kind: 'rmaGone' },
    { kind: 'rmaFixed', task: 'replace', stage: 'delivered', status: 'delivered' },
    { kind: 'messageAccepted', stateWhenSent: null },
    refused,
    { kind: 'noteAdded' },
    { kind: 'noteRefused', why: 'x' },
    { kind: 'destinationTold', destination: { whole: null, byItem: {} } },
    { kind: 'dispositionsReported', count: 1 },
    { kind: 'dispositionsFailed', why: 'x' },
    { kind: 'stepFailed', step: 'rma', why: 'x' },
    retry,
  ];
  for (const event of every) {
    const { timeline } = apply(newReturn('acme', RETURN_ID), event, merchant, at);
    expect(timeline.length, event.kind).toBeGreaterThan(0);
  }
});
