/** Invented answers of the operators' routes; `/docs` shows them. */

const summary = {
  merchant: 'acme',
  loopReturnId: '99904598',
  rmaNumber: '99904598',
  status: 'flagged' as const,
  reason: '1 × MUG-WHITE damaged ("Handle broken")',
  orderName: '#90508',
  trackingNumber: '9400111899223197428490',
  createdAt: '2026-11-22T09:12:26.595Z',
  updatedAt: '2026-11-26T14:03:11.779Z',
  cause: null,
  decision: { kind: 'flag' as const, message: 'accepted' as const },
  statusSince: '2026-11-26T14:03:11.754Z',
  expected: 2,
  came: [
    { disposition: 'available', units: 1 },
    { disposition: 'damaged', units: 1 },
  ],
};

export const returnExample = {
  ...summary,
  timeline: [
    { at: '2026-11-22T09:12:26.595Z', event: 'return.created', detail: 'open, order #90508, 2 units' },
    {
      at: '2026-11-22T09:12:26.651Z',
      event: 'rma.created',
      detail: '1 × TEE-BLUE-M, 1 × MUG-WHITE; package 99904598',
    },
    { at: '2026-11-26T13:40:02.509Z', event: 'warehouse.onDock', detail: null },
    {
      at: '2026-11-26T14:03:11.725Z',
      event: 'receipt',
      detail: 'TEE-BLUE-M: 1 available; MUG-WHITE: 1 damaged.',
    },
    {
      at: '2026-11-26T14:03:11.725Z',
      event: 'decided.flag',
      detail: '1 × MUG-WHITE damaged ("Handle broken")',
    },
    {
      at: '2026-11-26T14:03:11.725Z',
      event: 'decided.by',
      detail:
        'available is good; qc, quality-control, under-investigation wait; anything else is an exception.',
    },
    { at: '2026-11-26T14:03:11.754Z', event: 'flag.accepted', detail: null },
  ],
  calls: [
    {
      at: '2026-11-22T09:12:26.635Z',
      vendor: 'masonhub',
      request: 'POST /acme/api/v1/rmas',
      body: '[{"customer_identifier":"99904598","manifest_id":"99904598","package_id":"99904598"}]',
      answer: '201 {"results":[{"customer_identifier":"99904598","status":"success"}]}',
      tookMs: 14,
    },
    {
      at: '2026-11-26T14:03:11.731Z',
      vendor: 'loop',
      request: 'POST /api/2026-10/warehouse/return/99904598/flag',
      body: null,
      answer: '200 true',
      tookMs: 21,
    },
  ],
};

/** Where the page after it begins, as a cursor is written: what the list is sorted by, and the last one's. */
export const returnsCursor = 'WyJjcmVhdGVkIiwiMjAyNi0xMS0yMlQwOToxMjoyNi41OTVaIiwiYWNtZSIsIjk5OTA0NTk4Il0';

export const returnsExample = { returns: [summary], nextCursor: returnsCursor };

export const returnsCsvExample = `Merchant,Return,RMA,Order,Tracking number,Status,Reason,Decision,What came,Expected units,Created,At the dock,Received,Decided,Status since\r
acme,99904598,99904598,#90508,9400111899223197428490,flagged,"1 × MUG-WHITE damaged (""Handle broken"")",flag,"1 available, 1 damaged",2,2026-11-22T09:12:26.595Z,2026-11-26T13:40:02.509Z,2026-11-26T14:03:11.725Z,2026-11-26T14:03:11.725Z,2026-11-26T14:03:11.754Z\r
`;

const inNovember = 'from=2026-11-01&to=2026-11-30';

export const reportExample = {
  month: '2026-11',
  state: 'partial' as const,
  countedAt: '2026-11-26T15:00:00.000Z',
  merchants: [
    {
      merchant: 'acme',
      created: 1204,
      received: 1091,
      refunded: 978,
      flagged: 96,
      held: 0,
      needsAttention: 12,
      units: [
        { disposition: 'available', units: 1430 },
        { disposition: 'damaged', units: 88 },
      ],
      dockToDecision: {
        medianSeconds: 30_240,
        p95Seconds: 171_000,
        from: { dock: 902, receiving: 160, receipt: 12 },
      },
      differences: [
        {
          difference: 'flag-closed' as const,
          count: 71,
          list: `/api/returns?merchant=acme&differs=flag-closed&dated=decided&${inNovember}`,
        },
      ],
      lists: {
        created: `/api/returns?merchant=acme&${inNovember}`,
        received: `/api/returns?merchant=acme&dated=received&${inNovember}`,
        held: `/api/returns?merchant=acme&decision=hold&dated=decided&${inNovember}`,
        needsAttention: '/api/returns?merchant=acme&status=attention',
      },
    },
  ],
};

export const reportCsvExample = `Month,State,Counted at,Merchant,Created,Received,Refunded,…\r
2026-11,partial,2026-11-26T15:00:00.000Z,acme,1204,1091,978,…\r
`;

export const workExample = {
  causes: [
    {
      merchant: 'acme',
      cause: 'MasonHub refused the RMA: unknown SKU TEE-BLUE-M.',
      count: 12,
      since: '2026-11-24T08:01:45.120Z',
      longest: '99904598',
      advice: 'Correct the cause, then retry.',
      canRetry: true,
    },
  ],
  overdue: [
    { merchant: 'acme', stage: 'dock' as const, count: 3, since: '2026-11-21T16:20:09.003Z', limit: '3d' },
  ],
};

export const unannouncedExample = {
  parcels: [
    {
      merchant: 'acme',
      packageId: '9400111899223197428506',
      receivedAt: '2026-11-26T15:20:44.102Z',
      lines: [
        { sku: 'TEE-BLUE-M', received: [{ disposition: 'available', units: 1 }] },
        { sku: 'MUG-WHITE', received: [{ disposition: 'damaged', units: 1 }] },
      ],
      unread: null,
      loopReturnIds: ['99904598', '99904611'],
    },
  ],
  count: 1,
};

const rejected = {
  merchant: 'acme',
  source: 'loop' as const,
  key: '4b1f0c0e6f7a4d0c8a9be7d2c3f1a5d6e8b7c9a0f1e2d3c4b5a6978869504132',
  why: 'id: expected an id, as text or as a whole number below 2^53',
  receivedAt: '2026-11-22T09:12:26.595Z',
};

export const rejectedKey = rejected.key;
export const rejectedWhy = rejected.why;
export const rejectedExample = { deliveries: [rejected], nextCursor: null };

export const replayedExample = { replayed: 3, accepted: 2, ignored: 0, rejected: 1 };

export const metricsExample = `# HELP masonhub_loop_returns Returns that Loop has told of.
# TYPE masonhub_loop_returns gauge
masonhub_loop_returns{merchant="acme",status="flagged"} 12
`;

export const readyExample = {
  status: 'ready' as const,
  checks: { database: 'ok' as const, migrations: 'ok' as const, workers: 'ok' as const },
  paused: [
    {
      merchant: 'acme',
      vendor: 'loop' as const,
      state: 'refused' as const,
      why: 'Loop refused the key (401). Check loop.apiKey in the merchants file and its permissions in Loop',
      since: '2026-11-26T14:03:11.754Z',
      until: '2026-11-26T14:03:26.754Z',
    },
  ],
};
