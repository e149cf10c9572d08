import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runNpmMerchants } from '../support/command.ts';
import { sectionOf } from '../support/pages.ts';
import { startProcess, temporaryFolder } from '../support/process.ts';
import { opsToken } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startVendors } from '../support/vendors.ts';

/** What the README says to run to set up a merchant. */
async function commandsInReadme(): Promise<string[]> {
  const section = await sectionOf('README.md', 'Set up a merchant');
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.match(/^npm .*$/gm) ?? []);
}

/** What follows `npm run merchants --` in one of them; the options that answer its questions are added to it. */
function argumentsOf(command = ''): string[] {
  const [, words = ''] = /^npm run merchants -- (.+)$/.exec(command) ?? [];
  expect(words, command).not.toBe('');
  return words.split(' ');
}

const publicUrl = 'https://returns.example.com';

it('three commands lead from an empty folder to a return that has been processed', async () => {
  const [add, register, start, ...more] = await commandsInReadme();
  expect(start).toBe('npm start');
  expect(more).toEqual([]);
  await using folder = await temporaryFolder();
  await using data = await temporaryFolder();
  const vendors = await startVendors('acme');
  const { loop, masonhub } = vendors;
  await using closing = new AsyncDisposableStack();
  closing.defer(() => vendors.close());
  const environment = {
    MERCHANTS_FILE: join(folder.path, 'merchants.yaml'),
    DATA_DIR: data.path,
    PUBLIC_URL: publicUrl,
    OPS_TOKEN: opsToken,
    ACME_LOOP_API_KEY: vendors.apiKey,
    ACME_LOOP_SECRET: vendors.webhookSecrets[0],
    ACME_MASONHUB_TOKEN: vendors.apiToken,
    ACME_CALLBACK_TOKEN: vendors.callbackToken,
  };

  const addresses = ['--loop-url', loop.url, '--masonhub-url', masonhub.url];
  const added = await runNpmMerchants([...argumentsOf(add), '--refunds', '--yes', ...addresses], environment);
  expect(added).toMatchObject({ status: 0, stderr: '' });
  const registered = await runNpmMerchants([...argumentsOf(register), '--yes'], environment);
  expect(registered).toMatchObject({ status: 0, stderr: '' });
  await using service = startProcess(folder.path, environment);
  const url = await service.untilListening();

  // In place of the proxy that the https address would lead to.
  const reach = (address: string) => address.replace(publicUrl, url);
  loop.followSubscriptions(reach);
  masonhub.followCallbacks(reach);
  const id = await loop.createReturn({ items: [{ sku: 'TEE-1' }, { sku: 'CAP-2' }] });
  await until(
    () => masonhub.rmas.has(id),
    () => `an RMA for return ${id}: ${service.stdout}`,
  );
  await masonhub.receive(id);
  await until(
    () => loop.returns.get(id)?.state === 'closed',
    () => `the refund of return ${id}: ${service.stdout}`,
  );
  await until(
    async () => {
      const answer = await fetch(`${url}/api/returns/acme/${id}`, {
        headers: { authorization: `Bearer ${opsToken}` },
      });
      return (await answer.text()).includes('"status":"processed"');
    },
    () => `return ${id} as processed: ${service.stdout}`,
  );
  expect(loop.returns.get(id)?.processedTimes).toBe(1);
  expect(loop.deliveries.map(({ trigger, status }) => `${trigger} ${status}`)).toEqual([
    'return.created 200',
    'return.closed 200',
  ]);
  expect(masonhub.answers.map(({ status }) => status)).toEqual([200]);
});
