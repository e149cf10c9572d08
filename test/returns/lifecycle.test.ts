import { describe, expect, test } from 'vitest';
import type { ReturnEvent } from '../../src/returns/events.ts';
import { apply, dueSteps } from '../../src/returns/lifecycle.ts';
import type { ReturnItem } from '../../src/returns/loop-facts.ts';
import { isRetryable } from '../../src/returns/record.ts';
import { newReturn, type Receipt } from '../../src/returns/return.ts';
import { statusOf } from '../../src/returns/status.ts';
import { bad, decided, events, good, opened, told } from './courses.ts';
import { type Driver, drive } from './driver.ts';
import {
  answerTells,
  extra,
  found,
  item,
  labelTold,
  listed,
  loopTells,
  merchantWith,
  RETURN_ID,
  receiptOf,
  receiptTold as received,
  rmaFor,
} from './fixtures.ts';

const merchant = merchantWith();
const withoutRefunds = merchantWith({ refunds: false });

const withExtra: Receipt = { ...good, lines: [...good.lines, extra('HAT', { available: 1 })] };

const label = labelTold('1Z999AA10123456784', '2026-03-01T10:00:05.000Z');
const onDock: ReturnEvent = { kind: 'receiving', stage: 'onDock' };
const retry: ReturnEvent = { kind: 'retryRequested' };
const later = '2026-03-02T10:00:00.000Z';
/** When events come, where that does not matter. */
const at = new Date('2026-03-03T10:00:00Z');
const closed = loopTells({ trigger: 'return.closed', state: 'closed', at: later });
const relabelled = loopTells({
  trigger: 'return.updated',
  at: later,
  labels: [listed('1Z999AA10123456784')],
});
const latest = '2026-03-03T10:00:00.000Z';
const opensAgain = loopTells({ trigger: 'return.updated', at: latest });
const opensWithMore = loopTells({
  trigger: 'return.updated',
  at: latest,
  items: [item('SHIRT'), item('PANTS'), item('HAT')],
});
const closesLater = loopTells({ trigger: 'return.closed', state: 'closed', at: latest });
const cancelled = loopTells({ trigger: 'return.updated', state: 'cancelled', at: later });
const refused: ReturnEvent = { kind: 'messageRefused', why: 'Loop refused: not now.', state: null };

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

describe('the decision', () => {
  test('is to process where every unit is available and refunds are enabled', () => {
    expect(decided(good).facts.outcome).toEqual({
      kind: 'process',
      why: 'Every unit of the RMA was received into available.',
      note: null,
      message: 'due',
      noteState: 'none',
    });
  });

  test('is to process with a note where an extra item was in the parcel', () => {
    const driver = told(withExtra);
    expect(driver.taken.map((message) => message.kind)).toEqual(['process']);
    expect(driver.notes).toHaveLength(1);
    expect(driver.notes[0]).toContain('1 × HAT');
  });

  test('is to flag, with a note, where one unit is damaged', () => {
    const driver = told(bad);
    expect(driver.facts.outcome?.kind).toBe('flag');
    expect(driver.notes).toEqual(['Warehouse check: 1 × SHIRT damaged; 1 × PANTS fine.']);
  });

  test('is told to Loop first, and the note follows once Loop has accepted the message', () => {
    const driver = decided(bad);
    expect(driver.waiting).toEqual(['message']);
    driver.tell({ kind: 'messageAccepted', stateWhenSent: null });
    expect(
      apply(decided(bad).facts, { kind: 'messageAccepted', stateWhenSent: null }, merchant, at).steps,
    ).toEqual(['note']);
    expect(driver.status).toBe('flagged');
  });

  test('is to flag also where refunds are not enabled: flags are always sent', () => {
    const driver = told(bad, withoutRefunds);
    expect(driver.status).toBe('flagged');
    expect(driver.notes).toHaveLength(1);
  });

  test('is to flag where the receipt has no lines at all', () => {
    expect(decided(receiptOf()).facts.outcome?.kind).toBe('flag');
  });

  test('is none where Loop had closed the return before its receipt, and all units are available', () => {
    const driver = opened();
    driver.tell(label);
    driver.run();
    driver.tell(closed);
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.reason).toContain('closed the return before the parcel came');
    driver.tell(received(good));
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.facts.outcome?.kind).toBe('none');
    expect(driver.taken).toEqual([]);
  });

  test('needs a person where Loop had closed the return and then a unit is damaged', () => {
    const driver = opened();
    driver.tell(closed, received(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × SHIRT damaged');
    expect(driver.taken).toEqual([]);
  });

  test('is made on what this service sent: less of it is an exception, whatever Loop says afterwards', () => {
    const driver = opened();
    driver.tell(onDock);
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SHIRT')] }));
    driver.tell(received(receiptOf(found('SHIRT', { available: 1 }))));
    expect(driver.facts.outcome).toMatchObject({ kind: 'flag', why: '1 × PANTS missing' });
  });

  test('is made on the RMA that was on the wire where its answer was lost', () => {
    const driver = drive(merchant, ['lost']);
    driver.tell(loopTells());
    driver.run(1);
    expect(driver.status).toBe('pending');
    driver.tell(received(good));
    expect(driver.status).toBe('received');
    driver.run();
    expect(driver.status).toBe('processing');
    expect(events(driver).filter((event) => event === 'rma.sent')).toHaveLength(1);
  });

  test('never refunds on the old RMA where a larger one is on the wire, not yet answered', () => {
    const driver = opened();
    const items = [item('SHIRT'), item('PANTS'), item('SOCKS')];
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items }));
    driver.tell({ kind: 'rmaSent', rma: rmaFor(['SHIRT', 1], ['PANTS', 1], ['SOCKS', 1]) });
    driver.tell(received(good));
    expect(driver.facts.outcome?.kind).not.toBe('process');
  });

  test('is written into the timeline once', () => {
    const driver = decided(good);
    driver.tell(received(good), received(good));
    driver.run();
    expect(events(driver).filter((event) => event.startsWith('decided.'))).toEqual([
      'decided.process',
      'decided.by',
    ]);
  });

  test('is made once: a second receipt, a retry and further news change neither its kind nor its words', () => {
    const driver = told(bad);
    const before = driver.facts.outcome;
    driver.tell(received(good), retry, label, loopTells({ trigger: 'return.updated', at: later }), onDock);
    driver.run();
    expect(driver.facts.outcome).toEqual(before);
    expect(driver.taken).toHaveLength(1);
  });

  test('waits while a person has to look', () => {
    const driver = opened();
    driver.tell({ kind: 'rmaRefused', why: 'MasonHub would not change the RMA.' });
    driver.tell(received(good));
    expect(driver.facts.outcome).toBeNull();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    driver.run();
    expect(driver.status).toBe('processing');
  });
});

