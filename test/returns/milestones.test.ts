import { expect, test } from 'vitest';
import type { ReturnEvent } from '../../src/returns/events.ts';
import { apply } from '../../src/returns/lifecycle.ts';
import { firstMilestones, type Milestones, milestonesAfter } from '../../src/returns/milestones.ts';
import { newReturn, type Return } from '../../src/returns/return.ts';
import { bad, good } from './courses.ts';
import {
  found,
  labelTold,
  loopTells,
  merchantWith,
  RETURN_ID,
  receiptOf,
  receiptTold,
  rmaFor,
} from './fixtures.ts';

const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
const accepted: ReturnEvent[] = [
  { kind: 'rmaSent', rma },
  { kind: 'rmaAccepted', rma, how: 'created' },
];
const onDock: ReturnEvent = { kind: 'receiving', stage: 'onDock' };
const begun: ReturnEvent = { kind: 'receiving', stage: 'receivingStarted' };

/** The n-th of the days on which things happen. */
const day = (number: number) => new Date(Date.UTC(2026, 2, number));

/** What is kept of a return to which these things happened, one a day. */
function after(...events: readonly ReturnEvent[]): Milestones {
  let facts: Return = newReturn('acme', RETURN_ID);
  let milestones = firstMilestones(day(0));
  for (const [index, event] of events.entries()) {
    const now = day(index + 1);
    const { after, timeline } = apply(facts, event, merchantWith(), now);
    milestones = milestonesAfter(milestones, facts, after, timeline, now);
    facts = after;
  }
  return milestones;
}

test('an RMA whose label does not move stands still since it was accepted', () => {
  const { ageing, statusSince } = after(
    loopTells(),
    ...accepted,
    loopTells({ at: '2026-03-01T11:00:00.000Z' }),
  );
  expect(ageing).toEqual({ stage: 'label', since: day(3) });
  expect(statusSince).toEqual(day(3));
});

test('a label that comes, or a parcel that is seen on its way, begins the time anew', () => {
  expect(after(loopTells(), ...accepted, labelTold('1Z999')).ageing).toEqual({
    stage: 'label',
    since: day(4),
  });
  const moved: ReturnEvent = { kind: 'rmaFixed', task: 'delete', stage: 'moving', status: 'inTransit' };
  expect(after(loopTells(), ...accepted, moved).ageing?.since).toEqual(day(4));
});

test('a parcel that the carrier has delivered, or Loop says so, or that is on the dock, stands at the dock', () => {
  const byCarrier: ReturnEvent = { kind: 'carrier', status: 'delivered' };
  const byLoop: ReturnEvent = { ...labelTold('1Z999', null, 'label.updated'), standing: 'delivered' };
  for (const event of [byCarrier, byLoop, onDock]) {
    const { ageing, dockedAt, receivingAt } = after(loopTells(), ...accepted, event);
    expect(ageing).toEqual({ stage: 'dock', since: day(4) });
    expect([dockedAt, receivingAt]).toEqual([day(4), null]);
  }
});

test('from the dock on, a parcel stands in receiving once the warehouse has begun', () => {
  const { ageing, dockedAt, receivingAt, statusSince } = after(loopTells(), ...accepted, onDock, begun);
  expect(ageing).toEqual({ stage: 'receiving', since: day(5) });
  expect([dockedAt, receivingAt, statusSince]).toEqual([day(4), day(5), day(4)]);
});

test('told twice, nothing begins anew', () => {
  const { ageing, dockedAt } = after(loopTells(), ...accepted, onDock, onDock);
  expect(ageing?.since).toEqual(day(4));
  expect(dockedAt).toEqual(day(4));
});

test('units in quality control stand in inspection', () => {
  const inspected = receiptTold(receiptOf(found('SHIRT', { qc: 1 }), found('PANTS', { available: 1 })));
  const { ageing, receivedAt } = after(loopTells(), ...accepted, inspected);
  expect(ageing).toEqual({ stage: 'inspection', since: day(4) });
  expect(receivedAt).toEqual(day(4));
});

test('a return is decided once, and not while units are in quality control', () => {
  const inspected = receiptTold(receiptOf(found('SHIRT', { qc: 1 }), found('PANTS', { available: 1 })));
  const waits = [loopTells(), ...accepted, inspected];
  expect(after(...waits).decidedAt).toBeNull();
  const decided = [...waits, receiptTold(good), { kind: 'messageAccepted', stateWhenSent: null }] as const;
  expect(after(...decided).decidedAt).toEqual(day(5));
});

test('a flagged return stands until the merchant decides, and a closed one nowhere', () => {
  const flagged = [
    loopTells(),
    ...accepted,
    receiptTold(bad),
    { kind: 'messageAccepted', stateWhenSent: null },
  ] as const;
  expect(after(...flagged).ageing).toEqual({ stage: 'flagged', since: day(5) });
  const closed = loopTells({ trigger: 'return.closed', state: 'closed', at: '2026-03-09T10:00:00.000Z' });
  const { ageing, statusSince } = after(...flagged, closed);
  expect([ageing, statusSince]).toEqual([null, day(6)]);
});

test('a receipt of a return that Loop has not told of stands nowhere until it does', () => {
  expect(after(receiptTold(good)).ageing).toBeNull();
  expect(after(begun).ageing).toBeNull();
  expect(after(begun, loopTells()).ageing).toEqual({ stage: 'receiving', since: day(2) });
});

test('a return that needs attention stands in no stage: it is in the work list', () => {
  const refused: ReturnEvent = { kind: 'rmaRefused', why: 'No.', rma: null };
  const { ageing, statusSince } = after(loopTells(), refused);
  expect([ageing, statusSince]).toEqual([null, day(2)]);
});
