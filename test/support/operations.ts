import { defaultAgeingLimits } from '../../src/config/ageing.ts';
import type { Operations } from '../../src/operations/operations.ts';

/** Operations of a service that has no merchants and no returns, for tests that are about something else. */
export function emptyOperations(overrides: Partial<Operations> = {}): Operations {
  return {
    merchants: new Map(),
    merchantsProblem: () => null,
    operatorsProblem: () => null,
    readiness: async () => [],
    connections: async () => [],
    unstored: () => [],
    backlog: async () => [],
    returns: async () => ({ returns: [], next: null }),
    causes: async () => [],
    ageingLimits: () => defaultAgeingLimits,
    overdue: async () => [],
    findReturn: async () => null,
    factsOf: async () => null,
    retry: async () => 'unknown',
    bulkRetries: {
      perSecond: 10,
      preview: async () => [],
      begin: async () => ({ kind: 'none' }),
      latest: async () => [],
      find: async () => null,
      items: async () => ({ items: [], next: null }),
      stop: async () => 'unknown',
    },
    countStatuses: async () => [],
    statusCounts: async () => ({ value: [], at: new Date(0) }),
    lastDays: async () => [],
    monthReport: async (month) => ({ month, state: 'over', countedAt: new Date(0), merchants: [] }),
    unannounced: async () => ({ parcels: [], count: 0 }),
    countUnannounced: async () => 0,
    setAside: async () => [],
    replay: async () => ({ replayed: 0, accepted: 0, ignored: 0, rejected: 0 }),
    audit: async () => [],
    record: async () => {},
    ...overrides,
  };
}
