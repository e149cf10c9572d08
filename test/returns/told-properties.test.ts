import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { record } from '../../src/returns/record.ts';
import type { Return } from '../../src/returns/return.ts';
import { merchantWith, returnWith } from './fixtures.ts';
import {
  answerOf,
  anyEditedHistory,
  anyEndedHistory,
  labelWebhooksOf,
  type Moment,
  type Told,
  updatedAnswerOf,
  webhookOf,
} from './history.ts';

const merchant = merchantWith();

function end(told: readonly Told[]): Return {
  let facts = returnWith({}, { loop: null });
  for (const event of told) facts = record(facts, event, merchant).after;
  return facts;
}

/** What matters of a return: where it stands, what is in it, and what MasonHub is asked to hold. */
function known({ loop, wanted }: Return) {
  return { state: loop?.state, items: loop?.items, heardOpen: loop?.heardOpen, wanted };
}

function isAnswer(told: Told): boolean {
  return told.kind === 'loopReturn' && told.heardBy === 'answer';
}

/** Webhooks come in whatever order; answers, which were asked for one after the other, keep theirs. */
function anyArrival(told: readonly Told[]): fc.Arbitrary<readonly Told[]> {
  return fc.shuffledSubarray([...told], { minLength: told.length }).map((shuffled) => {
    const answers = told.filter(isAnswer).values();
    return shuffled.map((one) => (isAnswer(one) ? (answers.next().value ?? one) : one));
  });
}

/** Some of what is told of a history: in order, and as it arrives. */
function anyCourse(
  histories: fc.Arbitrary<readonly Moment[]>,
  toldOf: (moment: Moment) => readonly Told[],
): fc.Arbitrary<{ last: Moment; straight: readonly Told[]; arrived: readonly Told[] }> {
  return histories.chain((moments) => {
    const last = moments.at(-1);
    if (last === undefined) throw new Error('a history has no moments');
    return fc
      .subarray(moments.flatMap(toldOf))
      .chain((straight) => anyArrival(straight).map((arrived) => ({ last, straight, arrived })));
  });
}

const everyWay = (moment: Moment): Told[] => [
  webhookOf(moment),
  answerOf(moment),
  ...labelWebhooksOf(moment),
];

describe('what is known of a return', () => {
  test('does not depend on the order in which webhooks come, and of labels, and between which answers', () => {
    fc.assert(
      fc.property(anyCourse(anyEditedHistory, everyWay), ({ straight, arrived }) => {
        expect(known(end(arrived))).toEqual(known(end(straight)));
      }),
      { numRuns: 1500 },
    );
  });

  test.each([
    ['webhook', webhookOf],
    ['answer', answerOf],
  ] as const)('is as the last %s has it, whatever comes after it', (_, tell) => {
    const courses = anyCourse(anyEditedHistory, everyWay).chain(({ last, straight }) =>
      anyArrival([...straight, tell(last)]).map((arrived) => ({ last, arrived })),
    );
    fc.assert(
      fc.property(courses, ({ last, arrived }) => {
        expect(known(end(arrived))).toMatchObject({ state: last.state, items: last.items });
      }),
      { numRuns: 1500 },
    );
  });

  /** An answer without the date of the last edit leaves open whether a webhook was told before it or after. */
  test('has the items of the last moment also where answers do not tell when the return was edited', () => {
    const courses = anyCourse(anyEditedHistory, (moment) => [...everyWay(moment), updatedAnswerOf(moment)]);
    fc.assert(
      fc.property(courses, ({ straight, arrived }) => {
        expect(known(end(arrived)).items).toEqual(known(end(straight)).items);
      }),
      { numRuns: 1500 },
    );
  });

  /** Webhooks cannot tell a change of the state alone from what was before it; an end is never taken back for one. */
  test('ends where Loop ends it without an edit, whichever webhooks from before come late', () => {
    const courses = anyEndedHistory.chain((moments) => {
      const [last] = moments.slice(-1);
      if (last === undefined) throw new Error('a history has no moments');
      const before = moments.flatMap((moment) => [webhookOf(moment), ...labelWebhooksOf(moment)]);
      const endTold = fc.constantFrom(webhookOf(last), answerOf(last));
      return fc
        .tuple(fc.subarray(before), endTold)
        .chain(([some, told]) => anyArrival([...some, told]).map((arrived) => ({ last, arrived })));
    });
    fc.assert(
      fc.property(courses, ({ last, arrived }) => {
        expect(known(end(arrived)).state).toBe(last.state);
      }),
      { numRuns: 1500 },
    );
  });
});