describe('the RMA', () => {
  test('is replaced when the label comes after it', () => {
    const driver = opened();
    expect(driver.heldByMasonHub?.packageId).toBe(RETURN_ID);
    driver.tell(label);
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(events(driver).at(-1)).toBe('rma.replaced');
    expect(driver.status).toBe('open');
  });

  test('has the tracking number at once where the label came first', () => {
    const driver = drive(merchant);
    driver.tell(label, loopTells());
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(events(driver)).not.toContain('rma.replaced');
  });

  test('is replaced when the label comes while the first one is on the wire', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    const first = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    driver.tell({ kind: 'rmaSent', rma: first }, label);
    const answered = apply(driver.facts, { kind: 'rmaAccepted', rma: first, how: 'created' }, merchant, at);
    expect(answered.steps).toEqual(['rma']);
    expect(statusOf(answered.after).status).toBe('open');
  });

  test.each([
    ['the label alone', [label]],
    ['the label, and then the return that shows it', [label, relabelled]],
    ['the return that shows the label, and then the label', [relabelled, label]],
  ])('that MasonHub refused is sent again when it is another one, told by %s', (_how, news) => {
    const driver = drive(merchant);
    driver.tell(loopTells(), { kind: 'rmaRefused', why: 'MasonHub would not open the RMA.' });
    expect(driver.status).toBe('attention');
    driver.tell(...news);
    expect(driver.status).toBe('pending');
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
  });

  test('that MasonHub refused stays refused for a label that changes nothing in it', () => {
    const driver = opened();
    driver.tell(label, { kind: 'rmaRefused', why: 'MasonHub would not change the RMA.' });
    driver.tell(label, labelTold('1Z222AA10123456784', later));
    expect(driver.status).toBe('attention');
  });

  test('is not replaced for news that change nothing in it', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later }));
    driver.tell(labelTold(null));
    driver.tell(loopTells());
    expect(driver.waiting).toEqual([]);
  });

  test('is not replaced any more once the warehouse has the parcel', () => {
    const driver = opened();
    driver.tell(onDock, label);
    expect(driver.waiting).toEqual([]);
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    expect(driver.waiting).toEqual([]);
  });

  test('is not replaced either where the parcel is at the dock before the replacement was sent', () => {
    const driver = opened();
    driver.tell(label);
    expect(driver.waiting).toEqual(['rma']);
    driver.tell(onDock);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe(RETURN_ID);
    expect(driver.status).toBe('receiving');
  });

  test('is replaced when the items change before the parcel comes', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['HAT']);
  });

  test('is never created for a return that is cancelled before it', () => {
    const driver = drive(merchant);
    driver.tell(loopTells(), cancelled);
    driver.run();
    expect(driver.status).toBe('cancelled');
    expect(events(driver)).not.toContain('rma.sent');
    expect(driver.heldByMasonHub).toBeNull();
  });

  test('is deleted where the return is cancelled while the answer is awaited', () => {
    const driver = drive(merchant, ['lost']);
    driver.tell(loopTells());
    driver.run(1);
    driver.tell(cancelled);
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    expect(driver.status).toBe('cancelled');
  });

  test('is deleted once more where the answer of its creation comes after that of its deletion', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    const rma = rmaFor(['SHIRT', 1], ['PANTS', 1]);
    driver.tell({ kind: 'rmaSent', rma }, cancelled, { kind: 'rmaDeleted' });
    const answered = apply(driver.facts, { kind: 'rmaAccepted', rma, how: 'created' }, merchant, at);
    expect(answered.steps).toEqual(['rma']);
  });

  test('is asked for again where a cancelled return is opened again', () => {
    const driver = opened();
    driver.tell(cancelled);
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: '2026-03-03T10:00:00.000Z' }));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.heldByMasonHub).not.toBeNull();
  });

  test('is asked for again where a cancelled return is opened while the deletion has no answer', () => {
    const driver = drive(merchant, ['ok', 'lost']);
    driver.tell(loopTells());
    driver.run();
    driver.tell(cancelled);
    driver.run(1);
    expect(driver.heldByMasonHub).toBeNull();
    driver.tell(loopTells({ trigger: 'return.updated', at: '2026-03-03T10:00:00.000Z' }));
    driver.run();
    expect(driver.heldByMasonHub).not.toBeNull();
    expect(driver.status).toBe('open');
  });

  test('is put back where a return is changed back while the change has no answer', () => {
    const driver = drive(merchant, ['ok', 'lost']);
    driver.tell(loopTells());
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('HAT')] }));
    driver.run(1);
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['HAT']);
    driver.tell(loopTells({ trigger: 'return.updated', at: '2026-03-03T10:00:00.000Z' }));
    driver.run();
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SHIRT', 'PANTS']);
  });

  test('is corrected when Loop sends the SKU that was missing', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ items: [item('')] }));
    driver.tell(loopTells({ trigger: 'return.updated', at: later }));
    driver.run();
    expect(driver.status).toBe('open');
  });
});

