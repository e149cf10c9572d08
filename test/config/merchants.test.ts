import { describe, expect, test } from 'vitest';
import { normaliseReason, parseMerchants } from '../../src/config/merchants.ts';
import { defaultReceiptPolicy } from '../../src/config/receipt-policy.ts';
import { file, problemsOf, read } from './merchants-file.ts';

describe('the merchants file', () => {
  test('gives a merchant with the defaults where it says the least', () => {
    expect(read(file())).toEqual({
      slug: 'acme',
      loop: {
        apiKey: 'key',
        webhookSecrets: ['secret'],
        apiUrl: 'https://api.loopreturns.com/api/2026-10',
        destinations: null,
      },
      masonhub: {
        account: 'acme',
        apiToken: 'token',
        callbackToken: 'callback',
        apiUrl: 'https://app.masonhub.co/acme/api/v1',
        orderReference: 'none',
        receiveInto: 'qc',
      },
      refunds: false,
      receipts: defaultReceiptPolicy,
      partialRmas: false,
      keptItems: 'expect',
      dispositions: false,
      backfillMs: 14 * 86_400_000,
      returnReasons: new Map(),
    });
  });

  test('gives a merchant with everything it says', () => {
    const text = file({
      slug: 'shop-2',
      loop: [
        'apiKey: key',
        'webhookSecret: [old, new]',
        'apiUrl: http://127.0.0.1:4001/api/',
        'destinations: [1042, "77", east]',
      ],
      masonhub: [
        'account: Shop_2',
        'apiToken: token',
        'callbackToken: callback',
        'apiUrl: https://sandbox.masonhub.co/Shop_2/api/v1//',
        'orderReference: order_name',
        'receiveInto: under-investigation',
      ],
      merchant: [
        'refunds: true',
        'keptItems: leaveOff',
        'returnReasons:',
        '  Item was too big: tooBig',
        '  " Broken ": damaged',
      ],
    });
    expect(read(text)).toEqual({
      slug: 'shop-2',
      loop: {
        apiKey: 'key',
        webhookSecrets: ['old', 'new'],
        apiUrl: 'http://127.0.0.1:4001/api',
        destinations: ['1042', '77', 'east'],
      },
      masonhub: {
        account: 'Shop_2',
        apiToken: 'token',
        callbackToken: 'callback',
        apiUrl: 'https://sandbox.masonhub.co/Shop_2/api/v1',
        orderReference: 'order_name',
        receiveInto: 'under-investigation',
      },
      refunds: true,
      receipts: defaultReceiptPolicy,
      partialRmas: false,
      keptItems: 'leaveOff',
      dispositions: false,
      backfillMs: 14 * 86_400_000,
      returnReasons: new Map([
        ['item was too big', 'tooBig'],
        ['broken', 'damaged'],
      ]),
    });
  });

  test('gives the merchants by slug', () => {
    const text = `${file({ slug: 'zeta' })}${file({ slug: 'alpha' }).replace('merchants:\n', '')}`;
    const merchants = parseMerchants(text, {}, 'merchants.yaml');
    expect([...merchants.keys()]).toEqual(['zeta', 'alpha']);
    expect(merchants.get('alpha')?.slug).toBe('alpha');
  });

  test.each(['merchants:', 'merchants: {}', 'merchants: null'])('may have no merchants: %s', (text) => {
    expect(parseMerchants(text, {}, 'merchants.yaml')).toEqual(new Map());
  });

  test.each(['', '# only a comment\n', '[]', 'merchants', '---\n'])('must be a map: %j', (text) => {
    expect(problemsOf(text)).toEqual([
      'merchants.yaml:1: the file has no merchants. Begin it with `merchants:`; merchants.example.yaml shows every field.',
    ]);
  });

  test('must have the key merchants', () => {
    expect(problemsOf('merchant:\n  acme: {}\n')).toEqual([
      'merchants.yaml:1: merchants is missing. Add it; merchants.example.yaml shows every field.',
      'merchants.yaml:1: merchant is not a known key; the nearest is merchants. Rename or remove it.',
    ]);
  });

  test.each([
    ['merchants: [acme]', 'merchants.yaml:1: merchants'],
    ['merchants: acme', 'merchants.yaml:1: merchants'],
    ['merchants:\n  acme: here', 'merchants.yaml:2: merchant acme'],
  ])('must have a map at every level: %j', (text, where) => {
    expect(problemsOf(text)).toEqual([
      `${where} is not a map. Write its fields as indented lines of \`name: value\` under it.`,
    ]);
  });

  test('names an empty section as empty', () => {
    expect(problemsOf('merchants:\n  acme:\n')).toEqual([
      'merchants.yaml:2: merchant acme is empty. Write its value.',
    ]);
  });

  test('names a missing section and every missing field at the line they belong under', () => {
    const missing = 'is missing. Add it; merchants.example.yaml shows every field.';
    expect(problemsOf('merchants:\n  acme:\n    loop: {}\n')).toEqual([
      `merchants.yaml:2: merchant acme: masonhub ${missing}`,
      `merchants.yaml:3: merchant acme: loop.apiKey ${missing}`,
      `merchants.yaml:3: merchant acme: loop.webhookSecret ${missing}`,
    ]);
  });

  test('reports every problem at once, in the order of its lines', () => {
    const text = file({ loop: ['apiKey: ""', 'webhookSecret: []'], merchant: ['refunds: 1'] });
    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual([
      'merchants.yaml:4:',
      'merchants.yaml:5:',
      'merchants.yaml:10:',
    ]);
  });
});

