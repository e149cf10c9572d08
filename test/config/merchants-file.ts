import { expect } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import { type Merchant, parseMerchants } from '../../src/config/merchants.ts';

/** The least that a merchant needs. Each part is text: a test replaces the line it is about. */
export const LOOP = ['apiKey: key', 'webhookSecret: secret'];
export const MASONHUB = ['account: acme', 'apiToken: token', 'callbackToken: callback'];

interface Parts {
  readonly slug?: string;
  readonly loop?: readonly string[];
  readonly masonhub?: readonly string[];
  readonly merchant?: readonly string[];
}

/** Line 1 is `merchants:`, 2 the slug, 3 `loop:`; with all left out, `masonhub:` is 6 and the rest begins at 10. */
export function file({ slug = 'acme', loop = LOOP, masonhub = MASONHUB, merchant = [] }: Parts = {}): string {
  return [
    'merchants:',
    `  ${slug}:`,
    '    loop:',
    ...loop.map((line) => `      ${line}`),
    '    masonhub:',
    ...masonhub.map((line) => `      ${line}`),
    ...merchant.map((line) => `    ${line}`),
    '',
  ].join('\n');
}

export function read(text: string, env: NodeJS.ProcessEnv = {}): Merchant {
  const [merchant] = parseMerchants(text, env, 'merchants.yaml').values();
  if (merchant === undefined) throw new Error('the file has no merchant');
  return merchant;
}

export function problemsOf(text: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    parseMerchants(text, env, 'merchants.yaml');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.message).toBe(error.problems.join('\n'));
    return error.problems;
  }
  return [];
}
