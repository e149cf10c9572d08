import { z } from 'zod';
import { aDayMs, durationInMilliseconds } from './duration.ts';
import { interpolate } from './interpolate.ts';
import { nearest } from './nearest.ts';

export const EXAMPLE_FILE = 'merchants.example.yaml';
const LONGEST_DURATION = 365 * aDayMs;

/** A schema's message, where there is something: what is missing or empty has the same words everywhere. */
export function unlessGiven(message: string) {
  return ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined) return `is missing. Add it; ${EXAMPLE_FILE} shows every field.`;
    return input === null ? 'is empty. Write its value.' : message;
  };
}

export const NOT_A_MAP = unlessGiven(
  'is not a map. Write its fields as indented lines of `name: value` under it.',
);

/** @param name the key with where it is, in words */
export function unknownKey(name: string, key: string, known: readonly string[]): string {
  return `${name} is not a known key; the nearest is ${nearest(key, known)}. Rename or remove it.`;
}

/** A text, with what its `${NAME}`s name in the environment. */
export function textFrom(env: NodeJS.ProcessEnv) {
  return z
    .string({ error: unlessGiven("is not a text. Write a text; put 'true' and 'false' in quotes.") })
    .min(1, 'is empty. Write its value.')
    .transform((written, context) => {
      const result = interpolate(written, env);
      if ('text' in result) return result.text;
      for (const { text: message, unset } of result.problems) {
        context.addIssue({ code: 'custom', message, params: { unset } });
      }
      return z.NEVER;
    });
}
export type Text = ReturnType<typeof textFrom>;

/**
 * A duration of at most 365 days, in milliseconds.
 * @param problem what to say of everything else
 */
export function duration(text: Text, shortestMs: number, problem: string) {
  return text.transform((written, context) => {
    const milliseconds = durationInMilliseconds(written);
    if (milliseconds !== null && milliseconds >= shortestMs && milliseconds <= LONGEST_DURATION) {
      return milliseconds;
    }
    context.addIssue(problem);
    return z.NEVER;
  });
}

/** A switch that is off by default. Some move money: only a plain true in the file itself turns one on. */
export const yesOrNo = z
  .boolean(
    'is not true or false. Write true or false in the file itself, without quotes, not from the environment.',
  )
  .default(false);
