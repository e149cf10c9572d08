import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../../src/returns/events.ts';
import { apply, dueSteps } from '../../../src/returns/lifecycle.ts';
import { good, opened } from '../courses.ts';
import { type Driver, drive } from '../driver.ts';
import { found, item, loopTells, merchantWith, receiptOf, receiptTold, rmaFor } from '../fixtures.ts';
import { at, cancelled, label, later, latest, merchant, retry } from '../news.ts';
import { blind, inTwoBoxes, items, labels, pants, second, shirt } from '../two-boxes.ts';

/** A return in two boxes with an item added since, for which MasonHub would not change the RMA. */
function refused(of = merchant): Driver {
  const driver = drive(of, ['ok', 'refused']);
  driver.tell(inTwoBoxes);
  driver.run();
  const ghost = item('GHOST', { lineItemId: '73' });
  driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [...items, ghost], labels }));
  driver.run();
  expect(driver.status).toBe('attention');
  return driver;
}

describe('while MasonHub would not change the RMA', () => {
  test('a damaged unit in a box without an RMA is flagged, with its note, and the change stays for a person', () => {
    const driver = refused();
    driver.tell(blind(second, found('PANTS', { damaged: 1 })));
    driver.run();
    expect(driver.taken.map(({ kind }) => kind)).toEqual(['flag']);
    expect(driver.notes).toEqual([expect.stringContaining('PANTS')]);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('SKU not found');
  });

  test('a flag that an earlier version had stopped, and whose job is gone, is sent once a person retries', () => {
    const driver = refused();
    driver.tell(blind(second, found('PANTS', { damaged: 1 })));
    expect(apply(driver.facts, retry, merchant, at).steps).toEqual(
      expect.arrayContaining(['message', 'rma']),
    );
  });

  test('the note of a flag that Loop has taken is added also once Loop has closed the return', () => {
    const driver = refused();
    driver.tell(blind(second, found('PANTS', { damaged: 1 })));
    driver.tell({ kind: 'messageAccepted', stateWhenSent: null });
    const ghost = item('GHOST', { lineItemId: '73' });
    const now = { state: 'closed', at: latest, items: [...items, ghost], labels } as const;
    driver.tell(loopTells({ trigger: 'return.closed', ...now }));
    expect(dueSteps(driver.facts)).toContain('note');
  });

  test('a flag does not leave for a return that Loop has closed since, though a receipt cannot be read either', () => {
    const driver = refused();
    driver.tell(blind(second, found('PANTS', { damaged: 1 })));
    const ghost = item('GHOST', { lineItemId: '73' });
    const now = { state: 'closed', at: latest, items: [...items, ghost], labels } as const;
    driver.tell(loopTells({ trigger: 'return.closed', ...now }), { kind: 'receiptUnread', why: 'no number' });
    expect(dueSteps(driver.facts)).not.toContain('message');
  });

  test('what is merely missing in a box without an RMA is not flagged', () => {
    const driver = refused(merchantWith({ receipts: { secondParcelForMs: 0 } }));
    driver.tell(blind(second, pants));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.status).toBe('attention');
  });
});

test('a change that MasonHub refused is of the past once Loop takes it back: what it holds is what counts', () => {
  const driver = refused();
  driver.tell(loopTells({ trigger: 'return.updated', at: latest, items, labels }));
  expect(driver.status).toBe('open');
  expect(dueSteps(driver.facts)).toEqual([]);
  driver.tell(receiptTold(receiptOf(shirt, pants)));
  driver.run();
  expect(driver.taken.map(({ kind }) => kind)).toEqual(['process']);
});

test('a refusal that comes late says nothing of what another worker has put on the wire since', () => {
  const [first, second] = [rmaFor(['SHIRT', 1], ['PANTS', 1]), rmaFor(['SHIRT', 1])];
  const driver = opened();
  driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SHIRT')] }));
  driver.tell({ kind: 'rmaSent', rma: second });
  driver.tell({ kind: 'rmaRefused', why: 'SKU not found.', rma: { ...first, packageId: 'OF-BEFORE' } });
  expect(driver.facts.sent).toEqual(second);
  driver.tell({ kind: 'rmaRefused', why: 'SKU not found.', rma: second });
  expect(driver.facts).toMatchObject({ sent: first, confirmed: first });
});

