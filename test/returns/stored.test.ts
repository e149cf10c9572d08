import { describe, expect, test } from 'vitest';
import { deliveredEvent } from '../../src/returns/events.ts';
import { loopFacts, toldLabel } from '../../src/returns/loop-facts.ts';
import { wantedRma } from '../../src/returns/return.ts';
import { labelTold, listed, loopTells, rmaFor } from './fixtures.ts';

/** What an earlier version stored is still understood: facts of returns, and deliveries that wait. */

const day = (number: number) => `2026-03-0${number}T10:00:00.000Z`;

describe('what Loop told, as a version before stored it', () => {
  const { editedAt, updatedAt, heardOpen, stateWord, unread, packageReference, ...others } = loopTells({
    labels: [listed('1Z111', '71')],
  }).facts;
  const before = { ...others, labels: [{ trackingNumber: '1Z111', lineItemIds: ['71'] }] };

  test.each([
    ['edited', { changedAt: day(3), clock: 'edited' }, { editedAt: day(3), updatedAt: null }],
    ['edited, where it does not say which', { changedAt: day(3) }, { editedAt: day(3), updatedAt: null }],
    ['updated', { changedAt: day(3), clock: 'updated' }, { editedAt: null, updatedAt: day(3) }],
    ['changed at no known time', { changedAt: null, clock: 'updated' }, { editedAt: null, updatedAt: null }],
  ])('is read as %s', (_, dates, expected) => {
    expect(loopFacts.parse({ ...before, ...dates })).toEqual({
      ...others,
      ...expected,
      heardOpen: true,
      stateWord: null,
      unread: null,
      packageReference: null,
      labels: [listed('1Z111', '71')],
    });
  });

  test('is read again as it is stored now', () => {
    const facts = { ...others, editedAt, updatedAt, heardOpen, stateWord, unread, packageReference };
    expect(loopFacts.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
    const both = { ...facts, updatedAt: day(4), state: 'unknown', stateWord: 'partial', heardOpen: false };
    expect(loopFacts.parse(both)).toEqual(both);
  });
});

describe('other facts that a version before stored', () => {
  test('are a return without an RMA, which was then always cancelled', () => {
    expect(wantedRma.parse({ kind: 'none', why: 'x' })).toEqual({
      kind: 'none',
      why: 'x',
      endsAs: 'cancelled',
    });
  });

  test('are an RMA, of which no item was left off as kept', () => {
    const before = { kind: 'rma', rma: rmaFor(['SHIRT', 1]), leftOut: 2 };
    expect(wantedRma.parse(before)).toEqual({ ...before, kept: 0, elsewhere: 0 });
  });

  test('are a label that came by itself, whose standing was not kept', () => {
    const before = { trackingNumber: '1Z111', at: day(1) };
    expect(toldLabel.parse(before)).toEqual({ ...before, standing: 'live', standingAt: null });
  });
});

describe('a delivery that waits since a version before', () => {
  test('about a return is one of its webhooks', () => {
    const { heardBy, shownLabels, facts, ...event } = loopTells();
    const { editedAt, updatedAt, heardOpen, stateWord, unread, packageReference, ...told } = facts;
    const before = { ...event, facts: { ...told, changedAt: editedAt } };
    expect(deliveredEvent.parse(before)).toEqual(loopTells());
  });

  test('about a label is of one in use', () => {
    const { standing, ...before } = labelTold('1Z111', day(1));
    expect(deliveredEvent.parse(before)).toEqual(labelTold('1Z111', day(1)));
  });
});
