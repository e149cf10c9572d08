import type { JsonObject } from '../json.ts';
import { type LabelShape, labelUrl, type StandInLabel } from './labels.ts';
import type { StandInReturn } from './returns.ts';
import { date, number, type PayloadStyle, SHOP_ID } from './style.ts';
import type { StandInTrigger } from './topics.ts';

/**
 * The `label` payload. Until there is a label it says only which return it is about.
 * @param label the one that it tells of
 * @param shape how the stand-in writes those labels that have no shape of their own
 */
export function labelPayload(
  about: StandInReturn,
  trigger: StandInTrigger,
  style: PayloadStyle,
  label: StandInLabel | undefined,
  shape: LabelShape,
): JsonObject {
  switch (label?.shape ?? shape) {
    case 'today':
      return todaysPayload(about, trigger, style, label);
    case 'older':
      return olderPayload(about, trigger, style, label);
  }
}

/** As docs.loopreturns.com documents it today, under webhook-reference/topics/label: the ids are texts. */
function todaysPayload(
  about: StandInReturn,
  trigger: StandInTrigger,
  style: PayloadStyle,
  label: StandInLabel | undefined,
): JsonObject {
  const head = {
    topic: 'label',
    trigger,
    shop_id: String(SHOP_ID),
    id: about.id,
    order_id: about.orderId,
    provider_order_id: Number(about.providerOrderId),
  };
  if (label === undefined) return { ...head, ...noLabel(style) };
  return {
    ...head,
    carrier: label.carrier,
    tracking_number: label.trackingNumber,
    label_status: label.status,
    label_updated_at: date(label.updatedAt, style),
    shipment_id: String(label.shipmentId),
  };
}

/** Empty fields are not said to be there, and not said to be left out. */
function noLabel(style: PayloadStyle): JsonObject {
  if (style.absent === 'blank') return {};
  return {
    carrier: null,
    tracking_number: null,
    label_status: null,
    label_updated_at: null,
    shipment_id: null,
  };
}

/** As in an example of before: `return_id` is the return's. */
function olderPayload(
  about: StandInReturn,
  trigger: StandInTrigger,
  style: PayloadStyle,
  label: StandInLabel | undefined,
): JsonObject {
  return {
    topic: 'label',
    trigger,
    shop_id: number(String(SHOP_ID), style),
    return_id: number(about.id, style),
    order_id: number(about.orderId, style),
    provider_order_id: number(about.providerOrderId, style),
    ...flatLabel(about, label, style),
  };
}

/** A label in the top-level fields of a return. */
export function flatLabel(
  about: StandInReturn,
  label: StandInLabel | undefined,
  style: PayloadStyle,
): JsonObject {
  if (label === undefined) return pendingLabel(about);
  return {
    carrier: label.carrier,
    tracking_number: number(label.trackingNumber, style),
    label_status: label.status,
    label_updated_at: date(label.updatedAt, style),
  };
}

function pendingLabel(about: StandInReturn): JsonObject {
  if (!about.expectsLabel) return { carrier: null, tracking_number: null, label_status: null };
  return { carrier: '', tracking_number: 'N/A', label_status: 'pending', label_updated_at: null };
}

/** The entries of a return's `labels`. */
export function listedLabels(about: StandInReturn, style: PayloadStyle): JsonObject[] {
  const all = about.lineItems.map((item) => item.lineItemId);
  return about.labels.map((label) => ({
    status: label.status,
    carrier: label.carrier,
    tracking_number: number(label.trackingNumber, style),
    line_items: (label.lineItemIds ?? all).map((id) => number(id, style)),
    url: labelUrl(label),
    rate: 1093,
    updated_at: date(label.updatedAt, style),
  }));
}
