import type { Reply, VendorRequest } from '../desk.ts';
import type { JsonObject } from '../json.ts';
import { customer } from '../personal-data.ts';
import { labelOfItem } from './labels.ts';
import { labelColumns, rmaCode } from './listing.ts';
import { PRICE } from './return-payload.ts';
import type { StandInLineItem, StandInReturn } from './returns.ts';
import { date, type PayloadStyle } from './style.ts';
import { type AsnDates, asnWindow } from './windows.ts';

/** `GET /warehouse/reporting/asn`: one row for each line item, whatever the return's state. */
export function asnReport(
  all: Iterable<StandInReturn>,
  { query }: VendorRequest,
  style: PayloadStyle,
  dates: AsnDates,
): Reply {
  const { from, to } = asnWindow(query['from'], query['to'], dates);
  const found = [...all].filter(({ changedAt }) => +changedAt >= from && +changedAt <= to);
  const rows = found.flatMap((one) => one.lineItems.map((item) => asnRow(one, item, style)));
  return { status: 200, body: rows };
}

function asnRow(about: StandInReturn, item: StandInLineItem, style: PayloadStyle): JsonObject {
  const label = labelOfItem(about.labels, item.lineItemId);
  const destination = item.destinationId ?? about.destinationId;
  return {
    id: Number(about.id),
    return_line_item_id: item.lineItemId,
    order_id: about.orderId,
    order_name: about.orderName,
    state: about.state,
    customer_email: customer.email,
    title: `The product ${item.sku}`,
    purchase_price: PRICE,
    sku: item.sku,
    barcode: '',
    ...labelColumns(label),
    service: label === undefined ? null : 'Ground',
    date_delivered: label?.status === 'delivered' ? date(label.updatedAt, style) : null,
    restock_status: '',
    return_reason: item.reason ?? null,
    return_method: about.method,
    return_method_rma_code: rmaCode(about),
    scannable_id: about.id,
    package_reference: about.packageReference,
    shipping_box_barcode: null,
    destination_id: destination,
    destination_name: destination === null ? null : 'A warehouse',
    outcome: 'refund',
    currency: 'USD',
    created_at: date(about.createdAt, style),
    updated_at: date(about.updatedAt, style),
    closed_at: about.closedAt === null ? null : date(about.closedAt, style),
  };
}
