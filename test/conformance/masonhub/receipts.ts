import type { JsonObject } from '../../../src/stand-ins/json.ts';
import { fromMasonHub, type Story } from '../corpus.ts';
import { BOOT, opened, SOCK } from '../loop/payloads.ts';
import {
  anRma,
  bothLines,
  envelope,
  first,
  fullReceipt,
  line,
  plainLine,
  receiptOf,
  second,
} from './payloads.ts';

const page = 'masonhub-docs api-reference/callback-events/RMA-events';
const description = 'masonhub-docs public description, POST /rmaEvent';
const seen = 'types that integrations have met in callbacks';

const processing = () => ({ status: 'processing' as const, told: { processed: 1, flagged: 0 } });
const flagged =
  (...notes: string[]) =>
  () => ({ status: 'flagged' as const, notes, told: { processed: 0, flagged: 1 } });

const detailsOf = (status: string, quantity: unknown = 1, notes: string | null = null) => ({
  receiving_details: { [status]: [{ quantity, notes }] },
});
const receipt = (
  name: string,
  published: string,
  says: (id: string) => unknown,
  makes: Story['makes'],
): Story => ({
  name,
  published,
  steps: [opened, fromMasonHub(says)],
  makes,
});
/** The boot is as this says; the sock is good. */
const ofBoot = (name: string, published: string, boot: JsonObject, makes: Story['makes']): Story =>
  receipt(name, published, (id) => receiptOf(id, boot), makes);

const good: readonly Story[] = [
  receipt('everything available, version 2.0', description, fullReceipt, processing),
  receipt('everything available, version 1.0', description, (id) => first(id), processing),
  receipt(
    'everything available, without details: the status is after the inspection',
    page,
    (id) => first(id, { line_items: [plainLine(BOOT, 'available'), plainLine(SOCK, 'available')] }),
    processing,
  ),
  ...['tooBig', 'tooSmall', 'damaged', 'wrongItem', 'defective', 'notAsDescribed', 'arrivedLate'].map(
    (code) => ofBoot(`the reason ${code}`, page, line(BOOT, { return_reason_code: code }), processing),
  ),
  ...['noLongerNeeded', 'damagedInShipping', 'a reason of tomorrow', null].map((code) =>
    ofBoot(`the reason ${code}`, page, line(BOOT, { return_reason_code: code }), processing),
  ),
  ...['rma_submitted_by_client', 'quality_control', 'damaged_in_transit', 'wrong_item_shipped', null].map(
    (return_type) =>
      receipt(`the return type ${return_type}`, page, (id) => first(id, { return_type }), processing),
  ),
  receipt(
    'booleans and numbers that are texts',
    seen,
    (id) =>
      second(id, 'received', {
        line_items: bothLines.map((one) => ({
          ...one,
          quantity: '1',
          quantity_received: '1',
          not_on_original_rma: 'false',
          receiving_details: { available: [{ quantity: '1', notes: '' }] },
        })),
      }),
    processing,
  ),
  ...(['1.0', '1', 1] as const).map((quantity) =>
    ofBoot(
      `a quantity that is written ${JSON.stringify(quantity)}`,
      seen,
      line(BOOT, { quantity, quantity_received: quantity, ...detailsOf('available', quantity) }),
      processing,
    ),
  ),
  // 1.0 is 1 once it is parsed, so this one goes out as it is written.
  receipt(
    'a quantity that is written 1.0, as a number',
    seen,
    (id) => JSON.stringify(fullReceipt(id)).replaceAll(/("quantity(?:_received)?":)1\b/g, '$11.0'),
    processing,
  ),
  receipt(
    'an item that was not on the RMA: it does not count itself, its details do',
    description,
    (id) =>
      second(id, 'received', {
        line_items: [
          ...bothLines,
          line('MUG-RED', { quantity: 1, quantity_received: 0, not_on_original_rma: true }),
        ],
      }),
    () => ({ ...processing(), notes: ['MUG-RED'] }),
  ),
  receipt(
    'an item that was not on the RMA, without details',
    page,
    (id) =>
      first(id, {
        line_items: [
          plainLine(BOOT, 'available'),
          plainLine(SOCK, 'available'),
          plainLine('MUG-RED', 'quality-control', { quantity: 0, not_on_original_rma: true }),
        ],
      }),
    () => ({ ...processing(), notes: ['MUG-RED'] }),
  ),
];

const exceptions = ['damaged', 'quarantine', 'refurbishing', 'disposed', 'a status of tomorrow'];

