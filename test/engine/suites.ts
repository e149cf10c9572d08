/** Tests that are worth running on any engine, as they need one database at a time. */
export interface Suite {
  /** What they try, in a few words. */
  readonly name: string;
  readonly files: readonly string[];
  /** Whether they are also run where there is little time. */
  readonly isQuick: boolean;
}

export const suites: readonly Suite[] = [
  { name: 'jobs are queued with what calls for them', files: ['test/steps/queues.test.ts'], isQuick: true },
  {
    name: 'deliveries that come twice, or are read again',
    files: ['test/end-to-end/repeats.test.ts', 'test/http/replay.test.ts'],
    isQuick: false,
  },
  {
    name: 'a return from its webhook to its refund',
    files: [
      'test/end-to-end/round-trip.test.ts',
      'test/life/changes.test.ts',
      'test/life/processing.test.ts',
    ],
    isQuick: false,
  },
  {
    name: 'labels, parcels and what is missing in them',
    files: ['test/life/labels.test.ts', 'test/life/parcels.test.ts', 'test/life/notes.test.ts'],
    isQuick: false,
  },
  {
    name: 'several merchants at once',
    files: ['test/life/refusals.test.ts', 'test/life/receive-into.test.ts'],
    isQuick: false,
  },
  {
    name: 'what vendors are told, and what they answer',
    files: ['test/life/dispositions.test.ts', 'test/life/calls.test.ts'],
    isQuick: false,
  },
  { name: 'returns that only polls tell of', files: ['test/life/happy-returns.test.ts'], isQuick: false },
  {
    name: 'lists, searches and figures',
    files: ['test/returns/statistics.test.ts', 'test/http/ops-parcels.test.ts'],
    isQuick: true,
  },
  { name: 'the clean-up', files: ['test/steps/purge.test.ts'], isQuick: false },
];

/** Where there is little time, one run of Vitest for all of them. */
export const quickSuites: readonly Suite[] = [
  {
    name: 'jobs, lists, searches and figures',
    files: suites.filter(({ isQuick }) => isQuick).flatMap(({ files }) => files),
    isQuick: true,
  },
];
