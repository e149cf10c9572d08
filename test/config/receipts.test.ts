import { describe, expect, test } from 'vitest';
import { parseMerchants } from '../../src/config/merchants.ts';
import { type ReceiptPolicy, receiptPolicy } from '../../src/returns/policy.ts';
import { file, problemsOf, read } from './merchants-file.ts';

const aMinute = 60_000;
const aDay = 86_400_000;

/** What a merchant has where the file says nothing of receipts, as src/config/README.md publishes it. */
const published: ReceiptPolicy = {
  refund: ['available'],
  wait: ['qc', 'quality-control', 'under-investigation'],
  waitForMs: 7 * aDay,
  secondParcelForMs: 14 * aDay,
  trustRequestedStatus: false,
};

/** A file with these lines under `receipts:`, which is line 10. */
function withReceipts(...lines: readonly string[]): string {
  return file({ merchant: ['receipts:', ...lines.map((line) => `  ${line}`)] });
}

/** What is wrong with these lines, without the words that every message begins with. */
function wrongWith(...lines: readonly string[]): string[] {
  return problemsOf(withReceipts(...lines)).map((text) => text.replace(' merchant acme: receipts', ''));
}

describe('receipts', () => {
  test('that are left out, or empty, are sorted by the published defaults', () => {
    expect(read(file()).receipts).toEqual(published);
    expect(read(file({ merchant: ['receipts: {}'] })).receipts).toEqual(published);
  });

  test.each<[string, Partial<ReceiptPolicy>]>([
    ['refund: [available, refurbishing]', { refund: ['available', 'refurbishing'] }],
    ['wait: [qc]', { wait: ['qc'] }],
    ['waitFor: 36h', { waitForMs: 36 * 60 * aMinute }],
    ['secondParcelFor: 3d', { secondParcelForMs: 3 * aDay }],
    ['trustRequestedStatus: true', { trustRequestedStatus: true }],
  ])('may have one field alone, beside the defaults: %s', (line, said) => {
    expect(read(withReceipts(line)).receipts).toEqual({ ...published, ...said });
  });

  test('may have every field', () => {
    const policy = read(
      withReceipts(
        'refund: [available]',
        'wait:',
        '  - qc',
        '  - quarantine',
        'waitFor: 1m',
        'secondParcelFor: 0d',
        'trustRequestedStatus: false',
      ),
    ).receipts;
    expect(policy).toEqual({
      refund: ['available'],
      wait: ['qc', 'quarantine'],
      waitForMs: aMinute,
      secondParcelForMs: 0,
      trustRequestedStatus: false,
    });
  });

  test('make a policy that can be stored and read again', () => {
    const policy = read(withReceipts('refund: [available]', 'wait: []', 'secondParcelFor: 0d')).receipts;
    expect(receiptPolicy.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  test('of one merchant are not those of another', () => {
    const text =
      file({ slug: 'one', merchant: ['receipts: {wait: []}'] }) +
      file({ slug: 'two' }).replace('merchants:\n', '');
    const merchants = parseMerchants(text, {}, 'merchants.yaml');
    expect(merchants.get('one')?.receipts.wait).toEqual([]);
    expect(merchants.get('two')?.receipts).toEqual(published);
  });

  test.each([
    ['receipts:', 'is empty. Write its value.'],
    ['receipts: [available]', 'is not a map. Write its fields as indented lines of `name: value` under it.'],
  ])('are a map: %j', (line, problem) => {
    expect(problemsOf(file({ merchant: [line] }))).toEqual([
      `merchants.yaml:10: merchant acme: receipts ${problem}`,
    ]);
  });

  test.each([
    ['refunds: [available]', 'refunds', 'refund'],
    ['waits: []', 'waits', 'wait'],
    ['waitfor: 7d', 'waitfor', 'waitFor'],
    ['secondParcel: 7d', 'secondParcel', 'secondParcelFor'],
    ['trustStatus: true', 'trustStatus', 'trustRequestedStatus'],
  ])('name the nearest known key for one that is not known: %s', (line, key, nearest) => {
    expect(wrongWith(line)).toEqual([
      `merchants.yaml:11:.${key} is not a known key; the nearest is ${nearest}. Rename or remove it.`,
    ]);
  });

  test('that stand beside the section are named with it', () => {
    expect(problemsOf(file({ merchant: ['receipt: {}'] }))).toEqual([
      'merchants.yaml:10: merchant acme: receipt is not a known key; the nearest is receipts. Rename or remove it.',
    ]);
  });
});

describe('the words of receipts', () => {
  test('are compared without case and outer spaces, each once', () => {
    const { refund, wait } = read(
      withReceipts('refund: [" Available ", AVAILABLE, Re-Shelved]', 'wait: [QC, " qc"]'),
    ).receipts;
    expect({ refund, wait }).toEqual({ refund: ['available', 're-shelved'], wait: ['qc'] });
  });

  test('may be such as MasonHub has never published', () => {
    const { refund, wait } = read(withReceipts('refund: [good as new]', 'wait: [steaming_2]')).receipts;
    expect({ refund, wait }).toEqual({ refund: ['good as new'], wait: ['steaming_2'] });
  });

  test('may come from the environment', () => {
    const text = withReceipts(`refund: ["\${GOOD}"]`);
    expect(read(text, { GOOD: ' Sellable' }).receipts.refund).toEqual(['sellable']);
    expect(problemsOf(text)).toEqual([
      'merchants.yaml:11: merchant acme: receipts.refund[0] needs the environment variable GOOD, which is not set. Set it and start again.',
    ]);
  });

  test('may be none that wait', () => {
    expect(read(withReceipts('wait: []')).receipts.wait).toEqual([]);
  });

  test('are at least one that refunds', () => {
    expect(wrongWith('refund: []')).toEqual([
      'merchants.yaml:11:.refund is an empty list, so no return would be refunded. List at least one, or remove it for the default.',
    ]);
  });

  test.each(['refund', 'wait'])('are a list: %s', (field) => {
    expect(wrongWith(`${field}: available`)).toEqual([
      `merchants.yaml:11:.${field} is not a list. Write the words in brackets: [available].`,
    ]);
    expect(wrongWith(`${field}:`)).toEqual([`merchants.yaml:11:.${field} is empty. Write its value.`]);
  });

  test.each(['refund', 'wait'])('are never empty: %s', (field) => {
    expect(wrongWith(`${field}:`, '  - ok', '  - ""', '  - "  "', '  -')).toEqual([
      `merchants.yaml:13:.${field}[1] is empty. Write its value.`,
      `merchants.yaml:14:.${field}[2] is empty. Write its value.`,
      `merchants.yaml:15:.${field}[3] is empty. Write its value.`,
    ]);
  });

  test.each(['damaged', 'disposed', 'short', 'missing', 'unaccounted', 'fraction', 'unknown', '" Damaged "'])(
    'that refund are never %s',
    (word) => {
      expect(wrongWith(`refund: [available, ${word}]`)).toEqual([
        'merchants.yaml:11:.refund[1] is one of damaged, disposed, short, missing, unaccounted, fraction, unknown, and no money is ever sent for those. Remove it.',
      ]);
    },
  );

  test('are in one list alone', () => {
    expect(wrongWith('refund: [available, qc]', 'wait: [qc, quarantine, " AVAILABLE "]')).toEqual([
      'merchants.yaml:12:.wait[0] is in refund too, and no unit is both good and undecided. Keep it in one of them.',
      'merchants.yaml:12:.wait[2] is in refund too, and no unit is both good and undecided. Keep it in one of them.',
    ]);
  });

  test('are in one list alone where the other is left out and has its default', () => {
    expect(wrongWith('refund: [available, qc]')).toEqual([
      'merchants.yaml:11:.refund[1] is in wait too, which is [qc, quality-control, under-investigation] where it is left out. Remove it here, or write wait without it.',
    ]);
    expect(wrongWith('wait: [available]')).toEqual([
      'merchants.yaml:11:.wait[0] is in refund too, which is [available] where it is left out. Remove it here, or write refund without it.',
    ]);
    expect(wrongWith('refund: [qc]', 'wait: [quality-control]')).toEqual([]);
  });

  test('that come from the environment are in no message', () => {
    const text = withReceipts('refund: [available]', `wait: ["\${WORD}"]`);
    const problems = problemsOf(text, { WORD: 'Available' });
    expect(problems).toEqual([expect.stringContaining('receipts.wait[0] is in refund too')]);
    expect(problems.join('\n')).not.toMatch(/available/i);
  });
});

describe('the times of receipts', () => {
  test.each([
    ['waitFor', '1s', 1_000],
    ['waitFor', '365d', 365 * aDay],
    ['secondParcelFor', '0d', 0],
    ['secondParcelFor', '0s', 0],
    ['secondParcelFor', '365d', 365 * aDay],
  ])('%s may be %s', (field, written, milliseconds) => {
    expect(read(withReceipts(`${field}: ${written}`)).receipts).toHaveProperty(`${field}Ms`, milliseconds);
  });

  test.each(['0s', '0d', '366d', '8761h', '7', 'a week', '-1d'])('waitFor is not %s', (written) => {
    expect(wrongWith(`waitFor: ${written}`)).toEqual([
      'merchants.yaml:11:.waitFor is not a duration from 1s to 365d. Write one such as 7d or 12h.',
    ]);
  });

  test.each(['366d', '14', '0', '-1d', 'never'])('secondParcelFor is not %s', (written) => {
    expect(wrongWith(`secondParcelFor: ${written}`)).toEqual([
      'merchants.yaml:11:.secondParcelFor is not a duration from 0d to 365d. Write one such as 14d; 0d waits for no other parcel.',
    ]);
  });
});

describe('to trust the requested status', () => {
  test.each(['"true"', 'yes', '1', '', `\${TRUST}`])(
    'takes a plain true in the file itself, not %j',
    (written) => {
      expect(problemsOf(withReceipts(`trustRequestedStatus: ${written}`), { TRUST: 'true' })).toEqual([
        'merchants.yaml:11: merchant acme: receipts.trustRequestedStatus is not true or false. Write true or false in the file itself, without quotes, not from the environment.',
      ]);
    },
  );
});
