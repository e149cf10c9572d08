import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseMerchants } from '../../src/config/merchants.ts';
import { type NewEntry, prefixFor, variablesOf, withEntry } from '../../src/setup/entry.ts';

const entry: NewEntry = {
  slug: 'acme',
  prefix: 'ACME',
  account: 'acme',
  refunds: false,
  destinations: [],
  loopUrl: null,
  masonhubUrl: null,
};
const written = (text: string | null, changes: Partial<NewEntry> = {}) =>
  withEntry(text, { ...entry, ...changes }, 'merchants.yaml');
const env = Object.fromEntries(Object.values(variablesOf('ACME')).map((name) => [name, `value-of-${name}`]));

const block = `  acme:
    loop:
      apiKey: \${ACME_LOOP_API_KEY}
      webhookSecret: \${ACME_LOOP_SECRET}
    masonhub:
      account: acme
      apiToken: \${ACME_MASONHUB_TOKEN}
      callbackToken: \${ACME_CALLBACK_TOKEN}
    refunds: false
`;

describe('a new entry', () => {
  it('makes a file where there is none, which the service takes', () => {
    const text = written(null);
    expect(text).toMatch(/^# The merchants\./);
    expect(text.endsWith(`\nmerchants:\n${block}`)).toBe(true);
    expect(parseMerchants(text, env, 'merchants.yaml').get('acme')).toMatchObject({
      loop: { apiKey: 'value-of-ACME_LOOP_API_KEY', webhookSecrets: ['value-of-ACME_LOOP_SECRET'] },
      masonhub: { apiToken: 'value-of-ACME_MASONHUB_TOKEN', callbackToken: 'value-of-ACME_CALLBACK_TOKEN' },
      refunds: false,
    });
  });

  it('has what was answered', () => {
    const text = written(null, {
      account: '0042',
      refunds: true,
      destinations: ['1042', '0043', 'west'],
      loopUrl: 'https://loop.example.com/api',
      masonhubUrl: 'https://sandbox.masonhub.co/acme/api/v1',
    });
    expect(parseMerchants(text, env, 'merchants.yaml').get('acme')).toMatchObject({
      loop: { destinations: ['1042', '0043', 'west'], apiUrl: 'https://loop.example.com/api' },
      masonhub: { account: '0042', apiUrl: 'https://sandbox.masonhub.co/acme/api/v1' },
      refunds: true,
    });
  });

  it.each([
    [
      'ageing behind the merchants',
      'merchants:\n  one:\n    refunds: true\n',
      'ageing:\n  dock: 4d # slow\n',
    ],
    [
      'ageing before the merchants',
      'ageing:\n  dock: 4d # slow\nmerchants:\n  one:\n    refunds: true\n',
      '',
    ],
    ['ageing alone', 'ageing:\n  dock: 4d # slow\n', '', 'merchants:\n'],
    ['at the end', '# Ours.\nmerchants:\n  one:   # the first\n    refunds: true  # yes\n', ''],
    ['where no line end is', 'merchants:\n  one:\n    refunds: true', '', '\n'],
    ['behind what is commented in the last entry', 'merchants:\n  one:\n    a: 1\n    # b: 2\n', ''],
    ['before what follows', 'merchants:\n  one: {a: 1}\n', '\n# Shared.\nother: 1\n'],
    [
      'before a comment that is not the last entry’s',
      'merchants:\n  one: {a: 1}\n',
      '  # two:\n  #   a: 1\n',
    ],
    ['behind a text of several lines', 'merchants:\n  one:\n    a: |\n      x\n      y\n', '# end\n'],
    ['behind an entry without a value', 'merchants:\n  one:\n', ''],
    ['behind brackets over lines', 'merchants:\n  one:\n    a: [1,\n      2]  # both\n', ''],
  ])('comes %s, and not a letter else changes', (_where, before, after, added = '') => {
    expect(written(before + after)).toBe(`${before}${added}${block}${after}`);
  });

  it('keeps the indentation and the line ends of the file', () => {
    const text = 'merchants:\r\n    one:\r\n        refunds: true\r\n';
    const result = written(text);
    expect(result.startsWith(text)).toBe(true);
    expect(result.slice(text.length)).toMatch(/^ {4}acme:\r\n {6}loop:\r\n/);
    expect(result.replaceAll('\r\n', '')).not.toContain('\n');
    expect(Object.keys(parse(result).merchants)).toEqual(['one', 'acme']);
  });

  it.each([
    ['a file that is empty', '', []],
    ['a file of comments', '# Ours.\n', []],
    ['no merchants yet', '# Ours.\nmerchants:\n# end\n', []],
    ['none in braces', '# Ours.\nmerchants: {}  # none\n', []],
    ['merchants in braces', '# Ours.\nmerchants: {one: {refunds: true}}\n', ['one']],
    ['JSON', '{"merchants": {"one": {"refunds": true}}}', ['one']],
  ])('goes into %s, comments kept', (_what, text, others) => {
    const result = written(text);
    expect(Object.keys(parse(result).merchants)).toEqual([...others, 'acme']);
    expect(parse(result).merchants.acme).toEqual(parse(`merchants:\n${block}`).merchants.acme);
    for (const comment of text.match(/# \w+/g) ?? []) expect(result).toContain(comment);
  });

  it('is refused where the slug is taken', () => {
    for (const text of ['merchants:\n  acme:\n    refunds: true\n', 'merchants: {acme: {}}\n']) {
      expect(() => written(text)).toThrow('merchants.yaml: the merchant acme is there already.');
    }
  });

  it.each([
    ['123', 'merchants:\n  123:\n    refunds: true\n'],
    ['0123', 'merchants: {0123: {}}\n'],
    ['null', 'merchants:\n  null: {}\n'],
    ['true', 'merchants:\n  "true": {}\n'],
  ])('is refused where the slug %s is taken, with quotes or without', (slug, text) => {
    expect(() => written(text, { slug })).toThrow(`merchants.yaml: the merchant ${slug} is there already.`);
  });

  it('has a slug of digits, which the service takes, beside others of digits', () => {
    const text = written('merchants:\n  123:\n    refunds: true\n', { slug: '124' });
    expect(Object.keys(parse(text).merchants)).toEqual(['123', '124']);
  });

  it.each(['- one\n', 'merchants: [one]\n', 'merchants: one\n', 'text\n'])(
    'is refused by a file with no place for it: %j',
    (text) => {
      expect(() => written(text)).toThrow('merchants.yaml: it has no map of merchants.');
    },
  );
});

it.each([
  ['acme', 'ACME'],
  ['north-face', 'NORTH_FACE'],
  ['3m', 'SHOP_3M'],
])('the variables of %s begin with %s', (slug, prefix) => {
  expect(prefixFor(slug)).toBe(prefix);
});
