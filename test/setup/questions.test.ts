import { readFile, writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openOutbound } from '../../src/outbound/call.ts';
import { Cancelled } from '../../src/setup/ask.ts';
import { runCommand } from '../../src/setup/commands.ts';
import { until } from '../support/until.ts';
import { changesIn, openShop, type Shop } from './shop.ts';

const enter = '\r';
const space = ' ';
const down = '\u001b[B';
const ctrlC = '\u0003';

/** Runs a command on a terminal; each answer is typed once its question is there, after what is done `before`. */
async function converse(
  { env }: Shop,
  args: string[],
  answers: readonly [question: string, keys: string[], before?: () => Promise<void>][],
) {
  const outbound = openOutbound();
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 });
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const outside = {
    env: { ...env, NO_COLOR: '1' },
    input,
    output,
    call: outbound.call,
    now: () => new Date(),
  };
  const ended = runCommand(args, outside).finally(() => outbound.close());
  // Looked at below; until then a failure must not count as nobody's.
  ended.catch(() => undefined);
  for (const [question, keys, before] of answers) {
    await until(
      () => shown.includes(question),
      () => `${question} in ${shown}`,
    );
    await before?.();
    for (const key of keys) input.write(key);
  }
  return { status: await ended, shown };
}

describe('the questions', () => {
  it('of add lead to an entry', async () => {
    const destinations = [
      { id: 1041, name: 'Store' },
      { id: 1042, name: 'MasonHub West' },
    ];
    await using shop = await openShop({ loop: { destinations } });
    shop.env['NF_LOOP_API_KEY'] = shop.vendors.apiKey;
    const { status, shown } = await converse(
      shop,
      ['add', 'north-face', '--loop-url', shop.loop.url],
      [
        ["MasonHub's account", ['nf-us', enter]],
        ['Their names begin with?', ['NF', enter]],
        ['Which Loop destinations', [down, space, enter]],
        ['Send refund messages?', [enter]],
      ],
    );
    expect(status).toBe(0);
    expect(shown).toContain('1042 MasonHub West');
    expect(parse(await readFile(shop.file, 'utf8')).merchants['north-face']).toMatchObject({
      loop: { apiKey: `\${NF_LOOP_API_KEY}`, destinations: [1042] },
      masonhub: { account: 'nf-us' },
      refunds: false,
    });
  });

  it('of add take the proposals with Enter, and refuse what looks like a secret', async () => {
    await using shop = await openShop();
    const { status, shown } = await converse(
      shop,
      ['add', 'borealis'],
      [
        ["MasonHub's account", [enter]],
        ['Their names begin with?', ['sk_live', enter]],
        ['names of variables are A-Z', [...'sk_live'].map(() => '\u007f')],
        ['BOREALIS', [enter]],
        ['Send refund messages?', ['y']],
      ],
    );
    expect(status).toBe(0);
    expect(shown).toContain('BOREALIS_LOOP_API_KEY');
    expect(parse(await readFile(shop.file, 'utf8')).merchants.borealis).toMatchObject({
      loop: { apiKey: `\${BOREALIS_LOOP_API_KEY}` },
      masonhub: { account: 'borealis' },
      refunds: true,
    });
  });

  it('of add leave what somebody else changes in the file meanwhile as it is', async () => {
    await using shop = await openShop();
    await shop.writeEntry('    refunds: true\n');
    const { status } = await converse(
      shop,
      ['add', 'borealis', '--prefix', 'BOREALIS', '--refunds'],
      [["MasonHub's account", [enter], () => shop.writeEntry('    refunds: false  # stopped\n')]],
    );
    expect(status).toBe(0);
    const content = await shop.content();
    expect(content).toContain('refunds: false  # stopped');
    expect(parse(content).merchants).toMatchObject({ acme: { refunds: false }, borealis: { refunds: true } });
  });

  it('of add change nothing where the file cannot be used at their end', async () => {
    await using shop = await openShop();
    const broken = 'merchants:\n  acme: [\n';
    const left = converse(
      shop,
      ['add', 'borealis', '--prefix', 'BOREALIS', '--refunds'],
      [["MasonHub's account", [enter], () => writeFile(shop.file, broken)]],
    );
    await expect(left).rejects.toThrow('this is not valid YAML');
    expect(await shop.content()).toBe(broken);
  });

  it('can be left with Ctrl-C: nothing is written', async () => {
    await using shop = await openShop();
    const before = await shop.content();
    const left = converse(shop, ['add', 'borealis'], [["MasonHub's account", [ctrlC]]]);
    await expect(left).rejects.toThrow(Cancelled);
    expect(await shop.content()).toBe(before);
  });

  it('of register: yes does it, no changes nothing', async () => {
    await using shop = await openShop();
    const no = await converse(shop, ['register', 'acme'], [['Do it?', ['n']]]);
    expect(no).toMatchObject({ status: 1, shown: expect.stringContaining('Nothing has been changed.') });
    expect(changesIn(shop)).toEqual([]);
    const yes = await converse(shop, ['register', 'acme'], [['Do it?', ['y']]]);
    expect(yes.status).toBe(0);
    expect(shop.loop.subscriptions.size).toBe(6);
  });

  it('of register: what a colleague registers meanwhile is not created again', async () => {
    await using shop = await openShop();
    const { status } = await converse(
      shop,
      ['register', 'acme'],
      [['Do it?', ['y'], async () => expect((await shop.run('register', 'acme', '--yes')).status).toBe(0)]],
    );
    expect(status).toBe(0);
    expect([shop.loop.subscriptions.size, shop.masonhub.callbacks.size]).toEqual([6, 1]);
    expect(changesIn(shop)).toHaveLength(7);
  });
});
