import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freeText, redact } from '../../src/parsing/redact.ts';

describe("a vendor's free text", () => {
  test.each([
    ['write to nobody.personal@example.invalid.', 'write to [e-mail].'],
    ['<jo+x@a-b.co.uk>, please', '<[e-mail]>, please'],
    ['Jo: jo@example.com; ann@example.org', 'Jo: [e-mail]; [e-mail]'],
    ['email=jo%40example.com', '[e-mail]'],
    ['JÖRG@BÜCHER.EXAMPLE', '[e-mail]'],
  ])('loses its e-mail addresses: %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test.each([
    ['call +1-555-0100-9999 now', 'call [phone] now'],
    ['+44 (0)20 7946 0958', '[phone]'],
    ['+15550100199', '[phone]'],
    ['0049 30 1234567', '[phone]'],
    ['(555) 010-0199', '[phone]'],
    ['1 (555) 010-0199', '[phone]'],
    ['555-010-0199.', '[phone].'],
    ['1.555.010.0199', '[phone]'],
    ['020 7946 0958', '[phone]'],
    ['0151-23456789', '[phone]'],
    ['Tel.: 0201234567', 'Tel.: [phone]'],
    ['her mobile number is 15550100199', 'her mobile number is [phone]'],
    ['cell: 555 0100', 'cell: [phone]'],
    ['text them at 5550100199', 'text them at [phone]'],
  ])('loses its phone numbers: %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test.each([
    'return 99904598 is closed',
    'call 99904598 up in Loop',
    'order #90508 and order #1042-2',
    '9400111899223197428490',
    '9400 1118 9922 3197 4284 90',
    '1Z999AA10123456784 and 7777 8888 9999',
    'TEE-RED-M, MUG-555-010-0199-X and EU-38-40',
    'SKU 555-010-0199 not found',
    'SKU "0201-444556677" is unknown',
    'tracking number 0201-444556677',
    'GTIN 00012345678905, part 0040-1234',
    '2026-11-22T09:12:26.595Z, 2026-11-22 09:12:26 and 12/11/2026',
    '8f14e45f-ceea-467f-a0e6-9b1c2d3e4f50',
    '301: must be unique; between 2 and 100 characters',
    '1,234 units at 10.99, +1 extra, 5 + 12',
    'size 36-38-40, tee@red',
    '1 × MUG-WHITE damaged ("Handle broken")',
  ])('keeps everything else: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('shows no end of an address that a cut goes through', () => {
    for (let before = 0; before < 60; before += 1) {
      const text = `${'x '.repeat(before)}nobody.personal@example.invalid +1-555-0100-9999 and more`;
      const kept = freeText(text, 60);
      expect(kept).not.toMatch(/nobody|personal|example|555|0100|9999/);
      expect([...kept].length).toBeLessThanOrEqual(60);
    }
  });

  test('loses an address wherever it stands among other words', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9#.,×"()-]{0,12}$/);
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (before, after) => {
        const text = [...before, 'nobody@example.invalid', ...after].join(' ');
        expect(redact(text)).not.toContain('nobody@example');
      }),
    );
  });
});
