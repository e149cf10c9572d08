import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import { parseMerchants, readMerchants } from '../../src/config/merchants.ts';
import { defaultReceiptPolicy } from '../../src/config/receipt-policy.ts';
import { file } from './merchants-file.ts';

const EXAMPLE = new URL('../../merchants.example.yaml', import.meta.url);
const ENV = {
  ACME_LOOP_API_KEY: 'loop-key',
  ACME_LOOP_SECRET: 'loop-secret',
  ACME_MASONHUB_TOKEN: 'masonhub-token',
  ACME_CALLBACK_TOKEN: 'callback-token',
};

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