describe('return reasons', () => {
  test.each(['[]', '[a.csv]', 'true'])('are no %s', (written) => {
    expect(problemsOf(file({ merchant: [`returnReasons: ${written}`] }))).toEqual([
      "merchants.yaml:10: merchant acme: returnReasons is neither a map nor a CSV file's name. Write `reason: code` lines under it, or the name of a CSV file.",
    ]);
  });

  test('may be left empty', () => {
    expect(read(file({ merchant: ['returnReasons:'] })).returnReasons).toEqual(new Map());
  });

  test('are looked up without case and outer spaces', () => {
    const { returnReasons } = read(file({ merchant: ['returnReasons:', '  " Item was TOO big ": tooBig'] }));
    expect(returnReasons.get(normaliseReason('  item Was too BIG\n'))).toBe('tooBig');
  });

  test('that differ only in case and outer spaces may agree', () => {
    const merchant = ['returnReasons:', '  Too big: tooBig', '  TOO BIG: tooBig'];
    expect(read(file({ merchant })).returnReasons).toEqual(new Map([['too big', 'tooBig']]));
  });

  test('that differ only in case and outer spaces must not disagree', () => {
    expect(
      problemsOf(file({ merchant: ['returnReasons:', '  Too big: tooBig', '  "too big ": other'] })),
    ).toEqual([
      'merchants.yaml:12: merchant acme: returnReasons."too big " is other here and tooBig above; case and outer spaces do not matter. Keep one of them.',
    ]);
  });

  test('have a text', () => {
    expect(problemsOf(file({ merchant: ['returnReasons:', '  " ": other'] }))).toEqual([
      'merchants.yaml:11: merchant acme: returnReasons." " has no text. Write the reason.',
    ]);
  });

  test('may be shared between merchants with an anchor', () => {
    const text = [
      file({ slug: 'one', merchant: ['returnReasons: &reasons', '  Big: tooBig'] }),
      file({ slug: 'two', merchant: ['returnReasons: *reasons'] }).replace('merchants:\n', ''),
    ].join('');
    const merchants = parseMerchants(text, {}, 'merchants.yaml');
    expect(merchants.get('two')?.returnReasons).toEqual(new Map([['big', 'tooBig']]));
  });
});