describe('once the RMA is received that MasonHub would not change', () => {
  test('a damaged unit is flagged', () => {
    const driver = refused();
    driver.tell(receiptTold(receiptOf(found('SHIRT', { damaged: 1 }), pants)));
    driver.run();
    expect(driver.status).toBe('flagged');
  });

  test('so is what was added in Loop and has not come', () => {
    const driver = refused();
    driver.tell(receiptTold(receiptOf(shirt, pants)));
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.notes).toEqual([expect.stringContaining('GHOST')]);
    expect(driver.taken.map(({ kind }) => kind)).toEqual(['flag']);
  });

  test('it is refunded where all has come, and only its label was to change', () => {
    const driver = opened();
    driver.tell(label, { kind: 'rmaRefused', why: 'MasonHub would not change the RMA.', rma: null });
    expect(driver.status).toBe('attention');
    driver.tell(receiptTold(good));
    driver.run();
    expect(driver.taken.map(({ kind }) => kind)).toEqual(['process']);
    expect(driver.status).toBe('processing');
  });
});

test('what came damaged under an RMA that MasonHub would not change is told although Loop had closed the return', () => {
  const driver = refused();
  const ghost = item('GHOST', { lineItemId: '73' });
  const now = { state: 'closed', at: latest, items: [...items, ghost], labels } as const;
  driver.tell(loopTells({ trigger: 'return.closed', ...now }));
  driver.tell(receiptTold(receiptOf(found('SHIRT', { damaged: 1 }), pants)));
  expect(driver.reason).toContain('tell the merchant, who may have refunded already');
});

test('a refund that was decided does not leave while MasonHub would not change the RMA', () => {
  const driver = drive(merchant);
  driver.tell(inTwoBoxes);
  driver.run();
  driver.tell(blind(second, shirt, pants));
  expect(dueSteps(driver.facts)).toEqual(['message']);
  const reasoned = items.map((one) => ({ ...one, reason: 'Too big' }));
  driver.tell(loopTells({ trigger: 'return.updated', at: later, items: reasoned, labels }));
  driver.tell({ kind: 'rmaRefused', why: 'MasonHub would not change the RMA.', rma: null });
  expect(dueSteps(driver.facts)).toEqual([]);
});

test('what a person has to look at for another reason keeps a damaged unit from being flagged', () => {
  const driver = drive(merchant);
  driver.tell(inTwoBoxes);
  driver.run();
  driver.tell({ kind: 'stepFailed', step: 'destination', why: 'Loop is down.' });
  driver.tell(receiptTold(receiptOf(found('SHIRT', { damaged: 1 }), pants)));
  expect(driver.facts.outcome).toBeNull();
  expect(driver.status).toBe('attention');
});

describe('an RMA that MasonHub would not open', () => {
  const bare = (sku: string) => found(sku, { available: 1 }, { detailed: false });
  const created = (failure: ReturnEvent): Driver => {
    const driver = drive(merchant);
    driver.tell(loopTells(), { kind: 'rmaSent', rma: rmaFor(['SHIRT', 1], ['PANTS', 1]) }, failure);
    driver.tell(receiptTold(receiptOf(bare('SHIRT'), bare('PANTS'))));
    return driver;
  };

  test('is not what is received under its number, which stays for a person', () => {
    const driver = created({
      kind: 'rmaRefused',
      why: 'The number is taken.',
      rma: rmaFor(['SHIRT', 1], ['PANTS', 1]),
    });
    expect(driver.facts.outcome).toBeNull();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(dueSteps(driver.facts)).toEqual(['rma']);
  });

  test("is not deleted once Loop cancels the return: what has its number is somebody else's", () => {
    const driver = drive(merchant);
    const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    driver.tell(loopTells(), { kind: 'rmaSent', rma });
    driver.tell({ kind: 'rmaRefused', why: 'The number is taken.', rma }, cancelled);
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(driver.status).toBe('cancelled');
  });

  test('may well be that where it never answered: MasonHub is asked anew', () => {
    const driver = created({ kind: 'stepFailed', step: 'rma', why: 'MasonHub did not answer.' });
    expect(driver.facts).toMatchObject({ problem: null, outcome: null });
    expect(dueSteps(driver.facts)).toEqual(['rma']);
    driver.run();
    expect(driver.facts.outcome?.kind).toBe('process');
  });
});
