import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callbackUrl, changesIn, openShop, webhookUrl } from './shop.ts';

/** The text with its line breaks and indentation taken out. */
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

describe.concurrent('check', () => {
  it('of a merchant whose set-up is done has a ✓ on every line, and changes nothing', async () => {
    await using shop = await openShop({ loop: { destinations: [{ id: 1042, name: 'MasonHub West' }] } });
    await shop.writeEntry('    returnReasons: {Size: tooBig}\n', '      destinations: [1042]\n');
    await shop.run('register', 'acme', '--yes');
    await shop.loop.createReturn({ items: [{ sku: 'A-1', reason: 'Too wide', parentReason: 'Size' }] });
    const changes = changesIn(shop);
    const { status, stdout, stderr } = await shop.run('check');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toMatch(/[✗!–]/);
    expect(flat(stdout)).toContain(
      `✓ Environment every variable of the entry is set ✓ Loop's key is accepted, and may read returns ✓ Loop's webhooks 6 active, to ${webhookUrl} ✓ Loop's destinations 1042 MasonHub West ✓ Return reasons 1 reason used in the last 30 days, all mapped ✓ MasonHub's token is accepted, for the account acme ✓ MasonHub's callback version 2.0, to ${callbackUrl} 1 merchant, ready.`,
    );
    expect(changesIn(shop)).toEqual(changes);
    const list = shop.masonhub.calls.findLast(({ name }) => name === 'callbacks');
    expect(list?.answer).toMatchObject([{ token: 'encrypted_verification_token' }]);
  });

  it('of one whose secrets are in files has them, and one whose file is empty is told so', async () => {
    await using shop = await openShop();
    const file = join(shop.folder, 'token');
    await writeFile(file, `${shop.vendors.apiToken}\n`);
    delete shop.env['ACME_MASONHUB_TOKEN'];
    shop.env['ACME_MASONHUB_TOKEN_FILE'] = file;
    const right = await shop.run('check', 'acme');
    expect(flat(right.stdout)).toContain("✓ MasonHub's token is accepted");
    await writeFile(file, '');
    const { status, stdout } = await shop.run('check', 'acme');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(`ACME_MASONHUB_TOKEN_FILE names ${file}, which is empty.`);
  });

  it('of one who is not registered says so, with the command', async () => {
    await using shop = await openShop();
    const { status, stdout } = await shop.run('check', 'acme');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      "✗ Loop's webhooks 6 of 6 are not as they should be return.created is not registered",
    );
    expect(flat(stdout)).toContain(
      "return.processing.failed is not registered what Loop does not let it register, create in Loop's admin",
    );
    expect(flat(stdout)).toContain("✗ MasonHub's callback not as it should be: it is not registered");
    expect(stdout.match(/→ npm run merchants -- register acme$/gm)).toHaveLength(2);
    expect(stdout).toContain('acme has 2 problems.');
  });

  it('of unmapped reasons is a hint, not a problem', async () => {
    await using shop = await openShop();
    await shop.run('register', 'acme', '--yes');
    for (const reason of ['Hole', 'Hole', 'Odd \u001b[31mcolour']) {
      await shop.loop.createReturn({ items: [{ sku: 'A-1', reason }] });
    }
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(0);
    expect(flat(stdout)).toContain(
      '! Return reasons 2 reasons (3 items in the last 30 days) are not mapped and go out as other: Hole (2) Odd [31mcolour (1) → npm run merchants -- reasons acme',
    );
  });

  it('says how receipts are sorted', async () => {
    await using shop = await openShop();
    const { stdout } = await shop.run('check', 'acme');
    expect(flat(stdout)).toContain(
      '✓ Receipts refund: available; wait, 7d at most: qc, quality-control, under-investigation ✓ Environment',
    );
  });

  it('of receipts that a person has to look at says so, as a hint', async () => {
    await using shop = await openShop();
    await shop.run('register', 'acme', '--yes');
    await shop.writeEntry('    receipts: {refund: [qc], wait: []}\n');
    const { status, stdout } = await shop.run('check', 'acme');
    expect(status).toBe(0);
    expect(flat(stdout)).toMatch(/! Receipts refund: qc; none waits .* → .* ✓ Environment/);
  });

  it('of a destination that Loop does not know names those that it does', async () => {
    await using shop = await openShop({ loop: { destinations: [{ id: 7, name: 'Store' }] } });
    await shop.writeEntry('', '      destinations: [7, 1042]\n');
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      "✗ Loop's destinations Loop does not know 1042. → Correct loop.destinations. Loop has: 7 Store",
    );
  });

  it.each([
    ['destinations', 'Destinations (Read)', "Loop's destinations"],
    ['webhooks', 'Developer Tools', "Loop's webhooks"],
    ['asn', 'Returns', "Loop's key"],
  ] as const)('of a key that lacks a scope (%s) names it: %s', async (call, scope, title) => {
    await using shop = await openShop();
    await shop.writeEntry('', '      destinations: [1042]\n');
    shop.loop.answerNext(call, { status: 403, body: { error: { message: 'Forbidden.' } } });
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    const line = flat(stdout)
      .split(/[✓✗!–] /)
      .find((part) => part.startsWith(title));
    expect(line).toContain(scope);
  });

  it('of two who take the same returns of one shop says so of each, and not where their destinations differ', async () => {
    await using shop = await openShop({ loop: { destinations: [{ id: 1042, name: 'West' }] } });
    const copy = async () =>
      appendFile(shop.file, (await shop.content()).slice(10).replace('acme:', 'twin:'));
    await shop.writeEntry('', '      destinations: [1042]\n');
    await copy();
    const same = await shop.run('check');
    expect(flat(same.stdout)).toContain(
      "✗ Loop's shop twin has the same one, and both take the same returns",
    );
    expect(flat(same.stdout)).toContain("✗ Loop's shop acme has the same one");
    await shop.writeEntry('', '      destinations: [1043]\n');
    const other = await shop.content();
    await shop.writeEntry('', '      destinations: [1042]\n');
    await appendFile(shop.file, other.slice(10).replace('acme:', 'twin:'));
    expect((await shop.run('check')).stdout).not.toContain("Loop's shop");
  });

  it('of wrong keys says so once for each vendor', async () => {
    await using shop = await openShop();
    Object.assign(shop.env, { ACME_LOOP_API_KEY: 'wrong', ACME_MASONHUB_TOKEN: 'wrong' });
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain("✗ Loop's key Loop refuses it for returns.");
    expect(flat(stdout)).toContain("✗ MasonHub's token MasonHub refuses it.");
    expect(stdout).toContain('acme has 2 problems.');
  });

  it('of a vendor that is down says so', async () => {
    await using shop = await openShop();
    await shop.vendors.close();
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain("✗ Loop's key Loop gave no answer: the connection failed (ECONNREFUSED).");
    expect(flat(stdout)).toContain("✗ MasonHub's token MasonHub gave no answer");
  });

  it('of one vendor goes on where the variables of the other are missing', async () => {
    await using shop = await openShop();
    await shop.run('register', 'acme', '--yes');
    shop.env['ACME_MASONHUB_TOKEN'] = '';
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      '✗ Environment ACME_MASONHUB_TOKEN is not set. → Set it to the API token from MasonHub.',
    );
    expect(flat(stdout)).toContain("✓ Loop's webhooks 6 active");
    expect(flat(stdout)).toContain('– MasonHub not asked until its variables are set');
  });

  it('of a MasonHub without callbacks says that ours is not registered, however it tells', async () => {
    await using shop = await openShop({ masonhub: { callbackAnswers: { none: '404' } } });
    const { status, stdout } = await shop.run('check', 'acme');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain("✓ MasonHub's token is accepted, for the account acme");
    expect(flat(stdout)).toContain("✗ MasonHub's callback not as it should be: it is not registered");
  });

  it('of callbacks that are on hold says what is lost, and how to lift the hold', async () => {
    await using shop = await openShop();
    shop.masonhub.holds.add('rmaEvent');
    const { status, stdout } = await shop.run('check', 'acme');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      "✗ MasonHub's holds rmaEvent is on hold: MasonHub sends no callbacks about RMAs. What happens meanwhile is never sent, not even later; only the poll finds it.",
    );
    expect(flat(stdout)).toContain(
      `→ Lift the hold with the API token: DELETE ${shop.masonhub.url}/callback_holds with the body ["rmaEvent"]`,
    );
    expect(stdout).toContain('acme has 3 problems.');
  });

  it.each([
    ['other messages are on hold', { body: { holds: ['orderEvent'] } }],
    ['MasonHub has no holds', { status: 404, body: { message: 'Not found.' } }],
    ['MasonHub does not do holds', { status: 501, body: { message: 'Not implemented.' } }],
  ])('says nothing of holds where %s', async (_what, answer) => {
    await using shop = await openShop();
    shop.masonhub.answerNext('holds', answer);
    const { stdout } = await shop.run('check', 'acme');
    expect(stdout).not.toContain('hold');
    expect(stdout).toContain('acme has 2 problems.');
  });

  it('has no problem more where the holds cannot be looked up', async () => {
    await using shop = await openShop();
    shop.masonhub.answerNext('holds', { status: 500, body: { message: 'Something went wrong.' } });
    const { stdout } = await shop.run('check', 'acme');
    expect(flat(stdout)).toContain("! MasonHub's holds could not be looked up: MasonHub failed (500).");
    expect(stdout).toContain('acme has 2 problems.');
  });

  it('of all goes on behind an entry that is wrong', async () => {
    await using shop = await openShop();
    await shop.run('register', 'acme', '--yes');
    await appendFile(shop.file, '  borealis:\n    lop: {}\n');
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain('✓ Environment');
    expect(flat(stdout)).toContain('lop is not a known key; the nearest is loop. Rename or remove it.');
    expect(stdout).toMatch(/borealis has 3 problems\./);
    expect(await shop.run('check', 'acme')).toMatchObject({ status: 0 });
  });

  it('without PUBLIC_URL says what it is needed for', async () => {
    await using shop = await openShop();
    shop.env['PUBLIC_URL'] = '';
    const { status, stdout } = await shop.run('check');
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      'PUBLIC_URL is not set. → Set PUBLIC_URL to the https address that the vendors reach the service at.',
    );
  });
});
