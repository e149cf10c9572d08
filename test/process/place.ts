import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/process.ts';
import { returnBody } from '../support/return-body.ts';
import { opsToken } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type MerchantSpec, merchantsFileOf, startVendors } from '../support/vendors.ts';

/** A folder with a merchants file, the merchant's two vendors, and a database unless it is to be embedded. */
export async function place(spec: MerchantSpec = {}, databaseUrl: string | null = null) {
  const closing = new AsyncDisposableStack();
  const folder = closing.use(await temporaryFolder());
  const vendors = await startVendors('acme', spec);
  closing.defer(() => vendors.close());
  await writeFile(join(folder.path, 'merchants.yaml'), merchantsFileOf([vendors]));
  return {
    folder: folder.path,
    vendors,
    settings: { OPS_TOKEN: opsToken, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** @param as what is in the database: nothing, or what a start leaves there, so that the next one is quicker */
export async function placeWithDatabase(spec: MerchantSpec = {}, as: 'empty' | 'started' = 'empty') {
  const database = await freshDatabase(as);
  const made = await place(spec, database.url);
  return {
    ...made,
    [Symbol.asyncDispose]: async () => {
      await made[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

export async function returnAt(url: string, id: string) {
  const answer = await fetch(`${url}/api/returns/acme/${id}`, {
    headers: { authorization: `Bearer ${opsToken}` },
  });
  return answer.status === 404 ? null : returnBody.parse(await answer.json());
}

export const untilStatus = (url: string, id: string, status: string) =>
  until(
    async () => (await returnAt(url, id))?.status === status,
    async () => `return ${id} as ${status}; it is ${JSON.stringify(await returnAt(url, id))}`,
  );
