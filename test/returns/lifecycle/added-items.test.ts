import { describe, expect, test } from 'vitest';
import { differenceOf } from '../../../src/returns/difference.ts';
import type { ListedLabel } from '../../../src/returns/loop-facts.ts';
import { decided, good, opened, told } from '../courses.ts';
import type { Driver } from '../driver.ts';
import {
  extra,
  found,
  item,
  listed,
  loopTells,
  merchantWith,
  receiptOf,
  receiptTold as received,
} from '../fixtures.ts';
import { later, latest, onDock, withoutRefunds } from '../news.ts';
import { blind } from '../two-boxes.ts';

describe('an item that Loop adds while the warehouse has the parcel', () => {
  const receiving = (): Driver => {
    const driver = opened();
    driver.tell(onDock);
    return driver;
  };
  const added = (disposition: string) =>
    received({ ...good, lines: [...good.lines, extra('SOCKS', { [disposition]: 1 })] });
  const withSocks = (...labels: readonly ListedLabel[]) => {
    const items = [item('SHIRT'), item('PANTS'), item('SOCKS', { lineItemId: '73' })];
    return loopTells({ trigger: 'return.updated', at: later, items, labels });
  };

  test('refunds once it has come, of which the warehouse says that it was not on the RMA', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('available'));
    driver.run();
    expect(driver.status).toBe('processing');
    expect(driver.notes).toEqual([]);
  });

  test('refunds once it has come, also where it was added after the receipt', () => {
    const driver = receiving();
    driver.tell(added('available'), withSocks());
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('waits for what quality control says of it', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('qc'));
    expect(driver.status).toBe('inspecting');
    expect(driver.reason).toContain('1 × SOCKS held for quality control');
    driver.tell(added('available'));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is flagged where quality control says nothing of it in time', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('qc'));
    driver.run();
    expect(driver.taken.map(({ kind }) => kind)).toEqual(['flag']);
  });

  test('is flagged where it comes damaged', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('damaged'));
    driver.run();
    expect(driver.notes[0]).toContain('1 × SOCKS damaged');
  });

  test('waits for its own parcel, which can come without an RMA', () => {
    const driver = receiving();
    driver.tell(withSocks(listed('1Z999AA10123456791', '73')), received(good));
    expect(driver.status).toBe('receiving');
    expect(driver.reason).toContain('1Z999AA10123456791 is still on its way');
    driver.tell(blind('1Z999AA10123456791', found('SOCKS', { available: 1 })));
    driver.run();
    expect(driver.status).toBe('processing');
  });

  test('is flagged with the day since when, where quality control does not end', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('qc'));
    driver.run();
    expect(driver.notes[0]).toContain('1 × SOCKS held for quality control (since 2026-');
  });

  test('that is damaged is flagged at once, while a unit of the RMA is in quality control', () => {
    const driver = receiving();
    const inspected = [found('SHIRT', { qc: 1 }), found('PANTS', { available: 1 })];
    driver.tell(withSocks(), received(receiptOf(...inspected, extra('SOCKS', { damaged: 1 }))));
    driver.runNow();
    expect(driver.taken.map(({ kind }) => kind)).toEqual(['flag']);
    expect(driver.notes[0]).toContain('1 × SOCKS damaged');
    expect(driver.facts.outcome?.why).toContain('changed in Loop');
  });

  test('has its parcel waited for only once quality control has said what is on the RMA', () => {
    const driver = receiving();
    const inspected = [found('SHIRT', { qc: 1 }), found('PANTS', { available: 1 })];
    driver.tell(withSocks(listed('1Z999AA10123456791', '73')), received(receiptOf(...inspected)));
    expect(driver.status).toBe('inspecting');
    driver.tell(received(good));
    expect(driver.status).toBe('receiving');
  });

  test('has its parcel waited for only once MasonHub was asked for what proves nothing', () => {
    const driver = opened(merchantWith({ masonhub: { receiveInto: 'available' } }));
    const bare = good.lines.map((line) => ({ ...line, detailed: false }));
    driver.tell(onDock, withSocks(listed('1Z999AA10123456791', '73')), received(receiptOf(...bare)));
    expect(driver.facts).toMatchObject({ askedAgain: 'due', wait: null });
  });

  test('after Loop has accepted the refund is for a person where it comes damaged', () => {
    const driver = decided(good);
    driver.run(1);
    driver.tell(withSocks(), added('damaged'));
    expect(driver.status).toBe('attention');
  });

  test('is for a person where the warehouse takes it back after the refund', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('available'));
    driver.run(1);
    expect(driver.status).toBe('processing');
    driver.tell(added('damaged'));
    expect(driver.status).toBe('attention');
  });

  test('is for a person where its parcel turns out to be of another return after the refund', () => {
    const driver = receiving();
    const number = '1Z999AA10123456791';
    const socks = blind(number, found('SOCKS', { available: 1 }));
    driver.tell(withSocks(listed(number, '73')), received(good), socks);
    while (driver.status !== 'processing') driver.run(1);
    driver.tell({ kind: 'parcelLeft', receipt: { ...socks.receipt, packageId: '1Z999AA10123456700' } });
    expect(driver.status).toBe('attention');
  });

  describe('of a return that Loop has closed', () => {
    const closes = loopTells({
      trigger: 'return.closed',
      state: 'closed',
      at: latest,
      items: [item('SHIRT'), item('PANTS'), item('SOCKS', { lineItemId: '73' })],
    });

    test.each(['damaged', 'missing'])('is for a person where it is %s', (disposition) => {
      const driver = receiving();
      driver.tell(withSocks(), closes, disposition === 'missing' ? received(good) : added(disposition));
      expect(driver.status).toBe('attention');
      expect(driver.reason).toContain(`1 × SOCKS ${disposition}`);
      expect(differenceOf(driver.facts)).toBe('closed-early');
    });

    test('is waited for while it is in quality control', () => {
      const driver = receiving();
      driver.tell(withSocks(), closes, added('qc'));
      expect(driver.status).toBe('inspecting');
      driver.tell(added('available'));
      expect(driver.status).toBe('processed');
    });
  });

  test('says what is asked also where its own parcel was waited for', () => {
    const driver = receiving();
    const number = '1Z999AA10123456791';
    driver.tell(withSocks(listed(number, '73')), received(good));
    const items = [item('SHIRT'), item('PANTS'), item('SOCKS', { lineItemId: '73' })];
    const update = { trigger: 'return.updated', at: latest, labels: [listed(number, '73')] } as const;
    driver.loopGarbles(loopTells(update), items);
    expect(driver.reason).toContain('Loop told something');
  });

  test('holds up a refund only until it has come as well', () => {
    const driver = decided(good);
    driver.tell(withSocks());
    expect(driver.status).toBe('attention');
    driver.tell(added('qc'), added('damaged'), added('available'));
    driver.run();
    expect(driver.taken.map(({ kind }) => kind)).toEqual(['process']);
  });

  test.each(['processing', 'held'])(
    'after the decision leaves a return %s, whatever else comes',
    (status) => {
      const driver = status === 'held' ? told(good, withoutRefunds) : decided(good);
      driver.run(1);
      driver.tell(withSocks(), received(receiptOf(...good.lines, extra('HAT', { available: 1 }))));
      expect(driver.status).toBe(status);
    },
  );

  test('says what is asked while Loop is asked what the return has by now', () => {
    const driver = receiving();
    driver.tell(withSocks(), added('qc'));
    const items = [item('SHIRT'), item('PANTS'), item('SOCKS', { lineItemId: '73' })];
    driver.loopGarbles(loopTells({ trigger: 'return.updated', at: latest }), items);
    expect(driver.status).toBe('inspecting');
    expect(driver.reason).toContain('Loop told something');
  });
});
