import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import {
  KEPT_ITEMS,
  normaliseReason,
  ORDER_REFERENCES,
  parseMerchants,
  REASON_CODES,
  RECEIVE_INTO,
  readMerchants,
} from '../../src/config/merchants.ts';
import { defaultReceiptPolicy } from '../../src/config/receipt-policy.ts';
import { file, LOOP, MASONHUB, problemsOf, read } from './merchants-file.ts';

const EXAMPLE = new URL('../../merchants.example.yaml', import.meta.url);
const ENV = {
  ACME_LOOP_API_KEY: 'loop-key',
  ACME_LOOP_SECRET: 'loop-secret',
  ACME_MASONHUB_TOKEN: 'masonhub-token',
  ACME_CALLBACK_TOKEN: 'callback-token',
};

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

describe('tokens and secrets', () => {
  test.each(['12345', '0123', '12345678901234567890', '1e5', '0x1F', '1.50', '.inf', '"true"'])(
    'may look like a number, and stay as they are written: %s',
    (written) => {
      expect(read(file({ loop: [`apiKey: ${written}`, 'webhookSecret: secret'] })).loop.apiKey).toBe(
        written.replaceAll('"', ''),
      );
    },
  );

  test.each([
    ['', 'is empty. Write its value.'],
    ['""', 'is empty. Write its value.'],
    ['~', 'is empty. Write its value.'],
    ['true', "is not a text. Write a text; put 'true' and 'false' in quotes."],
    ['{ a: b }', "is not a text. Write a text; put 'true' and 'false' in quotes."],
  ])('must be texts: %j', (written, problem) => {
    expect(problemsOf(file({ loop: [`apiKey: ${written}`, `webhookSecret: ${written}`] }))).toEqual([
      `merchants.yaml:4: merchant acme: loop.apiKey ${problem}`,
      `merchants.yaml:5: merchant acme: loop.webhookSecret ${problem}`,
    ]);
  });

  test('that travel in headers are visible ASCII, so that a careless copy shows at the start', () => {
    const text = file({ masonhub: ['account: acme', `apiToken: \${T}`, `callbackToken: \${C}`] });
    const problem =
      'has a space, a line break or a letter with an accent in it, which no token has. Copy it again.';
    expect(problemsOf(text, { T: 'token\n', C: 'cállback' })).toEqual([
      `merchants.yaml:8: merchant acme: masonhub.apiToken ${problem}`,
      `merchants.yaml:9: merchant acme: masonhub.callbackToken ${problem}`,
    ]);
  });

  test('a webhook secret may have spaces inside, not around', () => {
    const text = file({ loop: ['apiKey: key', `webhookSecret: \${S}`] });
    expect(read(text, { S: 'two words' }).loop.webhookSecrets).toEqual(['two words']);
    expect(problemsOf(text, { S: 'secret\n' })).toEqual([
      'merchants.yaml:5: merchant acme: loop.webhookSecret starts or ends with a space or a line break. Copy it again.',
    ]);
  });

  test('a list of webhook secrets has at least one, none empty', () => {
    expect(problemsOf(file({ loop: ['apiKey: key', 'webhookSecret: []'] }))).toEqual([
      'merchants.yaml:5: merchant acme: loop.webhookSecret is an empty list. Write at least one secret.',
    ]);
    expect(problemsOf(file({ loop: ['apiKey: key', 'webhookSecret: [one, ""]'] }))).toEqual([
      'merchants.yaml:5: merchant acme: loop.webhookSecret[1] is empty. Write its value.',
    ]);
  });

  test.each([
    ['apiKey: hunter2 spaced', 'a token with a space'],
    ['apiKey: hunter2: x', 'a colon inside'],
    ['apiKey: *hunter2', 'an alias'],
    ['apiKey: &hunter2', 'an anchor'],
    ['apiKey: !hunter2', 'a tag'],
    ['apiKey: "hunter2', 'an open quote'],
    ['apiKey: "hunter2\\q"', 'a bad escape'],
    ['apiKey: @hunter2', 'a reserved sign'],
    ['apiKey: `hunter2', 'another reserved sign'],
    ['apiKey: %hunter2', 'a directive sign'],
    ['apiKey: {hunter2', 'an open brace'],
    ['apiKey: [hunter2', 'an open bracket'],
    ['apiKey: |hunter2', 'a block sign'],
    ['apiKey: key\n      hunter2', 'a missing key'],
    ['apiKey: key\n  hunter2', 'a bad indentation'],
    ['apiKey: key\n\thunter2: x', 'a tab'],
    [`apiKey: \${hunter2`, 'an open variable'],
    [`apiKey: \${A-hunter2}`, 'a default'],
    ['apiKey: key\n      webhookSecret: [hunter2: x]', 'a map in the list'],
    ['apiKey: key\n      apiUrl: https://user:hunter2@example.com', 'a password in an address'],
    ['apiKey: hunter2: x\n      apiKey: hunter2: y', 'a broken line twice'],
  ])('are never in a message: %s', (lines) => {
    const text = file({ loop: lines.includes('webhookSecret') ? [lines] : [lines, 'webhookSecret: s'] });
    const problems = problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  test('the rest of a secret after a comma is not taken for a key and repeated', () => {
    const text = file().replace(/loop:\n.*\n.*\n/, 'loop: { apiKey: abc,hunter2, webhookSecret: s }\n');
    expect(problemsOf(text)).toEqual([
      'merchants.yaml:3: merchant acme: loop has a key without a value. Put a value with a comma in it in quotes.',
    ]);
  });
});

describe('an address', () => {
  test.each([
    ['api.loopreturns.com', 'is not a web address'],
    ['ftp://example.com', 'does not start with http:// or https://'],
    ['https://user:pass@example.com', 'holds a user name or password'],
    ['https://example.com/?a=b', "holds a '?' or '#' part"],
  ])('%s is refused, without repeating it', (address, problem) => {
    const fix = "Write the API's http or https address, or remove it for the default.";
    expect(
      problemsOf(
        file({ loop: [...LOOP, `apiUrl: ${address}`], masonhub: [...MASONHUB, `apiUrl: ${address}`] }),
      ),
    ).toEqual([
      `merchants.yaml:6: merchant acme: loop.apiUrl ${problem}. ${fix}`,
      `merchants.yaml:11: merchant acme: masonhub.apiUrl ${problem}. ${fix}`,
    ]);
  });

  test.each(['a/b', '../x', 'a b', 'a?b'])(
    "MasonHub's account %j is refused: the address is made of it",
    (account) => {
      const masonhub = [`account: "${account}"`, 'apiToken: token', 'callbackToken: callback'];
      expect(problemsOf(file({ masonhub }))).toEqual([
        "merchants.yaml:7: merchant acme: masonhub.account is not an account slug: letters, digits, '.', '_' and '-'. Write it as in MasonHub's address.",
      ]);
    },
  );
});

describe('destinations', () => {
  test.each([
    ['[]', 'is an empty list, so no return would go to MasonHub. List at least one, or remove it for all.'],
    ['1042', 'is not a list. Write the ids in brackets: [1042].'],
    ['', 'is empty. Write its value.'],
  ])('%j is refused', (written, problem) => {
    expect(problemsOf(file({ loop: [...LOOP, `destinations: ${written}`] }))).toEqual([
      `merchants.yaml:6: merchant acme: loop.destinations ${problem}`,
    ]);
  });
});

describe('words', () => {
  test.each(ORDER_REFERENCES)('orderReference may be %s', (word) => {
    expect(read(file({ masonhub: [...MASONHUB, `orderReference: ${word}`] })).masonhub.orderReference).toBe(
      word,
    );
  });

  test.each(RECEIVE_INTO)('receiveInto may be %s', (word) => {
    expect(read(file({ masonhub: [...MASONHUB, `receiveInto: ${word}`] })).masonhub.receiveInto).toBe(word);
  });

  test.each(KEPT_ITEMS)('keptItems may be %s', (word) => {
    expect(read(file({ merchant: [`keptItems: ${word}`] })).keptItems).toBe(word);
  });

  test.each(REASON_CODES)('a return reason may be %s', (word) => {
    const { returnReasons } = read(file({ merchant: ['returnReasons:', `  Why: ${word}`] }));
    expect(returnReasons.get('why')).toBe(word);
  });

  test('an unknown one is refused with the nearest', () => {
    const text = file({
      masonhub: [...MASONHUB, 'orderReference: orderName', 'receiveInto: QA'],
      merchant: ['keptItems: leave off', 'returnReasons:', '  Item was too big: toobig'],
    });
    expect(problemsOf(text)).toEqual([
      'merchants.yaml:10: merchant acme: masonhub.orderReference has a value that is not known; the nearest is order_name. Write one of none, order_name, order_number, provider_order_id.',
      'merchants.yaml:11: merchant acme: masonhub.receiveInto has a value that is not known; the nearest is qc. Write one of available, qc, quality-control, damaged, quarantine, refurbishing, under-investigation.',
      'merchants.yaml:12: merchant acme: keptItems has a value that is not known; the nearest is leaveOff. Write one of expect, leaveOff.',
      'merchants.yaml:14: merchant acme: returnReasons."Item was too big" has a value that is not known; the nearest is tooBig. Write one of tooBig, tooSmall, damaged, wrongItem, other.',
    ]);
  });
});

describe('refunds', () => {
  test.each([
    ['true', true],
    ['false', false],
  ])('%s is %s', (written, refunds) => {
    expect(read(file({ merchant: [`refunds: ${written}`] })).refunds).toBe(refunds);
  });

  test.each(['"true"', 'yes', 'on', '1', '', 'null', '[true]'])(
    '%j is refused: it moves money',
    (written) => {
      expect(problemsOf(file({ merchant: [`refunds: ${written}`] }))).toEqual([
        expect.stringMatching(/^merchants\.yaml:10: merchant acme: refunds is not true or false\./),
      ]);
    },
  );
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

describe('reading the file', () => {
  test('the example is a whole merchant', async () => {
    expect(parseMerchants(await readFile(EXAMPLE, 'utf8'), ENV, 'merchants.example.yaml')).toEqual(
      new Map([
        [
          'acme',
          {
            slug: 'acme',
            loop: {
              apiKey: 'loop-key',
              webhookSecrets: ['loop-secret'],
              apiUrl: 'https://api.loopreturns.com/api/2026-10',
              destinations: ['1042'],
            },
            masonhub: {
              account: 'acme',
              apiToken: 'masonhub-token',
              callbackToken: 'callback-token',
              apiUrl: 'https://app.masonhub.co/acme/api/v1',
              orderReference: 'none',
              receiveInto: 'qc',
            },
            refunds: true,
            receipts: defaultReceiptPolicy,
            partialRmas: false,
            keptItems: 'expect',
            dispositions: false,
            backfillMs: 14 * 86_400_000,
            returnReasons: new Map([['item was too big', 'tooBig']]),
          },
        ],
      ]),
    );
  });

  test('a file is read and its problems carry its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'merchants-'));
    try {
      const path = join(folder, 'shops.yaml');
      await writeFile(path, file());
      expect((await readMerchants(path, {})).merchants.get('acme')?.masonhub.account).toBe('acme');
      await writeFile(path, file({ slug: 'ACME' }));
      await expect(readMerchants(path, {})).rejects.toThrow(`${path}:2: merchant ACME is not a slug.`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a CSV file beside it may hold the return reasons, and both are named as read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'merchants-'));
    try {
      const path = join(folder, 'shops.yaml');
      await writeFile(path, file({ merchant: ['returnReasons: lists/acme.csv'] }));
      await expect(readMerchants(path, {})).rejects.toThrow(
        `${path}:10: merchant acme: returnReasons names a CSV file that is not there. Its name is relative to the merchants file's folder.`,
      );
      await mkdir(join(folder, 'lists'));
      await writeFile(join(folder, 'lists/acme.csv'), 'reason;code\r\nToo big;tooBig\r\n');
      const { merchants, files } = await readMerchants(path, {});
      expect(merchants.get('acme')?.returnReasons).toEqual(new Map([['too big', 'tooBig']]));
      expect(files).toEqual([path, join(folder, 'lists/acme.csv')]);
      await writeFile(join(folder, 'lists/acme.csv'), 'reason,code\nToo big,big\n');
      await expect(readMerchants(path, {})).rejects.toThrow(
        new ConfigurationError([
          'lists/acme.csv:2: merchant acme: the code "big" of "Too big" is not known; the nearest is tooBig. Write one of tooBig, tooSmall, damaged, wrongItem, other.',
        ]),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a missing file says how to start', async () => {
    await expect(readMerchants('nowhere/merchants.yaml', {})).rejects.toThrow(
      new ConfigurationError([
        'nowhere/merchants.yaml: there is no such merchants file. Copy merchants.example.yaml to it and fill it in, or set MERCHANTS_FILE to where yours is.',
      ]),
    );
  });

  test('a folder in its place is named as such', async () => {
    await expect(readMerchants(tmpdir(), {})).rejects.toThrow(
      `${tmpdir()}: the merchants file cannot be read (EISDIR). Make it a file that the service's user may read, or set MERCHANTS_FILE to where yours is.`,
    );
  });
});
