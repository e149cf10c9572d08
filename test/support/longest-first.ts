import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Their tests start processes, servers or browsers of their own, and the longest of them take a minute. */
const long = /\/test\/(?:faults|engine|console|process|database|end-to-end|packaging)\//;

/**
 * Begins with what takes longest, so that nothing long is left to run alone at the end, and ends with the short
 * pure tests. Within each kind Vitest's own order counts: what took long the last time, else what is large.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ project, moduleId }: TestSpecification): number {
  if (project.name === 'pure') return 2;
  return long.test(moduleId) ? 0 : 1;
}
