import { ConfigurationError } from '../config/errors.ts';
import {
  describeProblems,
  type Entries,
  type Entry,
  type Merchant,
  parseEntries,
  readMerchantsText,
  reasonFilesBeside,
} from '../config/merchants.ts';
import { nearest } from '../config/nearest.ts';

/**
 * A merchant on the way to being set up: all is right with the entry, but some of its environment variables
 * may not be there yet. What hangs on one of those must not be used.
 */
export interface MerchantInSetup {
  readonly merchant: Merchant;
  readonly unset: readonly { readonly field: string; readonly variable: string }[];
}

/** What no vendor is ever sent. */
const placeholder = 'not-set';

/** A merchants file's text, read entry by entry. */
export interface OpenedFile {
  readonly file: string;
  readonly entries: Entries;
  /** The entry, where nothing but environment variables is missing; null where the entry is wrong. */
  inSetup(entry: Entry): MerchantInSetup | null;
}

/** @throws {ConfigurationError} when the file is missing, cannot be read or is not valid YAML */
export async function openMerchantsFile(file: string, env: NodeJS.ProcessEnv): Promise<OpenedFile> {
  const text = await readMerchantsText(file);
  const parse = (variables: NodeJS.ProcessEnv) =>
    parseEntries(text, variables, file, reasonFilesBeside(file));
  return {
    file,
    entries: parse(env),
    inSetup: ({ slug, merchant, problems }) => {
      if (merchant !== null) return { merchant, unset: [] };
      const unset = problems.flatMap(({ unset: variable, path }) =>
        variable === null ? [] : [{ field: fieldOf(path), variable }],
      );
      if (unset.length < problems.length) return null;
      const filled = Object.fromEntries(unset.map(({ variable }) => [variable, placeholder]));
      const found = parse({ ...env, ...filled }).entries.find((entry) => entry.slug === slug)?.merchant;
      return found === null || found === undefined ? null : { merchant: found, unset };
    },
  };
}

/** @throws {ConfigurationError} naming the nearest merchant that is there */
export function findEntry({ file, entries: { entries, problems } }: OpenedFile, slug: string): Entry {
  const found = entries.find((entry) => entry.slug === slug);
  if (found !== undefined) return found;
  if (problems.length > 0) throw new ConfigurationError(describeProblems(problems, file));
  const near = nearest(
    slug,
    entries.map((entry) => entry.slug),
  );
  const hint =
    near === undefined
      ? `It has none yet: npm run merchants -- add ${slug}`
      : `The nearest is ${near}; npm run merchants -- add ${slug} adds it.`;
  throw new ConfigurationError([`${file}: there is no merchant ${slug}. ${hint}`]);
}

/** Whether a vendor can be asked; `secret` is the field that only the service at work needs. */
export function canAsk({ unset }: MerchantInSetup, vendor: 'loop' | 'masonhub'): boolean {
  const unneeded = { loop: 'loop.webhookSecret', masonhub: 'masonhub.callbackToken' }[vendor];
  return unset.every(({ field }) => !field.startsWith(`${vendor}.`) || field === unneeded);
}

/** The path in the entry without list positions: `loop.webhookSecret`. */
function fieldOf([, , ...field]: readonly PropertyKey[]): string {
  return field
    .filter((step) => typeof step !== 'number')
    .map(String)
    .join('.');
}
