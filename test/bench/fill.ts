import { withClient } from './database.ts';

/**
 * Fills the service's tables as years of use would: returns that were received and processed, with their
 * timelines, and their deliveries with rows as wide as real ones. Indexes are made afterwards, in one go.
 */
export async function fill(
  databaseUrl: string,
  counts: { returns: number; deliveriesEach: number },
): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(`set synchronous_commit = off; set maintenance_work_mem = '256MB'`);
    const { rows: indexes } = await client.query<{ name: string; made: string; key: string | null }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made,
        (select pg_get_constraintdef(oid) from pg_constraint where conindid = indexrelid) as key
        from pg_index where indrelid = any('{deliveries,returns,outcomes,return_events,return_terms,vendor_calls,blind_parcels}'::regclass[])`,
    );
    for (const { name, key } of indexes) {
      const table = name.replace(/_pkey$/, '');
      await client.query(
        key === null ? `drop index ${name}` : `alter table ${table} drop constraint ${name}`,
      );
    }
    for (const statement of statements) {
      await client.query(
        statement.text,
        statement.isEach ? [counts.returns, counts.deliveriesEach] : [counts.returns],
      );
    }
    for (const { name, made, key } of indexes) {
      const table = name.replace(/_pkey$/, '');
      await client.query(key === null ? made : `alter table ${table} add constraint ${name} ${key}`);
    }
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  });
}

/** A return every half a minute, the newest an hour old; a page goes on from a whole millisecond. */
const at = `date_trunc('milliseconds', now()) - interval '1 hour' - (($1::int - number) * interval '30 seconds')`;
/** Its parcel came two days later, was received and decided hours after that, and what follows took an hour. */
const later = (by: string) => `${at} + interval '${by}'`;
const isReceived = `status <> 'open'`;
const rma = `jsonb_build_object('rmaNumber', id, 'packageId', '7946' || id, 'receiveInto', 'qc', 'lines',
  jsonb_build_array(jsonb_build_object('sku', sku, 'units', 1, 'reason', 'other', 'note', null, 'orderReference', null)))`;
/** One in ten of the newest is on its way or waits for the merchant; all others have ended. */
const numbered = `(select number, (100000000 + number)::text as id, 'SKU-' || number % 5000 as sku,
  case when number % 1000 = 0 then 'attention' when number < $1::int * 0.8 then 'processed'
    when number % 20 = 0 then 'open' when number % 10 = 0 then 'flagged' else 'processed' end as status,
  case when number % 1000 = 7 then 'small-shop' else 'acme' end as merchant,
  case when number % 20 = 0 and number >= $1::int * 0.8 then null when number % 15 = 0 or number % 10 = 0 then 'flag'
    else 'process' end as decision
  from generate_series(1, $1::int) as number) as one`;

const statements = [
  {
    isEach: false,
    text: `insert into returns (merchant, loop_return_id, rma_number, status, reason, order_name, tracking_number, loop, wanted,
      sent, confirmed, stage, receipts, problem, labels, destination, dispositions, timeline_length, created_at, updated_at, cause, decision, differs,
      status_since, ageing_stage, ageing_since, docked_at, receiving_at, received_at, decided_at)
      select merchant, id, id, status, case status when 'attention' then 'A person has to look.' end, '#' || id, '7946' || id,
        jsonb_build_object('state', case status when 'processed' then 'closed' else 'open' end, 'changedAt', ${at},
          'orderName', '#' || id, 'orderNumber', id, 'providerOrderId', '2347' || id, 'destinationId', null,
          'items', jsonb_build_array(jsonb_build_object('lineItemId', '26' || id, 'sku', sku, 'units', 1,
            'reason', 'Too big', 'parentReason', null, 'destinationId', null)),
          'labels', jsonb_build_array(jsonb_build_object('trackingNumber', '7946' || id, 'lineItemIds', '[]'::jsonb))),
        jsonb_build_object('kind', 'rma', 'rma', ${rma}, 'leftOut', 0), ${rma}, ${rma}, 'receiving',
        case when ${isReceived} then jsonb_build_array(jsonb_build_object('lines', jsonb_build_array(jsonb_build_object(
          'sku', sku, 'onRma', true, 'counted', 1, 'received', jsonb_build_array(jsonb_build_object('disposition',
          case decision when 'flag' then 'damaged' else 'available' end, 'units', 1, 'note', null)))), 'note', null))
          else '[]' end,
        case status when 'attention' then '{"step": null, "why": "A person has to look."}'::jsonb end,
        '[]'::jsonb, null, 'none', 6, ${at}, ${at},
        case status when 'attention' then 'MasonHub refused the RMA: unknown SKU SKU-' || number / 1000 % 20 end, decision,
        case when decision = 'flag' and status = 'processed' then 'flag-closed' end,
        case when ${isReceived} then ${later('54 hours')} else ${at} end,
        case status when 'open' then 'label' when 'flagged' then 'flagged' end,
        case status when 'open' then ${at} when 'flagged' then ${later('54 hours')} end,
        case when ${isReceived} then ${later('48 hours')} end, case when ${isReceived} then ${later('50 hours')} end,
        case when ${isReceived} then ${later('53 hours')} end, case when decision is not null then ${later('53 hours')} end
      from ${numbered}`,
  },
  {
    isEach: false,
    text: `insert into outcomes (merchant, loop_return_id, kind, why, note, message, note_state, decided_at)
      select merchant, id, decision, 'Every unit of the RMA was received into available.', null, 'accepted', 'none',
        ${later('53 hours')} from ${numbered} where decision is not null`,
  },
  {
    isEach: false,
    text: `insert into return_terms (merchant, loop_return_id, term, created_at)
      select merchant, id, term, ${at} from ${numbered}, unnest(array[id, '7946' || id, lower(sku)]) as term`,
  },
  {
    isEach: false,
    text: `insert into return_events (merchant, loop_return_id, position, at, event, detail, delivery)
      select merchant, id, position, case when position < 3 then ${at} else ${later('54 hours')} end,
        (array['return.created', 'rma.sent', 'rma.created', 'receipt',
        case decision when 'flag' then 'flag.accepted' else 'process.accepted' end, 'return.closed'])[position + 1], 'open, order #' || id || ', 1 unit', null
      from ${numbered}, generate_series(0, 5) as position`,
  },
  {
    isEach: false,
    text: `insert into blind_parcels (merchant, parcel, package_id, term, receipt, received_at)
      select merchant, id, '7946' || id, '7946' || id, jsonb_build_object('isBlind', true, 'lines', jsonb_build_array(
        jsonb_build_object('sku', sku, 'onRma', true, 'counted', 1, 'received', jsonb_build_array(
          jsonb_build_object('disposition', 'available', 'units', 1, 'note', null)))), 'note', null), ${at}
      from ${numbered} where number % 100 = 0`,
  },
  {
    isEach: false,
    text: `insert into vendor_calls (merchant, loop_return_id, at, vendor, request, body, answer, took_ms)
      select merchant, id, ${at} + step * interval '1 minute', (array['masonhub', 'loop'])[step],
        (array['POST /api/v1/rmas', 'POST /api/v1/warehouse/return/' || id || '/process'])[step],
        case step when 1 then repeat('{"customer_sku_id": "' || sku || '"}', 12) end, '200 true', 20
      from ${numbered}, generate_series(1, 2) as step`,
  },
  {
    isEach: true,
    text: `insert into deliveries (merchant, source, key, body, part, result, why, events, received_at, applied_at)
      select 'acme', 'loop', encode(sha256((id || '/' || copy)::bytea), 'hex'),
        convert_to(json_build_object('topic', 'return', 'trigger', 'return.updated', 'id', id, 'copy', copy)::text
          || repeat('{"line_item_id": 26442641, "title": "A product"}' || md5(id), 22), 'UTF8'), 0, 'accepted', null,
        jsonb_build_array(jsonb_build_object('loopReturnId', id, 'event', jsonb_build_object('kind', 'loopReturn',
          'trigger', 'return.updated', 'facts', jsonb_build_object('state', 'open', 'orderName', '#' || id,
            'orderNumber', id, 'providerOrderId', '2347' || id, 'items', jsonb_build_array(jsonb_build_object(
              'lineItemId', '26' || id, 'sku', sku, 'units', 1, 'reason', 'Too big')))))), ${at}, ${at}
      from ${numbered}, generate_series(1, $2::int) as copy`,
  },
];
