import { describe, expect, test } from 'vitest';
import { file, LOOP, MASONHUB, problemsOf, read } from './merchants-file.ts';

/** How the merchants file is written: slugs, keys, variables of the environment, and YAML itself. */

describe('a slug', () => {
  test.each(['a', '7', '2026', 'acme-eu', 'a'.repeat(63), 'null', 'true'])('%s is accepted', (slug) => {
    expect(read(file({ slug })).slug).toBe(slug);
  });

  test.each(['Acme', 'acme_eu', '-acme', 'acme-', 'ac me', 'a'.repeat(64), 'ácme', '"a/b"', '""'])(
    '%s is refused',
    (slug) => {
      expect(problemsOf(file({ slug }))).toEqual([
        expect.stringMatching(
          /^merchants\.yaml:2: merchant .+ is not a slug\. Use 1 to 63 of a-z, 0-9 and '-', with no '-' at either end\.$/,
        ),
      ]);
    },
  );
});

describe('an unknown key is named with the nearest known one', () => {
  test.each([
    [file().replace('merchants:', 'version: 1\nmerchants:'), '1: version', 'merchants'],
    [file({ merchant: ['refund: true'] }), '10: merchant acme: refund', 'refunds'],
    [file({ merchant: ['return_reasons: {}'] }), '10: merchant acme: return_reasons', 'returnReasons'],
    [
      file({ loop: [...LOOP, 'webhookSecrets: []'] }),
      '6: merchant acme: loop.webhookSecrets',
      'webhookSecret',
    ],
    [file({ loop: [...LOOP, '"api url": x'] }), '6: merchant acme: loop."api url"', 'apiUrl'],
    [
      file({ masonhub: [...MASONHUB, 'recieveInto: qc'] }),
      '10: merchant acme: masonhub.recieveInto',
      'receiveInto',
    ],
    [
      file({ masonhub: [...MASONHUB, 'constructor: 1'] }),
      '10: merchant acme: masonhub.constructor',
      'account',
    ],
    [file({ loop: [...LOOP, '<<: {}'] }), '6: merchant acme: loop."<<"', 'apiKey'],
  ])('%#', (text, where, nearest) => {
    expect(problemsOf(text)).toEqual([
      `merchants.yaml:${where} is not a known key; the nearest is ${nearest}. Rename or remove it.`,
    ]);
  });

  test('__proto__ is refused everywhere', () => {
    const problem = (line: number) => `merchants.yaml:${line}: __proto__ cannot be a key. Rename it.`;
    expect(problemsOf(file({ slug: '__proto__' }))).toEqual([problem(2)]);
    expect(problemsOf(file({ loop: [...LOOP, '__proto__: {}'] }))).toEqual([problem(6)]);
    expect(problemsOf(file({ merchant: ['returnReasons:', '  __proto__: other'] }))).toEqual([problem(11)]);
  });
});

describe('a key that is there twice is refused', () => {
  test.each([
    ['merchants: {}\nmerchants: {}\n', '2: merchants'],
    ['merchants:\n  acme: {}\n  acme: {}\n', '3: merchant acme'],
    [file({ loop: ['apiKey: a', ...LOOP] }), '5: merchant acme: loop.apiKey'],
    [
      file({ merchant: ['returnReasons:', '  Big: tooBig', '  Big: other'] }),
      '12: merchant acme: returnReasons.Big',
    ],
  ])('%#', (text, where) => {
    expect(problemsOf(text)).toEqual([`merchants.yaml:${where} is there twice. Keep one of them.`]);
  });
});

