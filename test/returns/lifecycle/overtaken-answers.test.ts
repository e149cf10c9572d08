import { expect, test } from 'vitest';
import { apply } from '../../../src/returns/lifecycle.ts';
import type { Return } from '../../../src/returns/return.ts';
import { rmaTask } from '../../../src/returns/rma-task.ts';
import { drive } from '../driver.ts';
import { item, loopTells, rmaFor } from '../fixtures.ts';
import { at, later, merchant } from '../news.ts';

/**
 * A worker puts an RMA on the wire and stands still. The queue gives its job to another worker, who finds that RMA in
 * MasonHub and, as the return has changed, replaces it. Then the first worker hears its answer.
 */

const [first, second] = [rmaFor(['SHIRT', 1], ['PANTS', 1]), rmaFor(['SHIRT', 1])];

function replacedMeanwhile(): Return {
  const driver = drive(merchant);
  driver.tell(loopTells(), { kind: 'rmaSent', rma: first });
  driver.tell({ kind: 'rmaAccepted', rma: first, how: 'adopted' });
  driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SHIRT')] }));
  driver.tell({ kind: 'rmaSent', rma: second }, { kind: 'rmaAccepted', rma: second, how: 'replaced' });
  return driver.facts;
}

function hear(facts: Return, how: 'created' | 'replaced' | 'adopted', rma = first) {
  return apply(facts, { kind: 'rmaAccepted', rma, how }, merchant, at);
}

test.each(['created', 'adopted'] as const)('what was %s was there before the one that replaced it', (how) => {
  const facts = replacedMeanwhile();
  expect(facts).toMatchObject({ sent: second, confirmed: second });
  expect(hear(facts, how)).toEqual({ after: facts, timeline: [], steps: [] });
});

test('of two that replaced it the other one may have come last, and MasonHub is asked for it', () => {
  const facts = replacedMeanwhile();
  const { after, steps } = hear(facts, 'replaced');
  expect(after).toEqual({ ...facts, sent: first });
  expect(rmaTask(after)).toBe('replace');
  expect(steps).toEqual(['rma']);
});

test('it hides no other one that is on the wire', () => {
  const facts = { ...replacedMeanwhile(), confirmed: rmaFor(['PANTS', 1]) };
  expect(hear(facts, 'replaced').after).toEqual(facts);
});

test('what was found is known by its lines: MasonHub may have it under another package id', () => {
  const facts = { ...replacedMeanwhile(), sent: first };
  const found = { ...first, packageId: 'TYPED-AT-THE-DOCK' };
  expect(hear(facts, 'adopted', found).after.confirmed).toEqual(found);
});
