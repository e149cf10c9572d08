import { chmod, rm, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openShop } from './shop.ts';

describe.concurrent('add', () => {
  it('puts an entry into the file, says which variables are missing, and stores no secret', async () => {
    await using shop = await openShop();
    const before = await shop.content();
    shop.env['NORTH_FACE_MASONHUB_TOKEN'] = 'given';
    const options = ['--account', 'nf', '--refunds', '--destinations', '1042,1043', '--yes'];
    const { status, stdout, stderr } = await shop.run('add', 'north-face', ...options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/^ {2}NORTH_FACE_\w+$/gm)).toEqual([
      '  NORTH_FACE_LOOP_API_KEY',
      '  NORTH_FACE_LOOP_SECRET',
      '  NORTH_FACE_CALLBACK_TOKEN',
    ]);
    expect(stdout).toContain('npm run merchants -- register north-face');
    const after = await shop.content();
    expect(after.startsWith(before)).toBe(true);
    expect(parse(after).merchants['north-face']).toEqual({
      loop: {
        apiKey: `\${NORTH_FACE_LOOP_API_KEY}`,
        webhookSecret: `\${NORTH_FACE_LOOP_SECRET}`,
        destinations: [1042, 1043],
      },
      masonhub: {
        account: 'nf',
        apiToken: `\${NORTH_FACE_MASONHUB_TOKEN}`,
        callbackToken: `\${NORTH_FACE_CALLBACK_TOKEN}`,
      },
      refunds: true,
    });
  });

  it('makes the file where there is none, and refuses a slug that is taken', async () => {
    await using shop = await openShop();
    await rm(shop.file);
    expect(await shop.run('add', 'acme', '--yes')).toMatchObject({ status: 0, stderr: '' });
    const content = await shop.content();
    expect(await shop.run('add', 'acme', '--yes', '--account', 'other')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('the merchant acme is there already'),
    });
    expect(await shop.content()).toBe(content);
  });

  it('without a terminal and without --yes changes nothing and ends with 2', async () => {
    await using shop = await openShop();
    const before = await shop.content();
    const { status, stdout } = await shop.run('add', 'borealis');
    expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining('add --yes') });
    expect(await shop.content()).toBe(before);
  });

  it('names every argument that cannot be used, and repeats none that may be a secret', async () => {
    await using shop = await openShop();
    const wrong = ['--account', 'a/b', '--prefix', 'sk_live_hunter2', '--loop-url', 'ftp://x'];
    const { status, stderr } = await shop.run('add', 'ACME!', '--yes', ...wrong);
    expect(status).toBe(1);
    expect(stderr).not.toContain('hunter2');
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^the slug: /),
      expect.stringMatching(/^--account: /),
      expect.stringMatching(/^--prefix: /),
      expect.stringMatching(/^--loop-url: /),
    ]);
  });

  it('keeps who may read the file', async () => {
    await using shop = await openShop();
    await chmod(shop.file, 0o640);
    await shop.run('add', 'borealis', '--yes');
    expect((await stat(shop.file)).mode & 0o777).toBe(0o640);
  });
});
