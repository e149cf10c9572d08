import { z } from 'zod';
import { ageingSchemas } from './ageing-schema.ts';
import { aDayMs } from './duration.ts';
import {
  KEPT_ITEMS,
  normaliseReason,
  ORDER_REFERENCES,
  REASON_CODES,
  RECEIVE_INTO,
  type ReasonCode,
} from './merchant.ts';
import { nearest } from './nearest.ts';
import type { OpenReasons } from './reasons-csv.ts';
import { receiptsSchemas } from './receipts-schema.ts';
import { duration, EXAMPLE_FILE, NOT_A_MAP, textFrom, unlessGiven, yesOrNo } from './schema-parts.ts';
import { headerWord } from './secrets.ts';
import { readWebAddress } from './web-address.ts';

// Loop versions its API by month; 2026-10 is the stable version that the client is written against.
export const LOOP_API_URL = 'https://api.loopreturns.com/api/2026-10';
const USUAL_BACKFILL = 14 * aDayMs;

/** The file's shape, with the environment its values are read against. */
export function merchantsSchemas(env: NodeJS.ProcessEnv, openReasons: OpenReasons) {
  const text = textFrom(env);

  // Both vendors' keys travel in HTTP headers; a line break comes of a careless copy.
  const headerToken = text.pipe(
    z
      .string()
      .regex(
        headerWord,
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

  const reasonMap = z
    .record(z.string(), oneOf(REASON_CODES), {
      error: unlessGiven(
        "is neither a map nor a CSV file's name. Write `reason: code` lines under it, or the name of a CSV file.",
      ),
    })
    .transform((written, context) => {
      const codes = new Map<string, ReasonCode>();
      for (const [reason, code] of Object.entries(written)) {
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
  const reasonFile = text.transform((name, context) => {
    const reading = openReasons(name);
    if ('codes' in reading) return reading.codes;
    if ('unreadable' in reading) context.addIssue(reading.unreadable);
    else {
      for (const { line, text: message } of reading.problems) {
        context.addIssue({ code: 'custom', message, params: { file: reading.file, line } });
      }
    }
    return z.NEVER;
  });
  const returnReasons = z
    .unknown()
    .optional()
    .transform((written, context): ReadonlyMap<string, ReasonCode> => {
      if (written === null || written === undefined) return new Map();
      const result = (typeof written === 'string' ? reasonFile : reasonMap).safeParse(written);
      if (result.success) return result.data;
      for (const issue of result.error.issues) {
        const { path, message } = issue;
        const params = (issue.code === 'custom' && issue.params) || {};
        context.addIssue({ code: 'custom', path, message, params });
      }
      return z.NEVER;
    });

  const receipts = receiptsSchemas(text);

  const merchant = z.strictObject(
    {
      loop,
      masonhub,
      refunds: yesOrNo,
      receipts: receipts.policy,
      partialRmas: yesOrNo,
      keptItems: oneOf(KEPT_ITEMS).default('expect'),
      dispositions: yesOrNo,
      backfill: duration(
        text,
        0,
        'is not a duration of up to 365 days. Write one such as 14d or 12h.',
      ).default(USUAL_BACKFILL),
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
  const ageing = ageingSchemas(text);
  const file = z.strictObject(
    { merchants: z.record(slug, merchant, { error: NOT_A_MAP }).nullable(), ageing: ageing.limits },
    { error: `has no merchants. Begin it with \`merchants:\`; ${EXAMPLE_FILE} shows every field.` },
  );
  const slugs = z.object({ merchants: z.record(z.string(), z.unknown()) });
  return { file, slugs, merchant, loop, masonhub, receipts: receipts.section, ageing: ageing.section };
}

export type Schemas = ReturnType<typeof merchantsSchemas>;
