import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Ran, runMerchants } from '../support/command.ts';
import { temporaryFolder } from '../support/process.ts';
import { type MerchantSpec, startVendors, type Vendors } from '../support/vendors.ts';

export const publicUrl = 'https://returns.example.com';
export const webhookUrl = `${publicUrl}/webhooks/loop/acme`;
export const callbackUrl = `${publicUrl}/callbacks/masonhub/acme`;

/** A merchant's vendors, a folder with a merchants file, and everything in the environment. */
export interface Shop extends AsyncDisposable {
  readonly vendors: Vendors;
  readonly loop: Vendors['loop'];
  readonly masonhub: Vendors['masonhub'];
  readonly folder: string;
  readonly file: string;
  /** May be changed before a run. */
  readonly env: Record<string, string>;
  /** Runs a command; what it prints holds no secret, and no line is wider than a usual terminal. */
  run(...args: string[]): Promise<Ran>;
  /** More of the entry, as indented lines. */
  writeEntry(more?: string, inLoop?: string): Promise<void>;
  content(): Promise<string>;
}

const widest = 80;

export async function openShop(spec: MerchantSpec = {}): Promise<Shop> {
  const closing = new AsyncDisposableStack();
  const folder = closing.use(await temporaryFolder());
  const vendors = await startVendors('acme', spec);
  closing.defer(() => vendors.close());
  const { loop, masonhub } = vendors;
  const secrets = {
    ACME_LOOP_API_KEY: vendors.apiKey,
    ACME_LOOP_SECRET: vendors.webhookSecrets[0],
    ACME_MASONHUB_TOKEN: vendors.apiToken,
    ACME_CALLBACK_TOKEN: vendors.callbackToken,
  };
  const file = join(folder.path, 'merchants.yaml');
  const env: Record<string, string> = { ...secrets, MERCHANTS_FILE: file, PUBLIC_URL: publicUrl };
  const writeEntry = (more = '', inLoop = '') =>
    writeFile(
      file,
      `merchants:
  acme:
    loop:
      apiKey: \${ACME_LOOP_API_KEY}
      webhookSecret: \${ACME_LOOP_SECRET}
      apiUrl: ${loop.url}
${inLoop}    masonhub:
      account: acme
      apiToken: \${ACME_MASONHUB_TOKEN}
      callbackToken: \${ACME_CALLBACK_TOKEN}
      apiUrl: ${masonhub.url}
${more}`,
    );
  await writeEntry();
  return {
    vendors,
    loop,
    masonhub,
    folder: folder.path,
    file,
    env,
    run: async (...args) => {
      const ran = await runMerchants(args, env);
      const shown = ran.stdout + ran.stderr;
      for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
      // A file's or an address's name is one word, however long.
      const lines = ran.stdout.split('\n').filter((line) => /\S\s+\S.*\S\s+\S/.test(line));
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(widest);
      return ran;
    },
    writeEntry,
    content: () => readFile(file, 'utf8'),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Which calls that change something the stand-ins received. */
export function changesIn({ loop, masonhub }: Pick<Shop, 'loop' | 'masonhub'>): string[] {
  return [...loop.calls, ...masonhub.calls]
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}