describe('a change in Loop while the warehouse has the parcel', () => {
  const change = (...items: readonly ReturnItem[]) =>
    loopTells({ trigger: 'return.updated', at: later, items });
  const receiving = (): Driver => {
    const driver = opened();
    driver.tell(onDock);
    return driver;
  };

  test('is written down and changes no RMA', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT'), item('SOCKS')));
    driver.run();
    expect(driver.status).toBe('receiving');
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SHIRT', 'PANTS']);
    expect(driver.timeline.at(-1)?.event).toBe('return.changed');
    expect(driver.timeline.at(-1)?.detail).toContain('Loop now has 1 × SHIRT, 1 × SOCKS');
  });

  test('is written down once, and not where nothing on the RMA would change', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT')), change(item('SHIRT')));
    expect(events(driver).filter((event) => event === 'return.changed')).toHaveLength(1);
    const same = receiving();
    same.tell(change(item('SHIRT'), item('PANTS')));
    expect(events(same)).not.toContain('return.changed');
  });

  test('that the receipt fits refunds all the same', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT')), received(good));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.facts.outcome?.why).toContain('Every unit of the RMA was received into available');
  });

  test('that the receipt does not fit is for the merchant: it is flagged, and says what does not fit', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT'), item('PANTS'), item('SOCKS')), received(good));
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.reason).toContain('changed in Loop');
    expect(driver.reason).toContain('1 × SOCKS missing');
    expect(driver.notes).toEqual(['Warehouse check: 1 × SOCKS missing; 1 × SHIRT fine; 1 × PANTS fine.']);
  });

  test('to something that can have no RMA is for the merchant', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT'), item('PANTS'), item('')), received(good));
    driver.run();
    expect(driver.taken.map((message) => message.kind)).toEqual(['flag']);
    expect(driver.notes[0]).toContain('changed in Loop');
  });

  test('takes nothing from a receipt that shows a fault: its words come first', () => {
    const driver = receiving();
    driver.tell(change(item('SHIRT')), received(bad));
    expect(driver.facts.outcome).toMatchObject({ kind: 'flag', why: '1 × SHIRT damaged' });
  });

  test('of labels and dates alone is no change', () => {
    const driver = receiving();
    const relabelled = loopTells({ trigger: 'return.updated', at: later, labels: [listed('1Z111')] });
    driver.tell(relabelled, received(good));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(events(driver)).not.toContain('return.changed');
  });
});

