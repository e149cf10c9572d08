import { isObject, type JsonObject, recordsOf } from '../json.ts';
import type { LoopCall } from '../loop/stand-in.ts';
import type { MasonHubCall } from '../masonhub/stand-in.ts';
import type { Attempt } from '../send-message.ts';

/** Who does something. */
export type TrailActor = 'Loop' | 'MasonHub' | 'service' | 'demo';

/** One thing that happened to a return, for the screen. */
export interface TrailLine {
  readonly actor: TrailActor;
  readonly text: string;
  /** What the other side answered; null where nobody was asked. */
  readonly answer: string | null;
  /** Something that went wrong, or that a person has to know. */
  readonly trouble: boolean;
}

/** A request of the service to Loop, in words. */
export function loopCallLine({ name, body, status, answer }: LoopCall): TrailLine {
  const { content } = isObject(body) ? body : {};
  const words: Partial<Record<typeof name, string>> = {
    process: 'process it (refund)',
    flag: 'flag it for review',
    note: `note: ${String(content)}`,
    details: 'how is this return now?',
    notes: 'which notes does it have?',
  };
  const refusal = refusalIn(answer);
  const said = refusal !== null && status === 200 ? ` - refused: "${refusal}"` : '';
  return {
    actor: 'service',
    text: `→ Loop: ${words[name] ?? name}${said}`,
    answer: status === null ? 'no answer' : loopAnswer(status, answer, refusal),
    trouble: status === null || status >= 400 || refusal !== null,
  };
}

function refusalIn(answer: unknown): string | null {
  const { errors } = isObject(answer) ? answer : {};
  const { message } = isObject(errors) ? errors : {};
  return typeof message === 'string' ? message : null;
}

function loopAnswer(status: number, answer: unknown, refusal: string | null): string {
  if (refusal !== null) return `${status} errors`;
  if (answer === true || answer === 'true') return `${status} ${JSON.stringify(answer)}`;
  if (status !== 200) return String(status);
  const { state, notes } = isObject(answer) ? answer : {};
  if (Array.isArray(notes)) return `${status}, ${notes.length} ${notes.length === 1 ? 'note' : 'notes'}`;
  return typeof state === 'string' ? `${status} ${state}` : String(status);
}

/** A request to MasonHub, in words. */
export function masonHubCallLine({ name, records, status, answer }: MasonHubCall): TrailLine {
  const record = records?.[0] ?? {};
  const result = resultIn(answer);
  const failed = /^failure$/i.test(result?.status ?? '');
  const words: Partial<Record<typeof name, string>> = {
    create: `open an RMA, ${linesIn(record)}${hasNoLabel(record) ? '; no label yet' : ''}`,
    replace: `change it to ${linesIn(record)}; label ${String(record['package_id'])}`,
    delete: 'delete the RMA',
    find: 'is there such an RMA?',
  };
  const refused = failed ? ` - refused: "${result?.why}"` : '';
  const isDemo = name === 'sandbox';
  return {
    actor: isDemo ? 'demo' : 'service',
    text: isDemo
      ? `→ MasonHub's sandbox: ${String(record['event'])}`
      : `→ MasonHub: ${words[name] ?? name}${refused}`,
    answer: status === null ? 'no answer' : masonHubAnswer(status, answer, result?.status ?? null),
    trouble: status === null || status >= 400 || failed,
  };
}

function linesIn({ line_items }: JsonObject): string {
  return (recordsOf(line_items) ?? [])
    .map(({ quantity, customer_sku_id }) => `${String(quantity)} × ${String(customer_sku_id)}`)
    .join(', ');
}

/** Until there is a tracking number, the return's own number stands for the parcel. */
function hasNoLabel({ package_id, customer_identifier }: JsonObject): boolean {
  return package_id === customer_identifier;
}

/** The one record's result; a batch's answer comes bare or in an array. */
function resultIn(answer: unknown): { status: string; why: string } | null {
  const batch: unknown = Array.isArray(answer) ? answer[0] : answer;
  const { results } = isObject(batch) ? batch : {};
  const result = recordsOf(results)?.[0];
  if (result === undefined || typeof result['status'] !== 'string') return null;
  return { status: result['status'], why: textsIn(result['reason'] ?? result['messages']).join(' ') };
}

/** Every text in a value: refusals are written in several shapes. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    Array.isArray(entry) && key !== 'errors' && key !== 'messages'
      ? [key, ...textsIn(entry)]
      : textsIn(entry),
  );
}

function masonHubAnswer(status: number, answer: unknown, result: string | null): string {
  if (result !== null) return `${status} ${result}`;
  const { data } = isObject(answer) ? answer : {};
  return Array.isArray(data) ? `${status}, ${data.length} found` : String(status);
}

/** A webhook or a callback to the service, in words. */
export function messageLine(
  actor: 'Loop' | 'MasonHub',
  sent: string,
  attempts: readonly Attempt[],
): TrailLine {
  const last = attempts.at(-1);
  const { status } = fieldsOf(last?.body ?? '');
  const answered = typeof status === 'string' ? status : String(last?.status ?? 'no answer');
  const tries = attempts.length > 1 ? `, try ${attempts.length}` : '';
  return {
    actor,
    text: `→ ${actor === 'Loop' ? webhookWords(fieldsOf(sent)) : callbackWords(fieldsOf(sent))}`,
    answer: `${answered}${tries}`,
    trouble: last?.status !== 200,
  };
}

/** When MasonHub wrote a callback: both versions say so inside. */
export function writtenAt(sent: string): number {
  const { data } = fieldsOf(sent);
  const { as_of, updated_at } = recordsOf(data)?.[0] ?? {};
  const at = Date.parse(String(as_of ?? updated_at));
  return Number.isNaN(at) ? Date.now() : at;
}

function fieldsOf(body: string): JsonObject {
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

function webhookWords(payload: JsonObject): string {
  const { trigger, topic, state, line_items, tracking_number, message } = payload;
  if (topic === 'label') return `${String(trigger)}: ${String(tracking_number)}`;
  if (typeof message === 'string') return `${String(trigger)}: ${message}`;
  const units = Array.isArray(line_items) ? line_items.length : 0;
  const about = `${units} ${units === 1 ? 'item' : 'items'}`;
  if (trigger === 'return.updated') return `${trigger}: ${String(state)}, ${about}`;
  return trigger === 'return.created' ? `${trigger}: ${about}` : String(trigger);
}

function callbackWords({ data, api_version }: JsonObject): string {
  const item = recordsOf(data)?.[0] ?? {};
  const { event_type, status, details, customer_identifier: number } = item;
  const event = String(event_type ?? status);
  const { line_items } = isObject(details) ? details : item;
  if (event !== 'received') return event;
  const lines = (recordsOf(line_items) ?? []).map(receivedWords);
  const version = api_version === '1.0' ? ' (v1.0)' : '';
  const blind = (number ?? null) === null ? ', a box without an RMA' : '';
  return `received${version}${blind}: ${lines.join('; ')}`;
}

function receivedWords({ customer_sku_id, receiving_details }: JsonObject): string {
  const details = Object.entries(isObject(receiving_details) ? receiving_details : {});
  const units = details.map(([status, entries]) => {
    const counts = (recordsOf(entries) ?? []).map(({ quantity }) => Number(quantity));
    return `${counts.reduce((sum, count) => sum + count, 0)} ${status}`;
  });
  return `${String(customer_sku_id)} ${units.length === 0 ? 'nothing' : units.join(', ')}`;
}
