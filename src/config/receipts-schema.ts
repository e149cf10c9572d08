import { z } from 'zod';
import { defaultReceiptPolicy, NEVER_GOOD, type ReceiptPolicy } from './receipt-policy.ts';
import { duration, NOT_A_MAP, type Text, unlessGiven, yesOrNo } from './schema-parts.ts';

const A_SECOND = 1_000;
const NOT_A_LIST = unlessGiven('is not a list. Write the words in brackets: [available].');

/**
 * A merchant's `receipts`: the section as it is written, and the policy that it makes. Any word may be a
 * disposition, as MasonHub brings out new ones.
 */
export function receiptsSchemas(text: Text) {
  // Like MasonHub's words in a receipt, these are compared in lower case.
  const word = text
    .transform((written) => written.trim().toLowerCase())
    .pipe(z.string().min(1, 'is empty. Write its value.'));
  const goodWord = word.refine(
    (given) => !NEVER_GOOD.includes(given),
    `is one of ${NEVER_GOOD.join(', ')}, and no money is ever sent for those. Remove it.`,
  );

  const section = z
    .strictObject(
      {
        refund: z
          .array(goodWord, { error: NOT_A_LIST })
          .min(
            1,
            'is an empty list, so no return would be refunded. List at least one, or remove it for the default.',
          )
          .optional(),
        wait: z.array(word, { error: NOT_A_LIST }).optional(),
        waitFor: duration(
          text,
          A_SECOND,
          'is not a duration from 1s to 365d. Write one such as 7d or 12h.',
        ).default(defaultReceiptPolicy.waitForMs),
        secondParcelFor: duration(
          text,
          0,
          'is not a duration from 0d to 365d. Write one such as 14d; 0d waits for no other parcel.',
        ).default(defaultReceiptPolicy.secondParcelForMs),
        trustRequestedStatus: yesOrNo,
      },
      { error: NOT_A_MAP },
    )
    .superRefine((written, context) => {
      for (const problem of wordsInBoth(written)) context.addIssue({ code: 'custom', ...problem });
    });

  const policy = section
    .transform(
      ({ refund, wait, waitFor, secondParcelFor, trustRequestedStatus }): ReceiptPolicy => ({
        refund: [...new Set(refund ?? defaultReceiptPolicy.refund)],
        wait: [...new Set(wait ?? defaultReceiptPolicy.wait)],
        waitForMs: waitFor,
        secondParcelForMs: secondParcelFor,
        trustRequestedStatus,
      }),
    )
    .default(defaultReceiptPolicy);

  return { section, policy };
}

interface WrittenLists {
  readonly refund?: readonly string[] | undefined;
  readonly wait?: readonly string[] | undefined;
}

/** Words that the other list has too; a list that is left out has its default. */
function wordsInBoth(written: WrittenLists): { path: PropertyKey[]; message: string }[] {
  const [name, other] =
    written.wait === undefined ? (['refund', 'wait'] as const) : (['wait', 'refund'] as const);
  const others = written[other] ?? defaultReceiptPolicy[other];
  const message =
    written[other] === undefined
      ? `is in ${other} too, which is [${others.join(', ')}] where it is left out. Remove it here, or write ${other} without it.`
      : `is in ${other} too, and no unit is both good and undecided. Keep it in one of them.`;
  return (written[name] ?? []).flatMap((word, at) =>
    others.includes(word) ? [{ path: [name, at], message }] : [],
  );
}