describe('a process request that Loop has queued', () => {
  const givenUp: ReturnEvent = {
    kind: 'stepFailed',
    step: 'closing',
    why: 'Loop has not closed the return.',
  };

  test('is asked after until Loop has closed the return', () => {
    const driver = told(good);
    expect(dueSteps(driver.facts)).toEqual(['closing']);
    driver.run();
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.waiting).toEqual(['closing']);
    driver.loopClosesSilently();
    driver.run();
    expect(driver.status).toBe('processed');
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(driver.timeline.at(-1)).toEqual({ event: 'details.closed', detail: null });
  });

  test('is not asked after any more once the webhook says that the return is closed', () => {
    const driver = told(good);
    driver.loopCloses(closed);
    expect(dueSteps(driver.facts)).toEqual([]);
    driver.run();
    expect(events(driver)).not.toContain('details.closed');
  });

  test('is asked after only once it is accepted, and never for a flag, a hold or a closed return', () => {
    expect(dueSteps(decided(good).facts)).toEqual(['message']);
    expect(dueSteps(told(bad).facts)).toEqual([]);
    expect(dueSteps(told(good, withoutRefunds).facts)).toEqual([]);
    const early = opened();
    early.tell(closed, received(good));
    expect(dueSteps(early.facts)).toEqual([]);
  });

  test('and that is open when Loop is asked is no news', () => {
    const { facts } = told(good);
    expect(apply(facts, { kind: 'stateTold', state: 'open', word: null }, merchant, at)).toEqual({
      after: facts,
      timeline: [],
      steps: [],
    });
  });

  test('and that is closed is not open again, whatever an answer from before says', () => {
    const driver = told(good);
    driver.loopCloses(closed);
    const { facts } = driver;
    for (const state of ['open', 'review', 'cancelled', 'unknown'] as const) {
      expect(apply(facts, { kind: 'stateTold', state, word: null }, merchant, at).after).toEqual(facts);
    }
  });

  test.each(['cancelled', 'expired'] as const)(
    'and that is %s when Loop is asked needs a person',
    (state) => {
      const driver = told(good);
      driver.tell({ kind: 'stateTold', state, word: null });
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain(`Loop says that the return is ${state}`);
      expect(isRetryable(driver.facts)).toBe(false);
    },
  );

  test('and that is never closed needs a person, and a retry goes on asking without another request', () => {
    const driver = told(good);
    driver.tell(givenUp);
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual([]);
    expect(apply(driver.facts, retry, merchant, at).steps).toEqual(['closing']);
    driver.tell(retry);
    expect(driver.status).toBe('processing');
    driver.loopClosesSilently();
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toHaveLength(1);
  });

  test('and that was given up needs nobody any more once Loop closes the return after all', () => {
    const driver = told(good);
    driver.tell(givenUp);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('and whose note could not be added still needs a person once Loop closes the return', () => {
    const driver = drive(merchant);
    driver.tell(loopTells());
    driver.run();
    driver.tell(
      received(withExtra),
      { kind: 'messageAccepted', stateWhenSent: null },
      { kind: 'noteRefused', why: 'Too long.' },
    );
    driver.loopCloses(closed);
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.notes).toHaveLength(1);
  });
});

describe('where only some destinations are with MasonHub', () => {
  const some = merchantWith({ loop: { destinations: ['31'] } });
  const east = { whole: '31', byItem: {} };

  test('a return whose delivery names one of them has its RMA, and nothing is asked', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '31' }));
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.asked.destination).toBe(0);
  });

  test('a return whose delivery names another has no RMA: nothing is asked and nothing sent', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '99' }));
    expect(driver.waiting).toEqual([]);
    expect(driver.status).toBe('cancelled');
    expect(driver.reason).toContain('Loop destination 99');
  });

  test('a return whose delivery names none is pending while Loop is asked, and then has its RMA', () => {
    const driver = drive(some, [], east);
    driver.tell(loopTells());
    expect(driver.status).toBe('pending');
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.status).toBe('open');
    expect(events(driver)).toEqual(['return.created', 'destination.told', 'rma.sent', 'rma.created']);
    expect(driver.timeline[1]?.detail).toBe('Loop destination 31');
  });

  test('Loop is asked once: later news of the same return need no second answer', () => {
    const driver = drive(some, [], east);
    driver.tell(loopTells());
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('SOCKS')] }), label);
    driver.run();
    expect(driver.asked.destination).toBe(1);
    expect(driver.heldByMasonHub?.lines.map((line) => line.sku)).toEqual(['SOCKS']);
  });

  test('Loop is asked once also where news come while the answer is awaited', () => {
    const driver = drive(some, ['lost'], east);
    driver.tell(loopTells());
    driver.run(1);
    driver.tell(loopTells({ trigger: 'return.updated', at: later }));
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.asked.destination).toBe(1);
    expect(driver.status).toBe('open');
  });

  test('Loop is not asked for a return that was cancelled meanwhile', () => {
    const driver = drive(some, [], east);
    driver.tell(loopTells(), cancelled);
    driver.run();
    expect(driver.asked.destination).toBe(0);
    expect(driver.status).toBe('cancelled');
  });

  test('an answer that names another destination means that no RMA is opened', () => {
    const driver = drive(some, [], { whole: '99', byItem: {} });
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('cancelled');
    expect(driver.heldByMasonHub).toBeNull();
  });

  test('a return that is moved to another destination loses its RMA', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '31' }));
    driver.run();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, destinationId: '99' }));
    driver.run();
    expect(driver.heldByMasonHub).toBeNull();
    expect(driver.status).toBe('cancelled');
  });

  test('an answer that names none needs a person, and a retry asks Loop again', () => {
    const driver = drive(some);
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('does not say which destination');
    expect(isRetryable(driver.facts)).toBe(true);
    driver.tell(retry);
    expect(driver.status).toBe('pending');
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.asked.destination).toBe(2);
  });

  test('a receipt for a return that is bound elsewhere needs a person: the parcel came to MasonHub', () => {
    const driver = drive(some);
    driver.tell(loopTells({ destinationId: '99' }), received(good));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('Loop destination 99');
    expect(driver.taken).toEqual([]);
  });

  test('a receipt that came first is decided once Loop has told the destination', () => {
    const driver = drive(some, [], east);
    driver.tell(received(good), loopTells());
    driver.run();
    expect(driver.status).toBe('processing');
  });
});

