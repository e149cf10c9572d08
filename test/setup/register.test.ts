import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { WEBHOOKS } from '../../src/vendors/loop/webhooks-api.ts';
import { sectionOf } from '../support/pages.ts';
import { all, askLoop, askMasonHub, subscribed } from './registered.ts';
import { callbackUrl, changesIn, openShop, webhookUrl } from './shop.ts';

describe.concurrent('register', () => {
  it('registers everything on both sides, and a second run finds nothing to do', async () => {
    await using shop = await openShop();
    const first = await shop.run('register', 'acme', '--yes');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('acme is ready.');
    expect(first.stdout.replace(/\s+/g, ' ')).toContain('takes it up within some seconds; else start it');
    expect(subscribed(shop)).toEqual(all('active'));
    expect([...shop.masonhub.callbacks.values()]).toMatchObject([
      {
        url: callbackUrl,
        message_type: 'rmaEvent',
        api_version: '2.0',
        token: shop.vendors.callbackToken,
      },
    ]);
    const changes = changesIn(shop);
    const second = await shop.run('register', 'acme');
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout.match(/nothing is to be done/g)).toHaveLength(2);
    expect(changesIn(shop)).toEqual(changes);
  });

  it.each([
    ['lists what it made', { created: 'callbacks' }],
    ['lists results', { created: 'results' }],
    ['has a record for each', { created: 'records' }],
    ['finds no callbacks at first', { none: '404' }],
  ] as const)('twice registers once, and all is well, where MasonHub %s', async (_what, answers) => {
    await using shop = await openShop({ masonhub: { callbackAnswers: answers } });
    for (const _run of [1, 2]) {
      const { status, stdout } = await shop.run('register', 'acme', '--yes');
      expect(status).toBe(0);
      expect(stdout).toContain('acme is ready.');
    }
    expect([...shop.masonhub.callbacks.values()]).toMatchObject([{ url: callbackUrl, api_version: '2.0' }]);
  });

  it('takes a callback that MasonHub has and did not list for what is wanted', async () => {
    await using shop = await openShop();
    await shop.run('register', 'acme', '--yes');
    const [before] = shop.masonhub.callbacks.keys();
    shop.masonhub.answerNext('callbacks', { body: [] });
    const { status, stdout } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(0);
    expect(stdout).toContain('✓ MasonHub: rmaEvent, which was there already');
    expect([...shop.masonhub.callbacks.keys()]).toEqual([before]);
  });

  it('without a terminal and without --yes shows the plan, changes nothing and ends with 2', async () => {
    await using shop = await openShop();
    const { status, stdout } = await shop.run('register', 'acme');
    expect(status).toBe(2);
    for (const { trigger } of WEBHOOKS) expect(stdout).toMatch(new RegExp(`\\+ ${trigger} +create, active`));
    expect(stdout).toContain('rmaEvent, version 2.0');
    expect(stdout).toContain('add --yes');
    expect(changesIn(shop)).toEqual([]);
    const [plan = ''] = stdout.split('\n\n');
    expect(await sectionOf('README.md', 'Set up a merchant')).toContain(plan);
  });

  it('before the secret is known, registers the webhooks inactive; afterwards it activates them', async () => {
    await using shop = await openShop();
    const { ACME_LOOP_SECRET: secret = '' } = shop.env;
    shop.env['ACME_LOOP_SECRET'] = '';
    const early = await shop.run('register', 'acme', '--yes');
    expect(early).toMatchObject({ status: 0, stderr: '' });
    expect(early.stdout).toMatch(/Read it in Loop's admin[\s\S]+set ACME_LOOP_SECRET/);
    expect(subscribed(shop)).toEqual(all('inactive'));
    shop.env['ACME_LOOP_SECRET'] = secret;
    expect(await shop.run('register', 'acme', '--yes')).toMatchObject({ status: 0, stderr: '' });
    expect(subscribed(shop)).toEqual(all('active'));
    expect(shop.loop.subscriptions.size).toBe(WEBHOOKS.length);
    expect(shop.masonhub.callbacks.size).toBe(1);
  });

  it('names each secret that is not known, where there are several', async () => {
    await using shop = await openShop();
    const entry = (await shop.content()).replace(
      /webhookSecret: .*/,
      `webhookSecret: ["\${ONE}", "\${TWO}"]`,
    );
    await writeFile(shop.file, entry);
    const { status, stdout } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(0);
    expect(stdout).toMatch(/set\s+ONE\s+and\s+TWO/);
    expect(subscribed(shop)).toEqual(all('inactive'));
  });

  it.each([
    ['one registration for each address', { deleted: 'list' }],
    ['one registration for each address, and says that in words', { deleted: 'text' }],
    ['as many as it is told', { created: 'records' }],
  ] as const)(
    'mends what is ours and leaves alone what is not, where MasonHub keeps %s',
    async (_what, answers) => {
      await using shop = await openShop({ masonhub: { callbackAnswers: answers } });
      const old = 'https://old.example.com/webhooks/loop/acme';
      const foreign = {
        topic: 'return',
        trigger: 'return.updated',
        url: 'https://erp.example.com/hook?key=hunter2',
      };
      await askLoop(shop, 'POST', '/webhooks', { topic: 'return', trigger: 'return.created', url: old });
      await askLoop(shop, 'POST', '/webhooks', { ...foreign, status: 'active' });
      await askMasonHub(shop, [
        { url: 'https://erp.example.com/hook', message_type: 'rmaEvent', api_version: '1.0' },
        { url: callbackUrl, message_type: 'rmaEvent', api_version: '1.0' },
        { url: 'https://erp.example.com/orders', message_type: 'orderEvent' },
      ]);
      const { status, stdout } = await shop.run('register', 'acme', '--yes');
      expect(status).toBe(0);
      expect(stdout).toContain(`return.created            move here, active\n    from ${old}\n`);
      expect(stdout).toContain('Loop: return.updated to https://erp.example.com/hook\n');
      expect(stdout).not.toContain('hunter2');
      expect(subscribed(shop)).toEqual([
        all('active')[0],
        { ...foreign, status: 'active' },
        ...all('active').slice(1),
      ]);
      const callbacks = [...shop.masonhub.callbacks.values()];
      expect(callbacks.map(({ url, api_version }) => `${api_version} ${url}`)).toEqual([
        '1.0 https://erp.example.com/hook',
        '1.0 https://erp.example.com/orders',
        `2.0 ${callbackUrl}`,
      ]);
    },
  );

  it.each([{ created: 'callbacks' }, { created: 'records' }] as const)(
    'with --new-token registers the callback again, once (%j)',
    async (callbackAnswers) => {
      await using shop = await openShop({ masonhub: { callbackAnswers } });
      await shop.run('register', 'acme', '--yes');
      shop.env['ACME_CALLBACK_TOKEN'] = 'another-callback-token';
      expect(await shop.run('register', 'acme', '--yes', '--new-token')).toMatchObject({ status: 0 });
      expect([...shop.masonhub.callbacks.values()].map(({ token }) => token)).toEqual([
        'another-callback-token',
      ]);
    },
  );

  it('with --new-token ends with 1 where nobody can tell whether the new token has arrived', async () => {
    await using shop = await openShop();
    await shop.run('register', 'acme', '--yes');
    shop.masonhub.answerNext('callbacks', { body: [...shop.masonhub.callbacks.values()] }, 'drop');
    const { status, stdout } = await shop.run('register', 'acme', '--yes', '--new-token');
    expect(status).toBe(1);
    expect(stdout).toContain('✗ MasonHub: rmaEvent: MasonHub gave no answer');
  });

  it('where Loop refuses a trigger does the rest, says how to make it by hand, and ends with 1', async () => {
    await using shop = await openShop();
    const refusal = { status: 422, body: { message: 'Must be one of the following values:return,label' } };
    const asIs = { work: true, status: 200, body: {} };
    const list = { webhooks: [] };
    shop.loop.answerNext('webhooks', { body: list }, asIs, asIs, asIs, asIs, asIs, refusal);
    const { status, stdout } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `✗ Loop: return.processing.failed: Must be one of the following values:return,label. If it stays so, create it in Loop's admin, under Developer tools: topic return.processing, trigger return.processing.failed, ${webhookUrl}`,
    );
    expect(subscribed(shop)).toEqual(all('active').slice(0, 5));
    expect(shop.masonhub.callbacks.size).toBe(1);
  });

  it('where MasonHub says Failure under status 200 ends with 1', async () => {
    await using shop = await openShop();
    const failure = [{ id: 'x', status: 'Failure', messages: ['Callback url update failed.'] }];
    shop.masonhub.answerNext('callbacks', { work: true, body: [] }, { body: failure });
    const { status, stdout } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(1);
    expect(stdout).toContain('✗ MasonHub: rmaEvent: Callback url update failed.');
  });

  it('where MasonHub refuses to remove the one in the way says why, and ends with 1', async () => {
    await using shop = await openShop();
    await askMasonHub(shop, [{ url: callbackUrl, message_type: 'rmaEvent', api_version: '1.0' }]);
    const [id] = shop.masonhub.callbacks.keys();
    const deleted = [{ id, status: 'failed', error_message: 'Insufficient permissions' }];
    const list = [{ id, url: callbackUrl, message_type: 'rmaEvent', api_version: '1.0' }];
    const duplicate = {
      error: { code: 'DUPLICATE_CALLBACK', message: 'There', details: { existing_id: id } },
    };
    shop.masonhub.answerNext(
      'callbacks',
      { body: list },
      { status: 409, body: duplicate },
      { status: 207, body: { deleted } },
    );
    const { status, stdout } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(1);
    expect(stdout).toContain('✗ MasonHub: rmaEvent: Insufficient permissions.');
    expect([...shop.masonhub.callbacks.values()]).toMatchObject([{ id, api_version: '1.0' }]);
  });

  it('says at the end that callbacks are on hold', async () => {
    await using shop = await openShop();
    shop.masonhub.holds.add('rmaEvent');
    const { status, stdout } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(1);
    expect(stdout).toContain('rmaEvent is on hold');
    expect(stdout).toContain('acme is registered, but not ready');
  });

  it('finishes what a lost answer left open, without doing it twice', async () => {
    await using shop = await openShop();
    shop.loop.answerNext('webhooks', { body: { webhooks: [] } }, 'work-then-drop');
    expect(await shop.run('register', 'acme', '--yes')).toMatchObject({ status: 0 });
    expect(subscribed(shop)).toEqual(all('active'));
  });

  it.each(['loop', 'masonhub'] as const)('changes nothing where %s is down', async (vendor) => {
    await using shop = await openShop();
    const down = { status: 502, html: '<h1>Bad gateway</h1>' };
    if (vendor === 'loop') shop.loop.answerNext('webhooks', down);
    else shop.masonhub.answerNext('callbacks', down);
    const { status, stderr } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^merchant acme: (Loop|MasonHub) failed \(502\)\./);
    expect(changesIn(shop)).toEqual([]);
  });

  it('needs PUBLIC_URL, and every variable but the secret', async () => {
    await using shop = await openShop();
    shop.env['PUBLIC_URL'] = '';
    expect(await shop.run('register', 'acme', '--yes')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('PUBLIC_URL: it is not set. Set it to the https address'),
    });
    Object.assign(shop.env, {
      PUBLIC_URL: 'https://r.example.com',
      ACME_MASONHUB_TOKEN: '',
      ACME_LOOP_SECRET: '',
    });
    const { status, stderr } = await shop.run('register', 'acme', '--yes');
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `${shop.file}:9: merchant acme: masonhub.apiToken needs the environment variable ACME_MASONHUB_TOKEN, which is empty. Set it and start again.`,
    ]);
    expect(shop.loop.calls).toEqual([]);
  });
});
