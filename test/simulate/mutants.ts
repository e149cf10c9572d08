/** A fault that is put into the service: text that takes the place of other text, which is there exactly once. */
export interface Mutant {
  readonly name: string;
  /** What goes wrong, as it was told when it was mended, or as it would be. */
  readonly harm: string;
  /** The commit that mended it; null where it never was in the code. */
  readonly mendedBy: string | null;
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}

const told = 'src/returns/told.ts';

/** Faults that there were, put back. */
const ofThePast: readonly Mutant[] = [
  {
    name: 'box locked before its return',
    harm: 'whoever hears of the label waits for the box, and whoever hears of the box waits for the return',
    mendedBy: 'aad2e8c',
    changes: [
      {
        file: 'src/steps/blind-parcels.ts',
        from: '  await lockReturns(trx, merchant, ids, now);\n  const held = new Set(ids);\n',
        to: '  const held = { has: (_: string) => now.getTime() > 0 };\n',
      },
    ],
  },
  {
    name: 'stale RMA answer',
    harm: 'the answer to an older RMA counts for the one that is wanted by now',
    mendedBy: '0922a91',
    changes: [
      {
        file: 'src/returns/record-rma.ts',
        from: 'return noted(after, lineOf(accepted), describeRma(rma));',
        to: "const now = facts.wanted?.kind === 'rma' ? facts.wanted.rma : rma; return noted({ ...after, sent: now, confirmed: now }, lineOf(accepted), describeRma(rma));",
      },
    ],
  },
  {
    name: 'late webhook opens a cancelled return',
    harm: 'a webhook from before the cancellation comes after it, and the return is open again',
    mendedBy: '2093a82',
    changes: [
      {
        file: told,
        from: '  if (isEarlier(next, known)) return true;\n  const opensAgain',
        to: '  if (Math.abs(1) === 1) return false;\n  const opensAgain',
      },
    ],
  },
  {
    name: 'old line items come back',
    harm: 'a webhook from before an edit comes after it, and its items take the place of the newer ones',
    mendedBy: '720c1b8',
    changes: [
      {
        file: told,
        from: 'return isBeforeDate(one.editedAt, other.editedAt) || isBeforeDate(one.updatedAt, other.editedAt);',
        to: 'return false;',
      },
      {
        file: told,
        from: 'if (mayBeOlder && !isBeforeDate(known.editedAt, told.editedAt)) {',
        to: 'if (mayBeOlder && Math.abs(1) === 2) {',
      },
    ],
  },
  {
    name: 'old labels come back',
    harm: 'a webhook from before the labels takes them off the return',
    mendedBy: '179e46c',
    changes: [
      {
        file: told,
        from: 'const labels = mergeLabels(known.labels, told.labels);',
        to: 'const labels = told.labels;',
      },
    ],
  },
  {
    name: 'deletion of an RMA is not noted',
    harm: 'the return is opened again before the answer, and its RMA is taken for still there',
    mendedBy: '6910edf',
    changes: [
      {
        file: 'src/returns/record-rma.ts',
        from: 'if (facts.sent !== null && facts.confirmed === null) return',
        to: 'if (Math.abs(1) === 1) return',
      },
    ],
  },
  {
    name: 'refund message sent again after a review',
    harm: 'Loop put the return into review after a request without an answer, and it is processed again',
    mendedBy: 'cc27b45',
    changes: [
      {
        file: 'src/vendors/loop/ask-unanswered.ts',
        from: "if (known.state === 'review' && unanswered.state !== 'review') {",
        to: "if (known.state === 'review' && unanswered.state === null) {",
      },
    ],
  },
  {
    name: 'lost reopening stays lost',
    harm: 'the webhook of a reopening is lost, and the pull does not open the return again',
    mendedBy: '80a0b07',
    changes: [
      {
        file: told,
        from: 'isEarlier(known, next) || (known.updatedAt === null && isBeforeDate(known.editedAt, next.updatedAt));',
        to: 'false;',
      },
    ],
  },
  {
    name: 'refund of what was added since',
    harm: 'the return has more items in Loop than its RMA asked for, and all of them are refunded',
    mendedBy: '33c4843',
    changes: [
      {
        file: 'src/returns/decide.ts',
        from: 'const change = whatLoopChanged(facts);',
        to: 'const change = Math.abs(1) === 1 ? null : whatLoopChanged(facts);',
      },
    ],
  },
  {
    name: 'late callback takes the receipt back',
    harm: 'a callback from before the last one comes after it, and its receipt takes the place of the newer one',
    mendedBy: '0c3e758',
    changes: [
      {
        file: 'src/returns/record-receipt.ts',
        from: 'if (isLate) {',
        to: 'if (Math.abs(1) === 2) {',
      },
    ],
  },
];