describe("the report of each item's disposition", () => {
  const reporting = merchantWith({ dispositions: true });

  test('is due with the decision, beside the message, for a refund, a flag, a hold and a closed return', () => {
    for (const receipt of [good, bad]) {
      expect(dueSteps(decided(receipt, reporting).facts)).toEqual(['dispositions', 'message']);
    }
    const held = decided(good, merchantWith({ dispositions: true, refunds: false }));
    expect(dueSteps(held.facts)).toEqual(['dispositions']);
    const early = opened(reporting);
    early.tell(closed, received(good));
    expect(dueSteps(early.facts)).toEqual(['dispositions']);
  });

  test('is never due where the merchant does not want it', () => {
    expect(decided(good).facts.dispositions).toBe('none');
    expect(dueSteps(decided(bad).facts)).toEqual(['message']);
  });

  test('is made once', () => {
    const driver = told(good, reporting);
    driver.tell(received(good), received(good));
    driver.run();
    expect(driver.asked.dispositions).toBe(1);
    expect(driver.facts.dispositions).toBe('reported');
    expect(events(driver)).toContain('dispositions.reported');
  });

  test('that fails is written down, and holds nothing back', () => {
    const driver = decided(good, reporting);
    driver.tell({ kind: 'dispositionsFailed', why: 'Loop does not know the line item.' });
    expect(driver.status).toBe('received');
    expect(driver.timeline.at(-1)).toEqual({
      event: 'dispositions.failed',
      detail: 'Loop does not know the line item.',
    });
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.asked.dispositions).toBe(0);
  });

  test('that is given up holds nothing back either', () => {
    const driver = decided(good, reporting);
    driver.tell({ kind: 'stepFailed', step: 'dispositions', why: 'No answer after many tries.' });
    expect(driver.status).toBe('received');
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.facts.dispositions).toBe('failed');
  });

  test('is due also while a person has to look at the message', () => {
    const driver = decided(good, reporting);
    driver.tell(refused);
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual(['dispositions']);
    driver.run();
    expect(driver.facts.dispositions).toBe('reported');
    expect(driver.status).toBe('attention');
  });

  test('does not keep a retry of the message waiting', () => {
    const driver = decided(good, reporting);
    driver.tell(refused);
    expect(apply(driver.facts, retry, reporting, at).steps).toEqual(['message']);
  });
});

describe('where a return may have an RMA without some of its items', () => {
  const partial = merchantWith({ partialRmas: true });
  const withoutSku = loopTells({ items: [item('SHIRT'), item('PANTS'), item('')] });

  test('the timeline says how many units are left off', () => {
    const driver = drive(partial);
    driver.tell(withoutSku);
    driver.run();
    expect(driver.status).toBe('open');
    expect(driver.timeline[0]?.detail).toContain('1 of them without a usable SKU');
  });

  test('a refund says in a note how many were not checked', () => {
    const driver = drive(partial);
    driver.tell(withoutSku);
    driver.run();
    driver.tell(received(good));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.reason).toContain('1 without a usable SKU, which the warehouse did not check');
    expect(driver.notes).toEqual([
      'Warehouse check: all expected items arrived. 1 without a SKU not checked.',
    ]);
  });
});

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

describe('the labels of a return', () => {
  test('are not forgotten where the webhook from before them comes after a pull', () => {
    const driver = drive(merchant);
    const pull = answerTells({ labels: [listed('1Z333AA10123456784')] });
    driver.tell({ ...pull, facts: { ...pull.facts, editedAt: null, updatedAt: pull.facts.editedAt } });
    driver.run();
    driver.tell(loopTells());
    expect(driver.waiting).toEqual([]);
    expect(driver.heldByMasonHub?.packageId).toBe('1Z333AA10123456784');
  });

  test('of which a later one comes leave the RMA as it is, and the timeline says so', () => {
    const driver = opened();
    driver.tell(label);
    driver.run();
    driver.tell(labelTold('1Z111AA10123456784', later));
    expect(driver.waiting).toEqual([]);
    expect(driver.timeline.at(-1)?.detail).toContain('keeps the package id of the first label');
  });

  test('of which an earlier one comes later replace the RMA', () => {
    const driver = opened();
    driver.tell(labelTold('1Z111AA10123456784', later));
    driver.run();
    driver.tell(label);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
  });

  test('of which one is for items elsewhere: the timeline says of the other that it is the package', () => {
    const driver = drive(merchantWith({ loop: { destinations: ['31'] } }));
    const items = [
      item('SHIRT', { lineItemId: '71', destinationId: '31' }),
      item('PANTS', { lineItemId: '72', destinationId: '99' }),
    ];
    driver.tell(loopTells({ items, labels: [listed('1Z111AA10123456784', '72')] }), label);
    driver.run();
    expect(driver.heldByMasonHub?.packageId).toBe('1Z999AA10123456784');
    expect(driver.timeline.find((entry) => entry.event === 'label.created')?.detail).toBe(
      'Tracking number 1Z999AA10123456784.',
    );
  });

  test('are all named where Loop lists several', () => {
    const driver = drive(merchant);
    driver.tell(loopTells({ labels: [listed('1Z111'), listed('1Z222')] }));
    expect(driver.timeline[0]?.detail).toContain('other labels: 1Z222');
  });
});

