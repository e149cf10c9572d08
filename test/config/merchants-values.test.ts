import { describe, expect, test } from 'vitest';
import { KEPT_ITEMS, ORDER_REFERENCES, REASON_CODES, RECEIVE_INTO } from '../../src/config/merchants.ts';
import { file, LOOP, MASONHUB, problemsOf, read } from './merchants-file.ts';

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
