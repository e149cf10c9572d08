/** Invented answers of the bulk retries' routes; `/docs` shows them. */

export const bulkRetryId = '0f4c1d6e-8a52-4d0b-9b57-3f6f8f7e2a10';

export const bulkRetryBegunExample = { id: bulkRetryId, total: 12 };

const summary = {
  id: bulkRetryId,
  state: 'running' as const,
  who: 'anna',
  asked: { merchant: 'acme', cause: 'SKU unknown' },
  createdAt: '2026-11-26T14:10:02.103Z',
  endedAt: null,
  stoppedBy: null,
  total: 12,
};

export const bulkRetriesExample = { retries: [summary] };

export const bulkRetryExample = {
  ...summary,
  counts: {
    waiting: 1,
    retried: 10,
    'needs-a-look': 0,
    'nothing-failed': 1,
    unknown: 0,
    'no-merchant': 0,
    failed: 0,
    stopped: 0,
  },
  secondsLeft: 1,
  items: [
    {
      merchant: 'acme',
      loopReturnId: '99904598',
      state: 'retried' as const,
      settledAt: '2026-11-26T14:10:02.311Z',
      status: 'open' as const,
    },
  ],
  nextCursor: null,
};

export const bulkRetryStoppedExample = { status: 'stopped' as const };
