import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../json.ts';
import { customer } from '../personal-data.ts';
import type { ProgressEvent } from './lifecycle.ts';
import { lineFields, rmaFields } from './lines.ts';
import type { StandInRma } from './rmas.ts';

export type { ProgressEvent } from './lifecycle.ts';
export type ApiVersion = '1.0' | '2.0';

/** A callback's message. A test may change it before it delivers it. */
export interface CallbackEnvelope {
  callback_url: string;
  message_type: string;
  message_id: string;
  api_version: string;
  data: JsonObject[];
}

/** Writes callbacks the way MasonHub does. */
export class EnvelopeWriter {
  #written = 0;

  envelope(
    rma: StandInRma,
    event: ProgressEvent | 'received',
    apiVersion: ApiVersion,
    callbackUrl: string,
    messageId: string = randomUUID(),
  ): CallbackEnvelope {
    this.#written += 1;
    const item = apiVersion === '1.0' ? firstVersionItem(rma, event) : this.#secondVersionItem(rma, event);
    return {
      callback_url: callbackUrl,
      message_type: 'rmaEvent',
      message_id: messageId,
      api_version: apiVersion,
      data: [item],
    };
  }

  // Carrier events have an `event_type`, and no details.
  #secondVersionItem(rma: StandInRma, event: ProgressEvent | 'received'): JsonObject {
    const head = { id: randomUUID(), customer_identifier: rma.customerIdentifier };
    const as_of = new Date().toISOString();
    if (event !== 'received' && event !== 'onDock') return { ...head, event_type: event, as_of };
    return { ...head, status: event, as_of, details: this.#details(rma) };
  }

  // The identifier in the details is MasonHub's own affair: only the outer one is the RMA's number.
  // Numbers and booleans are texts here, in the lines only in every second message and where they may vary.
  #details(rma: StandInRma): JsonObject {
    const fields = rmaFields(rma);
    const { generate_return_label = true } = rma.record;
    const areTexts = rma.quantityStyle === 'varied' && this.#written % 2 === 0;
    return {
      ...fields,
      customer_identifier: rma.customerIdentifier === null ? null : `mh-${rma.id.slice(0, 8)}`,
      warehouse_id: '1342',
      ...personalFields(),
      generate_return_label: String(generate_return_label),
      version: String(rma.version),
      line_items: areTexts ? lineFields(rma).map(asTexts) : lineFields(rma),
    };
  }
}

function firstVersionItem(rma: StandInRma, event: ProgressEvent | 'received'): JsonObject {
  return { ...rmaFields(rma), status: event, line_items: lineFields(rma) };
}

function personalFields(): JsonObject {
  return {
    customer_address_name: `${customer.firstName} ${customer.lastName}`,
    customer_address_street_line_one: customer.street,
    customer_address_street_line_two: customer.street2,
    customer_address_city: customer.city,
    customer_address_state: customer.state,
    customer_address_postal_code: customer.zip,
    customer_address_country_code: customer.country,
  };
}

function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asTexts(entry)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