const bad: readonly Story[] = [
  ...exceptions.flatMap((status) => [
    ofBoot(`a unit in ${status}`, description, line(BOOT, detailsOf(status)), flagged(BOOT)),
    ofBoot(`a unit in ${status}, without details`, page, plainLine(BOOT, status), flagged(BOOT)),
  ]),
  ofBoot(
    'the details say why',
    description,
    line(BOOT, detailsOf('damaged', 1, 'Sole is torn')),
    flagged('Sole is torn'),
  ),
  ofBoot(
    'a status in another case',
    'masonhub-docs api-reference/returns/create-returns',
    line(BOOT, detailsOf('Damaged')),
    flagged(BOOT),
  ),
  ofBoot(
    'a unit that is short',
    seen,
    line(BOOT, { quantity_received: 0, ...detailsOf('short') }),
    flagged(BOOT),
  ),
  ofBoot(
    'a unit that did not come',
    page,
    line(BOOT, { quantity_received: 0, receiving_details: {} }),
    flagged(BOOT, 'missing'),
  ),
  ofBoot(
    'a unit that did not come, its empty details as PHP writes them',
    seen,
    line(BOOT, { quantity_received: 0, receiving_details: [] }),
    flagged(BOOT, 'missing'),
  ),
  ofBoot(
    'a unit that did not come, without details',
    page,
    plainLine(BOOT, 'qc', { quantity_received: 0 }),
    flagged(BOOT),
  ),
  receipt(
    'a line that is absent',
    page,
    (id) => first(id, { line_items: [line(SOCK)] }),
    flagged(BOOT, 'missing'),
  ),
  ...[[], null, undefined].map((line_items) =>
    receipt(
      `no lines: ${JSON.stringify(line_items) ?? 'nothing at all'}`,
      page,
      (id) => second(id, 'received', { line_items }),
      flagged(BOOT, SOCK),
    ),
  ),
  ofBoot(
    'another item instead of the right one',
    page,
    line('MUG-RED', { not_on_original_rma: true }),
    flagged(BOOT, 'MUG-RED'),
  ),
  ...(['0.5', 0.5, '1.5'] as const).map((quantity) =>
    ofBoot(
      `a quantity that is no whole number, ${JSON.stringify(quantity)}`,
      seen,
      line(BOOT, { quantity_received: quantity, ...detailsOf('available', quantity) }),
      flagged(BOOT),
    ),
  ),
  ofBoot(
    'a quantity that is no whole number, without details',
    seen,
    plainLine(BOOT, 'available', { quantity_received: '0.5' }),
    flagged(BOOT),
  ),
];

/** Units that the warehouse has not decided on: what follows from them is not asserted here, only that no money moves. */
const undecided: readonly Story[] = ['qc', 'quality-control', 'under-investigation'].flatMap((status) => [
  ofBoot(`a unit in ${status}`, page, line(BOOT, detailsOf(status)), () => ({ told: { processed: 0 } })),
  ofBoot(`a unit in ${status}, without details`, page, plainLine(BOOT, status), () => ({
    told: { processed: 0 },
  })),
]);

/** Receipts of an RMA that is known, of which something cannot be understood: a 4xx would lose them for good. */
const garbled: readonly Story[] = [
  ['a line that is a text', ['a boot']],
  ['a line that is null', [null, line(SOCK)]],
  ['lines that are no list', { boot: 1 }],
  ['a quantity that is a word', [line(BOOT, { quantity_received: 'two' }), line(SOCK)]],
  ['a quantity in the details that is a word', [line(BOOT, detailsOf('available', 'two')), line(SOCK)]],
  ['a quantity below nothing', [line(BOOT, detailsOf('available', -1)), line(SOCK)]],
  ['details that are a text', [line(BOOT, { receiving_details: 'available' }), line(SOCK)]],
  ['details that hold a text', [line(BOOT, { receiving_details: { available: '1' } }), line(SOCK)]],
  ['a SKU that is an object', [line(BOOT, { customer_sku_id: { id: BOOT } }), line(SOCK)]],
].map(([what, line_items]) =>
  receipt(
    `a receipt with ${what} is taken, and a person looks`,
    seen,
    (id) => second(id, 'received', { line_items }),
    () => ({ status: 'attention', told: { processed: 0 } }),
  ),
);

/** A parcel that came without an RMA; what becomes of it is not asserted here. */
const blind: readonly Story[] = ['rma_created_by_distribution_center', 'unidentified_return'].flatMap(
  (return_type): Story[] => {
    const parcel = { customer_identifier: null, return_type, package_id: '1ZBLIND0007' };
    return [
      {
        name: `a parcel without an RMA (${return_type}), version 1.0`,
        published: page,
        steps: [fromMasonHub((id) => first(id, parcel), 'taken')],
        makes: () => ({ status: null }),
      },
      {
        name: `a parcel without an RMA (${return_type}), version 2.0`,
        published: description,
        steps: [
          fromMasonHub(
            (id) =>
              envelope('2.0', [
                { id: `MH-${id}`, customer_identifier: null, status: 'received', details: anRma(id, parcel) },
              ]),
            'taken',
          ),
        ],
        makes: () => ({ status: null }),
      },
    ];
  },
);

export const receipts = [...good, ...bad, ...undecided, ...garbled, ...blind];
