import type { Reply, VendorRequest } from '../desk.ts';
import { MESSAGE_TYPES } from './callbacks.ts';

/** The pages on holds name two more than those on callbacks. */
const HOLDABLE = [...MESSAGE_TYPES, 'shipmentEvent', 'inboundReceived'];

/** `callback_holds`: the message types of which nothing is sent. What happens meanwhile is never sent. */
export class HoldDesk {
  readonly holds = new Set<string>();

  readonly list = (): Reply => ({ status: 200, body: { holds: [...this.holds] } });

  /** All of them or, where one is unknown or on hold already, none. */
  readonly place = ({ body }: VendorRequest): Reply => {
    const types = typesIn(body);
    if (!Array.isArray(types)) return types;
    const existing_holds = types.filter((type) => this.holds.has(type));
    if (existing_holds.length > 0) {
      const new_holds = types.filter((type) => !this.holds.has(type));
      const message = 'Some message types already have holds';
      return failed(409, 'ALREADY_ON_HOLD', message, { existing_holds, new_holds });
    }
    for (const type of types) this.holds.add(type);
    return {
      status: 200,
      body: { status: 'success', holds_created: types, total_holds: this.holds.size },
    };
  };

  /** Those that are there, also where others are not. */
  readonly lift = ({ body }: VendorRequest): Reply => {
    const types = typesIn(body);
    if (!Array.isArray(types)) return types;
    const removed = types.filter((type) => this.holds.delete(type));
    const not_found = types.filter((type) => !removed.includes(type));
    if (not_found.length > 0)
      return failed(404, 'HOLD_NOT_FOUND', 'One or more holds not found', { not_found, removed });
    const remaining_holds = [...this.holds];
    return { status: 200, body: { status: 'success', holds_removed: removed, remaining_holds } };
  };
}

function typesIn(body: unknown): string[] | Reply {
  if (!Array.isArray(body))
    return { status: 400, body: { message: 'An array of message types is expected.' } };
  const types = body.map(String);
  const invalid_types = types.filter((type) => !HOLDABLE.includes(type));
  if (invalid_types.length === 0) return types;
  return failed(400, 'INVALID_MESSAGE_TYPE', 'One or more message types are invalid', { invalid_types });
}

function failed(status: number, code: string, message: string, details: object): Reply {
  return { status, body: { error: { code, message, details } } };
}
