import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { durationInMilliseconds } from './duration.ts';
import { ConfigurationError } from './errors.ts';
import { interpolate } from './interpolate.ts';
import { nearest } from './nearest.ts';
import { readWebAddress } from './web-address.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** MasonHub's `return_reason_code`s, all of them. */
export const REASON_CODES = ['tooBig', 'tooSmall', 'damaged', 'wrongItem', 'other'] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** MasonHub's `return_inventory_status`es, all of them. */
export const RECEIVE_INTO = ['available', 'qc', 'damaged', 'quarantine'] as const;
export type ReceiveInto = (typeof RECEIVE_INTO)[number];

/** Which of Loop's order fields becomes MasonHub's `customer_order_id`. */
export const ORDER_REFERENCES = ['none', 'order_name', 'order_number', 'provider_order_id'] as const;
export type OrderReference = (typeof ORDER_REFERENCES)[number];

export interface Merchant {
  /** The merchant's name in the service's URLs. */
  readonly slug: string;
  readonly loop: {
    readonly apiKey: string;
    /** At least one; a webhook signed with any of them is authentic. */
    readonly webhookSecrets: readonly string[];
    /** Without a trailing slash. */
    readonly apiUrl: string;
    /** Ids of Loop destinations, as text; `null`: every return goes to MasonHub. */
    readonly destinations: readonly string[] | null;
  };
  readonly masonhub: {
    readonly account: string;
    readonly apiToken: string;
    /** MasonHub sends it with every callback. */
    readonly callbackToken: string;
    /** Without a trailing slash. */
    readonly apiUrl: string;
    readonly orderReference: OrderReference;
    readonly receiveInto: ReceiveInto;
  };
  /** Whether refund messages may be sent. */
  readonly refunds: boolean;
  /** Whether a return may get an RMA without those of its items that have no usable SKU. */
  readonly partialRmas: boolean;
  /** Whether Loop is told what became of each received unit. */
  readonly dispositions: boolean;
  /** How far back the first pull from Loop reaches, in milliseconds. */
  readonly backfillMs: number;
  /** Keys as `normaliseReason` makes them. */
  readonly returnReasons: ReadonlyMap<string, ReasonCode>;
}

/** By slug. */
export type Merchants = ReadonlyMap<string, Merchant>;

// Loop versions its API by month; 2026-10 is the stable version that the client is written against.
const LOOP_API_URL = 'https://api.loopreturns.com/api/2026-10';
const LONGEST_BACKFILL = 365 * 86_400_000;
const EXAMPLE_FILE = 'merchants.example.yaml';

/**
 * Reads the merchants from their file's text. `${NAME}` inside a value reads the environment, after the YAML
 * is parsed, so that what a variable holds is always one value and never syntax.
 *
 * @param file the file's name, for the messages
 * @throws {ConfigurationError} every problem found, each with file:line, merchant, field and fix; secrets are
 *   never repeated
 */
export function parseMerchants(yamlText: string, env: NodeJS.ProcessEnv, file: string): Merchants {
  const yaml = parseYaml(yamlText, file, nameOf);
  const schemas = merchantsSchemas(env);
  const result = schemas.file.safeParse(yaml.value);
  if (!result.success) {
    const problems = result.error.issues.flatMap((issue) => explain(issue, yaml, schemas));
    const inOrder = problems.toSorted((one, other) => one.line - other.line);
    throw new ConfigurationError([...new Set(inOrder.map(({ line, text }) => `${file}:${line}: ${text}`))]);
  }
  return new Map(
    Object.entries(result.data.merchants ?? {}).map(([slug, written]) => [slug, toMerchant(slug, written)]),
  );
}

/**
 * Reads the merchants file.
 *
 * @param file its path, absolute or from the working directory
 * @throws {ConfigurationError} as `parseMerchants`, and when the file is missing or cannot be read
 */
export async function readMerchants(file: string, env: NodeJS.ProcessEnv): Promise<Merchants> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError([`${file}: ${whyUnreadable(cause)}`], { cause });
  }
  return parseMerchants(text, env, file);
}

