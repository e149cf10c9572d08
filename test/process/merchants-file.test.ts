import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '../support/database.ts';
import { type ServiceProcess, startProcess, temporaryFolder } from '../support/process.ts';
import { returnBody } from '../support/return-body.ts';
import { opsToken } from '../support/service.ts';
import { until } from '../support/until.ts';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';

const authorization = { authorization: `Bearer ${opsToken}` };
const takenUp = 'the merchants file was taken up';

/** A running process, with `acme` in its merchants file, and another merchant's vendors. */
async function startPlace() {
  const closing = new AsyncDisposableStack();
  const folder = closing.use(await temporaryFolder());
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const [acme, zenith] = [await startVendors('acme', { refunds: false }), await startVendors('zenith', {})];
  closing.defer(() => acme.close());
  closing.defer(() => zenith.close());
  const write = async (text: string) => {
    await writeFile(join(folder.path, 'next.yaml'), text);
    await rename(join(folder.path, 'next.yaml'), join(folder.path, 'merchants.yaml'));
  };
  await write(merchantsFileOf([acme]));
  const service = closing.use(startProcess(folder.path, { OPS_TOKEN: opsToken, DATABASE_URL: database.url }));
  const url = await service.untilListening();
  for (const vendors of [acme, zenith]) vendors.sendTo(url);
  return { acme, zenith, write, service, url, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

const knock = async (url: string, slug: string) =>
  (
    await fetch(`${url}/webhooks/loop/${slug}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
  ).status;
const ready = async (url: string) => {
  const answer = await fetch(`${url}/health/ready`);
  expect(answer.status).toBe(200);
  return z.looseObject({ merchantsFile: z.string().optional() }).parse(await answer.json());
};
const metricsOf = async (url: string) => (await fetch(`${url}/metrics`, { headers: authorization })).text();

async function untilStatus(url: string, { slug }: Vendors, id: string, status: string): Promise<void> {
  const read = async () => {
    const answer = await fetch(`${url}/api/returns/${slug}/${id}`, { headers: authorization });
    return answer.status === 200 ? returnBody.parse(await answer.json()).status : null;
  };
  await until(
    async () => (await read()) === status,
    async () => `return ${id} as ${status}; it is ${await read()}`,
  );
}

const untilLogged = (service: ServiceProcess, text: string, times = 1) =>
  until(
    () => service.stdout.split(text).length > times,
    () => `${text} in ${service.stdout}${service.stderr}`,
  );

describe.concurrent('the merchants file of a running process', () => {
  it('is taken up when it changes: a new merchant’s endpoint opens, and their first return goes through', async () => {
    await using here = await startPlace();
    const { acme, zenith, write, url } = here;
    expect(await knock(url, 'zenith')).toBe(404);
    await write(merchantsFileOf([acme, zenith]));
    await until(
      async () => (await knock(url, 'zenith')) === 401,
      () => `zenith's endpoint; ${here.service.stdout}`,
    );
    const id = await zenith.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilStatus(url, zenith, id, 'open');
    await zenith.masonhub.receive(id);
    await untilStatus(url, zenith, id, 'processed');
    const other = await acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilStatus(url, acme, other, 'open');
    expect(await here.service.stop()).toEqual({ code: 0, signal: null });
  });

  it('says how long a return may stand still, also when that changes', async () => {
    await using here = await startPlace();
    const { acme, write, url } = here;
    const id = await acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilStatus(url, acme, id, 'open');
    const overdue = async () => {
      const answer = await fetch(`${url}/api/returns?overdue=label`, { headers: authorization });
      return answer.text();
    };
    expect(await overdue()).toBe('{"returns":[],"nextCursor":null}');
    await write(JSON.stringify({ ...JSON.parse(merchantsFileOf([acme])), ageing: { label: '1s' } }));
    await until(
      async () => (await overdue()).includes(`"loopReturnId":"${id}"`),
      () => `the return as overdue; ${here.service.stdout}`,
    );
    // What is logged comes through a pipe, which the answer can overtake.
    await untilLogged(here.service, 'the ageing limits were taken up');
  });

  it('is refused when it is broken: all goes on as before, the health says so, and the log says what is wrong', async () => {
    await using here = await startPlace();
    const { acme, write, service, url } = here;
    await write(`merchants:\n  acme:\n    masonhb: {}\n`);
    const { merchantsFile = '' } = await until(
      async () => {
        const now = await ready(url);
        return now.merchantsFile !== undefined && now;
      },
      () => `a refusal; ${service.stdout}`,
    );
    expect(merchantsFile).toBe('The merchants file cannot be used. The log says why.');
    await untilLogged(service, 'the merchants file is refused');
    const line = service.stdout.split('\n').find((one) => one.includes('the merchants file is refused'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 50,
      problem: expect.stringContaining('merchants.yaml:3: merchant acme: masonhb is not a known key'),
    });
    await until(
      async () => (await metricsOf(url)).includes('\nmasonhub_loop_merchants_file_valid 0\n'),
      () => 'the metric',
    );
    const id = await acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
    await untilStatus(url, acme, id, 'open');

    await write(merchantsFileOf([acme]));
    await until(
      async () => (await ready(url)).merchantsFile === undefined,
      () => 'the mended file',
    );
    expect(service.stdout.split('the merchants file is refused')).toHaveLength(2);
    await until(
      async () => (await metricsOf(url)).includes('\nmasonhub_loop_merchants_file_valid 1\n'),
      () => 'the metric',
    );
  });

  it('is read at once on SIGHUP, which does not end the process; refunds that it allows are sent', async () => {
    await using here = await startPlace();
    const { acme, write, service, url } = here;
    const [held, refunded] = [
      await acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] }),
      await acme.loop.createReturn({ items: [{ sku: 'TEE-1' }] }),
    ];
    for (const id of [held, refunded]) await untilStatus(url, acme, id, 'open');
    await acme.masonhub.receive(held);
    await untilStatus(url, acme, held, 'held');
    const entry = { ...z.looseObject({}).parse(acme.entry), refunds: true };
    await write(merchantsFileOf([{ ...acme, entry }]));
    service.send('SIGHUP');
    await untilLogged(service, takenUp);
    await acme.masonhub.receive(refunded);
    await untilStatus(url, acme, refunded, 'processed');
    await untilStatus(url, acme, held, 'held');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
