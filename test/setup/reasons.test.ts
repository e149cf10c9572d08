import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openShop, type Shop } from './shop.ts';

async function sendBack({ loop }: Shop): Promise<void> {
  const items = [
    { sku: 'A-1', reason: 'Too wide', parentReason: 'Size' },
    { sku: 'A-1', reason: 'too wide ', parentReason: 'Size' },
    { sku: 'A-2', reason: '=HYPERLINK("http://evil.example.com"), "now"' },
    { sku: 'A-3' },
  ];
  await loop.createReturn({ items });
}

describe.concurrent('reasons', () => {
  it('shows each reason with its parent, how often it was given, and its code', async () => {
    await using shop = await openShop();
    await shop.writeEntry('    returnReasons: {size: tooBig}\n');
    await sendBack(shop);
    const { status, stdout, stderr } = await shop.run('reasons', 'acme');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {4}2 {2}Too wide +Size +tooBig$/m);
    expect(stdout).toMatch(/^ {4}1 {2}=HYPERLINK\S+ +other, unmapped$/m);
    expect(stdout).toContain('acme: 2 reasons of 3 items in the last 30 days, 1 unmapped.');
  });

  it('writes a list that comes back, filled in, as returnReasons', async () => {
    await using shop = await openShop();
    await sendBack(shop);
    const { status, stdout } = await shop.run('reasons', 'acme', '--csv');
    expect(status).toBe(0);
    const [head, ...rows] = stdout.split('\r\n');
    expect(head).toBe('\ufeffreason,parent reason,items,code');
    expect(rows).toEqual(['Too wide,Size,2,', `"'=HYPERLINK(""http://evil.example.com""), ""now""",,1,`, '']);

    const filled = rows.map((row, at) => (row === '' ? '' : `${row}${['tooBig', 'wrongItem'][at]}`));
    await writeFile(join(shop.folder, 'acme.csv'), [head, ...filled].join('\r\n'));
    await shop.writeEntry('    returnReasons: acme.csv\n');
    const mapped = await shop.run('reasons', 'acme');
    expect(mapped.stdout).toMatch(/^ {4}2 {2}Too wide +Size +tooBig$/m);
    expect(mapped.stdout).toMatch(/^ {4}1 {2}=HYPERLINK\S+ +wrongItem$/m);
    expect(mapped.stdout).toContain('all mapped.');

    await writeFile(join(shop.folder, 'acme.csv'), 'reason;code\r\nToo wide;big\r\n');
    const broken = await shop.run('reasons', 'acme');
    expect(broken).toMatchObject({
      status: 1,
      stderr:
        'acme.csv:2: merchant acme: the code "big" of "Too wide" is not known; the nearest is tooBig. Write one of tooBig, tooSmall, damaged, wrongItem, other.\n',
    });
  });

  it('looks as far back as it is told, and needs neither the secret nor MasonHub', async () => {
    await using shop = await openShop();
    Object.assign(shop.env, { ACME_LOOP_SECRET: '', ACME_MASONHUB_TOKEN: '', ACME_CALLBACK_TOKEN: '' });
    const createdAt = new Date(Date.now() - 60 * 86_400_000);
    await shop.loop.createReturn({ createdAt, items: [{ sku: 'A-1', reason: 'Hole' }] });
    expect((await shop.run('reasons', 'acme')).stdout).toContain(
      'no return of the last 30 days has a reason',
    );
    expect((await shop.run('reasons', 'acme', '--days', '90')).stdout).toMatch(/1 {2}Hole/);
  });

  it('says what Loop said where it cannot be asked', async () => {
    await using shop = await openShop();
    shop.env['ACME_LOOP_API_KEY'] = 'wrong';
    expect(await shop.run('reasons', 'acme')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^merchant acme: Loop refused the key \(401\)/),
    });
  });
});
