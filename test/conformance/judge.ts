import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { z } from 'zod';
import type { RequestDescription, Schema } from './corpus.ts';
import type { Recorded } from './recorder.ts';

/** Holds requests against what a vendor describes. */
export interface Judge {
  /** Everything that is wrong with a request; an empty list where the vendor describes it so. */
  problemsOf(request: Recorded): readonly string[];
  /** The name of the description that a request is of; null where the vendor describes none such. */
  nameOf(request: Recorded): string | null;
}

const aDay = 86_400_000;
const window = z.object({ from: z.string(), to: z.string() });

/**
 * @param base what stands before every path: the version, or the account
 * @param headers what every request carries
 */
export function judgeOf(base: RegExp, headers: Schema, descriptions: readonly RequestDescription[]): Judge {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
  formats.default(ajv);
  ajv.addKeyword({
    keyword: 'longestWindowInDays',
    type: 'object',
    validate: (days: number, query: unknown) => {
      const { data } = window.safeParse(query);
      return data === undefined || Date.parse(data.to) - Date.parse(data.from) <= days * aDay;
    },
  });
  const none = { type: 'null' };
  const checks = descriptions.map((description) => ({
    description,
    query: ajv.compile(description.query ?? { type: 'object', maxProperties: 0 }),
    body: ajv.compile(description.body ?? none),
  }));
  const checkHeaders = ajv.compile(headers);
  const find = ({ method, path }: Recorded) =>
    checks.find(
      ({ description }) =>
        description.method === method && base.test(path) && description.path.test(path.replace(base, '')),
    );
  return {
    nameOf: (request) => find(request)?.description.name ?? null,
    problemsOf: (request) => {
      const shown = `${request.method} ${request.path}`;
      const check = find(request);
      if (check === undefined) return [`${shown}: no page describes it`];
      const { published } = check.description;
      return [
        ['headers', checkHeaders, request.headers] as const,
        ['query', check.query, request.query] as const,
        ['body', check.body, request.body ?? null] as const,
      ].flatMap(([part, validate, value]) =>
        validate(value)
          ? []
          : [`${shown}: ${part}: ${ajv.errorsText(validate.errors?.slice(0, 2))} (${published})`],
      );
    },
  };
}
