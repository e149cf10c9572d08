import { randomUUID } from 'node:crypto';
import type { Reply, VendorRequest } from '../desk.ts';
import { type JsonObject, recordsOf } from '../json.ts';

/** A callback's registration; its token is not shown again. */
export interface RegisteredCallback {
  id: string;
  url: string;
  message_type: string;
  api_version: string;
  token: string | null;
  readonly createdAt: Date;
}

/**
 * Which of the published answers the account gives about callbacks.
 * `records` is the API description's, with a result for each: it knows nothing of duplicates.
 */
export interface CallbackAnswers {
  readonly created: 'callbacks' | 'results' | 'records';
  readonly deleted: 'list' | 'text';
  readonly none: 'empty' | '404';
}

export const MESSAGE_TYPES = [
  'skuInventoryChange',
  'orderEvent',
  'orderUpdateResolution',
  'orderCancelResolution',
  'inboundShipmentEvent',
  'rmaEvent',
  'snapshotReady',
];
const LONGEST_URL = 250;
const RECORDS_AT_ONCE = 30;

type Wanted = Omit<RegisteredCallback, 'id' | 'createdAt'>;

/** `/callbacks`. */
export class CallbackDesk {
  readonly callbacks = new Map<string, RegisteredCallback>();
  readonly #answers: CallbackAnswers;

  constructor(answers: CallbackAnswers) {
    this.#answers = answers;
  }

  readonly list = ({ query }: VendorRequest): Reply => {
    const { message_type = 'all' } = query;
    const found = [...this.callbacks.values()].filter(
      (one) => message_type === 'all' || one.message_type === message_type,
    );
    if (found.length === 0 && this.#answers.none === '404')
      return failed(404, 'NO_CALLBACKS_FOUND', 'No callback URLs found for specified message type');
    return { status: 200, body: found.map(shown) };
  };

  readonly register = ({ body }: VendorRequest): Reply => {
    const records = recordsOf(body);
    if (records === null || records.length > RECORDS_AT_ONCE) {
      return {
        status: 400,
        body: { message: `An array of ${RECORDS_AT_ONCE} records at most is expected.` },
      };
    }
    return this.#answers.created === 'records' ? this.#registerEach(records) : this.#registerAll(records);
  };

  /** All of them or, where one cannot be registered, none. */
  #registerAll(records: readonly JsonObject[]): Reply {
    const bad = records.find((record) => wantedIn(record) === null);
    if (bad !== undefined) return refusal(bad);
    const wanted = records.flatMap((record) => wantedIn(record) ?? []);
    const there = wanted.flatMap((one) => this.#same(one) ?? [])[0];
    if (there !== undefined) {
      const { id: existing_id, url, message_type } = there;
      const message = 'Callback already exists for this URL and message type';
      return failed(409, 'DUPLICATE_CALLBACK', message, { url, message_type, existing_id });
    }
    const made = wanted.map((one) => this.#add(one));
    const results = made.map(({ id, url, message_type, api_version }) => {
      const version = this.#answers.created === 'callbacks' ? { api_version } : {};
      return { id, url, message_type, ...version, status: 'active' };
    });
    return this.#answers.created === 'callbacks'
      ? { status: 201, body: { callbacks: results } }
      : { status: 200, body: { results } };
  }

  #registerEach(records: readonly JsonObject[]): Reply {
    const results = records.map((record) => {
      const wanted = wantedIn(record);
      if (wanted === null)
        return { id: randomUUID(), status: 'Failure', messages: ['Callback url update failed.'] };
      const { id, url, message_type } = this.#add(wanted);
      return { message_type, id, status: 'Success', url, messages: ['Callback url updated successfuly.'] };
    });
    return { status: 200, body: results };
  }

  readonly remove = ({ body }: VendorRequest): Reply => {
    if (!Array.isArray(body)) return { status: 400, body: { message: 'An array of ids is expected.' } };
    const ids = body.map(String);
    const results = ids.map((id) =>
      this.callbacks.delete(id)
        ? { id, status: 'success' }
        : { id, status: 'failed', error_message: 'Callback not found' },
    );
    if (this.#answers.deleted === 'text') return { status: 200, body: 'callbacks deleted' };
    const failures = results.filter(({ status }) => status === 'failed').length;
    if (failures > 0 && failures === ids.length)
      return failed(404, 'CALLBACK_NOT_FOUND', 'One or more callbacks not found', { not_found: ids });
    return { status: failures === 0 ? 200 : 207, body: { deleted: results } };
  };

  #same(wanted: Wanted): RegisteredCallback | undefined {
    return [...this.callbacks.values()].find(
      ({ url, message_type }) => url === wanted.url && message_type === wanted.message_type,
    );
  }

  #add(wanted: Wanted): RegisteredCallback {
    const made = { ...wanted, id: randomUUID(), createdAt: new Date() };
    this.callbacks.set(made.id, made);
    return made;
  }
}

// Encrypted, so that it can be compared with nothing.
function shown({ id, url, message_type, api_version, token, createdAt }: RegisteredCallback): JsonObject {
  const secret = token === null ? {} : { token: 'encrypted_verification_token' };
  return { id, url, message_type, api_version, ...secret, created_at: createdAt.toISOString() };
}

function wantedIn({ url, message_type, api_version = '1.0', token }: JsonObject): Wanted | null {
  const isGood =
    typeof url === 'string' &&
    url.startsWith('https://') &&
    url.length <= LONGEST_URL &&
    typeof message_type === 'string' &&
    MESSAGE_TYPES.includes(message_type) &&
    (api_version === '1.0' || api_version === '2.0');
  return isGood ? { url, message_type, api_version, token: typeof token === 'string' ? token : null } : null;
}

function refusal({ url }: JsonObject): Reply {
  if (typeof url === 'string' && !url.startsWith('https://')) {
    const details = { url, reason: 'HTTP protocol not allowed' };
    return failed(400, 'INVALID_URL', 'Callback URL must use HTTPS', details);
  }
  return { status: 400, body: { message: 'One or more parameters were bad.' } };
}

function failed(status: number, code: string, message: string, details?: JsonObject): Reply {
  return { status, body: { error: { code, message, ...(details === undefined ? {} : { details }) } } };
}