/** The form in which Loop's reasons are compared: letter case and outer spaces do not matter. */
export function normaliseReason(text: string): string {
  return text.trim().toLowerCase();
}

function whyUnreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return code === 'ENOENT'
    ? `there is no such merchants file. Copy ${EXAMPLE_FILE} to it and fill it in, or set MERCHANTS_FILE to where yours is.`
    : `the merchants file cannot be read (${code}). Make it a file that the service's user may read, or set MERCHANTS_FILE to where yours is.`;
}

/** The file's shape, with the environment its values are read against. */
function merchantsSchemas(env: NodeJS.ProcessEnv) {
  const text = z
    .string({ error: unlessGiven("is not a text. Write a text; put 'true' and 'false' in quotes.") })
    .min(1, 'is empty. Write its value.')
    .transform((written, context) => {
      const result = interpolate(written, env);
      if ('text' in result) return result.text;
      for (const problem of result.problems) context.addIssue(problem);
      return z.NEVER;
    });

  // Both vendors' keys travel in HTTP headers, which carry visible ASCII; a line break comes of a careless copy.
  const headerToken = text.pipe(
    z
      .string()
      .regex(
        /^[\x21-\x7e]+$/,
        'has a space, a line break or a letter with an accent in it, which no token has. Copy it again.',
      ),
  );
  const secret = text.pipe(
    z
      .string()
      .refine(
        (value) => value === value.trim(),
        'starts or ends with a space or a line break. Copy it again.',
      ),
  );

  const apiUrl = text.transform((address, context) => {
    const reading = readWebAddress(address, ['http:', 'https:']);
    if ('address' in reading) return reading.address;
    context.addIssue(
      `${reading.problem}. Write the API's http or https address, or remove it for the default.`,
    );
    return z.NEVER;
  });

  /** One of the known words. A wrong one is not repeated in the message: it may come from the environment. */
  function oneOf<Word extends string>(words: readonly Word[]) {
    return text.transform((given, context) => {
      const word = words.find((known) => known === given);
      if (word !== undefined) return word;
      context.addIssue(
        `has a value that is not known; the nearest is ${nearest(given, words)}. Write one of ${words.join(', ')}.`,
      );
      return z.NEVER;
    });
  }

  const loop = z.strictObject(
    {
      apiKey: headerToken,
      webhookSecret: z.preprocess(
        (given) => (Array.isArray(given) ? given : [given]),
        z.array(secret).min(1, 'is an empty list. Write at least one secret.'),
      ),
      apiUrl: apiUrl.default(LOOP_API_URL),
      destinations: z
        .array(text, { error: unlessGiven('is not a list. Write the ids in brackets: [1042].') })
        .min(
          1,
          'is an empty list, so no return would go to MasonHub. List at least one, or remove it for all.',
        )
        .optional(),
    },
    { error: NOT_A_MAP },
  );

  const masonhub = z.strictObject(
    {
      // A part of the default address's path.
      account: text.pipe(
        z
          .string()
          .regex(
            /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
            "is not an account slug: letters, digits, '.', '_' and '-'. Write it as in MasonHub's address.",
          ),
      ),
      apiToken: headerToken,
      callbackToken: headerToken,
      apiUrl: apiUrl.optional(),
      orderReference: oneOf(ORDER_REFERENCES).default('none'),
      receiveInto: oneOf(RECEIVE_INTO).default('qc'),
    },
    { error: NOT_A_MAP },
  );

  const returnReasons = z
    .record(z.string(), oneOf(REASON_CODES), { error: NOT_A_MAP })
    .nullable()
    .default(null)
    .transform((written, context) => {
      const codes = new Map<string, ReasonCode>();
      for (const [reason, code] of Object.entries(written ?? {})) {
        const key = normaliseReason(reason);
        const known = codes.get(key);
        if (key === '') {
          context.addIssue({ code: 'custom', path: [reason], message: 'has no text. Write the reason.' });
        } else if (known !== undefined && known !== code) {
          context.addIssue({
            code: 'custom',
            path: [reason],
            message: `is ${code} here and ${known} above; case and outer spaces do not matter. Keep one of them.`,
          });
        }
        codes.set(key, code);
      }
      return codes;
    });

  // Refunds move money: only a plain true in the file itself turns them on.
  const yesOrNo = z
    .boolean(
      'is not true or false. Write true or false in the file itself, without quotes, not from the environment.',
    )
    .default(false);

  const merchant = z.strictObject(
    {
      loop,
      masonhub,
      refunds: yesOrNo,
      partialRmas: yesOrNo,
      dispositions: yesOrNo,
      backfill: text.default('14d').transform((written, context) => {
        const milliseconds = durationInMilliseconds(written);
        if (milliseconds !== null && milliseconds <= LONGEST_BACKFILL) return milliseconds;
        context.addIssue('is not a duration of up to 365 days. Write one such as 14d or 12h.');
        return z.NEVER;
      }),
      returnReasons,
    },
    { error: NOT_A_MAP },
  );

  const slug = z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      "is not a slug. Use 1 to 63 of a-z, 0-9 and '-', with no '-' at either end.",
    );
  const file = z.strictObject(
    { merchants: z.record(slug, merchant, { error: NOT_A_MAP }).nullable() },
    { error: `has no merchants. Begin it with \`merchants:\`; ${EXAMPLE_FILE} shows every field.` },
  );
  return { file, merchant, loop, masonhub };
}

