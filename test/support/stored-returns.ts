/** The columns of a return's row that a test cares for, by their names, and what it is found by. */
export interface StoredReturn {
  readonly loop_return_id: string;
  readonly merchant?: string;
  readonly status?: string;
  readonly reason?: string | null;
  readonly order_name?: string | null;
  readonly tracking_number?: string | null;
  readonly loop?: Readonly<Record<string, unknown>> | null;
  readonly confirmed?: unknown;
  readonly receipts?: readonly unknown[];
  readonly cause?: string | null;
  readonly decision?: string | null;
  readonly differs?: string | null;
  readonly ageing_stage?: string | null;
  readonly created_at?: Date;
  readonly status_since?: Date;
  readonly ageing_since?: Date | null;
  readonly docked_at?: Date | null;
  readonly receiving_at?: Date | null;
  readonly received_at?: Date | null;
  readonly decided_at?: Date | null;
  /** In the form in which returns are looked up. */
  readonly terms?: readonly string[];
}

const usual = {
  merchant: 'acme',
  status: 'open',
  loop: { state: 'open' },
  receipts: [],
  rma_origin: 'opened',
  stage: 'expected',
  labels: [],
  asked_again: 'no',
  dispositions: 'none',
  timeline_length: 0,
  created_at: new Date('2026-11-01T00:00:00Z'),
};

/** Runs one statement. */
type Query = (statement: string, values: unknown[]) => Promise<unknown>;

/** Puts returns into the tables as they are given, without the life that would have brought them there. */
export async function storeReturns(
  { query }: { readonly query: Query },
  returns: readonly StoredReturn[],
): Promise<void> {
  const rows = returns.map(({ terms: _terms, ...columns }) => {
    const row = { ...usual, ...columns };
    return {
      rma_number: row.loop_return_id,
      status_since: row.created_at,
      updated_at: row.created_at,
      ...row,
    };
  });
  await query('insert into returns select * from jsonb_populate_recordset(null::returns, $1)', [
    JSON.stringify(rows),
  ]);
  const terms = returns.flatMap(({ terms: own = [], loop_return_id, ...row }) =>
    own.map((term) => ({
      merchant: row.merchant ?? usual.merchant,
      loop_return_id,
      term,
      created_at: row.created_at ?? usual.created_at,
    })),
  );
  await query('insert into return_terms select * from jsonb_populate_recordset(null::return_terms, $1)', [
    JSON.stringify(terms),
  ]);
}
