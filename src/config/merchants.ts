import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { AgeingLimits } from './ageing.ts';
import { ConfigurationError } from './errors.ts';
import { secretFilesNamedIn } from './interpolate.ts';
import type { Merchant, Merchants } from './merchant.ts';
import { explain, type FileProblem, nameOf } from './merchants-problems.ts';
import { merchantsSchemas, type Schemas } from './merchants-schema.ts';
import { type OpenReasons, readReasonsCsv } from './reasons-csv.ts';
import { EXAMPLE_FILE } from './schema-parts.ts';
import { parseYaml } from './yaml-file.ts';

export {
  KEPT_ITEMS,
  type KeptItems,
  type Merchant,
  type Merchants,
  normaliseReason,
  ORDER_REFERENCES,
  type OrderReference,
  REASON_CODES,
  RECEIVE_INTO,
  type ReasonCode,
  type ReceiveInto,
} from './merchant.ts';

/** A merchant's entry in the file: usable, or with what is wrong with it. */
export interface Entry {
  readonly slug: string;
  readonly merchant: Merchant | null;
  readonly problems: readonly FileProblem[];
}

/** What a merchants file says, entry by entry. */
export interface Entries {
  readonly entries: readonly Entry[];
  /** How long a return may stand still, of whichever merchant; null where the file has a problem. */
  readonly ageing: AgeingLimits | null;
  /** What is wrong beside the entries. */
  readonly problems: readonly FileProblem[];
}

/** What a merchants file says, all of it usable. */
export interface MerchantsFile {
  readonly merchants: Merchants;
  /** How long a return may stand still, of whichever merchant. */
  readonly ageing: AgeingLimits;
}

/** The merchants alone of what `parseMerchantsFile` reads. */
export function parseMerchants(...args: Parameters<typeof parseMerchantsFile>): Merchants {
  return parseMerchantsFile(...args).merchants;
}

/**
 * Reads the merchants file's text. `${NAME}` inside a value reads the environment, after the YAML
 * is parsed, so that what a variable holds is always one value and never syntax.
 *
 * @param file the file's name, for the messages
 * @param openReasons reads the CSV files that `returnReasons` names
 * @throws {ConfigurationError} every problem found, each with file:line, merchant, field and fix; secrets are
 *   never repeated
 */
export function parseMerchantsFile(
  yamlText: string,
  env: NodeJS.ProcessEnv,
  file: string,
  openReasons: OpenReasons = noReasonFiles,
): MerchantsFile {
  const { entries, ageing, problems } = parseEntries(yamlText, env, file, openReasons);
  const all = [...problems, ...entries.flatMap((entry) => entry.problems)];
  if (all.length > 0 || ageing === null) throw new ConfigurationError(describeProblems(all, file));
  const merchants = new Map(
    entries.flatMap(({ slug, merchant }) => (merchant === null ? [] : [[slug, merchant]])),
  );
  return { merchants, ageing };
}

/**
 * The same entry by entry, so that one merchant's missing variable does not hide the others.
 * @throws {ConfigurationError} only where the text is not valid YAML
 */
export function parseEntries(
  yamlText: string,
  env: NodeJS.ProcessEnv,
  file: string,
  openReasons: OpenReasons,
): Entries {
  const yaml = parseYaml(yamlText, file, nameOf);
  const schemas = merchantsSchemas(env, openReasons);
  const result = schemas.file.safeParse(yaml.value);
  if (result.success) {
    const entries = Object.entries(result.data.merchants ?? {}).map(([slug, written]) => ({
      slug,
      merchant: toMerchant(slug, written),
      problems: [],
    }));
    return { entries, ageing: result.data.ageing, problems: [] };
  }
  const all = result.error.issues.flatMap((issue) => explain(issue, yaml, schemas));
  const bySlug = Map.groupBy(all, ({ path: [root, slug] }) =>
    root === 'merchants' && slug !== undefined ? String(slug) : null,
  );
  const written = schemas.slugs.safeParse(yaml.value).data?.merchants ?? {};
  const entries = Object.entries(written).map(([slug, entry]) => {
    const merchant = bySlug.has(slug) ? undefined : schemas.merchant.safeParse(entry).data;
    return {
      slug,
      merchant: merchant === undefined ? null : toMerchant(slug, merchant),
      problems: bySlug.get(slug) ?? [],
    };
  });
  return { entries, ageing: null, problems: bySlug.get(null) ?? [] };
}

/** Problems as a person reads them, each once, in the order of the file. */
export function describeProblems(problems: readonly FileProblem[], file: string): string[] {
  const inOrder = problems.toSorted((one, other) => one.line - other.line);
  return [...new Set(inOrder.map((problem) => `${problem.file ?? file}:${problem.line}: ${problem.text}`))];
}

/** What was read, and every file that it was read from: the merchants file, CSV files and files with secrets. */
export interface ReadMerchants extends MerchantsFile {
  readonly files: readonly string[];
}

/**
 * Reads the merchants file, the CSV files that it names, and the files that hold its secrets.
 *
 * @param file its path, absolute or from the working directory
 * @throws {ConfigurationError} as `parseMerchants`, and when the file is missing or cannot be read
 */
export async function readMerchants(file: string, env: NodeJS.ProcessEnv): Promise<ReadMerchants> {
  const text = await readMerchantsText(file);
  const files = new Set([file, ...secretFilesNamedIn(text, env)]);
  const open = reasonFilesBeside(file);
  const read = parseMerchantsFile(text, env, file, (name) => {
    files.add(resolve(dirname(file), name));
    return open(name);
  });
  return { ...read, files: [...files] };
}

/** @throws {ConfigurationError} when the file is missing or cannot be read */
export async function readMerchantsText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError([`${file}: ${whyUnreadable(cause)}`], { cause });
  }
}

/** Opens CSV files of return reasons by their names relative to the merchants file. */
export function reasonFilesBeside(merchantsFile: string): OpenReasons {
  return (name) => {
    try {
      const reading = readReasonsCsv(readFileSync(resolve(dirname(merchantsFile), name)));
      return 'codes' in reading ? reading : { ...reading, file: name };
    } catch (cause) {
      const why =
        codeOf(cause) === 'ENOENT'
          ? 'names a CSV file that is not there'
          : `names a CSV file that cannot be read (${codeOf(cause)})`;
      return { unreadable: `${why}. Its name is relative to the merchants file's folder.` };
    }
  };
}

const noReasonFiles: OpenReasons = () => ({ unreadable: 'names a file, and files cannot be read here.' });

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
}

function whyUnreadable(cause: unknown): string {
  const code = codeOf(cause);
  return code === 'ENOENT'
    ? `there is no such merchants file. Copy ${EXAMPLE_FILE} to it and fill it in, or set MERCHANTS_FILE to where yours is.`
    : `the merchants file cannot be read (${code}). Make it a file that the service's user may read, or set MERCHANTS_FILE to where yours is.`;
}

function toMerchant(
  slug: string,
  { loop, masonhub, backfill, ...rest }: z.infer<Schemas['merchant']>,
): Merchant {
  return {
    slug,
    backfillMs: backfill,
    loop: {
      apiKey: loop.apiKey,
      webhookSecrets: loop.webhookSecret,
      apiUrl: loop.apiUrl,
      destinations: loop.destinations ?? null,
    },
    masonhub: {
      ...masonhub,
      apiUrl: masonhub.apiUrl ?? `https://app.masonhub.co/${masonhub.account}/api/v1`,
    },
    ...rest,
  };
}