/** Faults that the simulation itself found. */
const ofTheSimulation: readonly Mutant[] = [
  {
    name: 'box that is found to be of another return too late',
    harm: 'several messages about one box lock its return after others, and two of them wait for each other',
    mendedBy: 'b0ce9aa',
    changes: [
      {
        file: 'src/steps/blind-parcels.ts',
        from: 'if (held.has(loopReturnId)) return;',
        to: 'if (Math.abs(1) === 1) return;',
      },
    ],
  },
  {
    name: 'claim of another taken for the end of the step',
    harm: 'the request of the other fails, its job is no longer its own, and nobody has the message any more',
    mendedBy: '3f495e1',
    changes: [
      {
        file: 'src/vendors/loop/send-messages.ts',
        from: "if (claimed === 'taken') return {",
        to: "if (claimed === 'taken') return Math.abs(1) === 1 ? done : {",
      },
    ],
  },
  {
    name: 'late answer takes back a newer RMA',
    harm: 'a worker that stood still takes the RMA that it once sent for the one that is there, and the parcel is held against that',
    mendedBy: '3477b86',
    changes: [
      {
        file: 'src/returns/record-rma.ts',
        from: 'const isLate = isOvertaken(facts, accepted);',
        to: 'const isLate = Math.abs(1) === 2;',
      },
    ],
  },
  {
    name: 'late refusal of an RMA that is there',
    harm: 'a worker that stood still has its request refused, and a return that has ended needs attention',
    mendedBy: '3477b86',
    changes: [
      {
        file: 'src/returns/record.ts',
        from: 'return isRmaSettled(facts) ? nothingNew(facts) :',
        to: 'return Math.abs(1) === 2 ? nothingNew(facts) :',
      },
    ],
  },
  {
    name: 'new beginning that comes too late',
    harm: 'who has waited long for another, and then finds that it has to begin anew, gives up instead',
    mendedBy: '9205c29',
    changes: [
      {
        file: 'src/database/retry.ts',
        from: 'const isInTime = error instanceof BeginAnew ||',
        to: 'const isInTime =',
      },
    ],
  },
  {
    name: 'late repeat taken for another receipt',
    harm: 'a callback that says what MasonHub, asked, has shown long before is told of as one that says otherwise',
    mendedBy: 'cb0e6d2',
    changes: [
      {
        file: 'src/returns/record-receipt.ts',
        from: 'const detail = isSameReceipt(earlier, told)',
        to: 'const detail = Math.abs(1) === 2',
      },
    ],
  },
  {
    name: "own RMA taken for another's",
    harm: 'an RMA whose answer was lost counts as opened by somebody else, and its good receipt without details for nothing',
    mendedBy: 'a1cc70f',
    changes: [
      {
        file: 'src/vendors/masonhub/rma-refusals.ts',
        from: "return plain(packageId) === plain(unanswered.packageId) ? 'service' : 'others';",
        to: "return plain(packageId) === plain(unanswered.packageId) ? 'unknown' : 'others';",
      },
    ],
  },
];

/** Faults as they are often made. */
const ofOurOwn: readonly Mutant[] = [
  {
    name: 'claim after the wire',
    harm: 'a process that dies in between leaves no trace of the message, and it is sent twice',
    mendedBy: null,
    changes: [
      {
        file: 'src/connections/connections.ts',
        from: 'if (beforeSending !== undefined && !(await isStillToBeSent(beforeSending, giveBack))) {',
        to: 'const sent = await options.callOf(key)(call);\n      if (beforeSending !== undefined && !(await isStillToBeSent(beforeSending, giveBack))) {',
      },
      {
        file: 'src/connections/connections.ts',
        from: 'const answer = await options.callOf(key)(call);',
        to: 'const answer = sent;',
      },
    ],
  },
  {
    name: 'watermark before the window',
    harm: 'a poll that fails has moved the watermark all the same, and what it was to find is never looked for',
    mendedBy: null,
    changes: [
      {
        file: 'src/vendors/loop/poll.ts',
        from: "const taken = await pollWindow(context, merchant, api, { from, to });\n    await moveWatermark(context, merchant.slug, 'loop', to);",
        to: "await moveWatermark(context, merchant.slug, 'loop', to);\n    const taken = await pollWindow(context, merchant, api, { from, to });",
      },
    ],
  },
  {
    name: 'missing lock',
    harm: 'two workers take one return through two events, and one of them is lost',
    mendedBy: null,
    changes: [{ file: 'src/returns-store/store.ts', from: '    .forUpdate()\n', to: '' }],
  },
  {
    name: 'lost wake-up',
    harm: 'the facts moved on while a step was under way, and its answer does not make it due again',
    mendedBy: null,
    changes: [
      {
        file: 'src/returns/lifecycle.ts',
        from: 'stepEndedBy(event) === step || !wasDue.includes(step)',
        to: '!wasDue.includes(step)',
      },
    ],
  },
  {
    name: 'duplicate key dropped',
    harm: 'a delivery that comes twice is taken for two',
    mendedBy: null,
    changes: [
      {
        file: 'src/vendors/loop/delivery.ts',
        from: "const key = createHash('sha256').update(body).digest('hex');",
        to: "const key = createHash('sha256').update(body).update(String(Date.now())).digest('hex');",
      },
    ],
  },
];

export const mutants: readonly Mutant[] = [...ofThePast, ...ofTheSimulation, ...ofOurOwn];