describe('a return that is changed in Loop while the process request is on its way', () => {
  test('needs a person where something was added that never came, and nothing is sent', () => {
    const driver = decided(good);
    driver.tell(opensWithMore);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × HAT missing');
    expect(isRetryable(driver.facts)).toBe(false);
    expect(driver.taken).toEqual([]);
  });

  test('is processed where it is changed back, or has less than came', () => {
    for (const items of [[item('SHIRT'), item('PANTS')], [item('SHIRT')]]) {
      const driver = decided(good);
      driver.tell(opensWithMore, loopTells({ trigger: 'return.updated', at: latest, items }));
      driver.run();
      expect(driver.status).toBe('processing');
      expect(driver.taken).toHaveLength(1);
    }
  });

  test('is processed once Loop has closed it, however it was changed', () => {
    const driver = decided(good);
    driver.tell(opensWithMore);
    driver.loopCloses(closesLater);
    expect(driver.status).toBe('processed');
  });
});

describe('a return that Loop ends early', () => {
  test.each(['cancelled', 'expired'] as const)(
    'as %s while the warehouse has the parcel needs a person',
    (state) => {
      const driver = opened();
      driver.tell(onDock, loopTells({ trigger: 'return.updated', state, at: later }));
      driver.run();
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain(`the return is ${state}`);
      expect(driver.heldByMasonHub).not.toBeNull();
    },
  );

  test('and whose parcel comes all the same needs a person, and nothing is sent', () => {
    const driver = drive(merchant, ['ok', 'refused']);
    driver.tell(loopTells());
    driver.run();
    driver.tell(cancelled, received(good));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('by closing it while the process request is on its way is processed', () => {
    const driver = decided(good);
    driver.loopCloses(closed);
    driver.run();
    expect(driver.status).toBe('processed');
    expect(driver.taken).toEqual([]);
  });

  test('by closing it while the flag is on its way needs a person', () => {
    const driver = decided(bad);
    driver.loopCloses(closed);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × SHIRT damaged');
    expect(driver.taken).toEqual([]);
  });

  test('by cancelling it while the process request is on its way needs a person', () => {
    const driver = decided(good);
    driver.tell(cancelled);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('by cancelling it after it had queued the process request needs a person: it will never close', () => {
    const driver = told(good);
    expect(driver.status).toBe('processing');
    driver.tell(cancelled);
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('cancelled');
  });

  test('by closing it after all is processed, though it had told late that it was cancelled', () => {
    const driver = told(good);
    driver.tell(cancelled, opensAgain);
    expect(driver.status).toBe('processing');
    driver.loopCloses(closesLater);
    expect(driver.status).toBe('processed');
    expect(driver.taken).toHaveLength(1);
  });

  test.each([
    ['process request', good, 'processing'],
    ['flag', bad, 'flagged'],
  ])(
    'by cancelling it while the %s is on its way, and opens again, is told as it was decided',
    (_, receipt, status) => {
      const driver = decided(receipt);
      driver.tell(cancelled, opensAgain);
      expect(driver.status).toBe('received');
      driver.run();
      expect(driver.status).toBe(status);
      expect(driver.taken).toHaveLength(1);
    },
  );

  test('and opens again with something that never came needs a person, and nothing is sent', () => {
    const driver = decided(good);
    driver.tell(cancelled, opensWithMore);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('1 × HAT missing');
    expect(driver.taken).toEqual([]);
  });

  test('by closing it after the flag is processed', () => {
    const driver = told(bad);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('by closing it while it is held is processed', () => {
    const driver = told(good, withoutRefunds);
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });
});

describe('a refusal by Loop', () => {
  const refusal = (state: 'closed' | 'cancelled' | 'review' | null): ReturnEvent => ({
    kind: 'messageRefused',
    why: `Loop refused: the return is ${state}.`,
    state,
  });

  test('of the process request because the return is closed means that it is processed', () => {
    const driver = decided(good);
    driver.tell(refusal('closed'));
    expect(driver.status).toBe('processed');
  });

  test('of the flag because the return is closed needs a person', () => {
    const driver = decided(bad);
    driver.tell(refusal('closed'));
    expect(driver.status).toBe('attention');
  });

  test.each(['review', 'cancelled', null] as const)(
    'with the state %s needs a person, with the words of Loop',
    (state) => {
      const driver = decided(good);
      driver.tell(refusal(state));
      expect(driver.status).toBe('attention');
      expect(driver.reason).toBe(`Loop refused: the return is ${state}.`);
      expect(events(driver)).toContain('process.refused');
      driver.run();
      expect(driver.taken).toEqual([]);
    },
  );

  test('is over once Loop closes the return, whichever of the two is heard first', () => {
    for (const isRefusedFirst of [true, false]) {
      const driver = decided(good);
      if (isRefusedFirst) driver.tell(refusal('review'));
      driver.loopCloses(closed);
      if (!isRefusedFirst) driver.tell(refusal('review'));
      expect(driver.status).toBe('processed');
      expect(driver.facts.loop?.state).toBe('closed');
    }
  });
});

describe('a process request that Loop queued and could not carry out', () => {
  test('needs a person, with what Loop said', () => {
    const driver = told(good);
    driver.loopFailsToProcess();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('The card was declined');
  });

  test('needs a person also where Loop gives no reason', () => {
    const driver = told(good);
    driver.tell({ kind: 'processingFailed', message: null });
    expect(driver.status).toBe('attention');
    expect(driver.reason).toContain('Loop gave no reason');
  });

  test('is sent again when a person asks for it, and then takes effect once', () => {
    const driver = told(good);
    driver.loopFailsToProcess();
    driver.tell(retry);
    expect(driver.status).toBe('received');
    expect(dueSteps(driver.facts)).toEqual(['message']);
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.taken).toHaveLength(1);
  });

  test('is over once Loop closes the return after all', () => {
    const driver = told(good);
    driver.loopFailsToProcess();
    driver.loopCloses(closed);
    expect(driver.status).toBe('processed');
  });

  test('is only noted for a return that is closed already, or that was never to be processed', () => {
    const done = told(good);
    done.loopCloses(closed);
    done.tell({ kind: 'processingFailed', message: 'Too late' });
    expect(done.status).toBe('processed');

    const flagged = told(bad);
    flagged.tell({ kind: 'processingFailed', message: 'By hand' });
    expect(flagged.status).toBe('flagged');
    expect(events(flagged).at(-1)).toBe('return.processing.failed');
  });
});

describe('a retry', () => {
  test('after a refused RMA makes the RMA due', () => {
    const driver = drive(merchant, ['refused']);
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.reason).toBe('SKU not found in catalog.');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.status).toBe('open');
  });

  test('after an RMA that was given up makes the RMA due', () => {
    const driver = drive(merchant, ['given-up']);
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['rma']);
  });

  test.each([
    ['process', good],
    ['flag', bad],
  ] as const)('after a refused %s makes the message due', (kind, receipt) => {
    const driver = decided(receipt);
    driver.tell(refused);
    driver.tell(retry);
    driver.run();
    expect(driver.taken.map((message) => message.kind)).toEqual([kind]);
  });

  test('after a message that was given up makes the message due', () => {
    const driver = decided(good);
    driver.tell({ kind: 'stepFailed', step: 'message', why: 'Loop gave no answer.' });
    expect(driver.status).toBe('attention');
    expect(dueSteps(driver.facts)).toEqual([]);
    const again = apply(driver.facts, retry, merchant, at);
    expect(again.steps).toEqual(['message']);
  });

  test('after a refused note makes the note due, and only the note', () => {
    const driver = drive(merchant, ['ok', 'ok', 'refused']);
    driver.tell(loopTells(), received(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['note']);
    driver.run();
    expect(driver.status).toBe('flagged');
    expect(driver.notes).toHaveLength(1);
    expect(driver.taken).toHaveLength(1);
  });

  test('after a note that was given up makes the note due', () => {
    const driver = drive(merchant, ['ok', 'ok', 'given-up']);
    driver.tell(loopTells(), received(bad));
    driver.run();
    driver.tell(retry);
    expect(driver.waiting).toEqual(['note']);
  });

  test("with the merchant's reasons corrected makes the RMA anew", () => {
    const driver = drive(merchant, ['refused']);
    driver.tell(loopTells({ items: [item('SHIRT', { reason: 'Too big' })] }));
    driver.run();
    const corrected = merchantWith({ returnReasons: { 'too big': 'tooBig' } });
    const { after, steps } = apply(driver.facts, retry, corrected, at);
    expect(steps).toEqual(['rma']);
    expect(after.wanted?.kind === 'rma' && after.wanted.rma.lines[0]?.reason).toBe('tooBig');
  });

  test('after a destination that was given up asks Loop again', () => {
    const some = merchantWith({ loop: { destinations: ['31'] } });
    const driver = drive(some, ['given-up'], { whole: '31', byItem: {} });
    driver.tell(loopTells());
    driver.run();
    expect(driver.status).toBe('attention');
    driver.tell(retry);
    expect(driver.waiting).toEqual(['destination']);
    driver.run();
    expect(driver.status).toBe('open');
  });

  test('of a return for which nothing failed changes nothing', () => {
    const driver = opened();
    const before = driver.facts;
    driver.tell(retry);
    expect(driver.facts).toEqual(before);
    expect(driver.waiting).toEqual([]);
  });

  test('is for a step that failed, not for what only a person can settle', () => {
    const refusedMessage = decided(good);
    refusedMessage.tell(refused);
    const refusedRma = drive(merchant, ['refused']);
    refusedRma.tell(loopTells());
    refusedRma.run();
    const impossible = drive(merchant);
    impossible.tell(loopTells({ items: [item('')] }));
    for (const driver of [refusedMessage, refusedRma, impossible]) {
      expect(isRetryable(driver.facts)).toBe(true);
    }

    const cancelledAtTheDock = opened();
    cancelledAtTheDock.tell(onDock, cancelled);
    const changed = decided(good);
    changed.tell(received(bad));
    for (const driver of [cancelledAtTheDock, changed, opened(), decided(good), told(bad)]) {
      expect(isRetryable(driver.facts)).toBe(false);
    }
  });

  test('of a return that a person has to decide in Loop sends nothing', () => {
    const driver = opened();
    driver.tell(onDock, cancelled, retry, received(good), retry);
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });
});

describe('receipts', () => {
  test('that come before anything from Loop are decided once the RMA is there', () => {
    const driver = drive(merchant);
    driver.tell(received(good));
    expect(driver.status).toBe('receiving');
    expect(driver.waiting).toEqual([]);
    driver.tell(loopTells());
    expect(driver.waiting).toEqual(['rma']);
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('that are repeated change nothing', () => {
    const driver = told(good);
    const before = driver.facts;
    driver.tell(received(structuredClone(good)));
    expect(driver.facts).toEqual(before);
    expect(driver.waiting).toEqual(['closing']);
    expect(driver.timeline.at(-1)?.detail).toBe('The same receipt again.');
  });

  test('that were asked for and not called back stand in the timeline as such', () => {
    const driver = opened();
    driver.tell({ ...received(good), trigger: 'receipt.pulled' });
    expect(events(driver)).toContain('receipt.pulled');
    expect(driver.facts.outcome?.kind).toBe('process');
  });

  test('that are repeated with their lines in another order are the same receipt', () => {
    const driver = told(good);
    driver.tell(received({ ...good, lines: good.lines.toReversed() }));
    expect(driver.status).toBe('processing');
  });

  test.each([
    ['a bad one after a good one', good, bad, 'flagged'],
    ['a good one after a bad one', bad, good, 'processing'],
  ] as const)(
    'that come before the decision take the place of each other: %s',
    (_, first, second, status) => {
      const driver = drive(merchant);
      driver.tell(received(first), received(second), loopTells());
      driver.run();
      expect(driver.status).toBe(status);
      expect(driver.facts.receipts).toHaveLength(1);
      expect(driver.taken).toHaveLength(1);
    },
  );

  test.each([
    ['processed', good, bad],
    ['flagged', bad, good],
  ] as const)(
    'that change after the return was %s need a person, and send nothing more',
    (_, first, second) => {
      const driver = told(first);
      const messages = [...driver.taken];
      driver.tell(received(second));
      driver.run();
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain('The warehouse sent two receipts that differ');
      expect(driver.taken).toEqual(messages);
    },
  );

  test('that change while the message is waiting stop it', () => {
    const driver = decided(good);
    driver.tell(received(bad));
    driver.run();
    expect(driver.status).toBe('attention');
    expect(driver.taken).toEqual([]);
  });

  test('that changed are not forgotten when a person asks for a retry: it refunds nothing', () => {
    const driver = decided(good);
    driver.tell(received(bad), retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when Loop then refuses: a retry refunds nothing', () => {
    const driver = decided(good);
    driver.tell(received(bad), refused, retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when processing then fails: a retry refunds nothing', () => {
    const driver = told(good);
    driver.tell(received(bad));
    driver.loopFailsToProcess();
    driver.tell(retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when the items became impossible: a retry refunds nothing', () => {
    const driver = opened();
    driver.tell(loopTells({ trigger: 'return.updated', at: later, items: [item('')] }));
    driver.tell(received(good), received(bad), retry);
    driver.run();
    expect(driver.taken).toEqual([]);
    expect(driver.status).toBe('attention');
  });

  test('that changed are not forgotten when Loop closes the return', () => {
    const driver = decided(good);
    driver.tell(received(bad));
    driver.loopCloses(closed);
    expect(driver.status).toBe('attention');
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
    { kind: 'rmaAccepted', rma: rmaFor(['SHIRT', 1]), how: 'adopted' },
    { kind: 'rmaRefused', why: 'x' },
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
