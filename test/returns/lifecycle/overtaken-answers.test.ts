import { expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Return, Rma } from '../../../src/returns/return.ts';
import { rmaTask } from '../../../src/returns/rma-task.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { drive } from '../driver.ts';
import { item, loopTells, rmaFor } from '../fixtures.ts';
import { at, later, merchant, onDock } from '../news.ts';

/**
 * A worker puts an RMA on the wire and stands still. The queue gives its job to another worker, who finds that RMA in
 * MasonHub and, as the return has changed, replaces it. Then the first worker hears its answer.
 */

const [first, second] = [rmaFor(['SHIRT', 1], ['PANTS', 1]), rmaFor(['SHIRT', 1])];

function replacedMeanwhile(): Return {
  const driver = drive(merchant);
  driver.tell(loopTells(), { kind: 'rmaSent', rma: first });
  driver.tell({ kind: 'rmaAccepted', rma: first, how: 'adopted', origin: 'found', asked: first });
  driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SHIRT')] }));
  driver.tell({ kind: 'rmaSent', rma: second }, { kind: 'rmaAccepted', rma: second, how: 'replaced' });
  return driver.facts;
}

function hear(facts: Return, answer: 'created' | 'replaced' | 'revived') {
  return apply(facts, { kind: 'rmaAccepted', rma: first, how: answer }, merchant, at);
}

function find(facts: Return, rma: Rma, asked: Rma) {
  return apply(facts, { kind: 'rmaAccepted', rma, how: 'adopted', origin: 'found', asked }, merchant, at);
}

test('what was created, or found, was there before the one that replaced it', () => {
  const facts = replacedMeanwhile();
  expect(facts).toMatchObject({ sent: second, confirmed: second });
  const nothing = { after: facts, timeline: [], steps: [] };
  expect(hear(facts, 'created')).toEqual(nothing);
  expect(find(facts, first, first)).toEqual(nothing);
});

test('what was found is told from a newer one that differs in nothing but where it is received into', () => {
  const facts = replacedMeanwhile();
  const before: Rma = { ...second, receiveInto: 'qc' };
  expect(find(facts, before, before).after).toEqual(facts);
});

test.each(['replaced', 'revived'] as const)(
  'of two that replaced it either may have come last, and MasonHub is asked for the other: %s',
  (how) => {
    const facts = replacedMeanwhile();
    const { after, steps } = hear(facts, how);
    expect(after).toEqual({ ...facts, confirmed: first });
    expect(rmaTask(after)).toBe('replace');
    expect(steps).toEqual(['rma']);
  },
);

test('where the parcel is there, MasonHub takes no change any more, and what it confirmed last counts', () => {
  const facts = apply(replacedMeanwhile(), onDock, merchant, at).after;
  expect(hear(facts, 'replaced').after).toEqual(facts);
});

test('it hides no other one that is on the wire', () => {
  const confirmed = rmaFor(['PANTS', 1]);
  const facts = { ...replacedMeanwhile(), confirmed };
  expect(hear(facts, 'replaced').after).toEqual(facts);
  const unconfirmed = { ...facts, confirmed: null };
  expect(hear(unconfirmed, 'created').after).toMatchObject({ sent: second, confirmed: first });
});

test('MasonHub may have what was put on the wire under another package id', () => {
  const facts = { ...replacedMeanwhile(), sent: first };
  const found = { ...first, packageId: 'TYPED-AT-THE-DOCK' };
  expect(find(facts, found, first).after.confirmed).toEqual(found);
});

test.each<ReturnEvent>([
  { kind: 'rmaRefused', why: "'73000001' is already taken.", rma: first },
  { kind: 'stepFailed', step: 'rma', why: 'MasonHub did not answer.' },
])('once the other one is there, nobody has to look at what became of the first: $kind', (failure) => {
  const facts = replacedMeanwhile();
  expect(apply(facts, failure, merchant, at)).toMatchObject({ after: facts, timeline: [] });
});

test('an answer that comes after all is the last word over what another worker met before it', () => {
  const failures: ReturnEvent[] = [
    { kind: 'rmaRefused', why: "'73000001' is already taken.", rma: first },
    { kind: 'stepFailed', step: 'rma', why: 'MasonHub did not answer.' },
  ];
  for (const failure of failures) {
    const driver = drive(merchant);
    driver.tell(loopTells(), { kind: 'rmaSent', rma: first }, failure);
    expect(driver.status).toBe('attention');
    driver.tell({ kind: 'rmaAccepted', rma: first, how: 'created' });
    expect(driver.status).toBe('open');
  }
});

test('what was refused since stays for a person, whatever comes of the one before it', () => {
  const facts = { ...replacedMeanwhile(), confirmed: null };
  const refused = apply(
    facts,
    { kind: 'rmaRefused', why: 'SKU not found.', rma: second },
    merchant,
    at,
  ).after;
  const { after } = hear(refused, 'created');
  expect(statusOf(after).status).toBe('attention');
  // What MasonHub holds is known, so that it can be deleted.
  expect(after).toMatchObject({ sent: first, confirmed: first });
});

test('what is still on the wire can be refused', () => {
  const facts = { ...replacedMeanwhile(), confirmed: rmaFor(['PANTS', 1]) };
  const refused = apply(facts, { kind: 'rmaRefused', why: 'SKU not found.', rma: second }, merchant, at);
  expect(statusOf(refused.after).status).toBe('attention');
});
