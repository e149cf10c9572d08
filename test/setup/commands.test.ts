import { describe, expect, it } from 'vitest';
import { runMerchants } from '../support/command.ts';

describe.concurrent('the command line', () => {
  it('shows its help, within the width of a usual terminal', async () => {
    const { status, stdout, stderr } = await runMerchants(['--help'], {});
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const command of ['add <slug>', 'register <slug>', 'check [slug]', 'reasons <slug>']) {
      expect(stdout).toContain(`\n  ${command}`);
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await runMerchants([], {})).toEqual({ status: 2, stdout, stderr: '' });
  });

  it.each([
    [['chekc'], 'chekc is not a command; the nearest is check.'],
    [['regster', 'acme'], 'regster is not a command; the nearest is register.'],
    [['register', 'acme', '--yess'], '--yess is not an option; the nearest is --yes.'],
    [['check', '--csv'], 'check takes no --csv.'],
    [['add'], "add needs a merchant's slug"],
    [['check', 'acme', 'borealis'], 'check takes one merchant at a time.'],
    [['reasons', 'acme', '--days'], "'--days <value>' argument missing"],
  ])('ends with 2 and says what is wrong: %j', async (args, words) => {
    const { status, stdout, stderr } = await runMerchants(args, {});
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    [['reasons', 'acme', '--days', '0'], {}, '--days: give a whole number of days from 1 to 119.'],
    [['reasons', 'acme', '--days', '120'], {}, '--days: give a whole number of days from 1 to 119.'],
    [['add', 'acme', '--destinations', 'a b'], {}, '--destinations: give ids with commas between'],
    [['check'], { MERCHANTS_FILE: 'nowhere.yaml' }, 'nowhere.yaml: there is no such merchants file.'],
    [
      ['check'],
      { PUBLIC_URL: 'http://plain.example.com' },
      'PUBLIC_URL: the value does not start with https://',
    ],
  ])('ends with 1 where something else is to be mended: %j', async (args, env, words) => {
    const { status, stderr } = await runMerchants(args, env);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(words) });
  });
});
