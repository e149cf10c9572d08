import { describe, expect, it } from 'vitest';
import { defaultReceiptPolicy } from '../../src/config/receipt-policy.ts';
import { compareParcels } from '../../src/http/console/compare-parcels.ts';
import { policyWords } from '../../src/http/console/policy-words.ts';
import { newReturn, type Receipt, type Return, type Rma } from '../../src/returns/return.ts';

const asked: Rma = {
  rmaNumber: '90001',
  packageId: '1Z1',
  receiveInto: 'qc',
  lines: [
    { sku: 'TEE-1', units: 2, reason: 'tooBig', note: null, orderReference: null },
    { sku: 'CAP-2', units: 1, reason: 'other', note: null, orderReference: null },
  ],
};
const parcel = (packageId: string, isBlind: boolean, ...found: [string, number, string][]): Receipt => ({
  masonHubId: null,
  packageId,
  isBlind,
  changedAt: null,
  toldAt: null,
  note: null,
  lines: found.map(([sku, units, disposition]) => ({
    sku,
    onRma: !isBlind,
    counted: null,
    detailed: true,
    received: [{ disposition, units, note: null }],
  })),
});
const received = (...receipts: Receipt[]): Return => ({
  ...newReturn('acme', '90001'),
  confirmed: asked,
  confirmedPolicy: defaultReceiptPolicy,
  receipts,
});
const short = (facts: Return) =>
  compareParcels(facts).map(({ sku, came, differences }) => ({
    sku,
    came: came.map((lines) => lines.map((line) => line.received.map(({ units }) => units).join())),
    differs: differences.map(({ kind, units, disposition }) => `${kind}: ${units} ${disposition}`),
  }));

describe('parcels beside what was asked for', () => {
  it('are columns, in the order of the receipts, under the SKUs of the RMA', () => {
    const facts = received(
      parcel('1Z1', false, ['TEE-1', 2, 'available']),
      parcel('1Z2', true, ['cap-2', 1, 'damaged'], ['MUG-3', 1, 'available']),
    );
    expect(short(facts)).toEqual([
      { sku: 'TEE-1', came: [['2'], []], differs: [] },
      { sku: 'CAP-2', came: [[], ['1']], differs: ['exception: 1 damaged'] },
      { sku: 'MUG-3', came: [[], ['1']], differs: ['extra: 1 available'] },
    ]);
  });

  it('have a unit that may be of an item beside that item where something is wrong with it, and else by itself', () => {
    const good = received(parcel('1Z1', false, ['TEE-1', 2, 'available'], ['tee-1', 1, 'available']));
    expect(short(good).filter(({ sku }) => sku.toLowerCase() === 'tee-1')).toEqual([
      { sku: 'TEE-1', came: [['2']], differs: [] },
      { sku: 'tee-1', came: [['1']], differs: ['extra: 1 available'] },
    ]);
    const damaged = received(parcel('1Z1', false, ['TEE-1', 2, 'available'], ['tee-1', 1, 'damaged']));
    expect(short(damaged).filter(({ sku }) => sku.toLowerCase() === 'tee-1')).toEqual([
      { sku: 'TEE-1', came: [['2', '1']], differs: ['exception: 1 damaged'] },
    ]);
  });

  it('say what is missing, what waits and what is more than was asked for', () => {
    const facts = received(parcel('1Z1', false, ['TEE-1', 3, 'available'], ['CAP-2', 1, 'quality-control']));
    expect(short(facts).map(({ differs }) => differs)).toEqual([
      ['extra: 1 available'],
      ['waiting: 1 quality-control'],
    ]);
    const [, cap] = short(received(parcel('1Z1', false, ['TEE-1', 2, 'available'])));
    expect(cap?.differs).toEqual(['exception: 1 missing']);
  });

  it('differ in nothing before the first came', () => {
    expect(short(received())).toEqual([
      { sku: 'TEE-1', came: [], differs: [] },
      { sku: 'CAP-2', came: [], differs: [] },
    ]);
    expect(compareParcels(newReturn('acme', '90001'))).toEqual([]);
  });
});

it('a policy is said rule by rule', () => {
  expect(policyWords({ ...defaultReceiptPolicy, trustRequestedStatus: true })).toEqual([
    'A unit is good as available; when all are, the return is refunded.',
    'A unit that is in qc, quality-control, or under-investigation is waited for, up to 7 days.',
    'Where units are only missing, another parcel on its way is waited for, up to 14 days.',
    'A receipt that only repeats the status asked for is trusted.',
    'Everything else is flagged for review.',
  ]);
  expect(policyWords({ ...defaultReceiptPolicy, wait: [], secondParcelForMs: 0 })).toEqual([
    'A unit is good as available; when all are, the return is refunded.',
    'Nothing is waited for in quality control.',
    'Another parcel is not waited for.',
    'Everything else is flagged for review.',
  ]);
});