describe('the environment in the merchants file', () => {
  test('fills any part of any text', () => {
    const text = file({
      loop: [`apiKey: \${A}`, `webhookSecret: ["\${B}", "pre-\${A}-post"]`, `destinations: ["\${ID}"]`],
      masonhub: [
        `account: \${ACCOUNT}`,
        'apiToken: token',
        'callbackToken: callback',
        `apiUrl: https://\${HOST_NAME}/v1`,
        `receiveInto: \${INTO}`,
      ],
      merchant: ['returnReasons:', `  Big: \${CODE}`],
    });
    const env = {
      A: 'a',
      B: 'b',
      ID: '7',
      ACCOUNT: 'acc',
      HOST_NAME: 'x.test',
      INTO: 'damaged',
      CODE: 'tooBig',
    };
    expect(read(text, env)).toMatchObject({
      loop: { apiKey: 'a', webhookSecrets: ['b', 'pre-a-post'], destinations: ['7'] },
      masonhub: { account: 'acc', apiUrl: 'https://x.test/v1', receiveInto: 'damaged' },
      returnReasons: new Map([['big', 'tooBig']]),
    });
  });

  test('is never read as YAML', () => {
    const webhookSecret = '"]: x\n      destinations: [1] # &a *a';
    const merchant = read(file({ loop: ['apiKey: key', `webhookSecret: \${S}`] }), { S: webhookSecret });
    expect(merchant.loop).toMatchObject({ webhookSecrets: [webhookSecret], destinations: null });
  });

  test('is not read for a comment', () => {
    expect(problemsOf(file({ loop: [...LOOP, `# destinations: [\${NOPE}]`] }))).toEqual([]);
  });

  test('names merchant, field and variable where a variable is missing or empty', () => {
    const loop = [`apiKey: \${ACME_KEY}`, 'webhookSecret:', '  - one', `  - \${ACME_SECRET}`];
    expect(problemsOf(file({ loop }), { ACME_SECRET: '' })).toEqual([
      'merchants.yaml:4: merchant acme: loop.apiKey needs the environment variable ACME_KEY, which is not set. Set it and start again.',
      'merchants.yaml:7: merchant acme: loop.webhookSecret[1] needs the environment variable ACME_SECRET, which is empty. Set it and start again.',
    ]);
  });

  test('cannot turn refunds on', () => {
    expect(problemsOf(file({ merchant: [`refunds: \${REFUNDS}`] }), { REFUNDS: 'true' })).toEqual([
      'merchants.yaml:10: merchant acme: refunds is not true or false. Write true or false in the file itself, without quotes, not from the environment.',
    ]);
  });

  test('needs quotes inside brackets, and the message says so', () => {
    expect(problemsOf(file({ loop: ['apiKey: key', `webhookSecret: [\${A}, \${B}]`] }))).toEqual([
      `merchants.yaml:5: this is not valid YAML: a quote, a bracket, a comma or a colon is missing. A \${NAME} inside [ ] or { } needs quotes: ["\${NAME}"].`,
    ]);
  });
});

describe('YAML that is broken or hostile', () => {
  test.each([
    ['merchants:\n\tacme: {}\n', 2, 'a tab indents this line; use spaces'],
    ['merchants: {}\n---\nmerchants: {}\n', 2, 'a second document starts here; remove the line with ---'],
    ['merchants: !map {}\n', 1, "the tag (!) is not known; a value that starts with '!' needs quotes"],
    ['? [a]\n: b\n', 1, 'a key is not a text'],
    ['merchants: *m\n', 1, "an alias (*) without its anchor (&). Put a value that starts with '*' in quotes"],
  ])('is refused with its line: %j', (text, line, words) => {
    expect(problemsOf(text)).toContain(`merchants.yaml:${line}: this is not valid YAML: ${words}.`);
  });

  test('an alias bomb is refused', () => {
    const levels = ['a: &a [x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef']) {
      levels.push(`${to}: &${to} [${Array(20).fill(`*${from}`).join(', ')}]`);
    }
    expect(problemsOf(levels.join('\n'))).toEqual([
      'merchants.yaml: aliases (*) unfold to too much. Use an anchor (&) at most 1000 times.',
    ]);
  });

  test('an alias of itself is refused like any wrong value', () => {
    expect(problemsOf('merchants: &m\n  acme: *m\n').length).toBeGreaterThan(0);
  });
});
