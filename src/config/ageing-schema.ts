import { z } from 'zod';
import { type AgeingLimits, type AgeingStage, defaultAgeingLimits } from './ageing.ts';
import { duration, NOT_A_MAP, type Text } from './schema-parts.ts';

const A_SECOND = 1_000;

/** The file's `ageing`: the section as it is written, and the limits that it makes. */
export function ageingSchemas(text: Text) {
  const limit = (stage: AgeingStage) =>
    duration(text, A_SECOND, 'is not a duration from 1s to 365d. Write one such as 3d or 12h.').default(
      defaultAgeingLimits[stage],
    );
  const section = z.strictObject(
    {
      label: limit('label'),
      dock: limit('dock'),
      receiving: limit('receiving'),
      inspection: limit('inspection'),
      processing: limit('processing'),
      flagged: limit('flagged'),
    } satisfies Record<AgeingStage, z.ZodType<number>>,
    { error: NOT_A_MAP },
  );
  const limits = section.transform((written): AgeingLimits => written).default(defaultAgeingLimits);
  return { section, limits };
}