type Schemas = ReturnType<typeof merchantsSchemas>;

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

const NOT_A_MAP = unlessGiven('is not a map. Write its fields as indented lines of `name: value` under it.');

/** A schema's message, where there is something: what is missing or empty has the same words everywhere. */
function unlessGiven(message: string) {
  return ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined) return `is missing. Add it; ${EXAMPLE_FILE} shows every field.`;
    return input === null ? 'is empty. Write its value.' : message;
  };
}

interface Problem {
  readonly line: number;
  readonly text: string;
}

/** What the schema found, in words: where it is, whose it is, what is wrong and the fix. */
function explain(issue: z.core.$ZodIssue, yaml: YamlFile, schemas: Schemas): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => explainUnknownKey([...issue.path, key], yaml, schemas));
  }
  const place = yaml.locate(issue.path);
  // A secret outside a list is validated as a list of one: its place there is not in the file.
  const inList = typeof issue.path.at(-1) === 'number' && place.path.length === issue.path.length;
  const path = inList ? issue.path : issue.path.filter((step) => typeof step !== 'number');
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [{ line: place.line, text: `${nameOf(path)} ${message}` }];
}

function explainUnknownKey(path: PropertyKey[], yaml: YamlFile, schemas: Schemas): Problem {
  const { line, keyHasColon } = yaml.locate(path);
  if (!keyHasColon) {
    return {
      line,
      text: `${nameOf(path.slice(0, -1))} has a key without a value. Put a value with a comma in it in quotes.`,
    };
  }
  const known = Object.keys(sectionAt(path.slice(0, -1), schemas).shape);
  return {
    line,
    text: `${nameOf(path)} is not a known key; the nearest is ${nearest(String(path.at(-1)), known)}. Rename or remove it.`,
  };
}

function sectionAt([root, , section]: PropertyKey[], schemas: Schemas) {
  if (root === undefined) return schemas.file;
  if (section === 'loop') return schemas.loop;
  return section === 'masonhub' ? schemas.masonhub : schemas.merchant;
}

/** A path in the file in a person's words: `merchant acme: loop.webhookSecret[0]`. */
function nameOf(path: readonly PropertyKey[]): string {
  const [root, slug, ...field] = path.map((step) =>
    typeof step === 'number' || /^[\w-]+$/.test(String(step)) ? step : JSON.stringify(String(step)),
  );
  if (root === undefined) return 'the file';
  if (root !== 'merchants' || slug === undefined) return String(root);
  const merchant = `merchant ${String(slug)}`;
  if (field.length === 0) return merchant;
  return `${merchant}: ${field.map(String).reduce((name, step, at) => (typeof field[at] === 'number' ? `${name}[${step}]` : `${name}.${step}`))}`;
}
